"""The queue: urgent cases first, and nobody starves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minga.tools.base import ToolError
from minga.tools.triage.queue import Waiting, allowed, by_group, due, enough_servers, order, overdue, waits

START = datetime(2026, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
LONGEST = 32 * HOUR
ARRIVALS = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 5)), min_size=1, max_size=60)


def cases(arrivals: list[tuple[int, int]]) -> list[Waiting]:
    return [Waiting(f"c{n}", START + hour * HOUR, priority) for n, (hour, priority) in enumerate(arrivals)]


def served(waiting: list[Waiting]) -> dict[str, datetime]:
    """One desk that takes the first in order, an hour each: when each case is taken."""
    taken: dict[str, datetime] = {}
    now, left = START, list(waiting)
    while left:
        if line := order(left, now, LONGEST):
            taken[line[0].case] = now
            left.remove(line[0])
        now += HOUR
    return taken


@given(ARRIVALS)
def test_order_keeps_all_who_have_come_and_only_them(arrivals: list[tuple[int, int]]) -> None:
    waiting = cases(arrivals)
    now = START + 20 * HOUR
    line = order(waiting, now)
    assert sorted(line, key=lambda one: one.case) == sorted(
        (one for one in waiting if one.arrived <= now), key=lambda one: one.case
    )
    assert line == order(waiting[::-1], now)
    dues = [due(one) for one in line]
    assert dues == sorted(dues)


@settings(max_examples=50, deadline=None)
@given(ARRIVALS)
def test_a_case_is_overtaken_only_by_those_that_come_soon_after(arrivals: list[tuple[int, int]]) -> None:
    waiting = cases(arrivals)
    taken = served(waiting)
    shortest = min(allowed(one.priority, LONGEST) for one in waiting)
    for one in waiting:
        window = allowed(one.priority, LONGEST) - shortest
        for other in waiting:
            if other.arrived > one.arrived + window:
                assert taken[other.case] > taken[one.case]


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(0, 4), min_size=1, max_size=80), st.data())
def test_nobody_waits_longer_than_allowed_while_the_desk_keeps_up(priorities: list[int], data: st.DataObject) -> None:
    """Never more than a burst of one in any hour above one an hour; the shortest wait allowed is two hours."""
    hour, arrivals = 0, []
    for number, priority in enumerate(priorities):
        hour = max(hour + data.draw(st.integers(0, 2), label="gap"), number)
        arrivals.append((hour, priority))
    waiting = cases(arrivals)
    taken = served(waiting)
    for one in waiting:
        assert taken[one.case] - one.arrived <= allowed(one.priority, LONGEST)


def test_without_bounds_urgent_cases_would_starve_the_others() -> None:
    """A usual case against an endless stream of urgent ones, more than the desk can do."""
    stream = [(hour, 5) for hour in range(100) for _ in range(2)]
    waiting = cases([(0, 0), *stream])
    assert served(waiting)["c0"] - START <= 2 * LONGEST + HOUR


def test_the_simulation_takes_cases_as_order_does() -> None:
    rng = np.random.default_rng(4)
    hours = np.sort(rng.integers(0, 60, 80))
    priority = rng.integers(0, 5, 80)
    waiting = cases(list(zip(hours.tolist(), priority.tolist(), strict=True)))
    found = waits(hours.astype(float), np.ones(80), 1, priority.astype(float), LONGEST / HOUR)
    taken = served(waiting)
    lengths = sorted((taken[one.case] - one.arrived) / HOUR for one in waiting)
    assert sorted(found.tolist()) == pytest.approx(lengths)


def test_more_servers_shorter_waits() -> None:
    arrived = np.sort(np.random.default_rng(1).uniform(0, 100, 400))
    work = np.full(400, 1.0)
    longest = [float(waits(arrived, work, servers).max()) for servers in (3, 4, 6, 400)]
    assert longest == sorted(longest, reverse=True)
    assert longest[-1] == 0
    enough = enough_servers(arrived, 1.0, 5.0)
    assert waits(arrived, work, enough).max() <= 5.0 < waits(arrived, work, enough - 1).max()
    assert enough_servers(np.zeros(0), 1.0, 5.0) == 0


def test_overdue() -> None:
    waiting = [Waiting("old", START), Waiting("new", START + 30 * HOUR), Waiting("hot", START + 20 * HOUR, 3)]
    assert [one.case for one in overdue(waiting, START + 33 * HOUR, LONGEST)] == ["hot", "old"]


@pytest.mark.parametrize("priority", [-1.0, 10.5, float("nan")])
def test_a_priority_outside_the_scale_is_refused(priority: float) -> None:
    with pytest.raises(ToolError, match="outside 0 to 10"):
        allowed(priority)


def test_bad_figures_are_refused() -> None:
    with pytest.raises(ToolError, match="at least one server"):
        waits(np.array([1.0, 0.0]), np.ones(2), 1)
    with pytest.raises(ToolError, match="at least one server"):
        waits(np.array([0.0]), np.ones(1), 0)
    with pytest.raises(ToolError, match="Priorities"):
        waits(np.array([0.0]), np.ones(1), 1, np.array([-1.0]))


def test_gaps_between_groups_have_intervals() -> None:
    rng = np.random.default_rng(2)
    waited = np.concatenate([rng.exponential(1, 400), rng.exponential(2, 400), rng.exponential(1, 10)])
    rows = {row.group: row for row in by_group(waited, ["a"] * 400 + ["b"] * 400 + ["c"] * 10)}
    assert rows["c"].gap is None
    assert rows["b"].gap_low is not None
    assert rows["b"].gap_low > 0
    assert rows["a"].gap_high is not None
    assert rows["a"].gap_high < 0
    assert rows["a"].median == pytest.approx(float(np.median(waited[:400])))
    same = by_group(rng.exponential(1, 900), ["x", "y", "z"] * 300, seed=1)
    assert sum((row.gap_low or 0) <= 0 <= (row.gap_high or 0) for row in same) >= 2


def test_bootstrap_of_the_median_agrees_with_drawing_again() -> None:
    rng = np.random.default_rng(3)
    values = rng.exponential(1, 300)
    drawn = np.median(rng.choice(values, (4000, 300)), axis=1)
    row = by_group(np.concatenate([values, np.zeros(20_001)]), ["v"] * 300 + ["zero"] * 20_001, resamples=4000)[1]
    assert row.gap_low == pytest.approx(np.quantile(drawn, 0.025), abs=0.03)
    assert row.gap_high == pytest.approx(np.quantile(drawn, 0.975), abs=0.03)
