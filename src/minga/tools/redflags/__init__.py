"""Red flags in public procurement: Cardinal's eleven indicators with the evidence behind each flag.

>>> from minga.tools.redflags import flag, Settings
>>> result = flag("releases.jsonl", Settings())  # doctest: +SKIP
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from minga.tools.redflags.engine import flag
    from minga.tools.redflags.evaluate import choose_limits
    from minga.tools.redflags.protocol import tool
    from minga.tools.redflags.result import EvidenceRow, Result
    from minga.tools.redflags.settings import Limit, Settings

__all__ = ["EvidenceRow", "Limit", "Result", "Settings", "choose_limits", "flag", "tool"]
_HOMES = {
    "EvidenceRow": "result", "Limit": "settings", "Result": "result", "Settings": "settings",
    "choose_limits": "evaluate", "flag": "engine", "tool": "protocol",
}  # fmt: skip


def __getattr__(name: str) -> Any:
    """Import on first use, so that asking for help or settings does not load the database engine."""
    from importlib import import_module

    if name not in _HOMES:
        raise AttributeError(f"minga.tools.redflags has no {name!r}. It offers {', '.join(__all__)}.")
    found = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = found
    return found
