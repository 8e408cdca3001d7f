"""The tool of the design tests, slow enough to be killed at its work."""

import time
from collections.abc import Mapping
from pathlib import Path

from minga.tools.base import Report
from tests.design.tool import Limits, ShortCalls


class SlowCalls(ShortCalls):
    def evaluate(self, model: Limits, data: Path, labels: Mapping[str, str] | None = None) -> Report:
        time.sleep(0.4)
        return super().evaluate(model, data, labels)


shortcalls = SlowCalls()


def install(folder: Path) -> None:
    """Make the tool known under ``folder``, as an installed package would be."""
    made = folder / "slowtool-1.0.dist-info"
    made.mkdir(parents=True)
    (made / "METADATA").write_text("Metadata-Version: 2.1\nName: slowtool\nVersion: 1.0\n")
    (made / "entry_points.txt").write_text("[minga.tools]\nshortcalls = tests.robust.slowtool:shortcalls\n")
