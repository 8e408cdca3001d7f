"""Reads of sessions: who came against who is affected, what was said, and how policy areas compare."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import lru_cache

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from minga.engage.models import (
    AffectedGroup,
    Contribution,
    Decision,
    Panel,
    PolicyArea,
    Recorded,
    Recruitment,
    Reference,
    Session,
)
from minga.ledger.action import Actor, may
from minga.people.models import Group
from minga.projects.models import Project
from minga.tools.stats import wilson

FEWEST = 10
HEARD = (Session.State.HELD, Session.State.REPORTED)


@dataclass(frozen=True, slots=True)
class Seats:
    """One row of the recruitment. ``invited`` and ``came`` are None where they are not shown."""

    label: str
    key: str
    wanted: int
    invited: int | None
    came: int | None


@dataclass(frozen=True, slots=True)
class Share:
    """A group among the affected and among those who came, in per cent; None where it is not shown."""

    label: str
    affected: float
    came: float | None
    low: float = 0.0
    high: float = 0.0


@dataclass(frozen=True, slots=True)
class Answered:
    """How many of the statements that are owed an answer have one."""

    answered: int
    total: int


@dataclass(frozen=True, slots=True)
class AreaRow:
    """Sessions on one policy area.

    ``people`` came to those of its sessions where at least ten did: with the others, a sum would tell how few.
    """

    key: str
    label: str
    sessions: int
    projects: int
    people: int
    statements: int
    quoted: int
    answered: int


def works_in(project: Project, actor: Actor) -> bool:
    """Whether ``actor`` is one of the project's people, who read notes and exact counts."""
    if actor.person_id is None:
        return False
    return project.memberships.filter(person_id=actor.person_id, ended=None).exists()


def shown_counts(counts: Sequence[int]) -> tuple[list[int | None], int | None]:
    """The counts and their sum as the public may read them: None is fewer than ten, or protects such a count.

    Nobody (0) is shown: an absence has a name.
    """
    cells, total = _suppressed(tuple(counts))
    return list(cells), total


@lru_cache(maxsize=4096)
def _suppressed(counts: tuple[int, ...]) -> tuple[tuple[int | None, ...], int | None]:
    from minga.tools.representation import TOTAL, suppress_list

    names = [str(place) for place in range(len(counts))]
    cells = suppress_list(dict(zip(names, counts, strict=True)), FEWEST).cells
    return tuple(cells[name, TOTAL] for name in names), cells[TOTAL, TOTAL]


def came(session: Session) -> int:
    return sum(row.came for row in session.recruitment.all() if row.group)


def people_came(session: Session) -> int | None:
    """How many people came, as the public may read it beside both margins of the recruitment."""
    for margin in ("group", "stratum"):
        counts = [row.came for row in session.recruitment.all() if bool(row.group) == (margin == "group")]
        if shown_counts(counts)[1] is None:
            return None
    return came(session)


def recruitment(session: Session, *, margin: str, exact: bool) -> list[Seats]:
    """The rows of one margin ("group" or "stratum"), the most wanted first; only ``exact`` tells small counts."""
    rows = [row for row in session.recruitment.all() if bool(row.group) == (margin == "group")]
    rows.sort(key=lambda row: -row.wanted)
    names = _names(session.project, margin)
    invited: list[int | None] = [row.invited for row in rows]
    arrived: list[int | None] = [row.came for row in rows]
    if not exact:
        invited = shown_counts([row.invited for row in rows])[0]
        arrived = shown_counts([row.came for row in rows])[0]
    return [
        Seats(names.get(_key(row), _key(row)), _key(row), row.wanted, asked, there)
        for row, asked, there in zip(rows, invited, arrived, strict=True)
    ]


def _key(row: Recruitment) -> str:
    return row.group or row.stratum


def _names(project: Project, margin: str) -> Mapping[str, str]:
    if margin == "group":
        return {str(value): str(label) for value, label in Group.choices}
    reference = Reference.objects.filter(project=project).first()
    rows = reference.groups.filter(margin=AffectedGroup.Margin.STRATUM) if reference else ()
    return {row.key: row.label for row in rows}


def balance(session: Session, margin: str) -> tuple[list[Share], Reference | None]:
    """Who came against who is affected, with 95 % Wilson intervals, the largest affected group first.

    Empty where the project has no reference for this margin, or too few came for any share.
    """
    reference = Reference.objects.filter(project=session.project).first()
    affected = list(reference.groups.filter(margin=margin)) if reference else []
    rows = {_key(row): row.came for row in session.recruitment.all() if bool(row.group) == (margin == "group")}
    total, everybody = sum(rows.values()), sum(group.size for group in affected)
    if not affected or not everybody or total < FEWEST:
        return [], reference
    counts = [rows.get(group.key, 0) for group in affected]
    others = total - sum(counts)
    shown, everybody_shown = shown_counts([*counts, others] if others else counts)
    if everybody_shown is None:
        return [], reference
    return [
        _share(group, count, total, everybody) for group, count in zip(affected, shown[: len(affected)], strict=True)
    ], reference


