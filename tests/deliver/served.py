"""A service with people's cases, as the tests of notices, appeals and routes need it: made directly, without a tool."""

import itertools
from datetime import datetime
from typing import Any

from minga.deliver.actions import claim_case, open_evidence, record_determination
from minga.deliver.models import Appeal, Case, Contact, Determination, Notice, Service, StageChange
from minga.ledger import guard
from minga.projects.models import Project
from minga.tools.base import Advice, Evidence, Reason
from tests.conftest import Cast, by
from tests.deliver.conftest import made_release

_numbers = itertools.count(1)

FIELDS = [
    {"name": "need", "words": "What you need", "personal": False, "shown_to_tool": True, "needed": True, "long": True},
    {"name": "income", "words": "Income", "personal": False, "shown_to_tool": True, "needed": False, "long": False},
    {
        "name": "district",
        "words": "Area",
        "personal": False,
        "shown_to_tool": False,
        "needed": False,
        "long": False,
    },
    {"name": "born", "words": "Born", "personal": True, "shown_to_tool": False, "needed": False, "long": False},
]
OUTCOMES = [
    {"code": "granted", "words": "Grant approved", "adverse": False},
    {"code": "declined", "words": "Grant declined", "adverse": True},
]


class Office:
    """A service at which people apply; ``release`` is its tool's, off until ``stage`` moves it."""

    def __init__(self, project: Project, cast: Cast, service: Service) -> None:
        self.project, self.cast, self.service = project, cast, service
        with guard.open_for_action():
            self.release = made_release(project, cast)

    def stage(self, stage: str) -> None:
        with guard.open_for_action():
            StageChange.objects.create(project=self.project, release=self.release, stage=stage, reason="test")

    def set(self, **changed: Any) -> None:
        with guard.open_for_action():
            Service.objects.filter(pk=self.service.pk).update(**changed)
        self.service.refresh_from_db()

    def case(self, contact: dict[str, Any] | None = None, advised: str = "", **given: Any) -> Case:
        """An open case; ``advised`` is what the tool proposed. A contact of None means that there is nobody to tell."""
        number = next(_numbers)
        given.setdefault("source", {"need": "A new roof", "income": 1900, "district": "North", "born": "1980"})
        with guard.open_for_action():
            case = Case.objects.create(
                project=self.project,
                service=self.service,
                release=self.release if advised else None,
                origin=Case.Origin.FORM,
                number=number,
                process=f"{self.service.slug}:{number}",
                title="A new roof",
                advice=advice(advised).as_json() if advised else {},
                drawn=Case.Drawn.LISTED,
                **given,
            )
            if contact is not None:
                Contact.objects.create(case=case, **{"email": "", "language": "en", **contact})
        return case

    def decided(self, outcome: str = "declined", happened: datetime | None = None, **given: Any) -> Determination:
        """A case that Flor claimed, read and decided."""
        given.setdefault("contact", {"email": "rosa@example.org"})
        case = self.case(**given)
        claim_case(by(self.cast.flor, happened=happened), self.project, case)
        for path in ("/", "/income", "/born"):
            open_evidence(by(self.cast.flor, happened=happened), self.project, case, path)
        return record_determination(
            by(self.cast.flor, happened=happened), self.project, case, "", "The income is too high.", outcome
        )

    def quick(self, outcome: str, group: str) -> Determination:
        """A decided case of a group, written without its actions: for figures over many."""
        case = self.case({}, groups={"district": group}, state=Case.State.DECIDED)
        with guard.open_for_action():
            made = Determination.objects.create(
                case=case,
                person=self.cast.flor,
                choice=Determination.Choice.UNAIDED,
                outcome=outcome,
                reason="-",
                before_advice=True,
            )
            Notice.objects.create(case=case, determination=made, kind=Notice.Kind.DETERMINATION)
        return made

    def appealed(self, made: Determination, won: bool | None = None) -> Appeal:
        """An appeal written without its action; answered where ``won`` says how."""
        with guard.open_for_action():
            return Appeal.objects.create(
                determination=made,
                text="-",
                due=made.recorded,
                state=Appeal.State.OPEN if won is None else Appeal.State.ANSWERED,
                outcome="" if won is None else Appeal.Outcome.CHANGED if won else Appeal.Outcome.UPHELD,
                answered=None if won is None else made.recorded,
            )


def advice(proposal: str) -> Advice:
    evidence = (Evidence("/income", 1900, "income"), Evidence("/born", "1980", "born"))
    reason = Reason("INCOME", "The income is above the limit.", 1900, 1500, "euro", evidence=evidence)
    return Advice("case", proposal, probability=0.8, reasons=(reason,))


def opened_service(project: Project, **given: Any) -> Service:
    with guard.open_for_action():
        return Service.objects.create(
            project=project,
            slug="roofs",
            name="Grants for roofs",
            purpose="To decide on grants for roofs.",
            lawful_basis="Housing Act",
            tool="short",
            fields=FIELDS,
            outcomes=OUTCOMES,
            groups=["district"],
            other_route="Call 555 0100 or come to the counter, Calle 5, on weekdays.",
            **{"first_share": 0, "second_share": 0, "control_share": 0, **given},
        )


def notice_of(made: Determination) -> Notice:
    return Notice.objects.get(determination=made)
