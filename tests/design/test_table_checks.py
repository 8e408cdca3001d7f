"""Criteria on a table of cases: what is judged, in which unit, and what is never a pass."""

import csv
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from minga.design import charts, evaluation, queries, table_metrics, tables, tasks
from minga.design.actions import approve_criterion, import_dataset, propose_criterion, register_version, request_check
from minga.design.metrics import METRICS
from minga.design.models import Check, Criterion, Dataset, TestCase
from minga.ledger.guard import open_for_action
from minga.ledger.refusals import Blocked, Invalid
from minga.projects.models import Project
from minga.tools.base import Advice, ToolError
from minga.tools.measure import METRICS as LIBRARY
from tests.conftest import Cast, by
from tests.design.tool import ShortCalls

COLUMNS = {"id": "nr", "truth": "queue", "groups": ["district", "sex"]}
Take = Callable[..., Dataset]


class Router(ShortCalls):
    """Sends what mentions a lamp to lighting and the rest to roads; abstains on "?", breaks on "!"."""

    def advise(self, model: Any, case: Mapping[str, Any]) -> Advice:
        assert set(case) == {"id", "text"}, "the tool must see neither truth nor groups"
        text = str(case["text"]).lower()
        if "!" in text:
            raise ToolError("This text cannot be read.")
        if "?" in text:
            return Advice(case["id"], abstained_because="unclear")
        return Advice(case["id"], "lighting" if "lamp" in text else "roads", probability=0.9 if "lamp" in text else 0.6)


@pytest.fixture(autouse=True)
def _router(monkeypatch: pytest.MonkeyPatch, _tool: None) -> None:
    monkeypatch.setattr(evaluation, "installed", lambda: {"router": Router()})


def rows() -> list[tuple[str, str, str, str]]:
    """(text, truth, district, sex): north 60 all right; south 60, half of its lamps missed; 12 rare in the east."""
    told = []
    for n in range(60):
        lamp = n % 2 == 0
        told.append(("lamp out" if lamp else "hole", "lighting" if lamp else "roads", "north", "fm"[n % 3 == 0]))
        dark = "lamp out" if lamp and n % 4 == 0 else "dark street" if lamp else "hole"
        told.append((dark, "lighting" if lamp else "roads", "south", "fm"[n % 3 == 0]))
    return told + [("hole", "roads", "east", "f")] * 12


@pytest.fixture
def take(project: Project, cast: Cast, tmp_path: Path) -> Take:
    def put(given: list[tuple[str, str, str, str]] | None = None, name: str = "Cases") -> Dataset:
        path = tmp_path / f"{name}.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(["nr", "text", "queue", "district", "sex"])
            writer.writerows([n, *row] for n, row in enumerate(given if given is not None else rows()))
        return import_dataset(by(cast.dario), project, source=path, name=name, purpose="Queues", columns=COLUMNS)

    return put


@pytest.fixture
def check(project: Project, cast: Cast, take: Take) -> Callable[..., Check]:
    def run(dataset: Dataset | None = None, spec: Mapping[str, Any] | None = None, **given: Any) -> Check:
        told: dict[str, Any] = {"sentence": "As residents asked.", "comparison": "ge", "bound": "0.9", **given}
        proposed = propose_criterion(by(cast.rosa), project, dataset=dataset or take(), **told)
        criterion = approve_criterion(by(cast.ada), project, proposed)
        number = str(Check.objects.count() + 1)
        version = register_version(
            by(cast.dario), project, tool="router", version=number, settings="", change_note="x", spec=spec
        )
        made = Check.objects.filter(criterion=criterion, version=version).first()
        made = made or request_check(by(cast.dario), project, criterion, version)
        tasks.run_check.call(made.pk)
        made.refresh_from_db()
        return made

    return run


def groups(check: Check) -> dict[str, dict[str, Any]]:
    return {row["group"]: row for row in check.figures["groups"]}


def test_the_room_knows_every_measure_of_the_library() -> None:
    for name, metric in LIBRARY.items():
        known = METRICS[name]
        assert (known.unit, known.range, known.needs) == (metric.unit, metric.range, metric.needs)
        assert (str(known.title), str(known.explanation)) == (metric.title["en"], metric.explanation["en"])
    assert set(table_metrics.KNOWN) == set(LIBRARY)


