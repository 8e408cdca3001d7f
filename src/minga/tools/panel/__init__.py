"""Select a citizens' panel by quotas, with chances as even as the quotas allow, by a lot that anybody can redo.

>>> from minga.tools.panel import Member, select
>>> pool = [Member(f"p{n}", {"age": "young" if n < 4 else "old"}) for n in range(12)]
>>> panel = select(pool, {"age": {"young": (2, 2), "old": (2, 2)}}, size=4, seed="2026-05-01 07 12 33")
>>> panel.counts, panel.fairness.lowest, panel.fairness.highest
({'age': {'young': 2, 'old': 2}}, 0.25, 0.5)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from minga.tools.panel.explain import Infeasible, Relaxation
    from minga.tools.panel.fairness import Fairness
    from minga.tools.panel.lotteries import Lottery, lottery
    from minga.tools.panel.model import Member, PanelError, Quotas
    from minga.tools.panel.selection import Panel, Replacement, draw, replace, select

__all__ = [
    "Fairness", "Infeasible", "Lottery", "Member", "Panel", "PanelError", "Quotas", "Relaxation", "Replacement",
    "draw", "lottery", "replace", "select",
]  # fmt: skip
_HOMES = {
    "Fairness": "fairness", "Infeasible": "explain", "Lottery": "lotteries", "Member": "model", "Panel": "selection",
    "PanelError": "model", "Quotas": "model", "Relaxation": "explain", "Replacement": "selection", "draw": "selection",
    "lottery": "lotteries", "replace": "selection", "select": "selection",
}  # fmt: skip


def __getattr__(name: str) -> Any:
    """Import on first use, so that asking for help does not load the solver."""
    from importlib import import_module

    if name not in _HOMES:
        raise AttributeError(f"minga.tools.panel has no {name!r}. It offers {', '.join(__all__)}.")
    found = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = found
    return found
