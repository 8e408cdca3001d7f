"""Ways to get a tool are weighed in sight: every part, every weight, what is not known, and the costs."""

import csv
import io
from decimal import Decimal
from typing import Any

import pytest

from minga.design import comparing, comparing_words, tasks
from minga.design.actions import make_comparison, request_check
from minga.design.comparing_forms import CEILINGS, TERMS
from minga.design.models import Comparison, ToolVersion
from minga.ledger.models import Edge, Entry
from minga.ledger.refusals import Invalid, NotAllowed
from minga.projects.models import Project
from tests.conftest import Cast, by
from tests.design.supplier import arrives, criterion, reports
from tests.design.test_pages import client, page, send

CLOSED = {f"open_{part}": "closed" for part in ("weights", "code", "data", "documentation")}
OPEN = {**dict.fromkeys(CLOSED, "open"), "open_weights": "none"}
OWN: dict[str, Any] = {
    "name": "Own rules", **OPEN, "data_stays": "yes", "way": "own", "cpu_seconds": "0.5", "metric": "Share right",
    "quality": "80", "low": "75", "high": "85", "cost_per_1000": "5", "energy_wh_per_1000": "100",
    "maintenance_days": "10", "exit_days": "5", "setup_days": "20",
}  # fmt: skip
OFFER: dict[str, Any] = {
    "name": "Offer A", **CLOSED, "data_stays": "no", "way": "service", "cost_per_1000": "40", "maintenance_days": "2",
    "exit_days": "40", "subscription": "1000",
}  # fmt: skip
WEIGHTS = dict(comparing.WEIGHTS.items())
CEILING = dict(zip(CEILINGS, ("50", "20000", "1000", "60"), strict=True))
TERM = dict(zip(TERMS, ("EUR", 10000, 4, "400", "2000", 5, 8, "0.5", "40", "5", "0.25"), strict=True))


def made(cast: Cast, project: Project, **given: Any) -> Comparison:
    told = {
        "title": "Routing of reports", "options": [OWN, OFFER], "weights": WEIGHTS, "ceilings": CEILING, "terms": TERM,
        "reason": "We run it ourselves.", **given,
    }  # fmt: skip
    return make_comparison(by(cast.dario), project, **told)


def test_every_part_is_shown_with_its_weight(project: Project, cast: Cast) -> None:
    found = made(cast, project)
    rows = {row[0]: row for row in comparing_words.table(found).rows}
    assert list(rows)[:-1] == [str(words) for words in comparing.PARTS.values()]
    assert rows["Openness of its code"][2:] == ("open: 1.00 × 1.0 = 1.00", "closed: 0.00 × 1.0 = 0.00")
    assert rows["Openness of its weights"][2] == "there is no such part: no weight"
    assert rows["Quality, as measured"][2:] == (
        "Share right 80 % (75 to 85): 0.75 to 0.85 × 4.0 = 3.00 to 3.40",
        "not known: 0.00 to 1.00 × 4.0 = 0.00 to 4.00",
    )
    assert rows["Cost of 1,000 cases"][3] == "40\u202fEUR: 0.20 × 2.0 = 0.40"
    assert rows["Cost of leaving it"][3] == "16,000\u202fEUR: 0.20 × 2.0 = 0.40"


def test_the_total_is_the_weighted_sum_and_nothing_hidden(project: Project, cast: Cast) -> None:
    found = made(cast, project)
    for total in found.result["totals"]:
        parts = [part for part in found.result["parts"] if part["option"] == total["option"]]
        weight = sum(part["weight"] for part in parts)
        assert total["low"] == pytest.approx(sum(part["weight"] * part["low"] for part in parts) / weight)
        assert total["high"] == pytest.approx(sum(part["weight"] * part["high"] for part in parts) / weight)
    assert comparing_words.sentences(found) == [("Own rules", "ahead of Offer A"), ("Offer A", "behind Own rules")]


def test_what_is_not_known_makes_no_order(project: Project, cast: Cast) -> None:
    unknown = {**OFFER, "name": "Offer B", "open_code": "open", "open_data": "open", "open_documentation": "open",
               "open_weights": "open", "data_stays": "yes", "cost_per_1000": None, "exit_days": None}  # fmt: skip
    found = made(cast, project, options=[OWN, unknown])
    assert comparing_words.sentences(found)[0][1] == "cannot be told apart from Offer B by these figures"


def test_cost_over_the_years(project: Project, cast: Cast) -> None:
    found = made(cast, project)
    own, offer = found.result["ownership"]
    lines = {line["what"]: Decimal(line["amount"]) for line in offer["lines"]}
    assert lines["cases"] == 40 * 10 * 4  # 40 for 1,000 of 10,000 cases a year, four years
    assert (lines["subscription"], lines["looking after"], lines["leaving"]) == (4000, 2 * 4 * 400, 40 * 400)
    assert Decimal(offer["total"]) == sum(lines.values())
    assert {line["what"]: Decimal(line["amount"]) for line in own["lines"]}["machines"] == 2000
    table = comparing_words.costs(found)
    assert table is not None
    assert table.caption == "Cost over 4 years, in EUR"
    assert (
        comparing_words.costs(made(cast, project, options=[{**OWN, "cpu_seconds": ""}, {**OFFER, "cost_per_1000": ""}]))
        is None
    )