def test_each_group_is_judged_and_the_small_one_is_not(check: Callable[..., Check]) -> None:
    found = check(metric="accuracy", group_by="district")
    assert (found.state, found.worst, found.worst_value) == ("failed", "south", Decimal("0.75"))
    told = groups(found)
    assert (told["north"]["count"], told["north"]["of"], told["north"]["verdict"]) == (60, 60, "within")
    assert told["east"]["verdict"] == "too_few"
    assert "needed" in told["east"]["why"]
    assert found.figures["rows"] == {"in": 132, "used": 132, "rejected": 0, "failed": 0}
    assert found.figures["baseline_sentence"].startswith(
        "Always answering “roads” needs no learning: it is right in 72"
    )
    assert found.figures["baseline"][0]["metric"] == "accuracy"
    assert "es" in found.figures["translations"]


def test_two_attributes_together(check: Callable[..., Check]) -> None:
    found = check(metric="accuracy", group_by="district,sex", minimum_group=20, bound="0.7")
    assert set(groups(found)) == {"north · f", "north · m", "south · f", "south · m", "east · f"}
    assert groups(found)["south · m"]["of"] == 20
    assert charts.group_text(found.criterion) == "district and sex"


def test_the_gap_between_groups(check: Callable[..., Check]) -> None:
    found = check(
        metric="recall", group_by="district", bound="0.1", comparison="le", minimum_group=20,
        options={"positive": "lighting", "gap": "difference"},
    )  # fmt: skip
    assert (found.state, found.worst) == ("failed", "north – south")
    assert found.worst_value == Decimal("0.5")
    assert "looked for: “lighting”" in charts.measure_text(found.criterion)
    ratio = check(
        metric="recall", group_by="district", bound="0.8", minimum_group=20,
        options={"positive": "lighting", "gap": "ratio"}, dataset=found.dataset,
    )  # fmt: skip
    assert (ratio.state, ratio.figures["unit"]) == ("failed", "")
    assert charts.bound_text(ratio.criterion) == "at least 0.8"


def test_fewer_events_than_asked_for_is_not_enough_evidence(check: Callable[..., Check], take: Take) -> None:
    few = take([("hole", "roads", "north", "f")] * 60 + [("lamp", "lighting", "north", "f")] * 4)
    found = check(few, metric="recall", bound="0.5", minimum_group=1, options={"positive": "lighting"})
    assert found.state == "not_enough"
    assert not found.is_pass
    enough = check(
        few, metric="recall", bound="0.5", minimum_group=1, options={"positive": "lighting", "minimum_events": 4}
    )
    assert enough.state == "passed"


def test_time_and_cost_have_their_own_units(check: Callable[..., Check], take: Take) -> None:
    dataset = take()
    fast = check(dataset, metric="latency_p95", comparison="le", bound="5000", minimum_group=30)
    assert (fast.state, fast.figures["unit"]) == ("passed", "ms")
    assert charts.bound_text(fast.criterion) == "at most 5,000\u202fms"
    unpriced = check(dataset, metric="cost_per_1000", comparison="le", bound="100")
    assert (unpriced.state, unpriced.cost_per_1000) == ("not_enough", None)
    spec = {
        "kind": "entry_point", "licence": "Apache-2.0", "prices": {"currency": "EUR", "per_cpu_second": "10000"},
        "openness": {"weights": "none", "code": "open", "data": "none", "documentation": "open"},
    }  # fmt: skip
    priced = check(dataset, spec=spec, metric="cost_per_1000", comparison="le", bound="99999")
    assert priced.state == "passed", priced.figures
    assert priced.cost_per_1000
    assert priced.figures["currency"] == "EUR"
    assert "EUR" in charts.worst_sentence(priced)


def test_failures_count_as_unanswered_and_rows_add_up(check: Callable[..., Check], take: Take) -> None:
    given = [("hole", "roads", "north", "f")] * 40 + [("!", "roads", "north", "f")] * 8 + [("?", "roads", "x", "f")] * 2
    found = check(take([*given, ("hole", "", "north", "f")]), metric="accuracy", bound="0.5")
    assert found.figures["rows"] == {"in": 51, "used": 42, "rejected": 1, "failed": 8}
    assert (found.figures["groups"][0]["count"], found.figures["groups"][0]["of"]) == (40, 50)
    assert found.figures["failures"] == [["This text cannot be read.", 8]]
    broken = check(take([("!", "roads", "north", "f")] * 40, name="All broken"), metric="accuracy")
    assert broken.state == "broken"
    assert "could not answer a single case" in broken.problem


