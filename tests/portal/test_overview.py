"""What the home page and a project's head say of where a tool stands."""

from typing import Any

import pytest
from django.utils import timezone

from minga.deliver import drawing
from minga.deliver.actions import stop
from minga.ledger import guard
from minga.portal import overview
from minga.projects.models import Project
from minga.web.format import day
from tests.conftest import Cast, by
from tests.deliver.conftest import Desk, ShortCalls, contracting, made_release, write


@pytest.fixture
def desk(project: Project, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setattr(drawing, "installed", lambda: {"short": ShortCalls()})
    with guard.open_for_action():
        release = made_release(project, cast)
        dataset = write(project, [contracting(number, 4) for number in range(1, 5)])
    return Desk(project, cast, release, dataset)


def test_a_stopped_tool_is_said_to_be_stopped(desk: Desk) -> None:
    assert overview.standing(desk.project).kind == "not_yet"
    desk.in_use()
    assert overview.standing(desk.project) == overview.Standing("in_use", "In use at 100 %", 100)
    stop(by(desk.cast.olga), desk.project, desk.release, "Too many flags.")
    today = day(timezone.localdate())
    assert overview.standing(desk.project) == overview.Standing("watch", f"Stopped on {today}")


def test_a_tool_that_was_moved_back_is_switched_off(desk: Desk) -> None:
    desk.in_use()
    desk.to("off")
    assert overview.standing(desk.project).text.startswith("Switched off on")


def test_the_home_page_can_say_that_no_contest_is_late(desk: Desk, client: Any) -> None:
    assert overview.late_contests() == ""
    assert client.get("/").status_code == 200
