"""Nobody judges their own offer, follows another's points, or changes who judges once offers are read."""

from decimal import Decimal

import pytest
from django.urls import reverse

from minga.jobs.models import Outbox
from minga.ledger import guard
from minga.ledger.models import Entry
from minga.ledger.refusals import Blocked, Conflict, Invalid, NotAllowed
from minga.people.models import Person
from minga.procurement.actions import (
    declare,
    decline,
    excuse_assessor,
    move,
    name_assessor,
    receive_offer,
    score,
    select,
)
from minga.procurement.models import Offer
from tests.conftest import Cast, by
from tests.procurement.conftest import Buying
from tests.procurement.test_procedures import as_


def handed_in_by(call: Buying, person: Person) -> Offer:
    call.asking()
    made = receive_offer(by(person), call.project, call.procedure, name="Own firm", text="Ours.")
    call.offer("Datos Claros")
    move(by(call.cast.lena), call.project, call.procedure, "The time is over.")
    call.again()
    return made


def test_nobody_judges_what_they_handed_in(call: Buying, cast: Cast) -> None:
    own = handed_in_by(call, cast.dario)
    with pytest.raises(Invalid, match="cannot be used") as refusal:
        declare(by(cast.dario), call.project, own, conflict=False)
    assert "own offer" in refusal.value.fields["conflict"]
    assert declare(by(cast.flor), call.project, own, conflict=False).conflict is False


def test_nobody_decides_on_what_they_handed_in(call: Buying, cast: Cast) -> None:
    own = handed_in_by(call, cast.lena)
    for action in (select, decline):
        with pytest.raises(NotAllowed, match="own offer"):
            action(by(cast.lena), call.project, own, "Because.")


def test_an_offer_answered_to_ones_own_address_is_ones_own(call: Buying, cast: Cast) -> None:
    with guard.open_for_action():
        Person.objects.filter(pk=cast.dario.pk).update(email="Sales@example.org")
    [first, _second] = call.judging()
    with pytest.raises(Invalid):
        declare(by(cast.dario), call.project, first, conflict=False)


def test_a_declared_conflict_is_not_taken_back(call: Buying, cast: Cast) -> None:
    [first, _second] = call.judging()
    declare(by(cast.dario), call.project, first, conflict=True, text="My sister works there.")
    with pytest.raises(Conflict, match="not taken back"):
        declare(by(cast.dario), call.project, first, conflict=False)
    page = reverse("procurement:judge_one", args=[call.procedure.pk, first.pk])
    as_(cast.dario).post(page, {"conflict": "no", "text": "", "once": "a"})
    assert first.interests.get().conflict


def test_points_do_not_go_away_after_the_decision(call: Buying, cast: Cast) -> None:
    [first, _second] = call.judging()
    for who in (cast.dario, cast.flor):
        call.judged(first, who, 4, 3)
    select(by(cast.lena), call.project, first, "Best.")
    with pytest.raises(Blocked, match="points stay"):
        declare(by(cast.dario), call.project, first, conflict=True, text="They offered me a post.")
    assert first.scores.count() == 4


def test_who_still_has_to_judge_sees_nobody_elses_points(call: Buying, cast: Cast) -> None:
    [first, second] = call.judging()
    call.judged(first, cast.dario, 4, 3)
    address = reverse("procurement:compare", args=[call.procedure.pk])
    for person in (cast.dario, cast.flor):
        refused = as_(person).get(address)
        assert refused.status_code == 403
        assert "judged every offer" in refused.content.decode()
    declare(by(cast.dario), call.project, second, conflict=True, text="My sister.")
    assert as_(cast.dario).get(address).status_code == 200
    assert as_(cast.flor).get(address).status_code == 403


def test_points_changed_later_leave_a_trace(call: Buying, cast: Cast) -> None:
    [first, _second] = call.judging()
    call.judged(first, cast.dario, 4, 3)
    wanted = list(call.procedure.criteria.values_list("pk", flat=True))
    score(
        by(cast.dario), call.project, first, dict(zip(wanted, (4, 0), strict=True)), dict.fromkeys(wanted, "After all.")
    )
    told = Entry.objects.filter(action="offer.scored").order_by("seq").values_list("payload", flat=True)
    assert ['"changed":0' in told[0], '"changed":1' in told[1]] == [True, True]


