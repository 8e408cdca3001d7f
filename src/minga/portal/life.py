"""A project's life read from its ledger: the weave, who took part in which step, and who is under-heard."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from minga.commission.models import Beneficiaries
from minga.engage import queries as engage
from minga.ledger.action import GROUPS
from minga.ledger.models import Entry
from minga.ledger.queries import SMALLEST_GROUP
from minga.ledger.thread import LINK_OF
from minga.people.models import Group
from minga.projects.models import GateDecision, Project
from minga.projects.shaping import SHAPING, SUBMITTED, unseen
from minga.projects.steps import STEPS
from minga.tools.stats import wilson
from minga.web.format import day
from minga.web.svg.types import (
    LINK_NAMES,
    Interval,
    LinkName,
    ParticipationRow,
    ParticipationTable,
    StateKind,
    Stitch,
    StitchKind,
    TookPart,
    TookPartChart,
    Weave,
    WeaveRow,
)

MOST_WEEKS = 52


# Reading and handling cases at the desk is work, not taking part.
HANDLING = {"evidence.opened", "case.claimed", "case.returned"}
# Column heads on a phone.
SHORT = {
    Group.AGENCY: pgettext_lazy("actor group, short", "Agen."),
    Group.FRONTLINE: pgettext_lazy("actor group, short", "Front."),
    Group.BUSINESS: pgettext_lazy("actor group, short", "Busin."),
    Group.DIGITAL: pgettext_lazy("actor group, short", "Digital"),
    Group.PROVIDER: pgettext_lazy("actor group, short", "Prov."),
    Group.RESIDENTS: pgettext_lazy("actor group, short", "Resid."),
    Group.OVERSIGHT: pgettext_lazy("actor group, short", "Over."),
}


class Row(NamedTuple):
    """One ledger entry, as far as figures need it."""

    action: str
    kind: str
    group: str
    happened: str
    payload: str
    actor: str
    subject: str

    @property
    def day(self) -> date:
        return datetime.fromisoformat(self.happened).date()

    @property
    def by_person(self) -> bool:
        return self.actor != "system"


def entries(project: Project) -> list[Row]:
    """Every entry of the project, in order."""
    rows = Entry.objects.filter(chain=project.chain).order_by("seq")
    columns = rows.values_list("action", "subject_kind", "group", "happened", "payload", "actor_key", "subject_id")
    return [Row(*row) for row in columns.iterator(chunk_size=2000)]


def weave(project: Project, rows: Iterable[Row] | None = None) -> Weave:
    """One cloth: a row per link, a column per week, at most the last year."""
    stitches = [(row.day, LINK_OF[row.kind], _kind(row)) for row in rows or entries(project) if row.kind in LINK_OF]
    stitches += [(given.due.date(), "decision", "overdue") for given in engage.overdue(project)]
    today = timezone.localdate()
    first = min((when for when, _link, _kind in stitches), default=today)
    first = max(first - timedelta(days=first.weekday()), today - timedelta(weeks=MOST_WEEKS))
    weeks = max((today - first).days // 7 + 1, 12)
    cloth: dict[LinkName, dict[int, StitchKind]] = {link: {} for link in LINK_NAMES}
    for when, link, kind in stitches:
        column = (when - first).days // 7
        if 0 <= column < weeks and cloth[link].get(column) != "blocked":
            cloth[link][column] = kind
    return Weave(
        rows=tuple(
            WeaveRow(link, tuple(Stitch(column, kind) for column, kind in sorted(cells.items())))
            for link, cells in cloth.items()
        ),
        columns=weeks,
        sentence=_weave_sentence(cloth, weeks),
        labels=_months(first, weeks),
        column_names=tuple(day(first + timedelta(weeks=week)) for week in range(weeks)),
    )


def _kind(row: Row) -> StitchKind:
    failed = row.action == "check.finished" and json.loads(row.payload).get("state") == "failed"
    return "blocked" if failed else "done"


def _weave_sentence(cloth: dict[LinkName, dict[int, StitchKind]], weeks: int) -> str:
    busy = len({column for cells in cloth.values() for column in cells})
    blocked = sum(kind == "blocked" for kind in cloth["check"].values())
    sentence = _("Something was recorded in %(busy)s of %(weeks)s weeks") % {"busy": busy, "weeks": weeks}
    if blocked:
        sentence += _("; a check blocked a release in %(blocked)s of them") % {"blocked": blocked}
    return sentence + "."


def _months(first: date, weeks: int) -> tuple[tuple[int, str], ...]:
    """A label where a month begins, at most six."""
    labels = []
    for week in range(weeks):
        when = first + timedelta(weeks=week)
        if week == 0 or when.month != (when - timedelta(weeks=1)).month:
            labels.append((week, date_format(when, "M")))
    step = max(1, -(-len(labels) // 6))
    return tuple(labels[::step])


def _given(rows: Iterable[Row]) -> list[Row]:
    """Without the system's entries, and without the contributions that are held or hidden."""
    rows = list(rows)
    hidden = unseen((row.action, row.subject, row.payload) for row in rows)
    return [row for row in rows if row.by_person and not (row.action == SUBMITTED and row.subject in hidden)]


