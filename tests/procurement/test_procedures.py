"""Criteria stand before offers are read, conflicts are declared before points, and every result has its reason."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from minga.commission.actions import state_need
from minga.jobs.models import Outbox
from minga.ledger import guard
from minga.ledger.action import BODY
from minga.ledger.refusals import Blocked, Conflict, Invalid, NotAllowed
from minga.people.models import Person
from minga.procurement import queries
from minga.procurement.actions import (
    declare,
    decline,
    move,
    name_assessor,
    open_procedure,
    plan_funding,
    receive_offer,
    release_funding,
    score,
    select,
    set_criteria,
    withdraw_offer,
)
from minga.procurement.models import Offer, Procedure
from minga.projects.actions import open_project
from minga.projects.models import Project
from tests.conftest import Cast, by
from tests.procurement.conftest import CRITERIA, Buying


def as_(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_it_waits_for_criteria_and_two_people_who_judge(call: Buying, cast: Cast) -> None:
    with pytest.raises(Blocked) as refusal:
        move(by(cast.lena), call.project, call.procedure, "Go.")
    assert len(refusal.value.reasons) == 2
    call.asking()
    assert call.procedure.stage == "solicitation"


def test_criteria_cannot_change_once_offers_are_asked_for(call: Buying, cast: Cast) -> None:
    call.asking()
    with pytest.raises(Blocked, match="stand"):
        set_criteria(by(cast.lena), call.project, call.procedure, CRITERIA)


@pytest.mark.parametrize(
    "wrong",
    [[], [("A", 0)], [("A", 5), ("A", 5)], [(" ", 1)], [("A", 101)]],
)
def test_criteria_that_say_nothing_are_refused(call: Buying, cast: Cast, wrong: list[tuple[str, int]]) -> None:
    rows = [{"name": name, "weight": weight} for name, weight in wrong]
    with pytest.raises(Invalid):
        set_criteria(by(cast.lena), call.project, call.procedure, rows)


def test_offers_come_in_only_in_their_time(call: Buying, cast: Cast) -> None:
    with pytest.raises(Blocked):
        call.offer()
    call.judging()
    with pytest.raises(Blocked):
        call.offer("Late")


def test_a_day_that_has_passed_closes_it(project: Project, cast: Cast) -> None:
    yesterday = timezone.now() - timedelta(days=1)
    made = open_procedure(by(cast.lena), project, kind="call", title="T", text="x", closes=yesterday)
    made.stage = "solicitation"
    assert not made.takes_offers()


def test_nobody_reads_offers_while_more_can_come_in(call: Buying, cast: Cast) -> None:
    call.asking()
    call.offer("Datos Claros")
    address = reverse("procurement:compare", args=[call.procedure.pk])
    for person in (cast.lena, cast.dario):
        assert as_(person).get(address).status_code == 403
    page = as_(cast.lena).get(call.procedure.get_absolute_url()).content.decode()
    assert "Datos Claros" not in page


def test_before_the_result_only_those_who_judge_or_decide_read(call: Buying, cast: Cast, client: Client) -> None:
    call.judging("Datos Claros", "Ruido SA")
    address = reverse("procurement:compare", args=[call.procedure.pk])
    for reader in (cast.lena, cast.olga):
        assert as_(reader).get(address).status_code == 200
    for other in (cast.rosa, cast.nadie, cast.paz):
        assert as_(other).get(address).status_code == 403
    assert "Datos Claros" not in client.get(call.procedure.get_absolute_url()).content.decode()


def test_a_conflict_of_interest_keeps_from_judging_and_deciding(call: Buying, cast: Cast) -> None:
    [first, _second] = call.judging()
    with pytest.raises(Blocked, match="Say first"):
        score(by(cast.dario), call.project, first, {}, {})
    with pytest.raises(Invalid):
        declare(by(cast.dario), call.project, first, conflict=True)
    declare(by(cast.dario), call.project, first, conflict=True, text="My sister works there.")
    with pytest.raises(Blocked, match="conflict"):
        score(by(cast.dario), call.project, first, {}, {})


def test_a_conflict_told_late_takes_the_points_back(call: Buying, cast: Cast) -> None:
    [first, _second] = call.judging()
    call.judged(first, cast.dario, 4, 4)
    declare(by(cast.dario), call.project, first, conflict=True, text="I was offered a post.")
    assert not first.scores.exists()


def test_only_named_assessors_judge(call: Buying, cast: Cast) -> None:
    [first, _second] = call.judging()
    with pytest.raises(NotAllowed):
        declare(by(cast.lena), call.project, first, conflict=False)


def test_points_need_a_reason_each(call: Buying, cast: Cast) -> None:
    [first, _second] = call.judging()
    declare(by(cast.dario), call.project, first, conflict=False)
    pks = list(call.procedure.criteria.values_list("pk", flat=True))
    with pytest.raises(Invalid) as refusal:
        score(by(cast.dario), call.project, first, dict.fromkeys(pks, 3), {pks[0]: "Good."})
    assert list(refusal.value.fields) == [f"reason_{pks[1]}"]


def test_an_offer_is_chosen_once_all_have_judged_it(call: Buying, cast: Cast) -> None:
    [first, second] = call.judging()
    call.judged(first, cast.dario, 4, 3)
    with pytest.raises(Blocked) as refusal:
        select(by(cast.lena), call.project, first, "The best.")
    assert "1 of 2 assessors have not judged it" in refusal.value.reasons
    call.judged(first, cast.flor, 4, 3)
    select(by(cast.lena), call.project, first, "The best.", Decimal(900))
    decline(by(cast.lena), call.project, second, "It missed half of the cases.")
    told = [row.content["text"] for row in Outbox.objects.filter(kind="email")]
    assert len(told) == 4
    assert all(reverse("procurement:own_offer", args=[one.token]) in told[at] for at, one in enumerate((first, second)))
    assert ["The best." in told[2], "It missed half of the cases." in told[3]] == [True, True]


def test_the_result_is_public_with_reasons_and_without_who_gave_which_points(
    call: Buying, cast: Cast, client: Client
) -> None:
    [first, second] = call.judging()
    for who in (cast.dario, cast.flor):
        call.judged(first, who, 4, 3)
    select(by(cast.lena), call.project, first, "The best.")
    decline(by(cast.lena), call.project, second, "Too slow.")
    page = client.get(call.procedure.get_absolute_url()).content.decode()
    assert "Datos Claros" in page
    assert "Too slow." in page
    own = client.get(reverse("procurement:own_offer", args=[first.token])).content.decode()
    assert "Because of their tests." in own
    assert "Dario" not in own
    assert client.get(reverse("procurement:compare", args=[call.procedure.pk])).status_code == 200


def test_the_budget_is_not_exceeded(project: Project, cast: Cast) -> None:
    found = Buying(project, cast, "call")
    with guard.open_for_action():
        Procedure.objects.update(budget=Decimal(1000))
    [first, second] = found.judging()
    for offer in (first, second):
        for who in (cast.dario, cast.flor):
            found.judged(offer, who, 3, 3)
    select(by(cast.lena), found.project, first, "Good.", Decimal(700))
    with pytest.raises(Invalid) as refusal:
        select(by(cast.lena), found.project, second, "Good too.", Decimal(400))
    assert "amount" in refusal.value.fields


def test_a_purchase_waits_for_screen_criteria_and_terms(purchase: Buying, cast: Cast) -> None:
    purchase.prepared()
    with pytest.raises(Blocked) as refusal:
        move(by(cast.lena), purchase.project, purchase.procedure, "Go.")
    assert len(refusal.value.reasons) == 3


def test_an_offer_is_taken_back_by_its_private_link(call: Buying, cast: Cast, client: Client) -> None:
    call.asking()
    made = call.offer()
    client.post(reverse("procurement:own_offer", args=[made.token]), {"once": "a"})
    made.refresh_from_db()
    assert made.state == Offer.State.WITHDRAWN
    with pytest.raises(Blocked):
        withdraw_offer(by(None), call.project, made)
    assert list(queries.judged_offers(call.procedure)) == []


def test_the_body_calls_too_and_roles_of_projects_do_not_count_there(cast: Cast, offices: object) -> None:
    with pytest.raises(NotAllowed):
        open_procedure(by(cast.lena), BODY, kind="call", title="T", text="x")
    made = open_procedure(by(cast.chela), BODY, kind="call", title="T", text="x")
    name_assessor(by(cast.chela), BODY, made, cast.saul)
    with pytest.raises(Conflict):
        name_assessor(by(cast.chela), BODY, made, cast.saul)


def test_a_procedure_in_preparation_is_not_public(call: Buying, cast: Cast, client: Client) -> None:
    assert client.get(call.procedure.get_absolute_url()).status_code == 404
    assert as_(cast.lena).get(call.procedure.get_absolute_url()).status_code == 200


def test_another_projects_lead_cannot_touch_it(call: Buying, cast: Cast) -> None:
    other = open_project(by(cast.dario), BODY, title="Another", summary="x")
    with pytest.raises(Conflict):
        set_criteria(by(cast.dario), other, call.procedure, CRITERIA)


@pytest.fixture
def chosen(call: Buying, cast: Cast) -> Offer:
    [first, second] = call.judging()
    for who in (cast.dario, cast.flor):
        call.judged(first, who, 4, 3)
    decline(by(cast.lena), call.project, second, "No.")
    return select(by(cast.lena), call.project, first, "Best.", Decimal(1000))


def test_money_comes_in_stages_once_the_ledger_shows_what_they_ask(call: Buying, cast: Cast, chosen: Offer) -> None:
    parts = [
        {"name": "Plan", "amount": 400, "wanted": "A plan", "needs": []},
        {"name": "Need", "amount": 600, "wanted": "The need", "needs": [{"action": "need.stated", "count": 1}]},
    ]
    plan_funding(by(cast.lena), call.project, chosen, parts)
    first, second = chosen.funding.all()
    with pytest.raises(Blocked, match="earlier"):
        release_funding(by(cast.lena), call.project, second, "Here.")
    release_funding(by(cast.lena), call.project, first, "The plan of 3 May.")
    with pytest.raises(Blocked) as refusal:
        release_funding(by(cast.lena), call.project, second, "Here.")
    assert refusal.value.reasons == ("need.stated: 0 of 1",)
    counted = {"kind": "figure", "content": "People wait 12 days.", "source": "The queue of May"}
    state_need(by(cast.lena), call.project, statement="People wait.", evidence=[counted])
    assert release_funding(by(cast.lena), call.project, second, "It is stated.").released
    with pytest.raises(Blocked):
        plan_funding(by(cast.lena), call.project, chosen, parts)


def test_stages_come_to_what_was_granted(call: Buying, cast: Cast, chosen: Offer) -> None:
    with pytest.raises(Invalid) as refusal:
        plan_funding(by(cast.lena), call.project, chosen, [{"name": "All", "amount": 999, "wanted": "x"}])
    assert "999" in refusal.value.fields["parts"]


def test_an_offer_for_nothing_known_is_refused(call: Buying, cast: Cast) -> None:
    call.asking()
    with pytest.raises(Invalid):
        receive_offer(by(None), call.project, call.procedure, name="", text="x")
    with pytest.raises(Invalid) as refusal:
        receive_offer(by(None), call.project, call.procedure, name="A", text="x", price=Decimal(-1))
    assert "price" in refusal.value.fields
