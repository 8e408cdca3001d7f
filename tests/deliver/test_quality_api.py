"""Anybody may read how people and tool do together, as far as there is enough to judge."""

from django.test import Client

from minga.deliver.actions import assess_risk, drill
from minga.projects.models import Project
from tests.conftest import Cast, by
from tests.deliver.served import Office, opened_service
from tests.deliver.test_quality import written


def test_figures_with_enough_behind_them_and_no_others(project: Project, cast: Cast) -> None:
    office = Office(project, cast, opened_service(project))
    for number in range(9):
        written(office, "declined" if number % 3 else "granted")
    address = f"/api/deliver/projects/{project.slug}/quality"
    assert Client().get(address).json() == []
    written(office, "declined")
    [found] = Client().get(address).json()
    assert (found["metric"], found["count"], found["of"], found["value"]) == ("overrule_share", 3, 10, 0.3)
    assert found["low"] < 0.3 < found["high"]


def test_level_duties_and_drills(project: Project, cast: Cast) -> None:
    office = Office(project, cast, opened_service(project))
    address = f"/api/deliver/projects/{project.slug}/duties"
    assert Client().get(address).json()["level"] == ""
    office.stage("1")
    assess_risk(by(cast.lena), project, "limited", "It costs a week.")
    drill(by(cast.olga), project, office.release)
    told = Client().get(address).json()
    assert (told["level"], told["reason"]) == ("limited", "It costs a week.")
    standing = {one["code"]: one["met"] for one in told["duties"]}
    assert standing["stop.drilled"]
    assert not standing["groups.three"]
    assert [(one["stage"], one["passed"]) for one in told["drills"]] == [("1", True)]


def test_an_unknown_project_is_not_found(cast: Cast) -> None:
    assert Client().get("/api/deliver/projects/nowhere/quality").status_code == 404
