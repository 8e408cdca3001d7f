"""From a criterion to a release: what passes, what blocks, and what never counts."""

import os
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from minga.design import clock, evaluation, metrics, queries, tasks
from minga.design.actions import (
    approve_criterion,
    create_release,
    finish_check,
    import_dataset,
    propose_criterion,
    register_version,
    request_check,
    sign_exception,
    split_dataset,
)
from minga.design.models import Check, Criterion, Dataset, SignedException, ToolVersion
from minga.engage.actions import cast as vote
from minga.engage.actions import close_ballot, open_ballot
from minga.jobs import leases
from minga.ledger import chain
from minga.ledger.action import SYSTEM
from minga.ledger.models import Edge, Entry
from minga.ledger.refusals import Blocked, Conflict, Invalid, NotAllowed
from minga.projects.models import Project
from minga.tools.base import Report, ToolError
from minga.tools.stats import wilson
from tests.conftest import Cast, by
from tests.design.conftest import MENDED, calls, release

Write = Callable[..., Path]


def checked(cast: Cast, criterion: Criterion, version: ToolVersion) -> Check:
    check = request_check(by(cast.dario), criterion.project, criterion, version)
    tasks.run_check.call(check.pk)
    check.refresh_from_db()
    return check


def test_the_usual_limit_fails_and_blocks(
    project: Project, cast: Cast, criterion: Criterion, first: ToolVersion
) -> None:
    check = checked(cast, criterion, first)
    assert (check.state, check.counts) == ("failed", True)
    assert check.worst == "R003 · Small purchase"
    assert check.worst_value == Decimal(1)
    groups = {row["group"]: row for row in check.figures["groups"]}
    assert (groups["Small purchase"]["count"], groups["Small purchase"]["of"]) == (200, 200)
    assert (groups["Open call"]["count"], groups["Open call"]["of"]) == (20, 200)
    assert groups["Rare kind"]["verdict"] == "too_few"
    assert check.data_hash == criterion.dataset.sha256
    assert check.tool_hash == first.content_hash
    assert check.figures["baseline_sentence"]
    with pytest.raises(Blocked, match="C-01 failed: “R003 · Small purchase”"):
        create_release(by(cast.lena), project, first)


def test_the_mended_version_passes_and_is_released(
    project: Project, cast: Cast, criterion: Criterion, mended: ToolVersion
) -> None:
    with pytest.raises(Blocked, match="C-01 has not been checked"):
        create_release(by(cast.lena), project, mended)
    check = checked(cast, criterion, mended)
    assert check.is_pass
    released = create_release(by(cast.lena), project, mended)
    assert list(released.checks.all()) == [check]
    entry = Entry.objects.get(subject_kind="release", subject_id=str(released.pk))
    causes = set(Edge.objects.filter(entry=entry).values_list("cause_kind", "cause_id"))
    assert ("check", str(check.pk)) in causes
    with pytest.raises(Conflict):
        create_release(by(cast.lena), project, mended)


def test_a_check_on_the_data_the_settings_were_chosen_on_never_counts(
    project: Project, cast: Cast, criterion: Criterion
) -> None:
    version = register_version(
        by(cast.dario), project, tool="shortcalls", version="0.3", settings=MENDED, change_note="x",
        chosen_on=criterion.dataset,
    )  # fmt: skip
    check = checked(cast, criterion, version)
    assert (check.state, check.same_data, check.counts, check.is_pass) == ("passed", True, False, False)
    with pytest.raises(Blocked, match="so it is no pass"):
        create_release(by(cast.lena), project, version)


def test_one_overlapping_row_is_enough(project: Project, cast: Cast, criterion: Criterion, write: Write) -> None:
    other = [release(0, "Small purchase", date(2025, 1, 1), 9), release(9000, "Open call", date(2025, 1, 1), 9)]
    chosen_on = import_dataset(by(cast.dario), project, source=write(other), name="Older", purpose="Limits")
    version = register_version(
        by(cast.dario), project, tool="shortcalls", version="0.3", settings=MENDED, change_note="x",
        chosen_on=chosen_on,
    )  # fmt: skip
    check = checked(cast, criterion, version)
    assert (check.same_data, check.figures["overlap"]) == (True, 1)


