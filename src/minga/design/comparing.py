"""Open or closed, own machine or service: options with visible weights, and what each costs over the years."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy

from minga.design import tools
from minga.design.metrics import METRICS
from minga.design.models import Check, ToolVersion
from minga.tools.base import ToolError
from minga.tools.intake import csv_safe
from minga.tools.providers import Openness, Prices, Spec
from minga.tools.providers.openness import COMPONENTS, Ceilings, Guidance, Option, Quality, Weights, compare
from minga.tools.providers.ownership import Machine, Ownership, People, Use, own_machine, service
from minga.tools.providers.spec import NETWORK_KINDS

FEWEST, MOST = 2, 4
AT_LEAST = ("accuracy", "exact_match", "macro_f1", "recall", "balanced_accuracy", "f1", "auc")
PARTS = {
    "weights": gettext_lazy("Openness of its weights"),
    "code": gettext_lazy("Openness of its code"),
    "data": gettext_lazy("Openness of the data it was made from"),
    "documentation": gettext_lazy("Openness of its documentation"),
    "quality": gettext_lazy("Quality, as measured"),
    "data_stays": gettext_lazy("Data stay in the house"),
    "cost": gettext_lazy("Cost of 1,000 cases"),
    "energy": gettext_lazy("Energy for 1,000 cases"),
    "exit": gettext_lazy("Cost of leaving it"),
    "maintenance": gettext_lazy("Work to look after it"),
}
WEIGHTS = {each.name: each.default for each in fields(Weights)}


def begin(version: ToolVersion) -> dict[str, Any]:
    """What is known of a registered version, as the form of an option takes it: cost and quality as checked."""
    told: dict[str, Any] = {"name": str(version), "version": version.pk}
    try:
        spec = tools.spec_of(version)
    except ToolError:
        return told
    outside = spec.kind in NETWORK_KINDS
    told |= {f"open_{part}": getattr(spec.openness, part) for part in COMPONENTS}
    told |= {"licence": spec.licence, "data_stays": "no" if outside else "yes", "way": "service" if outside else "own"}
    checks = Check.objects.filter(version=version, state__in=[Check.State.PASSED, Check.State.FAILED])
    for check in checks.select_related("criterion").order_by("pk"):
        told |= _measured(check)
    return told


def _measured(check: Check) -> dict[str, Any]:
    """Cost, time and quality of one check; of the groups the worst."""
    told: dict[str, Any] = {}
    cases = check.figures.get("rows", {}).get("in", 0)
    if check.cost_per_1000 is not None:
        told["cost_per_1000"] = f"{check.cost_per_1000.normalize():f}"
    if check.cpu_ms is not None and cases:
        told["cpu_seconds"] = f"{Decimal(check.cpu_ms) / 1000 / cases:.6f}"
    worst = next((row for row in check.figures.get("groups", []) if row.get("value") is not None), None)
    if (
        worst
        and worst["low"] is not None
        and check.criterion.metric in AT_LEAST
        and "gap" not in check.criterion.options
    ):
        told["metric"] = f"{METRICS[check.criterion.metric].title} ({check.criterion.code})"[:80]
        told |= {
            name: f"{100 * float(worst[key]):.1f}"
            for name, key in (("quality", "value"), ("low", "low"), ("high", "high"))
        }
    return told


def weigh(
    options: Sequence[Mapping[str, Any]],
    weights: Mapping[str, Any],
    ceilings: Mapping[str, Any],
    terms: Mapping[str, Any],
) -> Guidance:
    """The table of all options. Amounts are numbers or decimal text, None or "" where nobody knows them.

    ``options``: as the form of an option gives them, quality in per cent. ``terms``: currency, cases_per_year, years,
    day_rate, and of the machine price, life_years, cores, usable_share (0..1), watts_at_rest, watts_per_busy_core,
    price_per_kwh. Raises ToolError where a weight, a ceiling or an amount cannot be.
    """
    currency = str(terms["currency"])
    use = Use(int(terms["cases_per_year"]), int(terms["years"]), currency)
    owned = [(str(one["name"]), cost) for one in options if (cost := _owned(one, use, terms)) is not None]
    return compare(
        [_option(one, number, currency, _number(terms["day_rate"])) for number, one in enumerate(options, 1)],
        Weights(**{name: float(weights[name]) for name in WEIGHTS}),
        Ceilings(
            Decimal(str(ceilings["cost_per_1000"])), Decimal(str(ceilings["exit_cost"])),
            float(ceilings["energy_wh_per_1000"]), float(ceilings["maintenance_days"]),
        ),
        currency,
        owned,
    )  # fmt: skip


def _number(value: Any) -> Decimal:
    return Decimal(str(value)) if value not in (None, "") else Decimal(0)


def _known(value: Any) -> Decimal | None:
    return None if value in (None, "") else Decimal(str(value))


def _option(one: Mapping[str, Any], number: int, currency: str, day_rate: Decimal) -> Option:
    openness = Openness(*(str(one[f"open_{part}"]) for part in COMPONENTS))
    spec = Spec(
        "entry_point", f"option-{number}", "1", {}, str(one.get("licence") or "-"), openness, prices=Prices(currency)
    )
    exit_days, energy = _known(one.get("exit_days")), _known(one.get("energy_wh_per_1000"))
    care = _known(one.get("maintenance_days"))
    return Option(
        str(one["name"]), spec, _quality(one), _known(one.get("cost_per_1000")),
        None if energy is None else float(energy), {"yes": True, "no": False}.get(str(one.get("data_stays"))),
        None if exit_days is None else exit_days * day_rate, None if care is None else float(care),
    )  # fmt: skip


def _quality(one: Mapping[str, Any]) -> tuple[Quality, ...]:
    found = [_known(one.get(name)) for name in ("quality", "low", "high")]
    if None in found:
        return ()
    value, low, high = (float(number) / 100 for number in found if number is not None)
    return (Quality(str(one.get("metric") or "quality"), value, low, high),)


def _owned(one: Mapping[str, Any], use: Use, terms: Mapping[str, Any]) -> Ownership | None:
    """What the option costs over the years; None where the time or the price that decides it is not known."""
    people = People(
        _number(one.get("setup_days")), _number(one.get("maintenance_days")), _number(one.get("exit_days")),
        _number(terms["day_rate"]),
    )  # fmt: skip
    if one.get("way") == "service":
        price = _known(one.get("cost_per_1000"))
        return None if price is None else service(use, price, people, _number(one.get("subscription")))
    seconds = _known(one.get("cpu_seconds"))
    if seconds is None:
        return None
    machine = Machine(
        _number(terms["price"]), int(terms["life_years"]), int(terms["cores"]), _number(terms["usable_share"]),
        _number(terms["watts_at_rest"]), _number(terms["watts_per_busy_core"]), _number(terms["price_per_kwh"]),
    )  # fmt: skip
    return own_machine(use, machine, float(seconds), people)


def plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Form values as JSON types: decimals as text."""
    return {name: f"{value:f}" if isinstance(value, Decimal) else value for name, value in values.items()}


def as_csv(result: Mapping[str, Any]) -> str:
    """The frozen table for a spreadsheet, in the words of the standard export; every cell is safe to open there."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["option", "part", "measured", "low", "high", "weight", "weighted_low", "weighted_high", "how"])
    writer.writerows([csv_safe(cell) for cell in row] for row in _lines(result))
    return out.getvalue()


def _lines(result: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
    for part in result["parts"]:
        names = ("option", "part", "measured", "low", "high", "weight", "weighted_low", "weighted_high", "how")
        yield tuple(part[name] for name in names)
    for total in result["totals"]:
        yield (total["option"], "total", "", total["low"], total["high"], "", "", "", total["sentence"])
    for cost in result["ownership"]:
        over = f"cost over {cost['use']['years']} years"
        for line in cost["lines"]:
            yield (cost["option"], f"{over}: {line['what']}", line["amount"], "", "", "", "", "", line["how"])
        yield (cost["option"], over, cost["total"], "", "", "", "", "", "sum of the lines above")
