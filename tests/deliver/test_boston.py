"""Real casework: the first 1,500 of Boston's cases of 2015 come in as a table, are routed by words, and all add up."""

import csv
import gzip
import io
from collections import Counter as Count
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from minga.deliver import incoming
from minga.deliver.actions import import_cases, open_service
from minga.deliver.actions.intake import faults
from minga.deliver.models import Case, Service, StageChange
from minga.deliver.tasks import advise_waiting
from minga.design import actions as design
from minga.design.models import Release
from minga.ledger import guard
from minga.projects.models import Project
from tests.conftest import Cast, by
from tests.deliver.counter import queue
from tests.shared import shared

ROWS = 1500
# A person chooses among the most frequent queues; for the others there is one outcome more.
QUEUES = 30
SETTINGS = '[columns]\ntext = "text"\nlabel = "queue"\n[costs]\nwrong_route = 3\nreading = 1\n'


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    path = shared("data/oversight/boston_311_2015_casework.csv.gz")
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [row for row, _number in zip(csv.DictReader(file), range(2 * ROWS), strict=False)]


def written(rows: list[dict[str, str]], columns: dict[str, str]) -> bytes:
    out = io.StringIO()
    table = csv.DictWriter(out, list(columns))
    table.writeheader()
    table.writerows({name: row[of] for name, of in columns.items()} for row in rows)
    return out.getvalue().encode()


@pytest.fixture
def service(project: Project, cast: Cast, rows: list[dict[str, str]], tmp_path: Path) -> Service:
    """Triage learns from later cases, so that none of those that come in was seen before."""
    columns = {"id": "case_enquiry_id", "text": "case_title", "queue": "queue"}
    path = tmp_path / "old.csv"
    path.write_bytes(written(rows[ROWS:], columns))
    data = design.import_dataset(
        by(cast.dario), project, path, "Older cases", "To learn from.", background=False,
        columns={"id": "id", "truth": "queue", "groups": []},
    )  # fmt: skip
    version = design.register_version(by(cast.dario), project, "triage", "1.0", SETTINGS, "First.", chosen_on=data)
    with guard.open_for_action():
        release = Release.objects.create(project=project, version=version, created_by=cast.lena)
        StageChange.objects.create(project=project, release=release, stage="100", reason="test")
    queues = [queue for queue, _count in Count(row["queue"] for row in rows).most_common(QUEUES)]
    return open_service(
        by(cast.lena), project, name="Reports to the city", purpose="To send each to its queue.",
        lawful_basis="Municipal law", other_route="Call 311.", tool="triage", groups=["neighborhood"],
        fields=[{"name": "text", "words": "What is it?", "needed": True, "shown_to_tool": True},
                {"name": "neighborhood", "words": "Where?"}],
        outcomes=[{"code": queue, "words": queue, "adverse": False} for queue in [*queues, "another queue"]],
    )  # fmt: skip


def test_every_case_comes_in_once_is_routed_and_waits_in_order(
    service: Service, cast: Cast, rows: list[dict[str, str]], client: Client, django_assert_max_num_queries: Any
) -> None:
    columns = {"id": "case_enquiry_id", "text": "case_title", "neighborhood": "neighborhood", "received": "open_dt"}
    told = incoming.read_rows(service, incoming.table(written(rows[:ROWS], columns)), faults)
    assert told.total == ROWS == len(told.usable) + len(told.rejected) + len(told.failed)
    import_cases(by(cast.dario), service.project, service, told, Case.Origin.CSV, "phone")
    cases = Case.objects.filter(service=service)
    assert cases.count() == len(told.usable)
    assert advise_waiting(service) == len(told.usable)

    queue_of = {f"{service.slug}:{row['case_enquiry_id']}": row["queue"] for row in rows[:ROWS]}
    answers = Count(
        "abstained" if case.told.proposal is None else case.told.proposal == queue_of[case.process]
        for case in cases.exclude(advice={})
    )
    assert answers["abstained"] + answers[True] + answers[False] + cases.filter(advice={}).count() == len(told.usable)
    assert answers[True] / (answers[True] + answers[False]) > 0.8

    numbers = queue(service.project)
    read_by = dict(cases.values_list("number", "read_by"))
    assert [read_by[number] for number in numbers] == sorted(read_by.values())[: len(numbers)]
    assert {row["neighborhood"] for row in rows[:ROWS]} >= {case.groups["neighborhood"] for case in cases[:50]}
    client.force_login(cast.flor)
    with django_assert_max_num_queries(12):
        page = client.get(f"/projects/{service.project.slug}/desk/")
    assert page.status_code == 200
