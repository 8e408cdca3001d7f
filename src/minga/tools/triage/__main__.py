"""``python -m minga.tools.triage``."""

import sys

from minga.tools.triage.cli import main

sys.exit(main())
