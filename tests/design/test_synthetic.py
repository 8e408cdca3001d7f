"""Made-up data on request: made by the worker from a profile, with a privacy check that its page puts in words."""

import csv
from pathlib import Path

import pytest

from minga.design import clock, tables, trial_tasks, trials
from minga.design.actions import import_dataset, open_trial, propose_criterion, synthesise, try_case
from minga.design.models import Dataset, ToolVersion, Trial, TrialCase
from minga.ledger.models import Edge, Entry
from minga.ledger.refusals import Blocked, Invalid, NotAllowed
from minga.projects.models import Project
from tests.conftest import Cast, by
from tests.design.test_pages import client, page, send

COLUMNS = {"id": "case", "truth": "queue", "groups": ["district"]}
SECRET = "Hermit of Hollow Lane"


@pytest.fixture
def reports(project: Project, cast: Cast, tmp_path: Path) -> Dataset:
    """400 reports; one district has a single inhabitant."""
    path = tmp_path / "reports.csv"
    with path.open("w", newline="") as file:
        out = csv.writer(file)
        out.writerow(["case", "days", "street", "district", "queue"])
        for n in range(400):
            district = SECRET if n == 7 else ("north" if n % 3 else "south")
            out.writerow([1000 + n, 1 + n % 60, f"Street {n}", district, "roads" if n % 2 else "lighting"])
    return import_dataset(by(cast.dario), project, source=path, name="Reports", purpose="Queues", columns=COLUMNS)


def ordered(cast: Cast, dataset: Dataset, count: int = 60, seed: int = 1) -> Dataset:
    made = synthesise(by(cast.flor), dataset.project, dataset, count=count, seed=seed)
    trial_tasks.make_up.call(made.pk, count, seed)
    made.refresh_from_db()
    return made


def test_rows_are_made_from_the_profile_and_checked(project: Project, cast: Cast, reports: Dataset) -> None:
    made = ordered(cast, reports)
    assert (made.state, made.rows_in, made.rows_used, made.refusal) == ("ready", 60, 60, "")
    assert (made.synthetic_from, made.kind, made.columns) == (reports, "table", COLUMNS)
    told = made.privacy
    assert (told["way"], told["rows"], told["profile_rows"], told["holdout"]) == ("profile", 60, 200, 200)
    assert (told["passed"], told["rare_leaks"]) == (True, 0)
    rows = list(tables.rows_of(made))
    assert {row["synthetic"] for row in rows} == {"yes"}
    assert {row["district"] for row in rows} <= {"north", "south", "other (invented)"}
    assert SECRET not in made.path.read_text()
    assert not {row["street"] for row in rows} & {f"Street {n}" for n in range(400)}
    entry = Entry.objects.get(action="dataset.synthesised")
    assert Edge.objects.filter(entry=entry, cause_kind="dataset", cause_id=str(reports.pk)).exists()


def test_the_same_seed_gives_the_same_rows(project: Project, cast: Cast, reports: Dataset) -> None:
    first, again, other = (ordered(cast, reports, seed=seed) for seed in (1, 1, 2))
    assert first.sha256 == again.sha256 != other.sha256


def test_a_small_table_says_that_nothing_was_held_out(project: Project, cast: Cast, tmp_path: Path) -> None:
    path = tmp_path / "few.csv"
    path.write_text("case,queue\n" + "".join(f"c{n},{'roads' if n % 2 else 'trees'}\n" for n in range(60)))
    columns = {"id": "case", "truth": "queue", "groups": []}
    few = import_dataset(by(cast.dario), project, source=path, name="Few", purpose="x", columns=columns)
    made = ordered(cast, few)
    assert (made.privacy["holdout"], made.privacy["exact_matches_holdout"]) == (0, None)
    assert made.privacy["passed"] is None
    assert "The privacy check cannot say yes" in page(project, f"data/{made.pk}/")


def test_too_few_rows_end_with_the_reason(project: Project, cast: Cast, tmp_path: Path) -> None:
    path = tmp_path / "tiny.csv"
    path.write_text("case,queue\n1,roads\n2,trees\n")
    columns = {"id": "case", "truth": "queue", "groups": []}
    tiny = import_dataset(by(cast.dario), project, source=path, name="Tiny", purpose="x", columns=columns)
    made = ordered(cast, tiny)
    assert (made.state, "at least 10" in made.refusal) == ("refused", True)
    assert trial_tasks.make_up.call(made.pk, 60, 1) == "refused"


