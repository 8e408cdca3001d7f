"""One person holds a case at a time."""

import pytest

from minga.deliver.actions import claim_case, record_determination, return_case, stop
from minga.ledger.refusals import Blocked, Conflict, NotAllowed
from tests.conftest import by
from tests.deliver.conftest import Desk


@pytest.fixture(autouse=True)
def _in_use(desk: Desk) -> None:
    desk.in_use()


def test_a_claimed_case_is_due_in_fifteen_days(desk: Desk) -> None:
    case = desk.claimed()
    assert case.claimed_by == desk.cast.flor
    assert (case.due - case.claimed).days == 15


def test_nobody_else_takes_it(desk: Desk) -> None:
    case = desk.claimed()
    with pytest.raises(Conflict, match="no longer free"):
        claim_case(by(desk.cast.fidel), desk.project, case)


def test_the_second_click_says_that_you_hold_it(desk: Desk) -> None:
    case = desk.claimed()
    with pytest.raises(Conflict, match="hold this case already"):
        claim_case(by(desk.cast.flor), desk.project, case)


def test_it_can_be_given_back(desk: Desk) -> None:
    case = return_case(by(desk.cast.flor), desk.project, desk.claimed())
    assert (case.state, case.claimed_by) == ("open", None)


def test_a_colleague_cannot_give_it_back_but_the_lead_can(desk: Desk) -> None:
    case = desk.claimed()
    with pytest.raises(NotAllowed):
        return_case(by(desk.cast.fidel), desk.project, case)
    assert return_case(by(desk.cast.lena), desk.project, case).state == "open"


def test_only_the_holder_decides(desk: Desk) -> None:
    case = desk.claimed()
    with pytest.raises(NotAllowed, match="Somebody else"):
        record_determination(by(desk.cast.fidel), desk.project, case, "reject", "fine")


@pytest.mark.parametrize("who", ["lena", "olga", "rosa", "dario"])
def test_only_frontline_takes_cases(desk: Desk, who: str) -> None:
    with pytest.raises(NotAllowed):
        claim_case(by(getattr(desk.cast, who)), desk.project, desk.case())


def test_a_stopped_release_rests(desk: Desk) -> None:
    held, free = desk.claimed(), desk.case("random")
    stop(by(desk.cast.olga), desk.project, desk.release, "Stop")
    with pytest.raises(Blocked, match="switched off"):
        claim_case(by(desk.cast.fidel), desk.project, free)
    with pytest.raises(Blocked, match="switched off"):
        record_determination(by(desk.cast.flor), desk.project, held, "reject", "fine")
