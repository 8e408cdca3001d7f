"""Nobody fishes for a pass: the seed is not chosen, and of several runs of one thing the worst counts."""

from typing import Any

import pytest
from django.test import Client

from minga.design import catalogue, evaluation, queries, reports, runs, tasks
from minga.design.actions import approve_criterion, create_release, propose_criterion, register_version, request_check
from minga.design.models import Check, Criterion, Dataset, ToolVersion
from minga.ledger.refusals import Blocked
from minga.projects.models import Project
from tests.conftest import Cast, by
from tests.design.conftest import MENDED


def ran(cast: Cast, criterion: Criterion, version: ToolVersion) -> Check:
    check = request_check(by(cast.dario), criterion.project, criterion, version)
    tasks.run_check.call(check.pk)
    check.refresh_from_db()
    return check


def turned(monkeypatch: pytest.MonkeyPatch, state: str) -> None:
    """From here on a run comes to this end, as that of a tool that answers by chance."""
    whole = evaluation.run

    def run(check: Check, *given: Any) -> evaluation.Result:
        found = whole(check, *given)
        return evaluation.Result(state, True, tool_hash=found.tool_hash, data_hash=found.data_hash, worst="W")

    monkeypatch.setattr(evaluation, "run", run)


def test_the_seed_is_not_chosen(
    project: Project, cast: Cast, criterion: Criterion, first: ToolVersion, mended: ToolVersion
) -> None:
    tried = [ran(cast, criterion, first).seed for _again in range(2)]
    again = register_version(
        by(cast.dario), project, tool="shortcalls", version="0.1b", settings="", change_note="The same again"
    )
    tried += [ran(cast, criterion, version).seed for version in (again, mended)]
    assert set(tried) == {runs.seed_of(criterion)}
    assert 0 <= tried[0] < 2**31


def test_other_words_for_the_same_criterion_give_the_same_seed(
    project: Project, cast: Cast, criterion: Criterion, dataset: Dataset
) -> None:
    terms: dict[str, Any] = {"metric": "flag_share", "comparison": "le", "dataset": dataset}
    same = propose_criterion(
        by(cast.lena), project, sentence="Other words.", bound="0.3", group_by="procurement_method", **terms
    )
    other = propose_criterion(by(cast.lena), project, sentence="Other data.", bound="0.3", minimum_group=31, **terms)
    assert runs.seed_of(same) == runs.seed_of(criterion) != runs.seed_of(other)


def test_a_lucky_run_does_not_undo_a_failed_one(
    project: Project, cast: Cast, criterion: Criterion, mended: ToolVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as unlucky:
        turned(unlucky, "failed")
        failed = ran(cast, criterion, mended)
    lucky = ran(cast, criterion, mended)
    assert (failed.state, lucky.state) == ("failed", "passed")
    with pytest.raises(Blocked, match="C-01 failed"):
        create_release(by(cast.lena), project, mended)
    assert queries.standing(mended, criterion).check == failed
    assert runs.overruled_by(lucky) == failed
    assert [one.checks for one in catalogue.entries()[0].listed if one.version == mended] == [(failed,)]
    assert reports.document(lucky)["other_runs"] == [
        {"check": failed.pk, "state": "failed", "seed": failed.seed, "worst": "W"}
    ]


def test_a_failure_counts_when_it_comes_later_too(
    project: Project, cast: Cast, criterion: Criterion, mended: ToolVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ran(cast, criterion, mended).is_pass
    turned(monkeypatch, "failed")
    failed = ran(cast, criterion, mended)
    assert queries.standing(mended, criterion).check == failed
    assert runs.overruled_by(failed) is None


def test_a_run_that_broke_may_be_tried_again(
    cast: Cast, criterion: Criterion, mended: ToolVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(evaluation, "installed", dict)
        assert ran(cast, criterion, mended).state == "broken"
    assert queries.standing(mended, criterion).state == "broken"
    assert ran(cast, criterion, mended).is_pass
    assert queries.standing(mended, criterion).met


def test_a_failure_of_another_version_does_not_count(
    project: Project, cast: Cast, criterion: Criterion, first: ToolVersion
) -> None:
    assert ran(cast, criterion, first).state == "failed"
    good = register_version(
        by(cast.dario), project, tool="shortcalls", version="0.9", settings=MENDED, change_note="Mended"
    )
    assert ran(cast, criterion, good).is_pass
    assert queries.is_ready(good)


def test_the_page_shows_every_run_and_which_counts(
    client: Client, cast: Cast, criterion: Criterion, mended: ToolVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as unlucky:
        turned(unlucky, "failed")
        failed = ran(cast, criterion, mended)
    lucky = ran(cast, criterion, mended)
    page = client.get(lucky.get_absolute_url()).content.decode()
    assert f'<a href="{failed.get_absolute_url()}">Check {failed.pk}</a> of' in page
    assert "Met, but it does not count" in page
    assert "passed the check" not in page
    assert f"Check {lucky.pk}" in client.get(failed.get_absolute_url()).content.decode()


def test_the_interface_does_not_use_a_seed_that_is_sent(
    client: Client, project: Project, cast: Cast, approved: Criterion, mended: ToolVersion
) -> None:
    client.force_login(cast.dario)
    given = {"criterion": approved.code, "version_id": mended.pk, "seed": 5}
    found = client.post(f"/api/design/{project.slug}/checks", given, content_type="application/json")
    assert (found.status_code, found.json()["seed"]) == (201, runs.seed_of(approved))


@pytest.fixture
def approved(project: Project, cast: Cast, dataset: Dataset) -> Criterion:
    made = propose_criterion(
        by(cast.lena), project, sentence="At most 30 %.", metric="flag_share", comparison="le", bound="0.3",
        dataset=dataset, group_by="procurement_method",
    )  # fmt: skip
    return approve_criterion(by(cast.ada), project, made)
