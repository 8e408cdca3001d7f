"""``python -m minga.tools.providers``."""

import sys

from minga.tools.providers.cli import main

sys.exit(main())