def test_contracting_data_come_from_the_generator(project: Project, cast: Cast, dataset: Dataset) -> None:
    made = ordered(cast, dataset, count=40)
    assert (made.state, made.kind, made.privacy["way"]) == ("ready", "ocds", "generator")
    assert made.rows_in == made.rows_used + made.rows_rejected + made.rows_failed
    assert made.rows_used > 0
    assert "nothing but the months" in page(project, f"data/{made.pk}/")


def test_what_is_invented_already_is_not_made_up_again(project: Project, cast: Cast, reports: Dataset) -> None:
    made = ordered(cast, reports)
    with pytest.raises(Blocked, match="invented already"):
        synthesise(by(cast.flor), project, made)
    with pytest.raises(Invalid):
        synthesise(by(cast.flor), project, reports, count=20_001)
    with pytest.raises(NotAllowed):
        synthesise(by(cast.rosa), project, reports)


def test_nobody_judges_a_tool_by_made_up_data(project: Project, cast: Cast, reports: Dataset) -> None:
    made = ordered(cast, reports)
    with pytest.raises(Invalid) as refused:
        propose_criterion(
            by(cast.rosa),
            project,
            sentence="It is right.",
            metric="accuracy",
            comparison="ge",
            bound="0.8",
            dataset=made,
        )
    assert "do not say how right a tool is" in refused.value.fields["dataset"]


def test_an_order_whose_task_is_lost_ends(
    project: Project, cast: Cast, reports: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    from datetime import timedelta

    from django_tasks_db.models import DBTaskResult

    made = synthesise(by(cast.flor), project, reports)
    DBTaskResult.objects.all().delete()
    monkeypatch.setattr(clock, "PATIENCE", timedelta(0))
    assert clock.end_orphans() == "ended 0 checks, 0 readings, 1 made-up data"
    made.refresh_from_db()
    assert (made.state, "Ask for fewer rows." in made.refusal) == ("refused", True)


def test_asked_for_on_the_page_and_shown_in_plain_words(project: Project, cast: Cast, reports: Dataset) -> None:
    assert "Make made-up data from this profile" in page(project, f"data/{reports.pk}/", cast.flor)
    assert "Make made-up data from this profile" not in page(project, f"data/{reports.pk}/", cast.rosa)
    status, _ = send(project, f"data/{reports.pk}/made-up/", cast.flor, name="Invented", count=0, seed=1)
    assert status == 422
    status, _ = send(project, f"data/{reports.pk}/made-up/", cast.flor, name="Invented", count=60, seed=1)
    assert status == 200
    made = Dataset.objects.get(name="Invented")
    trial_tasks.make_up.call(made.pk, 60, 1)
    text = page(project, f"data/{made.pk}/")
    made.refresh_from_db()
    equal = f"{made.privacy['exact_matches']} of 60"
    for said in ("these rows stand for nobody", "found nothing that gives a real row away", equal, "of 200"):
        assert said in text
    assert "What this does not prove" in text
    assert "Make made-up data from this profile" not in page(project, f"data/{made.pk}/", cast.flor)
    spanish = client().get(f"/projects/{project.slug}/data/{made.pk}/", headers={"accept-language": "es"})
    assert "Lo que esto no prueba" in spanish.content.decode()


def test_a_row_is_tried_without_its_truth(project: Project, cast: Cast, reports: Dataset, first: ToolVersion) -> None:
    made = ordered(cast, reports)
    trial = open_trial(by(cast.flor), project, first, "Does it run?")
    assert trials.row_of(made, 60) is None
    text = page(project, f"trials/{trial.pk}/rows/", cast.flor)
    assert "Ask about row 10" in text
    assert "Ask about row 60" in page(project, f"trials/{trial.pk}/rows/?dataset={made.pk}&from=50", cast.flor)
    status, _ = send(project, f"trials/{trial.pk}/rows/", cast.flor, dataset=made.pk, line=3)
    assert status == 200
    assert set(TrialCase.objects.get().source) == {"days", "street"}
    page(project, f"trials/{trial.pk}/rows/", cast.rosa, status=403)


def test_an_invented_process_is_tried_whole(project: Project, cast: Cast, dataset: Dataset, first: ToolVersion) -> None:
    made = ordered(cast, dataset, count=20)
    trial: Trial = open_trial(by(cast.flor), project, first, "Does it run?")
    row = trials.row_of(made, 0)
    assert row is not None
    case = try_case(by(cast.flor), project, trial, row, invented=True)
    assert trial_tasks.ask_tool.call(case.pk) in {"answered", "failed"}
    case.refresh_from_db()
    assert bool(case.advice["said"]) != bool(case.failure)
