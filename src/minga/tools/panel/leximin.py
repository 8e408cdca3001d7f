"""Leximin: the lottery over feasible panels that raises the lowest chance first, then the next lowest, and so on.

Flanigan, Gölz, Gupta, Hennig, Procaccia, "Fair algorithms for selecting citizens' assemblies", Nature 596 (2021):
column generation, with an integer programme that finds the panel most wanted by the multipliers of a linear programme.
Two things are ours: kinds of people instead of persons (see ``space``), and a first attempt on fractional panels. If
the leximin point over fractional panels is a mixture of real panels, it is the leximin point, because real panels are
a part of the fractional ones; whether it is, the column generation decides, and if not, it does the whole search.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from minga.tools.panel.model import PanelError
from minga.tools.panel.programme import Master, Relaxed, best_panel, nearest
from minga.tools.panel.space import Floats, Space

CLOSE = 1e-9
"""Chances nearer than this are the same; also how far from provably best a search may stop."""
HELD = 1e-6
"""A kind whose multiplier is above this cannot get more than the chance just found."""
FILLED = 1e-7
"""A mixture of panels may miss this much of the whole; every chance is then within this of the optimum."""
WORN = 1e-4
"""Below this share of the whole, rounding errors of the programmes count."""
ROUNDS = 20_000
ATTEMPTS = 6
GOLDEN = 0.6180339887498949


@dataclass(frozen=True, slots=True)
class Distribution:
    """``panels``: counts per kind; ``chances`` of them, summing to 1; ``shares``: each kind's chance per person.

    ``method`` is "fractional" where the fractional optimum could be met, else "columns"; ``gap`` is how far
    the worst-off kind is below the optimum that was found (probability, 0 to 1).
    """

    panels: tuple[Floats, ...]
    chances: Floats
    shares: Floats
    method: str
    gap: float


def leximin(space: Space) -> Distribution:
    """The leximin distribution; raises PanelError where no panel is feasible (explain with ``explain.explain``)."""
    first = best_panel(space, np.zeros(len(space.kinds)))
    if first is None:
        raise PanelError("No panel meets all quotas.")
    target = fractional(space)
    master = Master(space)
    master.add(first)
    for attempt in range(ATTEMPTS):
        walked = list(_walk(space, target * space.sizes, attempt))
        for panel, _ in walked:
            master.add(panel)
        if sum(chance for _, chance in walked) > 1.0 - FILLED:
            panels = tuple(panel for panel, _ in walked)
            return _distribution(space, panels, np.array([chance for _, chance in walked]), target, "fractional")
    mass, chances = _fill(space, master, target)
    if mass > 1.0 - FILLED:
        return _distribution(space, tuple(master.panels), chances, target, "fractional")
    target, chances = _by_columns(space, master)
    return _distribution(space, tuple(master.panels), chances, target, "columns")


def _distribution(
    space: Space, panels: tuple[Floats, ...], chances: Floats, target: Floats, method: str
) -> Distribution:
    kept = chances > 1e-12
    chances = chances[kept] / chances[kept].sum()
    panels = tuple(panel for panel, keep in zip(panels, kept, strict=True) if keep)
    if not all(space.feasible(panel) for panel in panels):
        raise PanelError("The solver returned a panel outside its quotas. Report this pool: it should not happen.")
    shares = np.array(panels).T @ chances / space.sizes
    return Distribution(panels, chances, shares, method, float(max(0.0, (target - shares).max())))


def fractional(space: Space) -> Floats:
    """The leximin chances (per person, per kind) over fractional panels: an upper bound in the leximin order."""
    programme, fixed = Relaxed(space), np.full(len(space.kinds), np.nan)
    while np.isnan(fixed).any():
        lowest, _, held = programme.raise_lowest(fixed)
        now = np.isnan(fixed) & (held > HELD)
        if not now.any():
            raise PanelError("The linear programme gave no multipliers. Report this pool: it should not happen.")
        fixed[now] = max(0.0, lowest)
    return fixed


def _walk(space: Space, point: Floats, attempt: int) -> Iterator[tuple[Floats, float]]:
    """Panels around ``point`` (expected counts) with chances, as far as they can be peeled off it one by one.

    Each panel rounds every count and quota of what remains up or down; peeling off as much of it as possible leaves
    a point with at least one more whole number (Carathéodory). The chances sum to 1 where it worked out.
    """
    rest, weight = point.copy(), 1.0
    taste = 1.0 + attempt * (np.arange(len(rest)) * GOLDEN * attempt % 1.0)
    for _ in range(2 * len(rest) + space.rows.shape[0]):
        loose = min(0.05, 1e-8 / weight)
        box = _tight(space, rest, loose)
        panel = best_panel(box, (rest - np.floor(rest)) * taste)
        if panel is None and weight < WORN:
            # What is left has drifted off its quotas by rounding errors: move it back and try once more.
            rest = nearest(space, np.where(rest <= loose, 0.0, rest))
            box = _tight(space, rest, loose)
            panel = best_panel(box, (rest - np.floor(rest)) * taste)
        if panel is None:
            return
        step = min(
            _step(rest, panel, box.least, box.most),
            _step(space.rows @ rest, space.rows @ panel, box.low, box.high),
        )
        if step < 1e-12:
            return
        yield panel, weight * step
        weight *= 1.0 - step
        if weight < CLOSE:
            return
        rest = np.clip((rest - step * panel) / (1.0 - step), box.least, box.most)


def _tight(space: Space, rest: Floats, loose: float) -> Space:
    """Only panels whose counts, per kind and per quota, are those of ``rest`` rounded up or down."""
    least, most = (np.clip(ends, space.least, space.most) for ends in _around(rest, loose))
    low, high = (np.clip(ends, space.low, space.high) for ends in _around(space.rows @ rest, loose))
    return replace(space, low=low, high=high, least=least, most=most)


def _around(values: Floats, loose: float) -> tuple[Floats, Floats]:
    """The whole numbers below and above each value; both the nearest one where it is within ``loose``."""
    nearest = np.round(values)
    whole = np.abs(values - nearest) <= loose
    return np.where(whole, nearest, np.floor(values)), np.where(whole, nearest, np.ceil(values))


def _step(at: Floats, panel: Floats, low: Floats, high: Floats) -> float:
    """How much of ``panel`` can be taken out of ``at`` before what remains leaves the bounds."""
    up, down = panel > np.maximum(at, low), panel < np.minimum(at, high)
    room = [1.0, *((at - low)[up] / (panel - low)[up]), *((high - at)[down] / (high - panel)[down])]
    return max(0.0, float(min(room)))


def _fill(space: Space, master: Master, target: Floats) -> tuple[float, Floats]:
    """The largest mass (1 = all) of a mixture of panels in which nobody gets more than ``target``.

    Returns (mass, chance of each known panel); new panels are searched for roughly first, exactly at the end.
    """
    for _ in range(ROUNDS):
        mass, chances, prices = master.fill(target)
        if mass > 1.0 - FILLED:
            break
        for rough in (0.5, 0.0):
            panel = best_panel(space, -prices, rough)
            if panel is not None and float(prices @ panel) < 1.0 - CLOSE and master.add(panel):
                break
        else:
            break
    return mass, chances


def _generate(space: Space, master: Master, rises: Floats, floor: Floats) -> tuple[float, Floats, Floats]:
    """Add panels until no other panel could raise z: what ``Master.solve`` then returns."""
    for _ in range(ROUNDS):
        lowest, chances, multipliers = master.solve(rises, floor)
        weights = multipliers / space.sizes
        panel = best_panel(space, weights)
        reached = max(float(weights @ known) for known in master.panels)
        if panel is None or float(weights @ panel) <= reached + CLOSE or not master.add(panel):
            return lowest, chances, multipliers
    raise PanelError(f"The search did not end in {ROUNDS} rounds. Widen the quotas or use fewer features.")


def _by_columns(space: Space, master: Master) -> tuple[Floats, Floats]:
    """(chance per person of each kind, chance of each known panel), by the full search."""
    fixed = np.full(len(space.kinds), np.nan)
    fixed[_never(space, master)] = 0.0
    while np.isnan(fixed).any():
        free = np.isnan(fixed)
        floor = np.where(free, 0.0, fixed)
        lowest, _, multipliers = _generate(space, master, free.astype(float), floor)
        fixed[free & (multipliers > HELD)] = lowest
    _, chances, _ = master.solve(np.ones_like(fixed), fixed)
    return fixed, chances


def _never(space: Space, master: Master) -> list[int]:
    """Kinds that no feasible panel can hold; panels found on the way are kept."""
    never = []
    for place in range(len(space.kinds)):
        if any(panel[place] for panel in master.panels):
            continue
        weights = np.zeros(len(space.kinds))
        weights[place] = 1.0
        panel = best_panel(space, weights)
        if panel is None or not panel[place]:
            never.append(place)
        else:
            master.add(panel)
    return never
