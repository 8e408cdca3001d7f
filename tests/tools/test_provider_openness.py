"""The guide to open and closed options: every weighted part is shown, and the sums are nothing but their sum."""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal
from typing import Any

import pytest

from minga.tools.base import ToolError
from minga.tools.providers.openness import Ceilings, Guidance, Option, Quality, Weights, compare, meanings_of
from minga.tools.providers.ownership import Machine, People, Use, own_machine, service
from minga.tools.providers.spec import Openness
from tests.tools.provider_parts import spec_of

CEILINGS = Ceilings(Decimal(10), Decimal(20_000), 100.0, 40.0)
CLOSED = {"weights": "closed", "code": "closed", "data": "closed", "documentation": "restricted"}
OPEN = {"weights": "open", "code": "open", "data": "restricted", "documentation": "open"}


def local(name: str = "local", **more: Any) -> Option:
    spec = spec_of("gguf", {"model": "m.gguf", "template": "${title}"}, openness=OPEN)
    told = {
        "quality": (Quality("macro_f1", 0.80, 0.76, 0.84),), "cost_per_1000": Decimal(2), "energy_wh_per_1000": 25.0,
        "data_stays": True, "exit_cost": Decimal(1000), "maintenance_days": 20,
    }  # fmt: skip
    return Option(name, spec, **{**told, **more})


def hosted(name: str = "hosted", **more: Any) -> Option:
    spec = spec_of("http", {"url": "https://example.org"}, fields=["title"], openness=CLOSED)
    told = {
        "quality": (Quality("macro_f1", 0.86, 0.82, 0.90),), "cost_per_1000": Decimal(4), "data_stays": False,
        "exit_cost": Decimal(15_000), "maintenance_days": 5,
    }  # fmt: skip
    return Option(name, spec, **{**told, **more})


def table(*options: Option, weights: Weights = Weights()) -> Guidance:  # noqa: B008  frozen
    return compare(options, weights, CEILINGS)


def test_totals_are_the_weighted_parts_and_nothing_else() -> None:
    found = table(local(), hosted())
    for total in found.totals:
        parts = [part for part in found.parts if part.option == total.option]
        weight = sum(part.weight for part in parts)
        assert total.low == pytest.approx(sum(part.weight * part.low for part in parts) / weight)
        assert total.high == pytest.approx(sum(part.weight * part.high for part in parts) / weight)
        assert len(parts) == 10


def test_the_figures_by_hand() -> None:
    found = table(local(), hosted())
    points = {(part.option, part.part): (part.low, part.high) for part in found.parts}
    assert points["local", "data"] == (0.5, 0.5)
    assert points["local", "quality"] == (0.76, 0.84)
    assert points["local", "cost"] == (0.8, 0.8)
    assert points["local", "exit"] == (0.95, 0.95)
    assert points["hosted", "energy"] == (0.0, 1.0)
    assert points["hosted", "maintenance"] == (0.875, 0.875)
    total = found.totals[0]
    by_hand = 1 + 1 + 0.5 + 1 + 2 * 0.8 + 0.75 + 2 + 2 * 0.95 + 0.5
    assert total.low == pytest.approx((by_hand + 4 * 0.76) / 16)
    assert total.high == pytest.approx((by_hand + 4 * 0.84) / 16)


def test_what_is_not_known_widens_the_range_instead_of_scoring() -> None:
    known, unknown = table(hosted(energy_wh_per_1000=50.0)).totals[0], table(hosted()).totals[0]
    assert unknown.low < known.low
    assert unknown.high > known.high


def test_a_part_that_does_not_exist_carries_no_weight() -> None:
    spec = spec_of("entry_point", {}, openness={**OPEN, "weights": "none", "data": "none"})
    found = table(Option("rules", spec, data_stays=True))
    weights = {part.part: part.weight for part in found.parts}
    assert (weights["weights"], weights["data"], weights["code"]) == (0, 0, 1)


def test_another_option_changes_nobodys_points() -> None:
    alone, together = table(local()), table(local(), hosted(), hosted("third", cost_per_1000=Decimal("0.01")))
    assert alone.parts == together.parts[:10]
    assert (alone.totals[0].low, alone.totals[0].high) == (together.totals[0].low, together.totals[0].high)


