"""A share of cases is decided before the advice is shown; both decisions stay."""

import pytest

from minga.deliver import queries
from minga.deliver.actions import open_evidence, record_determination, revise_determination
from minga.deliver.models import Case, Determination, Flag
from minga.deliver.showing import Withheld, withheld
from minga.ledger.refusals import Conflict, Invalid
from tests.conftest import by
from tests.deliver.conftest import Desk


@pytest.fixture
def case(desk: Desk) -> Case:
    desk.in_use()
    return desk.claimed(first=True)


def unaided(desk: Desk, case: Case, choice: str) -> Determination:
    open_evidence(by(desk.cast.flor), desk.project, case, "/")
    return record_determination(by(desk.cast.flor), desk.project, case, choice, "What I saw unaided")


def test_the_advice_is_withheld_from_everybody(desk: Desk, case: Case) -> None:
    for person in (desk.cast.flor, desk.cast.fidel, desk.cast.olga, desk.cast.lena):
        assert withheld(case, person.pk) == Withheld.FIRST


def test_an_unaided_adverse_decision_needs_the_source_opened(desk: Desk, case: Case) -> None:
    with pytest.raises(Invalid):
        record_determination(by(desk.cast.flor), desk.project, case, "accept", "x")


def test_the_advice_opens_to_the_one_who_decided(desk: Desk, case: Case) -> None:
    made = unaided(desk, case, "reject")
    assert made.before_advice
    case.refresh_from_db()
    assert withheld(case, desk.cast.flor.pk) is None
    assert withheld(case, desk.cast.fidel.pk) == Withheld.FIRST


def test_no_flag_before_the_person_saw_the_evidence(desk: Desk, case: Case) -> None:
    unaided(desk, case, "accept")
    assert not Flag.objects.exists()
    with pytest.raises(Invalid):
        revise_determination(by(desk.cast.flor), desk.project, case, "accept", "Still")


def test_a_changed_decision_keeps_both_and_their_difference(desk: Desk, case: Case) -> None:
    first = unaided(desk, case, "reject")
    desk.open_all(case)
    second = revise_determination(by(desk.cast.flor), desk.project, case, "accept", "I missed the dates")
    assert second.revises == first
    assert second.difference["changed"] is True
    assert (second.difference["before"], second.difference["after"]) == ("reject", "accept")
    assert Flag.objects.get().determination == second


def test_a_kept_decision_closes_the_case(desk: Desk, case: Case) -> None:
    unaided(desk, case, "reject")
    second = revise_determination(by(desk.cast.flor), desk.project, case, "reject", "Still a flood")
    assert second.difference["changed"] is False
    assert Case.objects.get(pk=case.pk).state == "decided"
    assert queries.unaided_agreement(desk.project).of == 1


def test_a_second_tab_cannot_record_the_unaided_decision_again(desk: Desk, case: Case) -> None:
    unaided(desk, case, "reject")
    with pytest.raises(Conflict):
        record_determination(by(desk.cast.flor), desk.project, case, "accept", "x")


def test_a_case_of_the_other_share_is_not_revised(desk: Desk) -> None:
    desk.in_use()
    made = desk.decide("reject")
    with pytest.raises(Conflict):
        revise_determination(by(desk.cast.flor), desk.project, made.case, "accept", "x")
