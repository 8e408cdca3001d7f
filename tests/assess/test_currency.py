"""Every amount has a currency, a project has one, and a return never mixes two."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client, override_settings
from django.utils import timezone

from minga.assess import currencies, worth
from minga.assess.actions import end_benefit, end_cost, state_benefit, state_cost
from minga.assess.models import Benefit, Cost
from minga.ledger import guard
from minga.ledger.models import Entry
from minga.ledger.refusals import Invalid
from minga.projects.models import Project
from tests.conftest import Cast, by


def benefit(project: Project, cast: Cast, **given: Any) -> Benefit:
    told: dict[str, Any] = {
        "kind": "efficiency", "name": "Days", "unit": "days", "baseline": Decimal(20), "baseline_source": "Book",
        "expected_low": Decimal(9), "expected_high": Decimal(12), "owner": cast.lena,
        "beneficiaries": "Who writes a letter",
        "due": timezone.localdate() + timedelta(days=9), "worth_low": Decimal(1000), "worth_high": Decimal(2000),
    }  # fmt: skip
    return state_benefit(by(cast.lena), project, **(told | given))


def cost(project: Project, cast: Cast, **given: Any) -> Cost:
    told: dict[str, Any] = {
        "kind": "human", "name": "Reading", "unit": "hours", "low": Decimal(100), "high": Decimal(150),
        "yearly": True, "source": "Desk", "price_low": Decimal(30), "price_high": Decimal(40),
    }  # fmt: skip
    return state_cost(by(cast.dario), project, **(told | given))


def test_what_was_left_out_is_the_bodys_own(project: Project, cast: Cast) -> None:
    assert benefit(project, cast).currency == "EUR"
    assert '"currency":"EUR"' in Entry.objects.get(action="benefit.stated").payload


@pytest.mark.parametrize(("set_to", "found"), [("pen", "PEN"), ("gold", "EUR"), ("", "EUR")])
def test_the_operator_says_which_is_the_bodys_own(set_to: str, found: str) -> None:
    with override_settings(MINGA_CURRENCY=set_to):
        assert currencies.default() == found


def test_what_has_no_price_has_no_currency(project: Project, cast: Cast) -> None:
    made = benefit(project, cast, worth_low=None, worth_high=None, currency="PEN")
    assert (made.currency, currencies.settled(project)) == ("", "")


def test_the_first_amount_settles_it(project: Project, cast: Cast) -> None:
    benefit(project, cast, currency="pen")
    assert cost(project, cast).currency == "PEN"
    with pytest.raises(Invalid) as refused:
        cost(project, cast, currency="EUR")
    assert "PEN" in refused.value.fields["currency"]


def test_it_changes_when_nothing_is_stated_in_it_any_more(project: Project, cast: Cast) -> None:
    one, two = benefit(project, cast), cost(project, cast)
    end_benefit(by(cast.lena), project, one, "Stated in the wrong currency.")
    end_cost(by(cast.lena), project, two, "Stated in the wrong currency.")
    assert benefit(project, cast, currency="USD").currency == "USD"


@pytest.mark.parametrize("code", ["EURO", "XX", "ABC", "XXX", "€", "12"])
def test_what_is_no_currency_is_refused(project: Project, cast: Cast, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        benefit(project, cast, currency=code)
    assert "such as EUR" in refused.value.fields["currency"]


@pytest.mark.parametrize("other", ["USD", ""])
def test_a_return_never_mixes_two(project: Project, cast: Cast, client: Client, other: str) -> None:
    benefit(project, cast)
    made = cost(project, cast)
    assert worth.report(project).expected is not None
    with guard.open_for_action():
        Cost.objects.filter(pk=made.pk).update(currency=other)
    found = worth.report(project)
    assert (found.expected, found.measured, found.currency) == (None, None, "")
    client.force_login(cast.lena)
    assert "more than one currency" in client.get(f"/projects/{project.slug}/worth/").content.decode()


def test_it_stands_with_every_amount(project: Project, cast: Cast, client: Client) -> None:
    benefit(project, cast, currency="PEN")
    cost(project, cast)
    client.force_login(cast.lena)
    page = client.get(f"/projects/{project.slug}/worth/").content.decode().replace("\u00a0", " ").replace("\u202f", " ")
    assert "1,000 to 2,000 PEN" in page
    assert "3,000 to 6,000 PEN" in page
    assert page.count(" PEN") == 4


def test_the_form_asks_for_it(project: Project, cast: Cast, client: Client) -> None:
    benefit(project, cast, currency="PEN")
    client.force_login(cast.lena)
    assert 'value="PEN"' in client.get(f"/projects/{project.slug}/worth/cost/").content.decode()
    sent = {"kind": "financial", "name": "Licence", "unit": "licences", "low": "1", "high": "1", "yearly": "yes",
            "measured": "no", "source": "Offer", "price_low": "100", "price_high": "120", "currency": "usd",
            "once": "c1"}  # fmt: skip
    refused = client.post(f"/projects/{project.slug}/worth/cost/", sent)
    assert refused.status_code == 422
    assert "This project counts in PEN" in refused.content.decode()
    assert client.post(f"/projects/{project.slug}/worth/cost/", sent | {"currency": "pen"}).status_code == 302
    assert Cost.objects.get().currency == "PEN"