def _share(group: AffectedGroup, count: int | None, total: int, everybody: int) -> Share:
    affected = 100 * group.size / everybody
    if count is None:
        return Share(group.label, affected, None)
    low, high = wilson(count, total)
    return Share(group.label, affected, 100 * count / total, 100 * low, 100 * high)


def timetable(session: Session) -> list[dict[str, str | int]]:
    """The agenda with the time at which each part starts: "starts", "minutes", "what", "how"."""
    now = datetime.combine(session.held_on, session.starts or time(10))
    rows = []
    for row in session.agenda:
        rows.append({"starts": now.strftime("%H:%M"), **row})
        now += timedelta(minutes=row["minutes"])
    return rows


def ends(session: Session) -> time:
    begin = datetime.combine(session.held_on, session.starts)
    return (begin + timedelta(minutes=sum(row["minutes"] for row in session.agenda))).time()


def quoted(session: Session) -> list[Recorded]:
    """What may be quoted, the widest held first: recorded with consent, and not taken down since."""
    said = session.recorded.filter(contribution__status__in=("shown", "decided"))
    return list(said.select_related("contribution__decision", "contribution__project"))


def unquoted(session: Session) -> QuerySet[Recorded]:
    """What was recorded without consent: subjects and counts."""
    return session.recorded.filter(contribution=None)


def subjects(said: Iterable[Recorded]) -> list[tuple[str, int, int]]:
    """(subject, statements, sessions) of what was recorded, the most often raised first, whatever its case."""
    found: dict[str, list[Recorded]] = defaultdict(list)
    for one in said:
        found[" ".join(one.about.casefold().split())].append(one)
    rows = [(group[0].about, len(group), len({one.session_id for one in group})) for group in found.values()]
    return sorted(rows, key=lambda row: (-row[2], -row[1], row[0].casefold()))


def answered(said: Iterable[Recorded]) -> Answered:
    """How many of the contributions among what was recorded are decided."""
    owed = [one.contribution for one in said if one.contribution and one.contribution.is_public]
    return Answered(sum(given.status == Contribution.Status.DECIDED for given in owed), len(owed))


def limits(session: Session) -> list[str]:
    """What a reader of the report must know before its findings."""
    found = [_("Those who came say what they think; they do not speak for everybody affected.")]
    shares, _reference = balance(session, "group")
    if not shares:
        found.append(_("The project has not published who is affected, or too few came: no balance can be computed."))
    missing = [row.label for row in recruitment(session, margin="group", exact=True) if row.wanted and row.came == 0]
    if missing:
        found.append(_("Wanted, but nobody came: %(groups)s.") % {"groups": ", ".join(missing)})
    silent = unquoted(session).count()
    if silent:
        words = _("%(count)s of %(total)s statements were recorded without consent: only their subject is given.")
        found.append(words % {"count": silent, "total": session.recorded.count()})
    return found


def sessions_on(area: str = "") -> QuerySet[Session]:
    """Sessions of all projects, newest first, on one policy area or on all."""
    found = Session.objects.select_related("project").prefetch_related(
        "recruitment", "recorded__contribution__decision"
    )
    return found.filter(policy_area=area) if area else found


def areas() -> list[AreaRow]:
    """Policy areas with sessions, in the order of the COFOG divisions."""
    by_area: dict[str, list[Session]] = defaultdict(list)
    for session in sessions_on():
        by_area[session.policy_area].append(session)
    return [_area(area, by_area[area]) for area in PolicyArea.values if area in by_area]


def _area(area: str, sessions: list[Session]) -> AreaRow:
    said = [one for session in sessions for one in session.recorded.all()]
    answers = answered(said)
    return AreaRow(
        key=area,
        label=str(PolicyArea(area).label),
        sessions=len(sessions),
        projects=len({session.project_id for session in sessions}),
        people=sum(people_came(session) or 0 for session in sessions),
        statements=len(said),
        quoted=answers.total,
        answered=answers.answered,
    )


def panels_on(area: str) -> QuerySet[Panel]:
    return Panel.objects.select_related("project").defer("lottery").filter(policy_area=area)


def what_next(project: Project, actor: Actor) -> list[tuple[str, str]]:
    """What ``actor`` can do for the sessions of a project now: (sentence, address)."""
    rows = []
    for session in project.sessions.exclude(state=Session.State.REPORTED):
        words, verb, page = _("Write the report of a session: %(title)s"), "session.reported", "engage:report_session"
        if session.state == Session.State.PLANNED:
            words, verb, page = _("Enter who came to a session: %(title)s"), "session.held", "engage:hold_session"
        if session.held_on <= timezone.localdate() and may(actor, project, verb):
            address = reverse(page, args=[project.slug, session.pk])
            rows.append((words % {"title": session.title}, address))
    return rows


def reply_to(given: Contribution) -> Decision | None:
    return given.answer if given.status == Contribution.Status.DECIDED else None