def test_limits_chosen_on_earlier_calls_pass_on_later_ones(project: Project, cast: Cast, dataset: Dataset) -> None:
    earlier, later = split_dataset(by(cast.dario), project, dataset, date(2026, 2, 15))
    criterion = propose_criterion(
        by(cast.rosa), project, sentence="At most 20 %.", metric="flag_share", comparison="le", bound="0.2",
        dataset=later, group_by="procurement_method",
    )  # fmt: skip
    criterion = approve_criterion(by(cast.ada), project, criterion)
    version = register_version(
        by(cast.paz), project, tool="shortcalls", version="1", settings=MENDED, change_note="x", chosen_on=earlier
    )
    assert checked(cast, criterion, version).is_pass
    assert queries.is_ready(version)


def test_all_groups_too_small_is_not_a_pass(
    project: Project, cast: Cast, dataset: Dataset, mended: ToolVersion
) -> None:
    criterion = propose_criterion(
        by(cast.lena), project, sentence="At most 20 %.", metric="flag_share", comparison="le", bound="0.2",
        dataset=dataset, group_by="procurement_method", minimum_group=1000,
    )  # fmt: skip
    approve_criterion(by(cast.ada), project, criterion)
    check = checked(cast, criterion, mended)
    assert (check.state, check.worst_value) == ("not_enough", None)
    with pytest.raises(Blocked, match="not enough evidence"):
        create_release(by(cast.lena), project, mended)


def test_planted_cases(project: Project, cast: Cast, dataset: Dataset, mended: ToolVersion, write: Write) -> None:
    terms: dict[str, Any] = {
        "sentence": "At least half of the known cases are found.", "metric": "planted_found", "comparison": "ge",
        "minimum_group": 10,
    }  # fmt: skip
    criterion = propose_criterion(by(cast.lena), project, bound="0.5", dataset=dataset, **terms)
    check = checked(cast, criterion, mended)
    assert (check.state, check.worst_value) == ("passed", Decimal(1))
    bare = import_dataset(by(cast.dario), project, source=write(calls()), name="Bare", purpose="x")
    without = propose_criterion(by(cast.lena), project, bound="0.5", dataset=bare, **terms)
    assert checked(cast, without, mended).state == "not_enough"


