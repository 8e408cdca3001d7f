"""The stop switch is tried, measured, and put back; a real stop is never undone by it."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from minga.deliver import queries
from minga.deliver.actions import change_stage, drill, rollout, stop
from minga.deliver.models import Case, Drill, Stage, StageChange
from minga.deliver.showing import Withheld, withheld
from minga.deliver.views.stages import rollout_bar
from minga.jobs.models import Outbox
from minga.ledger import guard
from minga.ledger.models import Entry
from minga.ledger.refusals import Blocked, Conflict, NotAllowed
from minga.people.models import Person
from tests.conftest import by
from tests.deliver.conftest import Desk
from tests.deliver.test_pages import as_, text_of


@pytest.fixture
def used(desk: Desk) -> Desk:
    desk.in_use()
    desk.draw()
    return desk


@pytest.mark.parametrize("who", ["lena", "olga"])
def test_lead_and_overseer_try_it_and_it_is_put_back(used: Desk, who: str) -> None:
    made = drill(by(getattr(used.cast, who)), used.project, used.release, "Monthly.")
    assert made.passed
    assert made.looked_at == made.hidden > 0
    assert made.shows_it_works
    assert made.stage == Stage.ALL == queries.stage_of(used.release)
    assert any(withheld(case, None) is None for case in Case.objects.filter(project=used.project))


def test_no_more_cases_are_looked_at_than_needed(used: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rollout, "LOOKS", 3)
    assert drill(by(used.cast.lena), used.project, used.release).looked_at == 3


def test_off_and_back_stand_in_the_ledger(used: Desk) -> None:
    made = drill(by(used.cast.olga), used.project, used.release)
    last = list(Entry.objects.filter(chain=used.project.chain).order_by("-seq")[:3])
    assert [entry.action for entry in last] == ["stop.drilled", "stage.changed", "stage.stopped"]
    assert f'"hidden":{made.hidden}' in last[0].payload.replace(" ", "")
    changes = StageChange.objects.filter(release=used.release).order_by("-pk")[:2]
    assert [(change.stage, change.stopped) for change in changes] == [("100", False), ("off", True)]


def test_a_repeated_request_drills_once(used: Desk) -> None:
    request = by(used.cast.lena)
    assert drill(request, used.project, used.release) == drill(request, used.project, used.release)
    assert Drill.objects.count() == 1


def test_nothing_is_drilled_while_the_release_is_off(used: Desk) -> None:
    stop(by(used.cast.olga), used.project, used.release, "Too many flags")
    with pytest.raises(Conflict, match="nothing to switch off"):
        drill(by(used.cast.lena), used.project, used.release)
    assert queries.stage_of(used.release) == Stage.OFF


def test_a_real_stop_stays_after_a_drill(used: Desk) -> None:
    drill(by(used.cast.lena), used.project, used.release)
    stop(by(used.cast.olga), used.project, used.release, "Too many flags")
    with pytest.raises(Blocked, match="one stage at a time"):
        change_stage(by(used.cast.lena), used.project, used.release, "100", "Back again")
    assert queries.stage_of(used.release) == Stage.OFF


def test_a_real_stop_in_the_midst_of_a_drill_stays(used: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped_meanwhile(case: Case, person: int | None) -> Withheld | None:
        last = StageChange.objects.filter(release=used.release).latest("pk")
        if last.stopped and last.reason.startswith("Drill"):
            StageChange.objects.create(
                project=used.project, release=used.release, stage="off", reason="x", stopped=True
            )
        return withheld(case, person)

    monkeypatch.setattr(rollout, "withheld", stopped_meanwhile)
    with pytest.raises(Blocked):
        drill(by(used.cast.lena), used.project, used.release)


def test_a_switch_that_hides_nothing_is_told_loudly(used: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    with guard.open_for_action():
        Person.objects.filter(username="olga").update(email="olga@example.org")
    monkeypatch.setattr(rollout, "withheld", lambda _case, _person: None)
    page = reverse("deliver:drill", args=[used.project.slug, used.release.pk])
    shown = text_of(as_(used.cast.lena).post(page, {"note": ""}, follow=True))
    assert "THE STOP SWITCH FAILED" in shown
    assert "Do not rely on the switch" in shown
    made = Drill.objects.get()
    assert not made.passed
    assert Outbox.objects.filter(kind="email", content__to="olga@example.org").exists()
    assert queries.stage_of(used.release) == Stage(made.stage)


@pytest.mark.parametrize("who", ["flor", "dario", "paz"])
def test_nobody_else_tries_it(used: Desk, who: str) -> None:
    with pytest.raises(NotAllowed):
        drill(by(getattr(used.cast, who)), used.project, used.release)


def test_the_history_is_public(used: Desk) -> None:
    page = reverse("deliver:stages", args=[used.project.slug])
    assert "The stop switch was never tried" in text_of(as_(None).get(page))
    drill(by(used.cast.lena), used.project, used.release, "Before the holidays.")
    shown = text_of(as_(None).get(page))
    assert "The stop switch works" in shown
    assert "Before the holidays." in shown


def test_the_button_is_there_for_those_who_may(used: Desk) -> None:
    href = reverse("deliver:drill", args=[used.project.slug, used.release.pk])
    page = reverse("deliver:stages", args=[used.project.slug])
    offered: dict[str, Any] = {
        name: href in text_of(as_(getattr(used.cast, name)).get(page)) for name in ("lena", "flor")
    }
    assert offered == {"lena": True, "flor": False}


def test_a_drill_with_no_advice_in_sight_shows_nothing(used: Desk, client: Client) -> None:
    """In shadow nobody sees advice, so that none is seen after the switch proves nothing."""
    change_stage(by(used.cast.lena), used.project, used.release, "shadow", "Back for a test.")
    made = drill(by(used.cast.olga), used.project, used.release)
    assert (made.looked_at, made.shows_it_works) == (0, False)
    page = client.get(f"/projects/{used.project.slug}/stages/").content.decode()
    assert "when no advice was in sight: try it again" in page
    assert "The stop switch works" not in page


def test_a_drill_with_nothing_in_sight_is_not_praised(used: Desk) -> None:
    change_stage(by(used.cast.lena), used.project, used.release, "shadow", "Back for a test.")
    address = reverse("deliver:drill", args=[used.project.slug, used.release.pk])
    shown = text_of(as_(used.cast.lena).post(address, {"note": ""}, follow=True))
    assert "no advice was in sight, so it showed nothing" in shown
    assert "0 of 0 cases" not in shown


def test_it_does_not_change_since_when_a_stage_holds(used: Desk) -> None:
    with guard.open_for_action():
        StageChange.objects.filter(release=used.release).update(since=timezone.now() - timedelta(days=40))
    before = [step.when for step in rollout_bar(used.release).stages]
    drill(by(used.cast.lena), used.project, used.release)
    assert [step.when for step in rollout_bar(used.release).stages] == before
    assert queries.lasting(StageChange.objects.filter(release=used.release)).count() == len(
        [when for when in before if when]
    )
