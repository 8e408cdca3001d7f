"""``python -m minga.tools.synthetic``."""

import sys

from minga.tools.synthetic.cli import main

sys.exit(main())
