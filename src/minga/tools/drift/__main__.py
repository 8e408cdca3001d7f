"""``python -m minga.tools.drift``."""

import sys

from minga.tools.drift.cli import main

sys.exit(main())
