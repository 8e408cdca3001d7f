"""``python -m minga.tools.redflags``."""

import sys

from minga.tools.redflags.cli import main

sys.exit(main())