def test_a_tool_that_is_not_the_registered_one_breaks_the_check(
    project: Project, cast: Cast, criterion: Criterion, first: ToolVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    check = request_check(by(cast.dario), project, criterion, first)
    monkeypatch.setattr(evaluation, "installed", dict)
    assert tasks.run_check.call(check.pk) == "broken"
    check.refresh_from_db()
    assert "There is no tool" in check.problem
    assert not check.counts


def test_changed_data_break_the_check(project: Project, cast: Cast, criterion: Criterion, first: ToolVersion) -> None:
    path = criterion.dataset.path
    path.write_bytes(path.read_bytes() + b"{}\n")
    check = checked(cast, criterion, first)
    assert check.state == "broken"
    assert "has changed since" in check.problem


def test_an_error_inside_a_tool_is_told_and_not_lost(
    project: Project, cast: Cast, criterion: Criterion, first: ToolVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*given: object) -> Report:
        raise ZeroDivisionError("by nothing")

    monkeypatch.setattr("tests.design.tool.ShortCalls.evaluate", fail)
    check = checked(cast, criterion, first)
    assert check.state == "broken"
    assert "ZeroDivisionError" in check.problem


def test_a_check_runs_once_and_ends_when_its_worker_is_lost(
    project: Project, cast: Cast, criterion: Criterion, first: ToolVersion
) -> None:
    check = request_check(by(cast.dario), project, criterion, first)
    with pytest.raises(Conflict):
        request_check(by(cast.dario), project, criterion, first)
    leases.tell_lost("minga.design.tasks.run_check", {"args": [check.pk], "kwargs": {}})
    check.refresh_from_db()
    assert check.state == "broken"
    assert tasks.run_check.call(check.pk) == "broken"
    with pytest.raises(Conflict):
        finish_check(by(SYSTEM), project, check, evaluation.Result("passed", counts=True))


def test_the_clock_ends_a_check_that_no_queue_holds(
    project: Project, cast: Cast, criterion: Criterion, first: ToolVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django_tasks_db.models import DBTaskResult

    check = request_check(by(cast.dario), project, criterion, first)
    monkeypatch.setattr(clock, "PATIENCE", timedelta(0))
    assert clock.end_orphans() is None
    DBTaskResult.objects.all().delete()
    assert clock.end_orphans() == "ended 1 checks, 0 readings"
    check.refresh_from_db()
    assert check.state == "broken"


def test_nobody_finishes_a_check_by_hand(
    project: Project, cast: Cast, criterion: Criterion, first: ToolVersion
) -> None:
    check = request_check(by(cast.dario), project, criterion, first)
    with pytest.raises(NotAllowed):
        finish_check(by(cast.lena), project, check, evaluation.Result("passed", counts=True))


def test_an_exception_needs_two_signatures_and_expires(
    project: Project, cast: Cast, criterion: Criterion, first: ToolVersion
) -> None:
    checked(cast, criterion, first)
    until = timezone.localdate() + timedelta(days=30)
    with pytest.raises(NotAllowed):
        sign_exception(by(cast.dario), project, first, criterion, reason="x", expires=until)
    with pytest.raises(Invalid):
        sign_exception(by(cast.lena), project, first, criterion, reason="x", expires=until + timedelta(days=300))
    signed = sign_exception(by(cast.lena), project, first, criterion, reason="Pilot on paper", expires=until)
    with pytest.raises(Conflict):
        sign_exception(by(cast.lena), project, first, criterion)
    with pytest.raises(Blocked):
        create_release(by(cast.lena), project, first)
    assert sign_exception(by(cast.olga), project, first, criterion) == signed
    assert Entry.objects.filter(action="exception.signed").count() == 2
    released = create_release(by(cast.lena), project, first)
    assert list(released.exceptions.all()) == [signed]
    later = timezone.now() + timedelta(days=31)
    assert not SignedException.objects.get().holds(later)
    assert queries.lapsed_exceptions(released, later) == [signed]
    assert queries.readiness(first, later)[0].state == "failed"


def passed_ballot(cast: Cast, project: Project, params: list[dict[str, Any]], choice: str = "yes") -> Any:
    ballot = open_ballot(
        by(cast.lena), project, text="Shall this bind?", closes=timezone.now() + timedelta(days=1),
        about="criterion", params=params, groups=["residents", "frontline"],
    )  # fmt: skip
    for person in (cast.rosa, cast.flor, cast.fidel):
        vote(by(person), project, ballot, choice)
    return close_ballot(by(SYSTEM, happened=timezone.now() + timedelta(days=2)), project, ballot)


def test_a_ballot_approves_exactly_what_was_voted_on(project: Project, cast: Cast, dataset: Dataset) -> None:
    terms: dict[str, Any] = {"sentence": "At most 20 %.", "metric": "flag_share", "comparison": "le",
                             "dataset": dataset, "group_by": "procurement_method"}  # fmt: skip
    proposed = propose_criterion(by(cast.rosa), project, bound="0.20", **terms)
    ballot = passed_ballot(cast, project, [proposed.params])
    with pytest.raises(NotAllowed, match="Without a ballot"):
        approve_criterion(by(cast.lena), project, proposed)
    other = propose_criterion(by(cast.rosa), project, bound="0.21", **terms)
    with pytest.raises(Blocked, match="voted on something else"):
        approve_criterion(by(cast.lena), project, other, ballot)
    approved = approve_criterion(by(cast.lena), project, proposed, ballot)
    assert (approved.state, approved.ballot, approved.code) == ("approved", ballot, "C-01")


def test_approving_against_a_ballot_needs_public_reasons(project: Project, cast: Cast, dataset: Dataset) -> None:
    proposed = propose_criterion(
        by(cast.rosa), project, sentence="All rows.", metric="rows_used_share", comparison="ge", bound="1",
        dataset=dataset,
    )  # fmt: skip
    ballot = passed_ballot(cast, project, [proposed.params], "no")
    with pytest.raises(Blocked, match="has not passed"):
        approve_criterion(by(cast.lena), project, proposed, ballot)
    with pytest.raises(Invalid, match="say why"):
        approve_criterion(by(cast.ada), project, proposed)
    assert approve_criterion(by(cast.ada), project, proposed, reason="The law asks for it").against_ballot


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"metric": "beauty"}, "metric"),
        ({"bound": "20"}, "bound"),
        ({"bound": "x"}, "bound"),
        ({"comparison": "=="}, "comparison"),
        ({"group_by": "buyer"}, "group_by"),
        ({"minimum_group": 0}, "minimum_group"),
        ({"sentence": "x" * 400}, "sentence"),
    ],
)
def test_a_criterion_that_cannot_be_measured_is_refused(
    project: Project, cast: Cast, dataset: Dataset, given: dict[str, Any], field: str
) -> None:
    terms = {"sentence": "s", "metric": "flag_share", "comparison": "le", "bound": "0.2", "dataset": dataset}
    with pytest.raises(Invalid) as refusal:
        propose_criterion(by(cast.lena), project, **{**terms, **given})
    assert field in refusal.value.fields


