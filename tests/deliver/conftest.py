"""A desk with a tool that flags every call open for fewer than ten days, in a project where everybody has a role."""

import itertools
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from minga.deliver import drawing
from minga.deliver.actions import (
    assess_risk,
    change_stage,
    claim_case,
    draw_cases,
    open_evidence,
    record_determination,
)
from minga.deliver.duties import level_of
from minga.deliver.models import Case, Determination, Flag
from minga.deliver.showing import needed_evidence
from minga.design import store
from minga.design.models import Dataset, Release, ToolVersion
from minga.ledger import guard
from minga.projects.models import Project
from minga.tools.base import Advice, Evidence, Reason
from tests.conftest import Cast, by
from tests.deliver.counter import Counter, make

_numbers = itertools.count(1)


def contracting(number: int, days: int, **more: Any) -> dict[str, Any]:
    """A contracting release of the Health District North, open for so many days."""
    return {
        "ocid": f"ocds-ex4mpl-{number:04d}",
        "buyer": {"id": "EX-1", "name": "Health District North"},
        "parties": [{"id": "EX-1", "name": "Health District North", "roles": ["buyer"]}],
        "tender": {
            "title": f"Cleaning of post {number}",
            "procurementMethodDetails": "Menor cuantía",
            "value": {"amount": 184000000, "currency": "PYG"},
            "tenderPeriod": {"startDate": "2026-11-03T00:00:00Z", "endDate": f"2026-11-{3 + days:02d}T00:00:00Z"},
        },
        **more,
    }


class ShortCalls:
    """The tool of these tests. ``settings`` is the limit in days."""

    def train(self, data: Path | None, seed: int, settings: str = "") -> int:
        return int(settings)

    def advise_all(self, model: int, data: Path) -> Sequence[Advice]:
        return [self.advise(model, json.loads(line)) for line in data.read_text().splitlines()]

    def advise(self, model: int, case: Mapping[str, Any]) -> Advice:
        period = case["tender"].get("tenderPeriod")
        if period is None:
            return Advice(case["ocid"], abstained_because="No dates.")
        days = int(period["endDate"][8:10]) - int(period["startDate"][8:10])
        evidence = (
            Evidence("/tender/tenderPeriod/startDate", period["startDate"], "first day"),
            Evidence("/tender/tenderPeriod/endDate", period["endDate"], f"open for {days} days"),
        )
        sign = Reason("R003", f"open for {days} days, limit {model}", days, model, "days", evidence=evidence)
        if days < model:
            return Advice(case["ocid"], "look closer", reasons=(sign,), not_computed={"R024": "no bids"})
        return Advice(case["ocid"], "no sign", tested={"R003": f"open for {days} days"})


class Desk:
    """What the tests of this room do again and again."""

    def __init__(self, project: Project, cast: Cast, release: Release, dataset: Dataset) -> None:
        self.project, self.cast, self.release, self.dataset = project, cast, release, dataset

    def to(self, *stages: str) -> None:
        """Move the release; its project is of low risk, so that no duty stands in the way."""
        if level_of(self.project) is None:
            assess_risk(by(self.cast.lena), self.project, "low", "Nobody is worse off.")
        for stage in stages:
            change_stage(by(self.cast.lena), self.project, self.release, stage, "planned")

    def in_use(self) -> None:
        self.to("shadow", "1", "10", "50", "100")

    def draw(self, seed: int = 1, **given: Any) -> list[Case]:
        draw_cases(by(self.cast.lena), self.project, self.release, given.get("dataset", self.dataset), seed)
        return list(Case.objects.filter(project=self.project))

    def case(self, drawn: str = "flagged", first: bool = False) -> Case:
        """An open case of this kind; the lot of ``first`` is set, not drawn."""
        if not Case.objects.filter(project=self.project).exists():
            self.draw()
        case = Case.objects.filter(project=self.project, drawn=drawn, state="open").first()
        assert case is not None
        with guard.open_for_action():
            Case.objects.filter(pk=case.pk).update(decide_first=first)
        case.refresh_from_db()
        return case

    def claimed(self, drawn: str = "flagged", first: bool = False) -> Case:
        return claim_case(by(self.cast.flor), self.project, self.case(drawn, first))

    def open_all(self, case: Case) -> None:
        for path in needed_evidence(case, self.cast.flor.pk):
            open_evidence(by(self.cast.flor), self.project, case, path)

    def decide(self, choice: str, case: Case | None = None, reason: str = "Eight days are too few.") -> Determination:
        case = case or self.claimed()
        self.open_all(case)
        return record_determination(by(self.cast.flor), self.project, case, choice, reason)

    def flag(self) -> Flag:
        return Flag.objects.get(determination=self.decide("accept"))


def write(project: Project, rows: list[dict[str, Any]], name: str = "Calls") -> Dataset:
    with store.staging() as staged:
        staged.write("\n".join(map(json.dumps, rows)).encode())
        sha256 = staged.keep()
    return Dataset.objects.create(
        project=project,
        name=name,
        purpose="to read",
        source="calls.jsonl",
        sha256=sha256,
        rows_in=len(rows),
        rows_used=len(rows),
    )


def made_release(project: Project, cast: Cast, limit: int = 10) -> Release:
    number = next(_numbers)
    version = ToolVersion.objects.create(
        project=project,
        tool="short",
        version=f"0.{number}",
        settings=str(limit),
        content_hash=f"{number}",
        change_note="x",
    )
    return Release.objects.create(project=project, version=version, created_by=cast.lena)


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """A page shown in Spanish leaves its language behind in the thread."""
    with translation.override("en"):
        yield


@pytest.fixture
def desk(project: Project, cast: Cast, monkeypatch: pytest.MonkeyPatch, settings: Any) -> Desk:
    """Twelve calls of 4 days (flagged), twenty of 20 days, two without dates; a release that is off.

    No lot calls a second reader: the tests that want one say so.
    """
    settings.MINGA_DESK_SECOND_SHARE = 0
    monkeypatch.setattr(drawing, "installed", lambda: {"short": ShortCalls()})
    rows = [contracting(n, 4) for n in range(1, 13)] + [contracting(n, 20) for n in range(13, 33)]
    rows += [contracting(n, 4, tender={"title": "No dates"}) for n in (33, 34)]
    with guard.open_for_action():
        release, dataset = made_release(project, cast), write(project, rows)
    return Desk(project, cast, release, dataset)


@pytest.fixture
def counter(project: Project, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Counter:
    """A service "Roof grants" with a tool that is off; no lots fall unless a test sets shares."""
    return make(project, cast, monkeypatch)
