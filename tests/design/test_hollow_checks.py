"""Checks that would pass wrongly: what leaks to the tool, tools that say nothing, and what the public page tells."""

import csv
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, ClassVar

import pytest

from minga.design import evaluation, queries, reports, table_doubts, tables, tasks
from minga.design.actions import (
    agree_test_case,
    approve_criterion,
    import_dataset,
    propose_criterion,
    propose_test_case,
    register_version,
    request_check,
    retire_test_case,
)
from minga.design.actions.suites import ask_for_suite
from minga.design.models import Check, Dataset
from minga.projects.models import Project
from minga.tools.base import Advice, ToolError
from tests.conftest import Cast, by
from tests.design.tool import ShortCalls

LABELS = ("lighting", "roads")


class Scripted(ShortCalls):
    """Says what ``say`` says, and keeps every case that it was asked."""

    say: ClassVar[Callable[[Mapping[str, Any]], Advice]]
    seen: ClassVar[list[Mapping[str, Any]]]

    def advise(self, model: Any, case: Mapping[str, Any]) -> Advice:
        Scripted.seen.append(case)
        return Scripted.say(case)


def right(case: Mapping[str, Any], **more: Any) -> Advice:
    return Advice(case["id"], "lighting" if "lamp" in case["text"].lower() else "roads", **more)


def silent(case: Mapping[str, Any]) -> Advice:
    return Advice(case["id"], abstained_because="unclear")


@pytest.fixture(autouse=True)
def _scripted(monkeypatch: pytest.MonkeyPatch, _tool: None) -> None:
    Scripted.say, Scripted.seen = right, []
    monkeypatch.setattr(evaluation, "installed", lambda: {"scripted": Scripted()})


Take = Callable[..., Dataset]


@pytest.fixture
def take(project: Project, cast: Cast, tmp_path: Path) -> Take:
    """100 reports sorted by their truth, with names that hold it, and the truth in Spanish beside it."""

    def put(name: str = "Reports", prefix: str = "") -> Dataset:
        path = tmp_path / f"{name}.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(["nr", "text", "queue", "queue_es", "district", "district_es"])
            for label in LABELS:
                for n in range(50):
                    text = f"lamp {n} is out" if label == "lighting" else f"hole {n}"
                    writer.writerow(
                        [f"{prefix}{label}-{n}", text, label, f"{label}!", "northsouth"[n % 2 :: 2], "norte"]
                    )
        columns = {"id": "nr", "truth": "queue", "groups": ["district"]}
        return import_dataset(by(cast.dario), project, source=path, name=name, purpose="Q", columns=columns)

    return put


@pytest.fixture
def check(project: Project, cast: Cast, take: Take) -> Callable[..., Check]:
    def run(dataset: Dataset | None = None, chosen_on: Dataset | None = None, **given: Any) -> Check:
        told: dict[str, Any] = {"sentence": "x", "metric": "accuracy", "comparison": "ge", "bound": "0.9", **given}
        proposed = propose_criterion(by(cast.rosa), project, dataset=dataset or take(), **told)
        criterion = approve_criterion(by(cast.ada), project, proposed)
        number = str(Check.objects.count() + 1)
        version = register_version(
            by(cast.dario), project, tool="scripted", version=number, settings="", change_note="x",
            chosen_on=chosen_on,
        )  # fmt: skip
        made = request_check(by(cast.dario), project, criterion, version)
        tasks.run_check.call(made.pk)
        made.refresh_from_db()
        return made

    return run


def test_neither_names_nor_their_order_nor_a_translation_tell_the_truth(check: Callable[..., Check]) -> None:
    found = check()
    assert found.state == "passed", found.problem
    assert len(Scripted.seen) == 100
    assert {key for case in Scripted.seen for key in case} == {"id", "text"}
    assert not [case for case in Scripted.seen if any(label in case["id"] for label in LABELS)]
    first = ["lamp" in case["text"] for case in Scripted.seen[:50]]
    assert 10 < sum(first) < 40  # the file has its 50 lamps first


def test_the_same_seed_asks_in_the_same_order_and_every_row_once(take: Take) -> None:
    dataset = take()
    once, again, other = (list(tables.shuffled(dataset, seed)) for seed in (1, 1, 2))
    assert once == again != other
    assert sorted(row["nr"] for row in other) == sorted(row["nr"] for row in tables.rows_of(dataset))


def test_a_tool_cannot_know_a_changed_case_by_its_name_or_place(check: Callable[..., Check]) -> None:
    known: dict[str, str] = {}

    def remember(case: Mapping[str, Any]) -> Advice:
        """Whatever was said under a name is said again; a new text gets a new answer."""
        return Advice(case["id"], known.setdefault(case["id"], case["text"]))

    Scripted.say = remember
    found = check(metric="robustness", bound="0.9", options={"perturbations": ["case"]})
    assert (found.state, found.figures["groups"][0]["count"]) == ("failed", 0)
    assert len({case["id"] for case in Scripted.seen}) == len(Scripted.seen)


