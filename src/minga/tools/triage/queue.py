"""In which order cases are taken, so that urgent ones come first and yet nobody starves; and what waits follow.

A case is due when it has waited as long as its priority allows, and the one that is due first is taken first. Each step
of priority halves the wait allowed. Two things hold whatever comes in:

- A case is overtaken only by cases that came at most (its wait allowed - the shortest wait allowed) after it. However
  many urgent cases follow later, it keeps its place.
- If no stretch of time brings more work than the desk does in it plus a burst, and the shortest wait allowed is as long
  as the burst and one piece of work take, then no case waits longer than allowed (Georgiadis, Guerin and Parekh 1997 on
  earliest deadline first).
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from minga.tools.base import ToolError

LONGEST_WAIT = timedelta(days=20)
HIGHEST = 10.0

type Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A case in the queue. ``priority``: 0 usual, each step up to 10 halves the wait allowed."""

    case: str
    arrived: datetime
    priority: float = 0.0


def allowed(priority: float, longest: timedelta = LONGEST_WAIT) -> timedelta:
    """How long a case of this priority may wait: ``longest`` / 2 ** priority. ToolError outside 0..10."""
    if not 0.0 <= priority <= HIGHEST:
        raise ToolError(f"A priority of {priority} is outside 0 to {HIGHEST:.0f}. Give 0 for a usual case.")
    return longest / 2**priority


def due(waiting: Waiting, longest: timedelta = LONGEST_WAIT) -> datetime:
    """When the case has waited as long as it may."""
    return waiting.arrived + allowed(waiting.priority, longest)


def order(waiting: Sequence[Waiting], now: datetime, longest: timedelta = LONGEST_WAIT) -> list[Waiting]:
    """Those who have arrived by ``now``, the one to take first at the front; ties by arrival, then by name."""
    here = [case for case in waiting if case.arrived <= now]
    return sorted(here, key=lambda case: (due(case, longest), case.arrived, case.case))


def overdue(waiting: Sequence[Waiting], now: datetime, longest: timedelta = LONGEST_WAIT) -> list[Waiting]:
    """Those who have waited longer than allowed, the longest overdue first."""
    return [case for case in order(waiting, now, longest) if due(case, longest) < now]


def enough_servers(arrived: Floats, work: float, longest: float) -> int:
    """The fewest servers of a common queue with which nobody waits longer than ``longest``, each case taking ``work``.

    ``arrived`` (n,) ascending, all in one unit of time. Found by trying; 0 for no cases.
    """
    if not len(arrived):
        return 0
    low, high = 0, 1
    while waits(arrived, np.full(len(arrived), work), high).max() > longest:
        low, high = high, high * 2
    while high - low > 1:
        middle = (low + high) // 2
        late = waits(arrived, np.full(len(arrived), work), middle).max() > longest
        low, high = (middle, high) if late else (low, middle)
    return high


def waits(arrived: Floats, work: Floats, servers: int, priority: Floats | None = None, longest: float = 20.0) -> Floats:
    """(n,) how long each case waits until it is taken, in the unit of ``arrived`` (ascending), in the order above.

    ``work`` (n,) is how long each one takes, ``servers`` how many are worked on at once; work is never interrupted.
    Without ``priority`` (n,) all are usual. Raises ToolError where there is nobody to work or the arrivals are not in
    order.
    """
    if servers < 1 or np.any(np.diff(arrived) < 0) or np.any(work < 0):
        raise ToolError("Waits need at least one server, arrivals in order and no negative work. Correct the figures.")
    level = np.zeros(len(arrived)) if priority is None else priority
    if np.any((level < 0) | (level > HIGHEST)):
        raise ToolError(f"Priorities must lie from 0 to {HIGHEST:.0f}. Correct them.")
    deadline = arrived + longest / 2**level
    return _served(arrived.tolist(), work.tolist(), deadline.tolist(), servers)


def _served(arrived: list[float], work: list[float], deadline: list[float], servers: int) -> Floats:
    free = [float("-inf")] * servers
    queue: list[tuple[float, int]] = []
    waited = np.zeros(len(arrived))
    coming, taken = 0, 0
    while taken < len(arrived):
        moment = free[0]
        if not queue:
            moment = max(moment, arrived[coming])
        while coming < len(arrived) and arrived[coming] <= moment:
            heapq.heappush(queue, (deadline[coming], coming))
            coming += 1
        _, case = heapq.heappop(queue)
        waited[case] = moment - arrived[case]
        heapq.heapreplace(free, moment + work[case])
        taken += 1
    return waited


@dataclass(frozen=True, slots=True)
class GroupWait:
    """The waits of one group; ``gap`` is its median less that of all others, with a 95 % interval (None: too few)."""

    group: str
    size: int
    median: float
    p90: float
    gap: float | None
    gap_low: float | None
    gap_high: float | None


def by_group(
    waited: Floats, groups: Sequence[str], seed: int = 0, resamples: int = 500, smallest: int = 30
) -> list[GroupWait]:
    """Waits per group, the largest group first. Gaps of medians by the bootstrap (Efron 1979), percentile interval.

    Groups under ``smallest`` cases, or without others to compare with, get no gap.
    """
    rng = np.random.default_rng(seed)
    names, number = np.unique(np.array(groups, dtype=object).astype(str), return_inverse=True)
    found = []
    for place, name in enumerate(names):
        inside, outside = waited[number == place], waited[number != place]
        gap: tuple[float | None, float | None, float | None] = (None, None, None)
        if min(len(inside), len(outside)) >= smallest:
            apart = _medians(inside, resamples, rng.random) - _medians(outside, resamples, rng.random)
            low, high = np.quantile(apart, [0.025, 0.975])
            gap = (float(np.median(inside) - np.median(outside)), float(low), float(high))
        quantiles = np.quantile(inside, [0.5, 0.9])
        found.append(GroupWait(str(name), len(inside), float(quantiles[0]), float(quantiles[1]), *gap))
    return sorted(found, key=lambda row: (-row.size, row.group))


def _medians(values: Floats, resamples: int, draw: Callable[[int], Floats]) -> Floats:
    """Medians of samples drawn with replacement.

    The median of a bootstrap sample of n is the order statistic at a place that is distributed as n times a
    Beta((n + 1) / 2, (n + 1) / 2) variable (David and Nagaraja 2003), so nothing has to be sorted again.
    """
    from scipy.stats import beta

    half = (len(values) + 1) / 2
    places = np.floor(beta.ppf(draw(resamples), half, half) * len(values)).astype(int)
    return np.sort(values)[np.minimum(places, len(values) - 1)]
