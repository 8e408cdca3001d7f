"""What has been answered and arranged: current answers and their history, sets taken up, requests, comments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Model, QuerySet

from minga.instruments import library
from minga.instruments.evaluate import Completeness, Reading
from minga.instruments.instrument import Instrument
from minga.instruments.models import Answer, ChosenSet, Comment, Share
from minga.instruments.scores import Result
from minga.ledger import subjects
from minga.ledger.action import BODY, Actor

type About = Model | tuple[str, Any] | None
"""What a filled set is about: a subject, its (kind, id), or None for the place itself."""

BODY_ITSELF = ("body", "body")


@dataclass(frozen=True, slots=True)
class Filled:
    """One set as it is answered now. ``elsewhere``: questions answered under another version of the set."""

    definition: Instrument
    current: Mapping[str, Answer]
    reading: Reading
    completeness: Completeness
    scores: Mapping[str, Result]
    elsewhere: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """A request to one person: of the ``total`` questions asked in it now, ``open`` have no answer yet."""

    share: Share
    instrument: Instrument
    open: int
    total: int


@dataclass(frozen=True, slots=True)
class _Chain:
    """A place of which only the chain is known."""

    chain: str


def about_of(place: Any, about: About = None) -> tuple[str, str]:
    """(kind, id) of what is answered about; the body itself has no row and is ("body", "body")."""
    thing = place if about is None else about
    if thing == BODY:
        return BODY_ITSELF
    return subjects.reference(thing) if isinstance(thing, Model) else (thing[0], str(thing[1]))


def at(place: Any, set_id: str, about: About = None) -> dict[str, str]:
    """The columns that every row about this set, here and about this thing, has in common."""
    kind, identifier = about_of(place, about)
    return {"chain": place.chain, "set": set_id, "about_kind": kind, "about_id": identifier}


def current(place: Any, set_id: str, about: About = None) -> dict[str, Answer]:
    """Question id -> newest version of its answer, answers taken back included."""
    return {answer.question: answer for answer in _versions(place, set_id, about).order_by("version")}


def values(answers: Mapping[str, Answer]) -> dict[str, Any]:
    """The plain answers that the engine takes."""
    return {id: answer.value for id, answer in answers.items() if answer.value is not None}


def history(place: Any, set_id: str, question: str, about: About = None) -> list[Answer]:
    """Every version of one answer, newest first."""
    return list(_versions(place, set_id, about).filter(question=question).order_by("-version"))


def values_under(place: Any, set_id: str, version: str, about: About = None) -> dict[str, Any]:
    """The answers as they last stood under one version of the set, such as before a migration."""
    rows = _versions(place, set_id, about).filter(set_version=version).order_by("version")
    return values({answer.question: answer for answer in rows})


def choice(place: Any, set_id: str, about: About = None) -> ChosenSet | None:
    """The current choice of a set here; None where it was not taken up."""
    return ChosenSet.objects.filter(**at(place, set_id, about), ended=None).first()


def choices(place: Any) -> list[ChosenSet]:
    """The sets that are taken up here now, about anything."""
    return list(ChosenSet.objects.filter(chain=place.chain, ended=None))


def instrument_at(place: Any, set_id: str, about: About = None) -> Instrument:
    """The version of a set that counts here: the one it was taken up in or migrated to, else the newest.

    Sets that ship with Minga have one version, so nobody keeps an old one of them. Raises DefinitionError.
    """
    if set_id in library.names():
        return library.shipped(set_id)
    taken = choice(place, set_id, about)
    return library.load(set_id, taken.version if taken else "")


def filled(place: Any, set_id: str, about: About = None) -> Filled:
    """How a set stands here: what is asked and missing, and what it scores."""
    instrument = instrument_at(place, set_id, about)
    found = current(place, set_id, about)
    given = values(found)
    return Filled(
        definition=instrument,
        current=found,
        reading=instrument.read(given),
        completeness=instrument.completeness(given),
        scores=instrument.results(given),
        elsewhere=tuple(id for id, a in found.items() if a.set_version != instrument.version),
    )


def shares(place: Any, set_id: str, about: About = None) -> QuerySet[Share]:
    """Who was asked to answer what of a set here, and is still asked; the soonest due first."""
    return _soonest(Share.objects.filter(**at(place, set_id, about), ended=None))


def asked_of(person: Actor | Any) -> list[Asked]:
    """What one person (or actor) is asked to answer, everywhere; the soonest due first."""
    id = person.person_id if isinstance(person, Actor) else person.pk
    rows = Share.objects.filter(person_id=id, ended=None) if id is not None else Share.objects.none()
    return [asked(share) for share in _soonest(rows) if library.find(share.set)]


def asked(share: Share) -> Asked:
    """How far one request is."""
    found = filled(_Chain(share.chain), share.set, (share.about_kind, share.about_id))
    inside = in_section(found, share.section)
    return Asked(share, found.definition, sum(id not in found.reading.answers for id in inside), len(inside))


def is_done(share: Share, found: Filled) -> bool:
    """Whether everything required in a request is answered; where nothing in it is required, everything asked.

    A section of which nothing is asked now is not done: another answer can bring it back.
    """
    inside = in_section(found, share.section)
    if not inside:
        return False
    must = [id for id in inside if found.definition.questions[id].required]
    lacking = set(found.completeness.missing)
    return not lacking.intersection(must) if must else all(id in found.reading.answers for id in inside)


def in_section(found: Filled, section: str) -> list[str]:
    """The questions that are asked now in a section; in all where ``section`` is ""."""
    place = found.definition.section_of
    return [id for id in found.reading.visible if section in ("", place[id].id)]


def comments(place: Any, set_id: str, about: About = None, question: str = "") -> QuerySet[Comment]:
    """What was said about answers to a set here, oldest first, settled or not."""
    rows = Comment.objects.filter(**at(place, set_id, about)).select_related("author")
    return rows.filter(question=question) if question else rows


def _soonest(rows: QuerySet[Share]) -> QuerySet[Share]:
    return rows.order_by(F("due").asc(nulls_last=True), "pk").select_related("person")


def _versions(place: Any, set_id: str, about: About) -> QuerySet[Answer]:
    return Answer.objects.filter(**at(place, set_id, about)).select_related("author")
