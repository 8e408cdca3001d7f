"""``python -m minga.tools.measure``."""

import sys

from minga.tools.measure.cli import main

sys.exit(main())