def participation(project: Project, rows: Iterable[Row] | None = None, *, exact: bool = False) -> ParticipationTable:
    """What each actor group gave in each step: entries between one gate and the next, the system's own left out.

    Only with ``exact`` are groups told of which fewer than ten persons gave something in a step.
    """
    actors = {number: defaultdict[str, list[str]](list) for number in STEPS}
    step = 1
    for row in _given(rows or entries(project)):
        if row.action not in HANDLING:
            actors[step][row.group].append(row.actor)
        if row.action == "gate.decided" and json.loads(row.payload)["passed"]:
            step = min(step + 1, max(STEPS))
    gates = {gate.step: gate for gate in GateDecision.objects.filter(project=project)}
    tries = Counter(GateDecision.objects.filter(project=project).values_list("step", flat=True))
    counts = {number: tuple(_count(found[group], exact) for group in GROUPS) for number, found in actors.items()}
    return ParticipationTable(
        caption=_("Contributions per step and actor group"),
        groups=tuple((label, str(SHORT[Group(value)])) for value, label in Group.choices),
        rows=tuple(
            _participation_row(project, number, counts[number], gates.get(number), tries[number]) for number in STEPS
        ),
    )


def _count(actors: list[str], exact: bool) -> int | None:
    """Entries; None where fewer than ten persons made them. Nobody at all is told: absence has a name."""
    return None if not exact and 0 < len(set(actors)) < SMALLEST_GROUP else len(actors)


def _participation_row(
    project: Project, number: int, counts: tuple[int | None, ...], gate: GateDecision | None, tries: int
) -> ParticipationRow:
    kind, text = _gate_state(project, number, gate, tries)
    return ParticipationRow(
        label=STEPS[number].title,
        counts=counts,
        kind=kind,
        text=text,
        number=number,
        href=reverse("projects:step", args=[project.slug, number]),
    )


def _gate_state(project: Project, number: int, gate: GateDecision | None, tries: int) -> tuple[StateKind, str]:
    if gate and gate.passed:
        when = {"day": day(gate.decided, short=True)}
        if gate.dissent:
            return "passed", _("Passed %(day)s, with dissent") % when
        return "passed", (_("Sent back once; passed %(day)s") if tries > 1 else _("Passed %(day)s")) % when
    if gate:
        return "failed", _("Sent back %(day)s") % {"day": day(gate.decided, short=True)}
    return ("watch", _("Open now")) if number == project.step else ("not_yet", _("Not yet"))


def took_part(project: Project, rows: Iterable[Row] | None = None, *, exact: bool = False) -> TookPartChart | None:
    """Share of each group in those who shaped the tool, against its share of the affected; None without estimates.

    Persons are counted, each once. Without ``exact`` groups under ten persons have no mark; where
    none may be shown the chart has no rows.
    """
    affected = {
        record.stakeholder.group: float(record.share)
        for record in Beneficiaries.objects.filter(project=project).select_related("stakeholder")
        if record.stakeholder and record.share is not None
    }
    people = _people(_given(rows or entries(project)), affected)
    if not people.total():
        return None
    told = set(affected) if exact else _tellable(people)
    if not told:
        return TookPartChart(sentence=_("Too few people took part so far to compare the groups in public"), rows=())
    lines = [_took_part_row(group, share, people, group in told) for group, share in affected.items()]
    lines.sort(key=lambda line: -line.affected)
    return TookPartChart(sentence=_under_heard(lines), rows=tuple(lines), caption=_counted(people, affected, told))


def _people(rows: Iterable[Row], groups: Iterable[str]) -> Counter[str]:
    """Distinct persons per group; who spoke for several counts with the first, all erased ones of a group as one."""
    first: dict[str, str] = {}
    for row in rows:
        if row.action in SHAPING and row.group in groups:
            first.setdefault(row.actor or f"erased, {row.group}", row.group)
    return Counter(first.values())


def _tellable(people: Counter[str]) -> set[str]:
    """Groups of ten or more; one of them less where the rest of all people would give a small group away."""
    told = {group for group, count in people.items() if count >= SMALLEST_GROUP}
    rest = people.total() - sum(people[group] for group in told)
    if told and 0 < rest < SMALLEST_GROUP:
        told.remove(min(told, key=lambda group: (people[group], group)))
    return told


def _took_part_row(group: str, share: float, people: Counter[str], told: bool) -> TookPart:
    if not told:
        return TookPart(Group(group).label, share, None, too_few=True)
    low, high = wilson(people[group], people.total())
    part = 100 * people[group] / people.total()
    return TookPart(Group(group).label, share, part, Interval(100 * low, 100 * high))


def _counted(people: Counter[str], groups: Iterable[str], told: set[str]) -> str:
    counts = [
        _("%(group)s: %(count)s of %(of)s people")
        % {"group": Group(group).label, "count": people[group], "of": people.total()}
        for group in groups
        if group in told
    ]
    return _("Each person is counted once. %(counts)s.") % {"counts": "; ".join(counts)}


def _under_heard(lines: list[TookPart]) -> str:
    """The finding: the group that is furthest below its share, where the interval does not cover it."""
    gaps = [(line.affected - (line.took_part or 0), line) for line in lines if line.interval]
    gap, line = max(gaps, key=lambda pair: pair[0])
    if line.interval and line.interval.high < line.affected:
        return _("%(group)s are under-heard by %(gap)s points") % {"group": line.label, "gap": round(gap)}
    if len(gaps) < len(lines):
        return _("No group that may be shown is clearly under-heard")
    return _("No group is clearly under-heard")


def weeks(project: Project) -> int:
    """Whole weeks since the project's first entry, at least one."""
    first = Entry.objects.filter(chain=project.chain).order_by("happened").values_list("happened", flat=True).first()
    if first is None:
        return 1
    return max(1, (timezone.now() - datetime.fromisoformat(first)).days // 7)
