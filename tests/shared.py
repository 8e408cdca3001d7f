"""Where the shared reference data lies, beside the checkout; tests that need it say so where it is absent."""

import os
from pathlib import Path

import pytest

SHARED = Path(os.environ.get("MINGA_SHARED", Path(__file__).parents[2] / "shared"))


def shared(path: str) -> Path:
    """The file or folder ``path`` below the shared data; skips the test where it is not there."""
    found = SHARED / path
    if not found.exists():
        pytest.skip(f"shared data are not here ({path}): put them beside the checkout or set MINGA_SHARED")
    return found
