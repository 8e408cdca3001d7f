"""However urgent a tool finds the others, nobody waits behind a case that came after one's own days were over."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from minga.deliver.advising import priority, read_by
from minga.deliver.models import Case, Service
from minga.tools.base import Advice, Reason

START = datetime(2026, 1, 1, tzinfo=UTC)
hours = st.integers(0, 24 * 60)
measures = st.one_of(st.none(), st.floats(allow_nan=False, min_value=-1e6, max_value=1e6))


def case_at(hour: int, control: bool, measured: float | None, days: int) -> Case:
    service = Service(decide_days=days)
    drawn = Case.Drawn.RANDOM if control else Case.Drawn.LISTED
    case = Case(service=service, received=START + timedelta(hours=hour), drawn=drawn)
    case.read_by = read_by(service, case, Advice("x", "y", reasons=(Reason("priority", "said", measured),)))
    return case


@given(st.lists(st.tuples(hours, st.booleans(), measures), min_size=2, max_size=40), st.integers(1, 60))
def test_nobody_starves(rows: list[tuple[int, bool, float | None]], days: int) -> None:
    cases = sorted((case_at(*row, days) for row in rows), key=lambda case: case.read_by)
    bound = timedelta(days=days)
    for place, case in enumerate(cases):
        assert case.received <= case.read_by <= case.received + bound
        assert all(before.received <= case.received + bound for before in cases[:place])


@given(st.lists(st.tuples(hours, measures), min_size=1, max_size=40), st.integers(1, 60))
def test_one_reader_who_keeps_up_reads_everybody_in_time(rows: list[tuple[int, float | None]], days: int) -> None:
    """One case an hour comes at most, and one an hour is read: each is read within its days, whatever the tool says."""
    waiting = [case_at(hour, False, measured, days) for hour, (_, measured) in enumerate(rows)]
    clock = 0
    while waiting:
        now = START + timedelta(hours=clock)
        here = [case for case in waiting if case.received <= now]
        clock += 1
        if here:
            first = min(here, key=lambda case: case.read_by)
            waiting.remove(first)
            assert now <= first.received + timedelta(days=days)


@given(st.integers(0, 1000), measures)
def test_the_control_share_takes_no_notice_of_the_tool(hour: int, measured: float | None) -> None:
    assert case_at(hour, True, measured, 10).read_by == START + timedelta(hours=hour, days=10)


def test_without_a_measure_there_is_no_priority() -> None:
    assert priority(Advice("x", "y")) == 0
