"""A permit office: a service whose cases come in as in life, and a tool that reads the income."""

import itertools
from collections.abc import Mapping
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.utils import timezone

from minga.deliver import casework, places, tasks, waiting
from minga.deliver.actions import claim_case, open_evidence, open_service, record_determination
from minga.deliver.models import Case, Determination, Service, StageChange
from minga.design import evaluation
from minga.design.models import Release, ToolVersion
from minga.ledger import guard
from minga.people.models import Person
from minga.projects.models import Project
from minga.tools.base import Advice, Evidence, Reason, ToolError
from tests.conftest import Cast, by

_ids = itertools.count(1)
FIELDS = [
    {"name": "need", "words": "What do you need?", "needed": True, "shown_to_tool": True, "handed_over": True},
    {"name": "income", "words": "Your income", "shown_to_tool": True},
    {"name": "letter", "words": "Your letter", "long": True, "shown_to_tool": True},
    {"name": "district", "words": "Where do you live?"},
    {"name": "born", "words": "Date of birth", "personal": True},
]
OUTCOMES = [
    {"code": "granted", "words": "Granted", "adverse": False},
    {"code": "refused", "words": "Refused", "adverse": True},
]


class Incomes:
    """Proposes to grant where the income lies under its limit; the word "urgent" is its priority."""

    seen: list[Mapping[str, Any]]

    def __init__(self) -> None:
        self.seen = []

    def train(self, data: object, seed: int, settings: str = "") -> SimpleNamespace:
        return SimpleNamespace(limit=int(settings), content_hash=f"incomes-{settings}")

    def advise(self, model: SimpleNamespace, case: Mapping[str, Any]) -> Advice:
        self.seen.append(case)
        if case["income"] == "broken":
            raise ToolError("The tool cannot read this income.")
        if not case["income"]:
            return Advice("x", abstained_because="There is no income.")
        low = int(case["income"]) < model.limit
        evidence = (Evidence("/income", case["income"], f"limit {model.limit}"),)
        reasons = [Reason("income", "the income decides", float(case["income"]), model.limit, evidence=evidence)]
        if "urgent" in (case["letter"] or ""):
            reasons.append(Reason("priority", "the letter says that it is urgent", 0.9))
        return Advice("x", "granted" if low else "refused", probability=0.8, reasons=tuple(reasons))


class Counter:
    """What the tests of cases do again and again."""

    def __init__(self, project: Project, cast: Cast, tool: Incomes, **terms: Any) -> None:
        self.project, self.cast, self.tool = project, cast, tool
        with guard.open_for_action():
            version = ToolVersion.objects.create(
                project=project, tool="incomes", version="1.0", settings="2000", content_hash="incomes-2000",
                change_note="x",
            )  # fmt: skip
            self.release = Release.objects.create(project=project, version=version, created_by=cast.lena)
        self.service = self.open(**terms)

    def open(self, **terms: Any) -> Service:
        given: dict[str, Any] = {
            "name": "Roof grants", "purpose": "Help with a roof", "lawful_basis": "Statute 1",
            "other_route": "Call 100", "tool": "incomes", "fields": FIELDS, "outcomes": OUTCOMES,
            "groups": ["district"],
            "form_open": True,
            "first_share": "0", "second_share": "0", "control_share": "0", "display": "shown",
        }  # fmt: skip
        return open_service(by(self.cast.lena), self.project, **(given | terms))

    def set(self, **terms: Any) -> None:
        """Change terms behind the action's back, to reach what the action would refuse."""
        with guard.open_for_action():
            Service.objects.filter(pk=self.service.pk).update(**terms)
        self.service.refresh_from_db()

    def stage(self, stage: str) -> None:
        with guard.open_for_action():
            StageChange.objects.create(project=self.project, release=self.release, stage=stage, reason="test")

    def receive(self, income: str = "1000", letter: str = "Please", **given: Any) -> Case:
        source = {"need": "A roof", "income": income, "letter": letter, "district": "North", "born": "1980-02-03"}
        given.setdefault("contact", {"name": "Rosa Roe", "email": "rosa@example.org"})
        given.setdefault("outside_id", f"A-{next(_ids)}")
        days = given.pop("days_ago", 0)
        received = timezone.now() - timedelta(days=days) if days else None
        return casework.receive(
            by(None),
            self.service,
            source | given.pop("source", {}),
            origin="form",
            route="web",
            received=received,
            **given,
        )

    def advised(self, *args: Any, **given: Any) -> Case:
        """A case that came and that the worker asked the tool about."""
        case = self.receive(*args, **given)
        tasks.advise_waiting(self.service)
        return self.now(case)

    def now(self, case: Case) -> Case:
        return Case.objects.select_related("project", "service", "release__version").get(pk=case.pk)

    def claim(self, case: Case, who: str = "flor") -> Case:
        claim_case(by(getattr(self.cast, who)), self.project, case)
        return self.now(case)

    def decide(
        self, case: Case, outcome: str = "granted", who: str = "flor", reason: str = "I read it."
    ) -> Determination:
        """Claim, open everything, decide."""
        self.claim(case, who)
        for path in ("/", "/income"):
            open_evidence(by(getattr(self.cast, who)), self.project, case, path)
        return record_determination(by(getattr(self.cast, who)), self.project, case, "", reason, outcome)


def as_(person: Person | None, language: str = "en") -> Client:
    client = Client(headers={"accept-language": language})
    if person is not None:
        client.force_login(person, django_settings.AUTHENTICATION_BACKENDS[0])
    return client


def text_of(response: Any) -> str:
    return str(response.content.decode())


def queue(project: Project, page: int = 1, **asked: str) -> list[int]:
    """The numbers of the cases on one page of the queue, in their order."""
    pages = waiting.pages(project, waiting.chosen(asked, 0), 0, places.of(project))
    return [row.number for row in pages.get_page(page)]


def make(project: Project, cast: Cast, monkeypatch: pytest.MonkeyPatch, **terms: Any) -> Counter:
    tool = Incomes()
    monkeypatch.setattr(evaluation, "installed", lambda: {"incomes": tool})
    return Counter(project, cast, tool, **terms)
