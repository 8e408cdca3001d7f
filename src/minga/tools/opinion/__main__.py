"""``python -m minga.tools.opinion``."""

import sys

from minga.tools.opinion.cli import main

sys.exit(main())
