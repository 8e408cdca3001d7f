"""A project that has come all the way: a contribution, a criterion, a failed and a passed check, a desk, a contest."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone, translation

from minga.commission.actions import compare_option, estimate_beneficiaries, state_need
from minga.deliver import drawing
from minga.deliver.actions import (
    answer_contest,
    moderate_contest,
    publish_flag,
    submit_contest,
    tell_party,
)
from minga.design.models import Check, Criterion, Dataset, ToolVersion
from minga.engage.actions import decide, submit
from minga.ledger import guard
from minga.ledger.action import SYSTEM
from minga.projects.models import Project
from minga.register.collect import system
from minga.tools.base import Card
from tests.conftest import Cast, by
from tests.deliver.conftest import Desk, ShortCalls, contracting, made_release, write

CARD = Card(
    name="short",
    title={"en": "Short calls"},
    summary={"en": "Marks calls that were open for few days.", "es": "Señala llamados de pocos días."},
    version="1",
    oecd_task="event-detection",
    oecd_function="oversight",
    impacts=("accountability",),
    data_needed=("OCDS releases",),
    serves=("auditors",),
    learns=False,
    known_failures={
        "en": ("It does not see emergencies.", "It does not see floods."),
        "es": ("No ve emergencias.", "No ve inundaciones."),
    },
)


class Carded(ShortCalls):
    card = CARD


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def _tool(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "installed", lambda: {"short": Carded()})
    monkeypatch.setattr(system, "installed", lambda: {"short": Carded()})


def _check(
    project: Project, criterion: Criterion, version: ToolVersion, dataset: Dataset, state: str, count: int
) -> None:
    share = {"count": count, "of": 34, "value": count / 34, "low": 0.1, "high": 0.9}
    rows = {"in": 34, "used": 32, "rejected": 2, "failed": 0}
    groups = [{"sign": "R003", "group": "Menor cuantía", "verdict": "within", **share}, {"verdict": "too_few", **share}]
    Check.objects.create(
        project=project, criterion=criterion, version=version, dataset=dataset, state=state, counts=True,
        figures={"groups": groups, "rows": rows, "notes": []}, worst="R003 · Menor cuantía", finished=timezone.now(),
    )  # fmt: skip


@pytest.fixture
def told(project: Project, cast: Cast) -> Desk:
    """The whole thread on one desk. One flag was withdrawn after a contest, one is confirmed, one was explained."""
    state_need(by(cast.rosa), project, "Short calls shut small shops out.", [{"kind": "text", "content": "I saw it."}])
    compare_option(
        by(cast.lena), project, title="A checklist", kind="non_ai", cost="none", time="weeks", affected="Clerks",
        risk="Forgotten", verdict="combine", reason="Cheap",
    )  # fmt: skip
    estimate_beneficiaries(
        by(cast.lena), project, who="Small shops", kind="indirect", low=900, high=1200, source="Census"
    )
    given = submit(by(cast.rosa), project, "A flag on half of everything helps nobody.", kind="objection")
    decide(by(cast.lena), project, given, "adopted", "True.")
    with guard.open_for_action():
        dataset = write(
            project, [contracting(n, 4) for n in range(1, 25)] + [contracting(n, 20) for n in range(25, 59)]
        )
        first, release = made_release(project, cast).version, made_release(project, cast)
        first.release.delete()
        criterion = Criterion.objects.create(
            project=project, code="C-01", sentence="No sign fires on more than 20 %.", metric="flag_share",
            comparison="le", bound="0.2", dataset=dataset, contribution=given, state="approved",
        )  # fmt: skip
        _check(project, criterion, first, dataset, "failed", 17)
        _check(project, criterion, release.version, dataset, "passed", 5)
    desk = Desk(project, cast, release, dataset)
    desk.in_use()
    desk.draw()
    _decide_some(desk)
    return desk


def _decide_some(desk: Desk) -> None:
    flags = [desk.flag() for _ in range(2)]
    desk.decide("reject")
    later = timezone.now() + timedelta(days=30)
    for flag in flags:
        if flag.told is None:
            tell_party(by(desk.cast.flor), desk.project, flag)
        flag.refresh_from_db()
        publish_flag(by(SYSTEM, happened=later), desk.project, flag)
    contest = submit_contest(by(None, happened=later), desk.project, flags[0], "We were flooded.")
    moderate_contest(by(desk.cast.mora, happened=later), desk.project, contest, True)
    contest.refresh_from_db()
    answer_contest(
        by(desk.cast.fidel, happened=later + timedelta(days=6)), desk.project, contest, "withdrawn", "You were."
    )
