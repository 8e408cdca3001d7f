"""A release walks its stages one step at a time, goes back at will, and is stopped at once."""

import pytest

from minga.deliver import queries
from minga.deliver.actions import change_stage, stop
from minga.deliver.models import Stage
from minga.ledger import guard
from minga.ledger.action import SYSTEM
from minga.ledger.models import Edge
from minga.ledger.refusals import Blocked, Conflict, Invalid, NotAllowed
from tests.conftest import by
from tests.deliver.conftest import Desk, made_release


def test_a_release_begins_off(desk: Desk) -> None:
    assert queries.stage_of(desk.release) == Stage.OFF


def test_it_goes_forward_one_step(desk: Desk) -> None:
    desk.to("shadow", "1", "10")
    assert queries.stage_of(desk.release) == Stage.TEN


def test_it_does_not_jump(desk: Desk) -> None:
    with pytest.raises(Blocked, match="one stage at a time"):
        desk.to("10")


def test_it_goes_back_any_number_of_steps(desk: Desk) -> None:
    desk.to("shadow", "1", "10", "shadow")
    assert queries.stage_of(desk.release) == Stage.SHADOW


def test_a_reason_is_required(desk: Desk) -> None:
    with pytest.raises(Invalid):
        change_stage(by(desk.cast.lena), desk.project, desk.release, "shadow", " ")


def test_two_tabs_do_not_move_it_twice(desk: Desk) -> None:
    desk.to("shadow")
    with pytest.raises(Conflict, match="already"):
        desk.to("shadow")


def test_only_the_lead_moves_it(desk: Desk) -> None:
    with pytest.raises(NotAllowed):
        change_stage(by(desk.cast.olga), desk.project, desk.release, "shadow", "x")


@pytest.mark.parametrize("who", ["olga", "lena"])
def test_overseer_and_lead_stop_it_at_once(desk: Desk, who: str) -> None:
    desk.in_use()
    stop(by(getattr(desk.cast, who)), desk.project, desk.release, "Too many flags")
    assert queries.stage_of(desk.release) == Stage.OFF


def test_a_stop_rule_stops_it(desk: Desk) -> None:
    desk.to("shadow")
    assert stop(by(SYSTEM), desk.project, desk.release, "More than 20 % flagged").stopped


def test_frontline_cannot_stop_it(desk: Desk) -> None:
    desk.to("shadow")
    with pytest.raises(NotAllowed):
        stop(by(desk.cast.flor), desk.project, desk.release, "x")


def test_a_superseded_release_goes_no_further_but_back(desk: Desk) -> None:
    desk.to("shadow", "1")
    with guard.open_for_action():
        made_release(desk.project, desk.cast)
    with pytest.raises(Blocked, match="newer release"):
        desk.to("10")
    desk.to("shadow")


def test_the_new_release_retires_the_old_one_when_it_is_first_shown(desk: Desk) -> None:
    desk.to("shadow", "1")
    with guard.open_for_action():
        newer = made_release(desk.project, desk.cast)
    for stage in ("shadow", "1"):
        assert queries.stage_of(desk.release) == Stage.ONE
        change_stage(by(desk.cast.lena), desk.project, newer, stage, "planned")
    assert queries.stage_of(desk.release) == Stage.OFF


def test_the_change_follows_from_the_release(desk: Desk) -> None:
    desk.to("shadow")
    assert Edge.objects.filter(cause_kind="release", cause_id=desk.release.pk, entry__action="stage.changed").exists()
