"""A comparison in the words of the page's language: its table, its sentences, its costs."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from minga.design.comparing import PARTS
from minga.design.comparing_forms import TERMS, Compare, CompareOption
from minga.design.models import Comparison
from minga.web.format import decimal
from minga.web.svg.types import Table

LEVELS = {
    "open": pgettext_lazy("openness", "open"),
    "restricted": pgettext_lazy("openness", "open on conditions"),
    "closed": pgettext_lazy("openness", "closed"),
    "none": gettext_lazy("there is no such part: no weight"),
}
MEANINGS = {
    ("weights", "closed"): gettext_lazy(
        "The learned model stays with the supplier: you cannot run this version once it is withdrawn."
    ),
    ("weights", "restricted"): gettext_lazy(
        "The model comes on conditions: read whether they allow your use, and for how long."
    ),
    ("code", "closed"): gettext_lazy(
        "Nobody outside can read how it works: explanations rest on the supplier's word and on your checks."
    ),
    ("code", "restricted"): gettext_lazy(
        "The code can be read on conditions: make sure that auditors and courts are among those allowed."
    ),
    ("data", "closed"): gettext_lazy(
        "What it learned from is not known: whom it may wrong can only be found by checks on your own cases."
    ),
    ("data", "restricted"): gettext_lazy(
        "What it learned from can be seen on conditions: have it looked at before you sign."
    ),
    ("documentation", "closed"): gettext_lazy(
        "It is not documented in public: agree in the contract what you are told and may pass on."
    ),
    ("documentation", "restricted"): gettext_lazy(
        "Its documentation comes on conditions: check that you may quote it in public records."
    ),
}
COSTS = {
    "machines": gettext_lazy("machines"),
    "energy": gettext_lazy("energy"),
    "cases": gettext_lazy("cases at the service’s price"),
    "subscription": gettext_lazy("subscription"),
    "setting up": gettext_lazy("setting up"),
    "looking after": gettext_lazy("looking after"),
    "leaving": gettext_lazy("leaving"),
}


def table(found: Comparison) -> Table:
    """Each part with its weight, and for each option what was measured and its points times the weight."""
    names = [total["option"] for total in found.result["totals"]]
    cells = {(part["part"], part["option"]): part for part in found.result["parts"]}
    given = {one["name"]: one for one in found.options}
    currency = found.result["currency"]
    rows = [
        (words, decimal(float(found.weights[part]), 1),
         *(_cell(cells[part, name], given[name], currency) for name in names))
        for part, words in PARTS.items()
    ]  # fmt: skip
    totals = {total["option"]: _span(total["low"], total["high"]) for total in found.result["totals"]}
    rows.append((_("Points in all, from 0 to 1"), "", *(totals[name] for name in names)))
    return Table((_("Part"), _("Weight"), *names), tuple(rows), caption=_("What counts how much"), numeric=(1,))


def _cell(part: Mapping[str, Any], given: Mapping[str, Any], currency: str) -> str:
    points = _span(part["low"], part["high"])
    weighted = _span(part["weighted_low"], part["weighted_high"])
    measured = _measured(part, given, currency)
    if not part["weight"]:
        return measured
    told = {"measured": measured, "points": points, "weight": decimal(part["weight"], 1), "weighted": weighted}
    return _("%(measured)s: %(points)s × %(weight)s = %(weighted)s") % told


def _as_given(text: str) -> str:
    """A number with the decimals it came with, six at most."""
    number = Decimal(text).normalize()
    exponent = number.as_tuple().exponent
    return decimal(float(number), min(6, max(0, -exponent if isinstance(exponent, int) else 0)))


def _span(low: float, high: float) -> str:
    if low == high:
        return decimal(low, 2)
    return _("%(low)s to %(high)s") % {"low": decimal(low, 2), "high": decimal(high, 2)}


def _measured(part: Mapping[str, Any], given: Mapping[str, Any], currency: str) -> str:
    name, measured = str(part["part"]), str(part["measured"])
    if measured in LEVELS:
        return str(LEVELS[measured])
    if measured == "not known":
        return _("not known")
    if name == "data_stays":
        return _("yes") if part["low"] else _("no: they leave the house")
    if name == "quality":
        return _("%(metric)s %(value)s %% (%(low)s to %(high)s)") % {
            "metric": given["metric"], "value": given["quality"], "low": given["low"], "high": given["high"]
        }  # fmt: skip
    amount = _as_given(measured.split(" ", 1)[0])
    units = {
        "cost": currency, "exit": currency, "energy": "Wh", "maintenance": _("days a year"),
    }  # fmt: skip
    return f"{amount}\u202f{units[name]}"


def sentences(found: Comparison) -> list[tuple[str, str]]:
    """(option, where it stands among the others); options whose ranges overlap are not put in an order."""
    ranges = {total["option"]: (total["low"], total["high"]) for total in found.result["totals"]}
    return [(name, _standing(name, ranges)) for name in ranges]


def _standing(name: str, ranges: Mapping[str, tuple[float, float]]) -> str:
    low, high = ranges[name]
    others = {other: each for other, each in ranges.items() if other != name}
    behind = [other for other, each in others.items() if each[1] < low]
    ahead = [other for other, each in others.items() if each[0] > high]
    level = [other for other in others if other not in behind and other not in ahead]
    told = [_("ahead of %(names)s") % {"names": ", ".join(behind)}] if behind else []
    told += [_("behind %(names)s") % {"names": ", ".join(ahead)}] if ahead else []
    told += [_("cannot be told apart from %(names)s by these figures") % {"names": ", ".join(level)}] if level else []
    return "; ".join(told)


def meanings(found: Comparison) -> list[tuple[str, list[str]]]:
    """(option, what its closed and restricted parts mean for the buyer)."""
    told = []
    for one in found.options:
        lines = [str(words) for (part, level), words in MEANINGS.items() if one[f"open_{part}"] == level]
        if lines:
            told.append((str(one["name"]), lines))
    return told


def costs(found: Comparison) -> Table | None:
    """What each option costs over the years, line by line; None where nobody knows enough to say."""
    owned = found.result["ownership"]
    if not owned:
        return None
    amounts = {one["option"]: {line["what"]: line["amount"] for line in one["lines"]} for one in owned}
    names = list(amounts)
    kinds = [kind for kind in COSTS if any(kind in lines for lines in amounts.values())]
    rows = [(COSTS[kind], *(_money(amounts[name].get(kind)) for name in names)) for kind in kinds]
    rows.append((_("in all"), *(_money(one["total"]) for one in owned)))
    rows.append((_("of that, for 1,000 cases"), *(_money(one["per_1000"]) for one in owned)))
    caption = _("Cost over %(years)s years, in %(currency)s") % {
        "years": owned[0]["use"]["years"], "currency": found.result["currency"]
    }  # fmt: skip
    return Table((_("Cost"), *names), tuple(rows), caption=caption, numeric=tuple(range(1, len(names) + 1)))


USED = ("cpu_seconds", "cost_per_1000", "subscription", "setup_days", "maintenance_days", "exit_days")


def inputs(found: Comparison) -> tuple[Table, Table]:
    """What the costs were computed from: what was given for each option, and the terms that all share."""
    labels, shared = CompareOption.base_fields, Compare.base_fields
    given = tuple((labels[name].label, *(_given(one.get(name)) for one in found.options)) for name in USED)
    head = (_("Given"), *(one["name"] for one in found.options))
    terms = tuple((shared[name].label, _given(found.result["terms"][name])) for name in TERMS)
    return Table(head, given), Table((_("Given"), _("For all")), terms)


def _given(value: Any) -> str:
    return _("not known") if value in (None, "") else str(value)


def _money(amount: Any) -> str:
    return "–" if amount is None else decimal(float(amount), 2)
