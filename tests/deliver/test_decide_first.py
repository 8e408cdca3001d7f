"""A share of cases is decided before the advice is shown; both decisions stay."""

import pytest
from django.urls import reverse

from minga.deliver import quality, queries
from minga.deliver.actions import (
    claim_case,
    open_evidence,
    record_determination,
    return_case,
    revise_determination,
)
from minga.deliver.models import Case, Determination, Flag
from minga.deliver.showing import Withheld, withheld
from minga.ledger.models import Entry
from minga.ledger.refusals import Blocked, Conflict, Invalid, NotAllowed
from tests.conftest import by
from tests.deliver.conftest import Desk
from tests.deliver.counter import as_, text_of


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


def test_only_the_lead_releases_a_case_whose_reader_left(desk: Desk, case: Case) -> None:
    first = unaided(desk, case, "reject")
    for who in (desk.cast.flor, desk.cast.fidel):
        with pytest.raises(NotAllowed):
            return_case(by(who), desk.project, case)
    freed = return_case(by(desk.cast.lena), desk.project, case)
    assert (freed.state, freed.claimed_by, freed.due) == ("open", None, None)
    entry = Entry.objects.filter(action="case.returned").latest("pk")
    assert '"after":"unaided"' in entry.payload
    assert list(case.determinations.all()) == [first]


def test_the_next_reader_decides_a_released_case_for_themselves(desk: Desk, case: Case) -> None:
    unaided(desk, case, "accept")
    return_case(by(desk.cast.lena), desk.project, case)
    with pytest.raises(Blocked, match="read this case before"):
        claim_case(by(desk.cast.flor), desk.project, case)
    fidel = by(desk.cast.fidel)
    case = claim_case(fidel, desk.project, case)
    assert withheld(case, desk.cast.fidel.pk) == Withheld.FIRST
    page = text_of(as_(desk.cast.fidel).get(case.get_absolute_url()))
    assert "What I saw unaided" not in page
    record_determination(by(desk.cast.fidel), desk.project, case, "reject", "A good reason")
    made = revise_determination(by(desk.cast.fidel), desk.project, case, "reject", "Kept")
    case.refresh_from_db()
    assert case.state == "decided"
    assert not Flag.objects.exists()
    assert queries.final_determinations(desk.project) == [made]
    assert list(quality.decided(desk.project)) == [made]


def test_who_could_tell_before_the_release_does_not_count_as_one_who_could_not(desk: Desk, case: Case) -> None:
    unaided(desk, case, "accept")
    return_case(by(desk.cast.lena), desk.project, case)
    case = claim_case(by(desk.cast.fidel), desk.project, case)
    record_determination(by(desk.cast.fidel), desk.project, case, "cannot_tell", "Too little")
    revise_determination(by(desk.cast.fidel), desk.project, case, "cannot_tell", "Still too little")
    case.refresh_from_db()
    assert case.state == "open"


def test_the_page_offers_the_release_to_the_lead_alone(desk: Desk, case: Case) -> None:
    unaided(desk, case, "reject")
    for who, offered in ((desk.cast.lena, True), (desk.cast.olga, False), (desk.cast.flor, False)):
        assert ("Release this case" in text_of(as_(who).get(case.get_absolute_url()))) == offered
    address = reverse("deliver:return", args=[desk.project.slug, case.number])
    as_(desk.cast.lena).post(address, {"once": "1"})
    case.refresh_from_db()
    assert case.state == "open"
    assert "somebody else must read it" in text_of(as_(desk.cast.flor).get(case.get_absolute_url()))
