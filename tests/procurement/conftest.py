"""A purchase with two offers, judged by two people, in a project where everybody has a role."""

from collections.abc import Callable
from typing import Any

import pytest

from minga.instruments import library
from minga.instruments.actions import answer
from minga.people.models import Person
from minga.procurement.actions import (
    declare,
    move,
    name_assessor,
    open_procedure,
    receive_offer,
    score,
    set_criteria,
)
from minga.procurement.models import Offer, Procedure
from minga.projects.models import Project
from tests.conftest import Cast, by

CRITERIA = [{"name": "Quality", "text": "", "weight": 60}, {"name": "Price", "text": "", "weight": 40}]


class Buying:
    """One procedure and the people in it; ``to`` brings it to a stage."""

    def __init__(self, project: Project, cast: Cast, kind: str) -> None:
        self.project, self.cast = project, cast
        self.procedure: Procedure = open_procedure(
            by(cast.lena), project, kind=kind, title="Sort the reports", text="A tool.", budget=None
        )

    def again(self) -> Procedure:
        self.procedure.refresh_from_db()
        return self.procedure

    def prepared(self) -> None:
        set_criteria(by(self.cast.lena), self.project, self.procedure, CRITERIA)
        for person in (self.cast.dario, self.cast.flor):
            name_assessor(by(self.cast.lena), self.project, self.procedure, person)

    def asking(self) -> None:
        self.prepared()
        move(by(self.cast.lena), self.project, self.procedure, "Ready.")
        self.again()

    def offer(self, name: str = "Datos Claros", **given: Any) -> Offer:
        told = {"text": "We sort them.", "email": "sales@example.org", **given}
        return receive_offer(by(None), self.project, self.procedure, name=name, **told)

    def judging(self, *names: str) -> list[Offer]:
        self.asking()
        made = [self.offer(name) for name in names or ("Datos Claros", "Ruido SA")]
        move(by(self.cast.lena), self.project, self.procedure, "The time is over.")
        self.again()
        return made

    def judged(self, offer: Offer, who: Person, *points: int) -> None:
        declare(by(who), self.project, offer, conflict=False)
        wanted = list(self.procedure.criteria.values_list("pk", flat=True))
        given = dict(zip(wanted, points, strict=True))
        score(by(who), self.project, offer, given, dict.fromkeys(wanted, "Because of their tests."))


@pytest.fixture
def call(project: Project, cast: Cast) -> Buying:
    return Buying(project, cast, "call")


@pytest.fixture
def purchase(project: Project, cast: Cast) -> Buying:
    return Buying(project, cast, "purchase")


@pytest.fixture
def terms(project: Project, cast: Cast) -> Callable[..., None]:
    """Answer the terms for buying: all of them, with what is given."""

    def answered(**given: Any) -> None:
        told: dict[str, Any] = {
            "contract_ref": "contract 2026/14", "purpose": "To propose the desk.", "not_for": "Deciding.",
            "high_risk": "no", "personal_data": "yes", "data_place": "the country", "training_use": "no",
            "ours": "body", "subcontractors": "none", "source_access": "escrow", "audit_days": 10,
            "incident_hours": 24, "mend_days": 20, "change_days": 30, "training_hours": 6, "price_unit": "month",
            "price_cap": 90000, "iterations": "yes", "round_weeks": 2, "rounds_most": 3, "exit_days": 60,
            "exit_format": "CSV", "body_contact": "the digital team", **given,
        }  # fmt: skip
        assert set(told) <= set(library.load("procurement_terms").questions)
        answer(by(cast.lena), project, "procurement_terms", told)

    return answered
