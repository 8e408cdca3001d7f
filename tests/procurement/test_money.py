"""Money follows evidence: what is planned fits the budget, and what is paid was shown after the choice."""

from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import translation

from minga.commission.actions import state_need
from minga.design.models import Check, Criterion
from minga.ledger import guard
from minga.ledger.refusals import Blocked, Invalid
from minga.procurement.actions import decline, plan_funding, release_funding, select
from minga.procurement.forms import PlanFunding
from minga.procurement.models import Offer, Procedure
from minga.projects.models import Project
from tests.conftest import Cast, by
from tests.design.supplier import arrives, criterion, reports
from tests.procurement.conftest import Buying
from tests.procurement.test_procedures import as_, chosen
from tests.procurement.test_purchase import tried

__all__ = ["chosen"]
STATED = {"kind": "figure", "content": "People wait 12 days.", "source": "The queue of May"}


def part(**given: object) -> dict[str, object]:
    return {"name": "All", "amount": 1000, "wanted": "A plan", "needs": [], **given}


def test_what_happened_before_the_choice_pays_nothing(call: Buying, cast: Cast) -> None:
    state_need(by(cast.lena), call.project, statement="People wait.", evidence=[STATED])
    [first, second] = call.judging()
    for who in (cast.dario, cast.flor):
        call.judged(first, who, 4, 3)
    decline(by(cast.lena), call.project, second, "No.")
    won = select(by(cast.lena), call.project, first, "Best.", Decimal(1000))
    plan_funding(by(cast.lena), call.project, won, [part(needs=[{"action": "need.stated", "count": 1}])])
    with pytest.raises(Blocked, match=r"need\.stated: 0 of 1"):
        release_funding(by(cast.lena), call.project, won.funding.get(), "We stated it.")


def test_a_failed_check_pays_nothing(call: Buying, cast: Cast, chosen: Offer, project: Project) -> None:
    plan_funding(by(cast.lena), project, chosen, [part(needs=[{"action": "check.finished", "count": 1}])])
    wanted: Criterion = criterion(cast, project, reports(cast, project))
    assert tried(cast, wanted, arrives(cast, project, "1.0")).state == Check.State.FAILED
    stage = chosen.funding.get()
    with pytest.raises(Blocked, match=r"check\.finished: 0 of 1"):
        release_funding(by(cast.lena), project, stage, "It was tried.")
    tried(cast, wanted, arrives(cast, project, "1.1"))
    assert release_funding(by(cast.lena), project, stage, "It was tried.").released


def test_no_evidence_no_money(call: Buying, cast: Cast, chosen: Offer) -> None:
    plan_funding(by(cast.lena), call.project, chosen, [part()])
    stage = chosen.funding.get()
    with pytest.raises(Invalid):
        release_funding(by(cast.lena), call.project, stage, "  ")
    address = reverse("procurement:pay", args=[stage.pk])
    assert as_(cast.lena).post(address, {"evidence": "", "once": "a"}).status_code == 422
    assert as_(cast.dario).post(address, {"evidence": "x", "once": "b"}).status_code == 403
    bad = as_(cast.lena).post(address, {"evidence": "x", "evidence_url": "javascript:alert(1)", "once": "c"})
    assert bad.status_code == 422
    stage.refresh_from_db()
    assert stage.released is None


def test_a_call_with_a_budget_says_how_much_each_gets(call: Buying, cast: Cast) -> None:
    with guard.open_for_action():
        Procedure.objects.update(budget=Decimal(1000))
    [first, _second] = call.judging()
    for who in (cast.dario, cast.flor):
        call.judged(first, who, 3, 3)
    for amount in (None, Decimal(-1), Decimal(1001)):
        with pytest.raises(Invalid) as refusal:
            select(by(cast.lena), call.project, first, "Good.", amount)
        assert "amount" in refusal.value.fields


def test_stages_never_come_to_more_than_the_budget(call: Buying, cast: Cast) -> None:
    [first, second] = call.judging()
    for who in (cast.dario, cast.flor):
        call.judged(first, who, 3, 3)
    won = select(by(cast.lena), call.project, first, "Good.")
    decline(by(cast.lena), call.project, second, "No.")
    with guard.open_for_action():
        Procedure.objects.update(budget=Decimal(900))
    with pytest.raises(Invalid, match="cannot be used") as refusal:
        plan_funding(by(cast.lena), call.project, won, [part()])
    assert "1,000" in refusal.value.fields["parts"]


@pytest.mark.parametrize(
    ("language", "line", "amount"),
    [
        ("en", "Plan | 4000 | Shown", "4000"),
        ("en", "Plan | 4000.50 | Shown | 2 check.finished", "4000.50"),
        ("es", "Plan | 4000,50 | Mostrado", "4000.50"),
        ("en", "Plan | 125000000 | Shown", "125000000"),
    ],
)
def test_amounts_are_read_as_people_write_them(language: str, line: str, amount: str) -> None:
    with translation.override(language):
        form = PlanFunding({"parts": line})
        assert form.is_valid(), form.errors
    assert form.cleaned_data["parts"][0]["amount"] == Decimal(amount)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("Plan", "It needs 2 to 4 parts"),
        ("Plan | 4,000 | x", "without marks between thousands"),
        ("Plan | -5 | x", "Line 1 needs an amount"),
        ("Plan | 1e9 | x", "Line 1 needs an amount"),
        ("Plan | ٤٠٠٠ | x", "Line 1 needs an amount"),
        ("Plan | 4000", "what must be shown"),
        ("Plan | 4000 | x | often", "in fourth place"),
        ("a | 1 | x | 1 y | z", "It needs 2 to 4 parts"),
    ],
)
def test_a_line_that_cannot_be_read_says_what_is_wrong(line: str, told: str) -> None:
    form = PlanFunding({"parts": line})
    assert not form.is_valid()
    assert told in form.errors["parts"][0]


def test_a_name_the_ledger_does_not_know_is_named(call: Buying, cast: Cast, chosen: Offer) -> None:
    with pytest.raises(Invalid) as refusal:
        plan_funding(by(cast.lena), call.project, chosen, [part(needs=[{"action": "moon.landed", "count": 1}])])
    assert "moon.landed" in refusal.value.fields["parts"]
