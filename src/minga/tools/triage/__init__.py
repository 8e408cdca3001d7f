"""Triage of letters, mail and cases: tested rules first, learned words second, a person where neither is sure.

>>> from minga.tools.triage import tool
>>> model = tool.train(Path("letters.csv"), seed=0)  # doctest: +SKIP
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from minga.tools.triage.measuring import measure
    from minga.tools.triage.model import Model
    from minga.tools.triage.protocol import tool
    from minga.tools.triage.queue import Waiting, order
    from minga.tools.triage.reading import read
    from minga.tools.triage.settings import Settings

__all__ = ["Model", "Settings", "Waiting", "measure", "order", "read", "tool"]
_HOMES = {
    "Model": "model", "Settings": "settings", "Waiting": "queue", "measure": "measuring", "order": "queue",
    "read": "reading", "tool": "protocol",
}  # fmt: skip


def __getattr__(name: str) -> Any:
    """Import on first use, so that asking for help or settings does not load the numerical libraries."""
    from importlib import import_module

    if name not in _HOMES:
        raise AttributeError(f"minga.tools.triage has no {name!r}. It offers {', '.join(__all__)}.")
    found = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = found
    return found
