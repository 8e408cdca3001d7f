"""All projects beside each other: under which conditions they were made and how they turned out. Reads only.

A project is coded from the same reads as its own pages, so that no figure here differs from the one there. Coding one
costs some sixty queries; it is done again only after its ledger has grown, or on another day.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db.models import Max
from django.utils import timezone

from minga.assess import coding, experience, seals, worth
from minga.assess.codebook import VERSION, Level, Missing, Value, missing_json
from minga.deliver import hearings
from minga.engage.queries import affected, power
from minga.inventory.models import System
from minga.ledger.action import PHASES
from minga.ledger.models import Entry
from minga.projects.models import Project
from minga.projects.queries import groups_taking_part
from minga.projects.shaping import SUBMITTED, unseen
from minga.projects.steps import STEPS

VARIABLES = coding.variables()
KEPT = 600
"""Seconds for which a list of all projects serves every reader."""
DAY = 86_400
OWN = "own"
OUTSIDE = frozenset({"residents", "business"})
LICENCE = "CC-BY-4.0"
SHARED_POWER = frozenset({"position.given", "partnership.agreed", "criterion.proposed"})
WORKED_TOGETHER = frozenset(
    {"session.recorded", "test_case.proposed", "why.answered", "need.stated", "review.answered"}
)
GIVEN = frozenset({SUBMITTED, "session.recorded"})
SAID = frozenset({SUBMITTED, "instrument.answered", "ballot.cast", "votes.tallied"})


@dataclass(frozen=True, slots=True)
class Happened:
    """One entry of a project's ledger, as far as levels are coded from it.

    ``groups``: of a tally those that voted, of a decision those whose contributions it answers. ``opinion``: a ballot
    that decides nothing.
    """

    phase: str
    action: str
    group: str
    groups: tuple[str, ...] = ()
    opinion: bool = False


class Facts:
    """What a project is coded from, each read once and only where a variable asks for it."""

    def __init__(self, project: Project, now: datetime) -> None:
        self.project, self.now = project, now

    @cached_property
    def begun(self) -> tuple[str, ...]:
        """The phases that the project has reached."""
        return PHASES[: PHASES.index(self.project.phase) + 1]

    @cached_property
    def took_part(self) -> dict[str, dict[str, int]]:
        """Per phase the acts of each actor group."""
        return {phase: groups_taking_part(self.project, phase) for phase in PHASES}

    @cached_property
    def levels(self) -> dict[str, Level]:
        against = {STEPS[gate.step].phase for gate in self.project.gates.filter(against_ballot=True)}
        return levels(_happened(self.project), against)

    @cached_property
    def power(self) -> power.Power:
        return power.power(self.project)

    @cached_property
    def compared(self) -> affected.Comparison | None:
        return affected.so_far(self.project)

    @cached_property
    def worth(self) -> worth.Report:
        return worth.report(self.project)

    @cached_property
    def rules(self) -> list[seals.Result]:
        return seals.results(self.project, self.now)

    @cached_property
    def experience(self) -> experience.Report:
        return experience.report(self.project)

    @cached_property
    def appeals(self) -> hearings.AppealFigures:
        return hearings.appeal_figures(self.project, groups=False)


def _happened(project: Project) -> Iterator[Happened]:
    """The project's ledger without what a moderator has not let through."""
    entries = Entry.objects.filter(chain=project.chain).order_by("seq")
    rows = list(entries.values_list("action", "subject_id", "payload", "phase", "group", "because"))
    hidden = unseen((action, subject, payload) for action, subject, payload, *_rest in rows)
    authors: dict[str, str] = {}
    for action, subject, payload, phase, group, because in rows:
        if action in GIVEN:
            authors[subject] = group
        groups: Iterable[str] = ()
        if action == "votes.tallied":
            groups = json.loads(payload).get("groups", ())
        elif action == "contribution.decided":
            groups = (authors.get(cause, "") for kind, cause in json.loads(because) if kind == "contribution")
        opinion = action == "ballot.closed" and not json.loads(payload).get("about")
        if action != SUBMITTED or subject not in hidden:
            yield Happened(phase, action, group, tuple(groups), opinion)


def levels(happened: Iterable[Happened], against_ballot: Iterable[str] = ()) -> dict[str, Level]:
    """Per phase the highest level of the spectrum that anything in the ledger shows, for people outside."""
    found = dict.fromkeys(PHASES, Level.NONE)
    overridden = set(against_ballot)
    for one in happened:
        if one.phase in found:
            found[one.phase] = max(found[one.phase], _level(one, one.phase in overridden))
    return found