def test_settings_that_the_tool_refuses(project: Project, cast: Cast) -> None:
    with pytest.raises(Invalid, match="not TOML"):
        register_version(by(cast.dario), project, tool="shortcalls", version="1", settings="[", change_note="x")
    with pytest.raises(Invalid, match="Installed: shortcalls"):
        register_version(by(cast.dario), project, tool="oracle", version="1", settings="", change_note="x")


def test_a_version_is_never_changed(project: Project, cast: Cast, first: ToolVersion) -> None:
    with pytest.raises(Conflict):
        register_version(by(cast.dario), project, tool="shortcalls", version="0.1", settings="", change_note="x")


def test_the_bound_itself_is_within(criterion: Criterion) -> None:
    exactly = metrics.Measured("R003", "m", 20, 100, 0.2, 0.1, 0.3)
    above = metrics.Measured("R003", "m", 21, 100, 0.21, 0.1, 0.3)
    assert metrics.judge(criterion, [exactly]).state == "passed"
    assert metrics.judge(criterion, [exactly, above]).state == "failed"
    assert metrics.judge(criterion, []).state == "not_enough"
    assert metrics.reaches(criterion, exactly)


def test_wilson_against_published_values() -> None:
    low, high = wilson(10, 100)
    assert (round(low, 4), round(high, 4)) == (0.0552, 0.1744)
    assert wilson(0, 0) == (0.0, 1.0)
    assert wilson(0, 10)[0] == 0.0
    assert wilson(10, 10)[1] == 1.0
    with pytest.raises(ValueError, match="no share"):
        wilson(3, 2)


def test_the_ledger_holds_the_result(project: Project, cast: Cast, criterion: Criterion, first: ToolVersion) -> None:
    checked(cast, criterion, first)
    payload = Entry.objects.get(action="check.finished").payload
    assert '"worst_value":"1"' in payload
    assert chain.GENESIS not in payload
    assert os.sep + "datasets" not in payload


def test_an_unknown_tool_is_named() -> None:
    with pytest.raises(ToolError, match="oracle"):
        evaluation.tool_called("oracle")
