"""Benefits are stated before and measured after; costs are stated as ranges, and measured too.

All amounts of a project are in one currency.
"""

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from minga.assess import currencies
from minga.assess.actions.common import own
from minga.assess.models import Benefit, Cost, Kind, Measurement
from minga.ledger.action import Act, action
from minga.ledger.refusals import Conflict, Invalid, required
from minga.people.models import Person
from minga.projects.roles import roles_of


@action("benefit.stated")
def state_benefit(
    act: Act, *, kind: str, name: str, unit: str, baseline: Decimal, baseline_source: str, expected_low: Decimal,
    expected_high: Decimal, beneficiaries: str, owner: Person, due: date, worth_low: Decimal | None = None,
    worth_high: Decimal | None = None, currency: str = "",
) -> Benefit:  # fmt: skip
    """State what the tool is to bring, and to whom: from a measured baseline to a range, by a day, owned by one person.

    ``currency`` is that of the project's other amounts, or the body's own where it is left out.
    """
    required(name=name, unit=unit, baseline_source=baseline_source, beneficiaries=beneficiaries)
    fields = _wrong_range("expected_high", expected_low, expected_high) | _wrong_range(
        "worth_high", worth_low, worth_high
    )
    money = "" if worth_low is None else _currency(act, currency, fields)
    if kind not in Kind.values:
        fields["kind"] = _("Choose one of the two.")
    if expected_low == expected_high == baseline:
        fields["expected_low"] = _("This is the baseline: say what is to change.")
    if due <= timezone.localdate(act.now):
        fields["due"] = _("Give a day after today.")
    if not roles_of(owner.actor, act.place) - {"visitor", "signed_in"}:
        fields["owner"] = _("Choose somebody who has a role in this project.")
    _refuse(fields)
    made = Benefit.objects.create(
        project=act.place, kind=kind, name=name.strip(), unit=unit.strip(), baseline=baseline,
        baseline_source=baseline_source.strip(), expected_low=expected_low, expected_high=expected_high,
        worth_low=worth_low, worth_high=worth_high, currency=money, beneficiaries=beneficiaries.strip(), owner=owner,
        due=due, stated=act.now,
    )  # fmt: skip
    act.because(act.place)
    act.note(kind=kind, unit=made.unit, baseline=_text(baseline), low=_text(expected_low), high=_text(expected_high))
    if money:
        act.note(currency=money)
    return made


def _currency(act: Act, given: str, fields: dict[str, str]) -> str:
    """The currency of an amount, of which ``fields`` is told what is wrong."""
    settled, code = currencies.settled(act.place), given.strip().upper()
    if not code:
        return settled or currencies.default()
    if code not in currencies.CODES:
        fields["currency"] = _("Write the three letters of a currency, such as EUR or PEN.")
    elif settled and code != settled:
        fields["currency"] = _("This project counts in %(code)s. Convert the amounts to it.") % {"code": settled}
    return code


def _wrong_range(field: str, low: Decimal | None, high: Decimal | None) -> dict[str, str]:
    if (low is None) != (high is None):
        return {field: _("Give both ends of the range, or neither.")}
    if low is not None and high is not None and low > high:
        return {field: _("The upper end lies below the lower one.")}
    return {}


def _refuse(fields: dict[str, str]) -> None:
    if fields:
        raise Invalid(_("Nothing was recorded."), do=_("Mend what is marked."), fields=fields)


def _text(number: Decimal) -> str:
    return f"{Decimal(number).normalize():f}"


@action("benefit.measured")
def measure_benefit(
    act: Act, benefit: Benefit, *, value: Decimal, events: int, how: str, on: date, low: Decimal | None = None,
    high: Decimal | None = None,
) -> Measurement:  # fmt: skip
    """Record what was measured, from how many observations, and how. Earlier measurements stay."""
    own(act, benefit)
    required(how=how)
    fields = _wrong_range("high", low, high)
    if low is not None and high is not None and not low <= value <= high:
        fields["value"] = _("The value lies outside its own range.")
    if events < 1:
        fields["events"] = _("Give the number of observations, at least one.")
    if on > timezone.localdate(act.now):
        fields["on"] = _("Give a day that is not in the future.")
    _refuse(fields)
    if benefit.ended is not None:
        raise Conflict(_("This benefit is no longer expected."), do=_("State it again if it is."))
    act.because(benefit)
    act.note(value=_text(value), events=events)
    return Measurement.objects.create(
        benefit=benefit, value=value, low=low, high=high, events=events, how=how.strip(), on=on, recorded=act.now
    )


@action("benefit.ended")
def end_benefit(act: Act, benefit: Benefit, reason: str) -> Benefit:
    """Take an expectation back, with the reason; what was measured of it stays in the ledger."""
    own(act, benefit)
    required(reason=reason)
    act.note(reason=reason.strip()[:500])
    return _end(act, benefit)


@action("cost.stated")
def state_cost(
    act: Act, *, kind: str, name: str, unit: str, low: Decimal, high: Decimal, yearly: bool, source: str,
    price_low: Decimal | None = None, price_high: Decimal | None = None, measured: bool = False, currency: str = "",
) -> Cost:  # fmt: skip
    """State a cost as a range in its own unit; with a price per unit it counts in the return."""
    required(name=name, unit=unit, source=source)
    fields = _wrong_range("high", low, high) | _wrong_range("price_high", price_low, price_high)
    money = "" if price_low is None else _currency(act, currency, fields)
    if kind not in Cost.Kind.values:
        fields["kind"] = _("Choose one of the three.")
    if low < 0 or (price_low is not None and price_low < 0):
        fields["low"] = _("A cost is not below zero: state what is saved as a benefit.")
    _refuse(fields)
    act.because(act.place)
    act.note(kind=kind, unit=unit, low=_text(low), high=_text(high), measured=measured)
    if money:
        act.note(currency=money)
    return Cost.objects.create(
        project=act.place, kind=kind, name=name.strip(), unit=unit.strip(), low=low, high=high, price_low=price_low,
        price_high=price_high, currency=money, yearly=yearly, source=source.strip(), measured=measured, stated=act.now,
    )  # fmt: skip


@action("cost.ended")
def end_cost(act: Act, cost: Cost, reason: str) -> Cost:
    """Say that a cost no longer arises, or was stated wrongly, with the reason."""
    own(act, cost)
    required(reason=reason)
    act.note(reason=reason.strip()[:500])
    return _end(act, cost)


def _end(act: Act, thing: Any) -> Any:
    if thing.ended is not None:
        raise Conflict(_("This was ended already."))
    thing.ended = act.now
    thing.save(update_fields=["ended"])
    act.because(thing)
    return thing