def _level(one: Happened, overridden: bool) -> Level:
    outside = one.group in OUTSIDE or not OUTSIDE.isdisjoint(one.groups)
    if one.action == "ballot.closed":
        return Level.CONSULT if overridden or one.opinion else Level.EMPOWER
    if one.action == "recommendation.made" or (one.action in WORKED_TOGETHER and outside):
        return Level.INVOLVE
    if not outside:
        return Level.INFORM
    if one.action in SHARED_POWER:
        return Level.COLLABORATE
    if one.action == "contribution.decided":
        return Level.INVOLVE
    return Level.CONSULT if one.action in SAID else Level.INFORM


# One row per project

Row = Mapping[str, Value]


def code(project: Project, now: datetime | None = None) -> dict[str, Value]:
    """One project as a row: variable -> value, or why it is missing."""
    facts = Facts(project, now or timezone.now())
    return {one.name: one.find(facts) for one in VARIABLES}


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All projects as they were coded at ``at``, the newest first."""

    at: datetime
    rows: tuple[Row, ...]

    @property
    def real(self) -> tuple[Row, ...]:
        """Without invented examples: what statistics are computed from."""
        return tuple(row for row in self.rows if row["example"] == 0)


def snapshot() -> Snapshot:
    """The rows of all projects, at most ten minutes old."""
    kept: Snapshot | None = cache.get(_key("all"))
    if kept is None:
        kept = Snapshot(timezone.now(), tuple(_rows()))
        cache.set(_key("all"), kept, KEPT)
    return kept


def _key(*parts: object) -> str:
    return "-".join(["observatory", VERSION, *map(str, parts)])


def _rows() -> Iterator[Row]:
    """Each project's row, from the cache where its ledger is as long as it was today when it was coded."""
    heads = dict(Entry.objects.order_by().values_list("chain").annotate(Max("seq")))
    today = timezone.localdate()
    projects = {_key(one.chain, heads.get(one.chain, 0), today): one for one in Project.objects.order_by("-opened")}
    known = cache.get_many(projects)
    for key, project in projects.items():
        row = known.get(key)
        if row is None:
            row = code(project)
            cache.set(key, row, DAY)
        yield row


def imported() -> Iterator[Row]:
    """Systems that other bodies have published, coded alike: their registers say nothing of conditions or outcomes."""
    systems = System.objects.filter(listed=True).order_by("source", "pk")
    fields = systems.values_list("source__key", "external_id", "name", "body", "country", "stage")
    blank: dict[str, Value] = dict.fromkeys((one.name for one in VARIABLES), Missing.NOT_PUBLISHED)
    for source, identifier, name, body, country, stage in fields.iterator(chunk_size=2000):
        known = {"source": source, "project": identifier, "title": name, "body": body, "country": country}
        yield blank | known | {"stage": stage, "example": 0}


# The dataset


def licence() -> str:
    """Under which licence the body publishes the dataset (setting MINGA_DATA_LICENCE)."""
    return str(getattr(settings, "MINGA_DATA_LICENCE", LICENCE))


def as_cells(row: Row) -> list[Any]:
    """A row of the CSV file: one cell per variable, empty where missing, and last why: "name=reason;…"."""
    names = [one.name for one in VARIABLES]
    cells = ["" if isinstance(row[name], Missing) else row[name] for name in names]
    return [*cells, ";".join(f"{name}={row[name]}" for name in names if isinstance(row[name], Missing))]


def head() -> list[str]:
    return [*(one.name for one in VARIABLES), "missing"]


def as_json(row: Row) -> dict[str, Any]:
    """{variable: value or null, "missing": {variable: reason}}."""
    missing = {name: str(value) for name, value in row.items() if isinstance(value, Missing)}
    return {name: None if name in missing else value for name, value in row.items()} | {"missing": missing}


def dataset(rows: Sequence[Row], at: datetime) -> dict[str, Any]:
    """The whole dataset with its codebook, as one JSON document."""
    return {
        "title": "Conditions and outcomes of co-produced tools",
        "body": str(settings.MINGA_BODY_NAME),
        "codebook_version": VERSION,
        "computed": at.isoformat(timespec="seconds"),
        "licence": licence(),
        "note": "Associations in these data do not show cause.",
        "missing": missing_json(),
        "variables": [one.as_json() for one in VARIABLES],
        "rows": [as_json(row) for row in rows],
    }