@pytest.mark.parametrize(
    "given",
    [
        {"metric": "robustness", "bound": "0.9"},
        {"metric": "false_positive_rate", "comparison": "le", "bound": "0.1", "options": {"positive": "roads"}},
        {"metric": "selection_rate", "comparison": "le", "bound": "0.1", "options": {"positive": "roads"}},
        {
            "metric": "selection_rate", "comparison": "le", "bound": "0.1", "group_by": "district",
            "options": {"positive": "roads", "gap": "difference"},
        },
    ],
)  # fmt: skip
def test_a_tool_that_always_abstains_passes_nothing(check: Callable[..., Check], given: dict[str, Any]) -> None:
    Scripted.say = silent
    found = check(**given)
    assert found.state == "not_enough"
    assert not found.is_pass
    assert "gave no answer on any case" in found.figures["notes"][0]
    assert found.figures["notes"][0] in found.figures["translations"]["es"]
    assert queries.standing(found.version, found.criterion).state == "not_enough"


def test_what_is_about_silence_is_still_measured(check: Callable[..., Check]) -> None:
    Scripted.say = silent
    assert check(metric="abstention_rate", comparison="ge", bound="0.9").state == "passed"
    assert check(metric="accuracy", bound="0.1").state == "failed"


def test_probabilities_where_it_suits_are_no_evidence(check: Callable[..., Check]) -> None:
    def some(case: Mapping[str, Any]) -> Advice:
        return right(case, probability=0.99 if int(case["text"].split()[1]) < 25 else None)

    Scripted.say = some
    found = check(metric="brier", comparison="le", bound="0.1")
    assert (found.state, found.figures["rows"]["rejected"]) == ("not_enough", 50)
    assert "without a probability" in found.figures["notes"][0]
    Scripted.say = lambda case: right(case, probability=0.99)
    assert check(metric="brier", comparison="le", bound="0.1").state == "passed"


@pytest.mark.parametrize("impossible", [2.0, -0.1, float("nan"), float("inf")])
def test_an_impossible_probability_does_not_take_a_wrong_case_away(
    check: Callable[..., Check], impossible: float
) -> None:
    def hides(case: Mapping[str, Any]) -> Advice:
        wrong = "lamp" in case["text"]
        return Advice(case["id"], "roads", probability=impossible if wrong else 0.9)

    Scripted.say = hides
    found = check(bound="0.9")
    assert (found.state, found.worst_value) == ("failed", found.worst_value)
    assert found.figures["rows"] == {"in": 100, "used": 50, "rejected": 0, "failed": 50}
    assert (found.figures["groups"][0]["count"], found.figures["groups"][0]["of"]) == (50, 100)


def test_training_data_under_other_names_are_told(check: Callable[..., Check], take: Take) -> None:
    dataset = take()
    plain = check(dataset)
    assert plain.figures["notes"] == []
    copied = check(dataset, chosen_on=take("Copy", prefix="c-"))
    assert copied.figures["overlap"] == 0
    assert "100 of 100 cases stand word for word" in copied.figures["notes"][0]


def test_a_public_check_names_no_case_of_a_table(check: Callable[..., Check]) -> None:
    def tells(case: Mapping[str, Any]) -> Advice:
        if "lamp" in case["text"]:
            raise ToolError(f"Nothing is known of '{case['text']}'.")
        return Advice(case["id"], "other")

    Scripted.say = tells
    told = reports.document(check(metric="exact_match", minimum_group=1))
    assert told["wrong"] == []
    assert told["failures"] == [["Nothing is known of ….", 50]]
    assert told["figures"][0]["of"] == 100


def test_what_a_supplier_says_of_a_case_is_not_published() -> None:
    for said, public in (
        ("The program could not judge this case: Maria owes 300", "The program could not judge this case."),
        ("The command ended. Its last words: KeyError Maria\nmore", "The command ended. Its last words."),
        ("The provider proposes 'Maria', which is", "The provider proposes …, which is"),
        ("No answer came within 10 seconds.", "No answer came within 10 seconds."),
    ):
        assert table_doubts.without_case(said) == public


def test_a_case_agreed_while_a_check_was_asked_for_makes_it_old(project: Project, cast: Cast) -> None:
    cases = [
        propose_test_case(by(cast.rosa), project, {"text": text}, "lighting", "It was dark.")
        for text in ("lamp out", "lamp broken")
    ]
    agree_test_case(by(cast.lena), project, cases[0])
    criterion = approve_criterion(by(cast.ada), project, ask_for_suite(by(cast.lena), project))
    version = register_version(by(cast.dario), project, tool="scripted", version="1", settings="", change_note="x")
    found = request_check(by(cast.dario), project, criterion, version)
    tasks.run_check.call(found.pk)
    assert queries.standing(version, criterion).state == "passed"
    earlier = by(cast.lena, happened=found.requested)
    agree_test_case(earlier, project, cases[1])
    assert queries.standing(version, criterion).state == "old"
    retire_test_case(by(cast.lena), project, cases[1], reason="It was invented.")
    assert queries.standing(version, criterion).state == "passed"