def test_the_order_is_said_in_words_and_only_where_ranges_do_not_meet() -> None:
    found = table(local(), hosted(), local("twin", maintenance_days=21))
    first, second, twin = (total.sentence for total in found.totals)
    assert "ahead of hosted" in first
    assert "cannot be told apart from twin" in first
    assert "behind local, twin" in second
    assert "cannot be told apart from local" in twin
    assert table(local()).totals[0].sentence == "There is nothing to compare it with."


def test_other_weights_can_turn_the_order() -> None:
    none = dict.fromkeys(("weights", "code", "data", "documentation", "cost", "energy", "data_stays", "exit"), 0)
    found = table(local(), hosted(), weights=Weights(**none, quality=0, maintenance=1))
    assert "ahead of local" in found.totals[1].sentence


def test_closed_parts_are_explained() -> None:
    assert len(meanings_of(Openness(**CLOSED))) == 4
    assert meanings_of(Openness("open", "open", "none", "open")) == ()
    assert any("withdrawn" in line for line in table(hosted()).meanings["hosted"])


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Weights(quality=-1),
        lambda: Weights(quality=float("nan")),
        lambda: Weights(**dict.fromkeys(Weights.__slots__, 0)),
        lambda: Ceilings(Decimal(0), Decimal(1), 1.0, 1.0),
        lambda: compare([], Weights(), CEILINGS),
        lambda: table(local("same"), hosted("same")),
        lambda: compare([local()], Weights(), CEILINGS, "USD"),
    ],
)
def test_nonsense_is_refused(wrong: Any) -> None:
    with pytest.raises(ToolError):
        wrong()


USE = Use(cases_per_year=100_000, years=5)
PEOPLE = People(Decimal(10), Decimal(4), Decimal(3), Decimal(400))
MACHINE = Machine(Decimal(3000), 4, 8, Decimal("0.5"), Decimal(40), Decimal(10), Decimal("0.30"))


def test_an_own_machine_is_bought_again_and_fed() -> None:
    cost = own_machine(USE, MACHINE, 3.6, PEOPLE)
    lines = {line.what: line.amount for line in cost.lines}
    kwh = (Decimal("350.4") + 1) * 5
    assert cost.kwh == kwh
    assert lines["machines"] == 6000
    assert lines["energy"] == (kwh * Decimal("0.30")).quantize(Decimal("0.01"))
    assert (lines["setting up"], lines["looking after"], lines["leaving"]) == (4000, 8000, 1200)
    assert cost.total == sum(lines.values())
    assert cost.per_1000 == (cost.total / 500).quantize(Decimal("0.0001"))


def test_more_work_needs_more_machines() -> None:
    busy = own_machine(Use(100_000_000, 1), MACHINE, 3.6, People())
    assert busy.lines[0].amount == 3 * 3000


def test_a_service_is_paid_by_the_case() -> None:
    cost = service(USE, Decimal("1.5"), PEOPLE, Decimal(600))
    lines = {line.what: line.amount for line in cost.lines}
    assert (lines["cases"], lines["subscription"]) == (750, 3000)
    assert cost.kwh is None
    for wrong in (lambda: Use(0, 1), lambda: Machine(Decimal(1), 0, 1, Decimal(1), Decimal(0), Decimal(0), Decimal(0))):
        with pytest.raises(ToolError):
            wrong()


def test_the_export_holds_the_same_table_and_is_safe_in_a_spreadsheet() -> None:
    costs = [("=local()", own_machine(USE, MACHINE, 3.6, PEOPLE))]
    found = compare([local("=local()"), hosted()], Weights(), CEILINGS, ownership=costs)
    told = json.loads(json.dumps(found.as_json()))
    assert len(told["parts"]) == 20
    assert told["parts"][0]["option"] == "=local()"
    assert told["ownership"][0]["total"] == str(costs[0][1].total)
    rows = list(csv.DictReader(io.StringIO(found.as_csv())))
    assert {row["option"] for row in rows} == {"'=local()", "hosted"}
    assert len(rows) == 20 + 2 + 6
    assert [row["weighted_low"] for row in rows[:20]] == [str(part["weighted_low"]) for part in told["parts"]]
