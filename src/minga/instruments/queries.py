"""What has been answered: the current version of each answer, its history, and how far a set is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, QuerySet

from minga.instruments import library
from minga.instruments.definition import Definition
from minga.instruments.evaluate import Completeness, Reading, completeness, read
from minga.instruments.models import Answer
from minga.instruments.scores import Result, scores
from minga.ledger import subjects

type About = Model | tuple[str, Any] | None
"""What a filled set is about: a subject, its (kind, id), or None for the place itself."""


@dataclass(frozen=True, slots=True)
class Filled:
    """One set as it is answered now. ``elsewhere``: questions answered under another version of the set."""

    definition: Definition
    current: Mapping[str, Answer]
    reading: Reading
    completeness: Completeness
    scores: Mapping[str, Result]
    elsewhere: tuple[str, ...]


def about_of(place: Any, about: About = None) -> tuple[str, str]:
    """(kind, id) of what is answered about."""
    thing = place if about is None else about
    return subjects.reference(thing) if isinstance(thing, Model) else (thing[0], str(thing[1]))


def current(place: Any, set_id: str, about: About = None) -> dict[str, Answer]:
    """Question id -> newest version of its answer, answers taken back included."""
    return {answer.question: answer for answer in _versions(place, set_id, about).order_by("version")}


def values(answers: Mapping[str, Answer]) -> dict[str, Any]:
    """The plain answers that the engine takes."""
    return {id: answer.value for id, answer in answers.items() if answer.value is not None}


def history(place: Any, set_id: str, question: str, about: About = None) -> list[Answer]:
    """Every version of one answer, newest first."""
    return list(_versions(place, set_id, about).filter(question=question).order_by("-version"))


def filled(place: Any, set_id: str, about: About = None) -> Filled:
    """How a shipped set stands: what is asked and missing, and what it scores."""
    definition = library.load(set_id)
    found = current(place, set_id, about)
    given = values(found)
    return Filled(
        definition=definition,
        current=found,
        reading=read(definition, given),
        completeness=completeness(definition, given),
        scores=scores(definition, given),
        elsewhere=tuple(id for id, a in found.items() if a.set_version != definition.version),
    )


def _versions(place: Any, set_id: str, about: About) -> QuerySet[Answer]:
    kind, identifier = about_of(place, about)
    rows = Answer.objects.filter(chain=place.chain, set=set_id, about_kind=kind, about_id=identifier)
    return rows.select_related("author")
