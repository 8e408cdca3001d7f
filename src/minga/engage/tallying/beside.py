"""Two results of the same people side by side, with and without some: their difference must tell of no small group."""

from minga.engage.counting import SMALLEST_SHOWN
from minga.engage.tallying.shapes import Counts, Figures, Results

Cells = dict[str, Counts | None]


def beside(whole: Results, without: Results) -> Results:
    """``without`` as it may stand beside ``whole``: on statements where the votes of a constituency, or of those not
    shown together, differ by one to nine, no constituency is shown."""
    if not whole["enough"] or not without["enough"]:
        return without
    for key, figures in without["statements"].items():
        if key not in whole["statements"] or not _tells_nobody(whole["statements"][key], figures):
            figures["constituencies"] = dict.fromkeys(figures["constituencies"])
    return without


def _tells_nobody(whole: Figures, without: Figures) -> bool:
    before, after = whole["constituencies"], without["constituencies"]
    unshown = [name for name in before if before[name] is None and after.get(name) is not None]
    shown = [name for name in before if before[name] is not None and after.get(name, []) is not None]
    gaps = [_votes(before, name) - _votes(after, name) for name in shown]
    rest = (sum(whole["all"]) - _all(before, shown)) - (sum(without["all"]) - _all(after, shown))
    return not unshown and all(gap == 0 or gap >= SMALLEST_SHOWN for gap in (*gaps, rest))


def _votes(cells: Cells, name: str) -> int:
    return sum(cells.get(name) or ())


def _all(cells: Cells, names: list[str]) -> int:
    return sum(_votes(cells, name) for name in names)