def test_beating_the_simplest_rule_by_chance_is_no_pass(check: Callable[..., Check], take: Take) -> None:
    clear = check(metric="beats_baseline", bound="0.1")
    assert clear.state == "passed"
    assert clear.worst_value
    assert clear.worst_value < Decimal(str(clear.figures["groups"][0]["value"]))
    chance = [("hole", "roads", "north", "f")] * 60 + [("lamp", "lighting", "north", "f")]
    found = check(take(chance, name="By chance"), metric="beats_baseline", bound="0")
    assert found.state == "failed", found.figures["groups"]


def test_robustness_tells_each_change(check: Callable[..., Check]) -> None:
    found = check(metric="robustness", bound="0.95", options={"perturbations": ["case", "typos"]})
    by_sign = {row["sign"]: row for row in found.figures["groups"]}
    assert set(by_sign) == {"case", "typos"}
    assert by_sign["case"]["value"] == 1.0
    assert by_sign["typos"]["value"] < 1.0
    assert found.state == "failed"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"metric": "flag_share"}, "metric"),
        ({"metric": "recall"}, "positive"),
        ({"metric": "accuracy", "group_by": "age"}, "group_by"),
        ({"metric": "accuracy", "group_by": "sex,sex"}, "group_by"),
        ({"metric": "robustness", "group_by": "sex"}, "group_by"),
        ({"metric": "accuracy", "options": {"gap": "difference"}}, "gap"),
        ({"metric": "accuracy", "options": {"other": 1}}, "metric"),
        ({"metric": "accuracy", "options": {"minimum_events": 0}}, "minimum_events"),
        ({"metric": "robustness", "options": {"perturbations": ["magic"]}}, "perturbations"),
        ({"metric": "accuracy", "bound": "1.5"}, "bound"),
        ({"metric": "latency_p95", "bound": "-1"}, "bound"),
        ({"metric": "brier", "bound": "NaN"}, "bound"),
    ],
)
def test_parts_that_do_not_fit_are_refused(
    project: Project, cast: Cast, take: Take, given: dict[str, Any], field: str
) -> None:
    told = {"sentence": "x", "comparison": "ge", "bound": "0.9", **given}
    with pytest.raises(Invalid) as refused:
        propose_criterion(by(cast.rosa), project, dataset=take(), **told)
    assert set(refused.value.fields) == {field}
    assert not Criterion.objects.exists()


def test_a_ballot_binds_the_options_too(project: Project, cast: Cast, take: Take) -> None:
    plain = propose_criterion(
        by(cast.rosa), project, sentence="x", metric="accuracy", comparison="ge", bound="0.9", dataset=take()
    )
    assert "options" not in plain.params
    asked = propose_criterion(
        by(cast.rosa), project, sentence="x", metric="recall", comparison="ge", bound="0.9", dataset=plain.dataset,
        options={"positive": "roads"},
    )  # fmt: skip
    assert asked.params["options"] == {"positive": "roads"}


def test_cases_that_people_wrote(project: Project, cast: Cast, check: Callable[..., Check]) -> None:
    from minga.design.suites import frozen

    with pytest.raises(Blocked):
        frozen(by(cast.lena), project)
    for code, text in (("T-1", "lamp out"), ("T-2", "dark street")):
        with open_for_action():
            TestCase.objects.create(
                project=project, code=code, source={"text": text}, expected="lighting", because="It was dark.",
                state=TestCase.State.AGREED, agreed=timezone.now(),
            )  # fmt: skip
    suite = frozen(by(cast.lena), project)
    found = check(suite, metric="exact_match", bound="1", minimum_group=1)
    assert (found.state, found.dataset) == ("failed", suite)
    assert [one["case"] for one in found.figures["wrong"]] == ["T-2"]
    assert tables.case_of(next(tables.rows_of(suite)), suite.columns) == {"id": "T-1", "text": "lamp out"}
    assert queries.standing(found.version, found.criterion).state == "failed"
    with open_for_action():
        TestCase.objects.create(
            project=project, code="T-3", source={"text": "hole"}, expected="roads", because="It is deep.",
            state=TestCase.State.AGREED, agreed=timezone.now(),
        )  # fmt: skip
    assert queries.standing(found.version, found.criterion).state == "old"
