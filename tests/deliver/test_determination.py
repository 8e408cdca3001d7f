"""A named person decides, having seen the evidence, once."""

import pytest

from minga.deliver.actions import claim_case, open_evidence, record_determination
from minga.deliver.models import Case, Determination, Flag, Opened
from minga.ledger import guard
from minga.ledger.models import Edge, Entry
from minga.ledger.refusals import Blocked, Conflict, Invalid
from tests.conftest import by
from tests.deliver.conftest import Desk


@pytest.fixture(autouse=True)
def _in_use(desk: Desk) -> None:
    desk.in_use()


@pytest.mark.parametrize("choice", ["accept", "edit"])
def test_an_adverse_choice_needs_all_evidence_opened(desk: Desk, choice: str) -> None:
    case = desk.claimed()
    open_evidence(by(desk.cast.flor), desk.project, case, "/tender/tenderPeriod/endDate")
    with pytest.raises(Invalid) as refused:
        record_determination(by(desk.cast.flor), desk.project, case, choice, "Too short")
    assert "1 piece is still closed" in refused.value.fields["choice"]
    assert not Determination.objects.exists()


def test_what_a_colleague_opened_does_not_count(desk: Desk) -> None:
    case = desk.claimed()
    for path in ("/tender/tenderPeriod/startDate", "/tender/tenderPeriod/endDate"):
        open_evidence(by(desk.cast.fidel), desk.project, case, path)
    with pytest.raises(Invalid):
        record_determination(by(desk.cast.flor), desk.project, case, "accept", "Too short")


def test_an_accepted_case_raises_a_flag(desk: Desk) -> None:
    made = desk.decide("accept")
    flag = Flag.objects.get()
    assert (flag.determination, flag.code, flag.state, flag.published) == (made, "F-0001", "confirmed", None)
    assert Case.objects.get(pk=made.case_id).state == "decided"


def test_a_rejected_case_is_closed_without_a_flag(desk: Desk) -> None:
    made = record_determination(by(desk.cast.flor), desk.project, desk.claimed(), "reject", "A flood.")
    assert (Case.objects.get(pk=made.case_id).state, Flag.objects.count()) == ("decided", 0)


def test_the_difference_to_the_advice_is_kept(desk: Desk) -> None:
    made = desk.decide("edit", reason="The title hides two lots.")
    assert made.difference == {"advised": ["R003"], "chosen": "edit", "agrees": False}


def test_a_person_may_flag_what_the_tool_did_not(desk: Desk) -> None:
    desk.decide("accept", desk.claimed("random"))
    assert Flag.objects.count() == 1


def test_an_unflagged_case_needs_the_source_opened(desk: Desk) -> None:
    with pytest.raises(Invalid) as refused:
        record_determination(by(desk.cast.flor), desk.project, desk.claimed("random"), "accept", "x")
    assert "still closed" in refused.value.fields["choice"]


def test_reason_and_choice_are_required(desk: Desk) -> None:
    with pytest.raises(Invalid) as refused:
        record_determination(by(desk.cast.flor), desk.project, desk.claimed(), "", "  ")
    assert set(refused.value.fields) == {"choice", "reason"}


def test_a_second_tab_is_told_and_changes_nothing(desk: Desk) -> None:
    made = desk.decide("reject")
    with pytest.raises(Conflict, match="another tab"):
        record_determination(by(desk.cast.flor), desk.project, made.case, "accept", "Changed my mind")
    assert Determination.objects.get().choice == "reject"


def test_the_same_form_sent_twice_records_once(desk: Desk) -> None:
    case, request = desk.claimed(), by(desk.cast.flor)
    first = record_determination(request, desk.project, case, "reject", "fine")
    assert record_determination(request, desk.project, case, "reject", "fine") == first


def test_an_account_without_a_name_cannot_decide(desk: Desk) -> None:
    case = desk.claimed()
    type(desk.cast.flor).objects.filter(pk=desk.cast.flor.pk).update(display_name="")
    with pytest.raises(Blocked, match="carries a name"):
        record_determination(by(desk.cast.flor), desk.project, case, "reject", "fine")


def test_cannot_tell_goes_to_a_second_reader(desk: Desk) -> None:
    made = desk.decide("cannot_tell")
    case = Case.objects.get(pk=made.case_id)
    assert (case.state, case.claimed_by) == ("open", None)
    with pytest.raises(Blocked, match="second reader"):
        claim_case(by(desk.cast.flor), desk.project, case)


def test_two_readers_who_cannot_tell_close_it_undecided(desk: Desk) -> None:
    case = desk.decide("cannot_tell").case
    claim_case(by(desk.cast.fidel), desk.project, case)
    record_determination(by(desk.cast.fidel), desk.project, case, "cannot_tell", "Nor can I")
    assert Case.objects.get(pk=case.pk).state == "undecided"


def test_evidence_opens_once_per_person_and_path(desk: Desk) -> None:
    case = desk.claimed()
    for _ in range(2):
        open_evidence(by(desk.cast.flor), desk.project, case, "/tender/title")
    assert Opened.objects.count() == 1


def test_a_path_that_is_not_there_cannot_be_opened(desk: Desk) -> None:
    with pytest.raises(Invalid, match="nothing at this path"):
        open_evidence(by(desk.cast.flor), desk.project, desk.claimed(), "/made/up")


def test_the_entry_follows_from_case_and_release_and_names_nobody(desk: Desk) -> None:
    made = desk.decide("accept")
    entry = Entry.objects.get(action="determination.recorded")
    assert {edge.cause_kind for edge in Edge.objects.filter(entry=entry)} == {"case", "release"}
    assert "Health" not in entry.payload
    assert made.case.process not in entry.payload


def test_a_frozen_case_cannot_be_changed_outside_an_action(desk: Desk) -> None:
    case = desk.claimed()
    case.title = "Other"
    with pytest.raises(guard.WroteOutsideAction):
        case.save()
