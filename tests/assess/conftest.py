"""The desk's test tool counts as installed here too."""

import pytest

from minga.deliver import drawing
from tests.deliver.conftest import ShortCalls, counter, desk

__all__ = ["counter", "desk"]


@pytest.fixture(autouse=True)
def _tool(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "installed", lambda: {"short": ShortCalls()})
