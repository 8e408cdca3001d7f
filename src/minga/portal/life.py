"""A project's life read from its ledger: the weave, who took part in which step, and who is under-heard."""

import json
from collections import Counter
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
from minga.ledger.thread import LINK_OF
from minga.people.models import Group
from minga.projects.models import GateDecision, Project
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
# What shapes a tool: words, votes, terms, criteria and judgements; not the cases decided with it.
SHAPING = {
    "need.stated",
    "why.answered",
    "option.compared",
    "partnership.agreed",
    "contribution.submitted",
    "ballot.cast",
    "position.given",
    "criterion.proposed",
    "review.answered",
    "instrument.answered",
}


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

    @property
    def day(self) -> date:
        return datetime.fromisoformat(self.happened).date()

    @property
    def by_person(self) -> bool:
        return self.actor != "system"


def entries(project: Project) -> list[Row]:
    """Every entry of the project, in order."""
    rows = Entry.objects.filter(chain=project.chain).order_by("seq")
    columns = rows.values_list("action", "subject_kind", "group", "happened", "payload", "actor_key")
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


def participation(project: Project, rows: Iterable[Row] | None = None) -> ParticipationTable:
    """What each actor group gave in each step: entries between one gate and the next, the system's own left out."""
    counts = {number: Counter[str]() for number in STEPS}
    step = 1
    for row in rows or entries(project):
        counts[step][row.group] += row.by_person and row.action not in HANDLING
        if row.action == "gate.decided" and json.loads(row.payload)["passed"]:
            step = min(step + 1, max(STEPS))
    gates = {gate.step: gate for gate in GateDecision.objects.filter(project=project)}
    tries = Counter(GateDecision.objects.filter(project=project).values_list("step", flat=True))
    return ParticipationTable(
        caption=_("Contributions per step and actor group"),
        groups=tuple((label, str(SHORT[Group(value)])) for value, label in Group.choices),
        rows=tuple(
            _participation_row(project, number, counts[number], gates.get(number), tries[number]) for number in STEPS
        ),
    )


def _participation_row(
    project: Project, number: int, counts: Counter[str], gate: GateDecision | None, tries: int
) -> ParticipationRow:
    kind, text = _gate_state(project, number, gate, tries)
    return ParticipationRow(
        label=STEPS[number].title,
        counts=tuple(counts[group] for group in GROUPS) if number <= project.step else (None,) * len(GROUPS),
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


def took_part(project: Project, rows: Iterable[Row] | None = None) -> TookPartChart | None:
    """Share of each group in what shaped the tool, against its share of the affected; None without estimates."""
    affected = {
        record.stakeholder.group: float(record.share)
        for record in Beneficiaries.objects.filter(project=project).select_related("stakeholder")
        if record.stakeholder and record.share is not None
    }
    given = Counter(row.group for row in rows or entries(project) if row.action in SHAPING and row.by_person)
    total = sum(given[group] for group in affected)
    if not affected or not total:
        return None
    lines = [_took_part_row(group, share, given[group], total) for group, share in affected.items()]
    lines.sort(key=lambda line: -line.affected)
    return TookPartChart(sentence=_under_heard(lines), rows=tuple(lines))


def _took_part_row(group: str, share: float, count: int, total: int) -> TookPart:
    low, high = wilson(count, total)
    return TookPart(Group(group).label, share, 100 * count / total, Interval(100 * low, 100 * high))


def _under_heard(lines: list[TookPart]) -> str:
    """The finding: the group that is furthest below its share, where the interval does not cover it."""
    gaps = [(line.affected - (line.took_part or 0), line) for line in lines if line.interval]
    gap, line = max(gaps, key=lambda pair: pair[0])
    if line.interval and line.interval.high < line.affected:
        return _("%(group)s are under-heard by %(gap)s points") % {"group": line.label, "gap": round(gap)}
    return _("No group is clearly under-heard")


def weeks(project: Project) -> int:
    """Whole weeks since the project's first entry, at least one."""
    first = Entry.objects.filter(chain=project.chain).order_by("happened").values_list("happened", flat=True).first()
    if first is None:
        return 1
    return max(1, (timezone.now() - datetime.fromisoformat(first)).days // 7)