def test_what_cannot_be_compared_is_refused(project: Project, cast: Cast) -> None:
    for wrong in (
        {"options": [OWN]},
        {"options": [OWN, OFFER, OWN, OFFER, OFFER]},
        {"options": [OWN, {**OFFER, "name": "Own rules"}]},
        {"weights": dict.fromkeys(WEIGHTS, 0)},
        {"ceilings": {**CEILING, "exit_cost": "0"}},
        {"options": [OWN, {**OFFER, "exit_days": "many"}]},
        {"reason": " "},
    ):
        with pytest.raises(Invalid):
            made(cast, project, **wrong)
    with pytest.raises(NotAllowed):
        make_comparison(by(cast.paz), project, "x", [OWN, OFFER], WEIGHTS, CEILING, TERM, "x")
    assert not Comparison.objects.exists()


@pytest.fixture
def checked(project: Project, cast: Cast) -> ToolVersion:
    version = arrives(cast, project, "1.0")
    check = request_check(by(cast.dario), project, criterion(cast, project, reports(cast, project)), version)
    tasks.run_check.call(check.pk)
    return version


def test_a_registered_version_brings_what_was_measured(project: Project, cast: Cast, checked: ToolVersion) -> None:
    told = comparing.begin(checked)
    check = checked.checks.get()
    assert (told["open_code"], told["open_weights"], told["data_stays"], told["way"]) == ("open", "none", "yes", "own")
    assert Decimal(told["cost_per_1000"]) == check.cost_per_1000
    worst = check.figures["groups"][0]
    assert float(told["quality"]) == pytest.approx(100 * worst["value"], abs=0.06)
    assert float(told["low"]) <= float(told["quality"]) < float(told["high"])
    assert "C-01" in told["metric"]
    assert Decimal(told["cpu_seconds"]) > 0


def posted(options: list[dict[str, Any]], **given: Any) -> dict[str, Any]:
    told = {
        f"o{n}-{name}": value for n, one in enumerate(options, 1) for name, value in one.items() if value is not None
    }
    told |= {f"weight_{name}": value for name, value in WEIGHTS.items()}
    told |= {f"ceiling_{name}": value for name, value in CEILING.items()}
    return {**told, **TERM, "title": "Routing of reports", "reason": "We run it ourselves.", **given}


def test_compared_on_the_page_and_exported(project: Project, cast: Cast, checked: ToolVersion) -> None:
    page(project, "comparisons/new/", cast.rosa, status=403)
    assert "Choose two to four options in all." in page(project, "comparisons/new/?others=1", cast.bruno, status=422)
    answer = client(cast.bruno).get(f"/projects/{project.slug}/comparisons/new/?versions={checked.pk}&others=1")
    assert answer.headers["Location"].endswith(f"/comparisons/weigh/?version={checked.pk}&others=1")
    where = f"comparisons/weigh/?version={checked.pk}&others=1"
    form = page(project, where, cast.bruno)
    assert 'value="street-reports 1.0"' in form
    first = {**OWN, **{name: str(value) for name, value in comparing.begin(checked).items()}}
    status, text = send(project, where, cast.bruno, **posted([first, {**OFFER, "low": "50"}]))
    assert (status, "both ends of its interval" in text, "Error:" in text) == (422, True, True)
    status, text = send(project, where, cast.bruno, **posted([first, OFFER]))
    assert (status, "With these weights" in text, "We run it ourselves." in text) == (200, True, True)
    kept = Comparison.objects.get()
    entry = Entry.objects.get(action="comparison.made")
    assert Edge.objects.filter(entry=entry, cause_kind="version", cause_id=str(checked.pk)).exists()
    told = client().get(f"/projects/{project.slug}/comparisons/{kept.pk}.json").json()
    assert (told["title"], told["weights"]["quality"], len(told["parts"])) == ("Routing of reports", 4.0, 20)
    sheet = client().get(f"/projects/{project.slug}/comparisons/{kept.pk}.csv").content.decode()
    lines = list(csv.DictReader(io.StringIO(sheet)))
    assert [line["option"] for line in lines if line["part"] == "total"] == ["street-reports 1.0", "Offer A"]
    assert 'value="40"' in page(project, f"comparisons/weigh/?again={kept.pk}", cast.bruno)
    assert "Routing of reports" in page(project, "comparisons/")
    assert "Compare options" not in page(project, "comparisons/")


def test_the_table_speaks_spanish(project: Project, cast: Cast) -> None:
    kept = made(cast, project)
    path = f"/projects/{project.slug}/comparisons/{kept.pk}/"
    text = client().get(path, headers={"accept-language": "es"}).content.decode()
    assert "Cada parte, sus puntos y su peso" in text
    assert "Con estos pesos" in text
    for english in ("not known", "ahead of", "looking after", "The learned model stays"):
        assert english not in text