def test_a_provider_of_the_project_does_not_judge(call: Buying, cast: Cast) -> None:
    with pytest.raises(Blocked, match="provider"):
        name_assessor(by(cast.lena), call.project, call.procedure, cast.paz)
    with pytest.raises(Blocked, match="overseer"):
        name_assessor(by(cast.lena), call.project, call.procedure, cast.olga)


def test_nobody_joins_those_who_judge_once_offers_are_read(call: Buying, cast: Cast) -> None:
    [first, _second] = call.judging()
    with pytest.raises(Blocked, match="nobody joins"):
        name_assessor(by(cast.lena), call.project, call.procedure, cast.fidel)
    declare(by(cast.dario), call.project, first, conflict=True, text="My sister.")
    assert name_assessor(by(cast.lena), call.project, call.procedure, cast.fidel).person == cast.fidel


def test_somebody_who_cannot_go_on_does_not_block_the_others(call: Buying, cast: Cast) -> None:
    [first, second] = call.judging()
    for offer in (first, second):
        call.judged(offer, cast.dario, 4, 3)
    call.judged(first, cast.flor, 0, 0)
    seat = call.procedure.assessors.get(person=cast.flor)
    excuse_assessor(by(cast.lena), call.project, seat, "Away until May.")
    assert first.scores.count() == 2
    assert select(by(cast.lena), call.project, first, "Best.").state == "selected"
    assert '"points_gone":2' in Entry.objects.get(action="assessor.excused").payload


def test_who_judged_everything_is_not_sent_away(call: Buying, cast: Cast) -> None:
    offers = call.judging()
    for offer in offers:
        call.judged(offer, cast.flor, 0, 0)
    seat = call.procedure.assessors.get(person=cast.flor)
    with pytest.raises(Blocked, match="judged everything"):
        excuse_assessor(by(cast.lena), call.project, seat, "Their points do not please us.")
    page = reverse("procurement:excuse", args=[call.procedure.pk, seat.pk])
    assert as_(cast.lena).post(page, {"reason": "Away.", "once": "a"}).status_code == 422
    assert as_(cast.dario).get(page).status_code == 403


def test_interests_are_read_by_who_decides_and_who_watches(call: Buying, cast: Cast) -> None:
    [first, second] = call.judging()
    declare(by(cast.dario), call.project, first, conflict=True, text="My sister works there.")
    call.judged(second, cast.dario, 1, 1)
    address = reverse("procurement:compare", args=[call.procedure.pk])
    for reader, sees in ((cast.lena, True), (cast.olga, True), (cast.dario, False)):
        assert ("My sister works there." in as_(reader).get(address).content.decode()) is sees


def test_who_decides_reads_what_is_offered(call: Buying, cast: Cast) -> None:
    [first, _second] = call.judging()
    page = as_(cast.lena).get(reverse("procurement:decide", args=[call.procedure.pk, first.pk]))
    assert "We sort them." in page.content.decode()


def test_the_place_at_which_an_offer_stood_is_kept(call: Buying, cast: Cast) -> None:
    [first, second] = call.judging()
    for who in (cast.dario, cast.flor):
        call.judged(first, who, 1, 1)
        call.judged(second, who, 4, 4)
    select(by(cast.lena), call.project, first, "Cheaper.", Decimal(0))
    payload = Entry.objects.get(action="offer.selected").payload
    assert ['"place":2' in payload, '"amount":"0"' in payload, '"judged":true' in payload] == [True] * 3


def test_who_hands_in_gets_a_receipt_with_the_private_link(call: Buying, cast: Cast) -> None:
    call.asking()
    made = call.offer()
    told = Outbox.objects.get(kind="email").content
    assert told["to"] == "sales@example.org"
    assert made.token in told["text"]
    assert "(UTC)" in told["text"]
