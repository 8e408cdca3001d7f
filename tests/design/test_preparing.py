"""A tool that learns is trained by the worker; until it is ready nothing can be done with its version."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django_tasks_db.models import DBTaskResult

from minga.design import evaluation, queries, tools, version_tasks
from minga.design.actions import create_release, open_trial, register_version, request_check
from minga.design.models import Check, Criterion, Dataset, ToolVersion
from minga.jobs import leases
from minga.ledger.models import Edge, Entry
from minga.ledger.refusals import Blocked
from minga.projects.models import Project
from minga.tools.base import ToolError
from tests.conftest import Cast, by
from tests.design.conftest import MENDED
from tests.design.tool import CARD, Limits, ShortCalls

pytestmark = pytest.mark.django_db


class Learner(ShortCalls):
    """The same, and it reads the data that it was given."""

    card = replace(CARD, name="learner", learns=True)

    def __init__(self) -> None:
        self.trained = 0

    def train(self, data: Path | None, seed: int, settings: str = "") -> Limits:
        self.trained += 1
        if data is None or len(list(self.rows(data))) < 2:
            raise ToolError("There is nothing to learn from. Give more rows.")
        return super().train(data, seed, settings)


@pytest.fixture
def learner(monkeypatch: pytest.MonkeyPatch) -> Learner:
    made = Learner()
    monkeypatch.setattr(evaluation, "installed", lambda: {"shortcalls": ShortCalls(), "learner": made})
    return made


def registered(cast: Cast, dataset: Dataset, **given: Any) -> ToolVersion:
    return register_version(
        by(cast.dario), dataset.project, tool="learner", version="1", settings=given.get("settings", MENDED),
        change_note="It learns", chosen_on=dataset, background=True,
    )  # fmt: skip


def test_nothing_is_trained_before_the_worker_does_it(
    project: Project, cast: Cast, dataset: Dataset, criterion: Criterion, learner: Learner
) -> None:
    version = registered(cast, dataset)
    assert (version.state, version.content_hash, learner.trained) == ("preparing", "", 0)
    assert DBTaskResult.objects.filter(task_path="minga.design.version_tasks.prepare_version").count() == 1
    for attempt in (
        lambda: request_check(by(cast.dario), project, criterion, version),
        lambda: create_release(by(cast.lena), project, version),
        lambda: open_trial(by(cast.flor), project, version, question="What is it?"),
    ):
        with pytest.raises(Blocked) as refused:
            attempt()
        assert "being prepared" in f"{refused.value.cause} {refused.value.reasons}"
    with pytest.raises(ToolError, match="being prepared"):
        tools.advise(version, [{"id": "1"}])


def test_the_worker_makes_it_ready_once(
    project: Project, cast: Cast, dataset: Dataset, criterion: Criterion, learner: Learner
) -> None:
    version = registered(cast, dataset)
    assert version_tasks.prepare_version.call(version.pk) == "ready"
    assert version_tasks.prepare_version.call(version.pk) == "ready"
    version.refresh_from_db()
    assert learner.trained == 1
    at_once = register_version(
        by(cast.dario), project, tool="learner", version="2", settings=MENDED, change_note="x", chosen_on=dataset
    )
    assert version.content_hash == at_once.content_hash
    entry = Entry.objects.get(action="version.prepared")
    assert ("dataset", str(dataset.pk)) in Edge.objects.filter(entry=entry).values_list("cause_kind", "cause_id")
    assert request_check(by(cast.dario), project, criterion, version).state == "queued"


def test_a_swap_runs_the_criteria_again_once_it_is_ready(
    cast: Cast, dataset: Dataset, criterion: Criterion, first: ToolVersion, learner: Learner
) -> None:
    version = registered(cast, dataset)
    assert not Check.objects.filter(version=version).exists()
    version_tasks.prepare_version.call(version.pk)
    assert [check.criterion for check in Check.objects.filter(version=version)] == [criterion]


def test_a_failed_training_says_why_and_what_to_do(
    client: Client, project: Project, cast: Cast, dataset: Dataset, criterion: Criterion, learner: Learner
) -> None:
    version = registered(cast, dataset, settings="[")
    client.force_login(cast.dario)
    page = client.get(version.get_absolute_url()).content.decode()
    assert "is being prepared" in page
    assert 'http-equiv="refresh"' in page
    assert version_tasks.prepare_version.call(version.pk) == "failed"
    version.refresh_from_db()
    assert "not TOML" in version.problem
    page = client.get(version.get_absolute_url()).content.decode()
    assert "could not be prepared" in page
    assert "not TOML" in page
    assert "under a new number" in page
    assert 'http-equiv="refresh"' not in page
    assert any("could not be prepared" in words for words, _ in queries.what_next(project, cast.dario.actor))
    with pytest.raises(Blocked):
        request_check(by(cast.dario), project, criterion, version)


def test_a_fault_of_the_tool_and_a_lost_worker_end_it_too(
    cast: Cast, dataset: Dataset, learner: Learner, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = registered(cast, dataset)
    leases.tell_lost("minga.design.version_tasks.prepare_version", {"args": [version.pk], "kwargs": {}})
    version.refresh_from_db()
    assert (version.state, "memory" in version.problem) == ("failed", True)
    monkeypatch.setattr(learner, "train", lambda *given: 1 // 0)
    other = register_version(
        by(cast.dario), dataset.project, tool="learner", version="2", settings="", change_note="x",
        chosen_on=dataset, background=True,
    )  # fmt: skip
    assert version_tasks.prepare_version.call(other.pk) == "failed"
    other.refresh_from_db()
    assert "ZeroDivisionError" in other.problem


def test_the_form_leaves_the_training_to_the_worker(
    client: Client,
    project: Project,
    cast: Cast,
    dataset: Dataset,
    learner: Learner,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("minga.design.forms.installed", evaluation.installed)
    client.force_login(cast.dario)
    given = {"tool": "learner", "version": "1", "settings": MENDED, "chosen_on": dataset.pk, "change_note": "x"}
    page = client.post(f"/projects/{project.slug}/versions/new/", given, follow=True)
    version = ToolVersion.objects.get(tool="learner")
    assert (version.state, learner.trained) == ("preparing", 0)
    assert "The worker trains it now." in page.content.decode()
    listed = client.get(f"/projects/{project.slug}/versions/").content.decode()
    assert "Being prepared" in listed
    assert "Being prepared" in client.get("/tools/learner/").content.decode()


def test_a_tool_that_does_not_learn_is_ready_at_once(project: Project, cast: Cast, dataset: Dataset) -> None:
    version = register_version(
        by(cast.dario), project, tool="shortcalls", version="1", settings=MENDED, change_note="x",
        chosen_on=dataset, background=True,
    )  # fmt: skip
    assert version.is_prepared
    assert version.content_hash
