"""Loaded before Django reads its settings: tests live in a folder of their own, in demonstration mode."""

import os
import tempfile

os.environ.setdefault("MINGA_HOME", tempfile.mkdtemp(prefix="minga-test-"))
os.environ.setdefault("MINGA_DEMONSTRATION", "1")
