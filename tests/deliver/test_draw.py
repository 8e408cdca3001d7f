"""A draw reads everything, picks by lot, freezes what it picked, and adds up."""

import pytest

from minga.deliver import tasks
from minga.deliver.actions import draw_cases
from minga.deliver.lots import in_share, lot
from minga.deliver.models import Case, Draw
from minga.ledger import guard
from minga.ledger.models import Entry
from minga.ledger.refusals import Blocked, NotAllowed
from tests.conftest import by
from tests.deliver.conftest import Desk, contracting, write


def test_no_cases_while_the_release_is_off(desk: Desk) -> None:
    with pytest.raises(Blocked, match="off"):
        desk.draw()


def test_read_is_drawn_plus_not_drawn_plus_failed(desk: Desk) -> None:
    desk.to("shadow")
    desk.draw()
    draw = Draw.objects.get()
    assert draw.read == 34 == draw.drawn + draw.not_drawn + draw.failed
    assert draw.left_out == {"abstained": 2, "unflagged_not_in_lot": 16}
    assert draw.flagged == 12


def test_flagged_and_unflagged_are_mixed(desk: Desk) -> None:
    desk.to("shadow")
    kinds = [case.drawn for case in desk.draw()]
    assert (kinds.count("flagged"), kinds.count("random")) == (12, 4)
    assert kinds != sorted(kinds)


def test_the_desk_takes_no_more_than_it_can(desk: Desk, settings: object) -> None:
    settings.MINGA_DESK_CAPACITY = 8  # type: ignore[attr-defined]
    desk.to("shadow")
    assert len(desk.draw()) == 8
    assert Draw.objects.get().left_out["flagged_beyond_capacity"] == 6


def test_source_and_advice_are_frozen(desk: Desk) -> None:
    desk.to("shadow")
    case = next(case for case in desk.draw() if case.drawn == "flagged")
    assert case.source["ocid"] == case.process
    assert case.told.reasons[0].evidence[1].path == "/tender/tenderPeriod/endDate"


def test_the_same_seed_draws_the_same(desk: Desk) -> None:
    desk.to("shadow")
    first = [(case.process, case.decide_first) for case in desk.draw(seed=5)]
    with guard.open_for_action():
        Case.objects.all().delete()
    assert [(case.process, case.decide_first) for case in desk.draw(seed=5)] == first


def test_about_one_case_in_five_is_decided_first() -> None:
    share = sum(lot(7, "first", f"ocds-{n}") < 0.2 for n in range(5000)) / 5000
    assert share == pytest.approx(0.2, abs=0.02)


def test_a_process_is_drawn_once(desk: Desk) -> None:
    desk.to("shadow")
    drawn = {case.process for case in desk.draw()}
    desk.draw(seed=2)
    assert Draw.objects.first().left_out["known"] == len(drawn)  # type: ignore[union-attr]
    assert Case.objects.count() == Case.objects.values("process").distinct().count()


def test_only_the_share_of_the_stage_is_drawn(desk: Desk) -> None:
    desk.to("shadow", "1", "10", "50")
    assert all(in_share(desk.project.chain, case.process, 50) for case in desk.draw())


def test_who_is_in_at_ten_per_cent_stays_in_at_fifty() -> None:
    processes = [f"ocds-{n}" for n in range(1000)]
    ten = {p for p in processes if in_share("chain", p, 10)}
    assert 60 < len(ten) < 140
    assert ten <= {p for p in processes if in_share("chain", p, 50)}


def test_a_repeated_request_draws_once(desk: Desk) -> None:
    desk.to("shadow")
    request = by(desk.cast.lena)
    first = draw_cases(request, desk.project, desk.release, desk.dataset)
    assert draw_cases(request, desk.project, desk.release, desk.dataset) == first
    assert Draw.objects.count() == 1


def test_the_task_draws_as_the_system(desk: Desk) -> None:
    desk.to("shadow")
    tasks.draw.call(desk.release.pk, desk.dataset.pk, "task-1")
    assert Entry.objects.get(action="cases.drawn").actor_key == "system"


def test_frontline_does_not_draw_its_own_cases(desk: Desk) -> None:
    desk.to("shadow")
    with pytest.raises(NotAllowed):
        draw_cases(by(desk.cast.flor), desk.project, desk.release, desk.dataset)


def test_a_process_that_the_tool_answers_twice_counts_once_and_is_told(desk: Desk) -> None:
    desk.to("shadow")
    with guard.open_for_action():
        twice = write(desk.project, [contracting(1, 4), contracting(1, 4)], "Twice")
    desk.draw(dataset=twice)
    draw = Draw.objects.get()
    assert (draw.read, draw.drawn, draw.failed) == (2, 1, 1)
    assert "twice" in draw.problems[0]


def test_the_entry_names_no_process(desk: Desk) -> None:
    desk.to("shadow")
    desk.draw()
    assert "ocds" not in Entry.objects.get(action="cases.drawn").payload
