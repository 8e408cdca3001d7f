"""What groups agree to teach each other is asked about on its day, and checked once."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from minga.learning import queries
from minga.learning.actions import agree_transfer, check_transfer
from minga.learning.models import TransferGoal
from minga.ledger.models import Entry
from minga.ledger.refusals import Conflict, Invalid, NotAllowed
from minga.projects.models import Project
from minga.projects.queries import what_next as project_next
from tests.conftest import Cast, by
from tests.learning.conftest import signed_in, text_of

PAGE = "/projects/early-warnings/skills/"


def agreed(
    cast: Cast, project: Project, giver: str = "provider", learner: str = "digital", days: int = 0
) -> TransferGoal:
    due = timezone.localdate() + timedelta(days=days)
    return agree_transfer(
        by(cast.lena), project, giver=giver, learner=learner, what="Rerunning a check", shown_by="Done alone", due=due
    )


def test_both_ways_and_due_on_its_day(project: Project, cast: Cast) -> None:
    now = agreed(cast, project)
    agreed(cast, project, "digital", "provider", days=30)
    assert queries.transfers_due(project) == [now]
    assert PAGE in [address for _words, address in project_next(project, cast.dario.actor)]
    assert PAGE not in [address for _words, address in project_next(project, cast.nadie.actor)]
    check_transfer(by(cast.dario), project, now, met="partly", note="With a sheet of notes.")
    assert PAGE not in [address for _words, address in project_next(project, cast.dario.actor)]
    assert queries.transfers_due(project) == []
    assert Entry.objects.get(action="transfer.checked").because == f'[["transfer_goal","{now.pk}"]]'


def test_what_cannot_be_agreed_or_checked(project: Project, cast: Cast) -> None:
    with pytest.raises(Invalid, match="does not teach itself"):
        agreed(cast, project, "digital", "digital")
    with pytest.raises(Invalid, match="no such group"):
        agreed(cast, project, "aliens")
    goal = agreed(cast, project)
    with pytest.raises(Invalid):
        check_transfer(by(cast.lena), project, goal, met="perhaps", note="x")
    with pytest.raises(Invalid):
        check_transfer(by(cast.lena), project, goal, met="yes", note=" ")
    with pytest.raises(NotAllowed):
        check_transfer(by(cast.nadie), project, goal, met="yes", note="Seen.")
    check_transfer(by(cast.lena), project, goal, met="yes", note="Seen.")
    with pytest.raises(Conflict):
        check_transfer(by(cast.lena), project, goal, met="no", note="Not seen.")


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_pages(client: Client, project: Project, cast: Cast, language: str) -> None:
    client.cookies["django_language"] = language
    signed_in(client, cast.lena)
    day = date(2026, 1, 2)
    sent = {"giver": "provider", "learner": "frontline", "what": "Reading a flag", "shown_by": "Twenty read alone",
            "due_day": str(day.day), "due_month": str(day.month), "due_year": str(day.year), "once": "t1"}  # fmt: skip
    assert client.post(f"{PAGE}agree/", {**sent, "learner": "provider"}).status_code == 422
    assert client.post(f"{PAGE}agree/", {**sent, "once": "t2"}).headers["Location"] == PAGE
    goal = TransferGoal.objects.get()
    assert f"{PAGE}{goal.pk}/check/" in text_of(client.get(PAGE))
    assert (
        client.post(f"{PAGE}{goal.pk}/check/", {"met": "no", "note": "Nobody came.", "once": "t3"}).status_code == 302
    )
    assert "Nobody came." in text_of(client.get(PAGE))
