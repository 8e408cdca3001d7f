"""A project's life read from its ledger: the weave, who took part in which step, and who is under-heard."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from minga.engage import queries as engage
from minga.engage.models import Conversation, Tally
from minga.engage.queries import affected, people
from minga.engage.views.affected import took_part_chart
from minga.ledger.action import GROUPS
from minga.ledger.models import Entry
from minga.ledger.queries import SMALLEST_GROUP
from minga.ledger.thread import LINK_OF
from minga.people.models import Group
from minga.projects.models import GateDecision, Project
from minga.projects.shaping import ADMINISTERING, MODERATED, SUBMITTED, unseen
from minga.projects.steps import STEPS
from minga.web.format import day
from minga.web.svg.types import (
    LINK_NAMES,
    LinkName,
    ParticipationRow,
    ParticipationTable,
    StateKind,
    Stitch,
    StitchKind,
    TookPartChart,
    Weave,
    WeaveRow,
)

MOST_WEEKS = 52
TALLIED = "votes.tallied"
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


# Of a service most entries are cases that come in and notices that go out; they are no part of a project's life.
_UNTOLD = Q(action__in=ADMINISTERING - {TALLIED, *MODERATED}) & (
    ~Q(subject_kind__in=LINK_OF) | Q(subject_kind__in=["case", "notice"])
)


def entries(project: Project) -> list[Row]:
    """The entries that are stitched or counted here, in order."""
    rows = Entry.objects.filter(chain=project.chain).exclude(_UNTOLD).order_by("seq")
    columns = rows.values_list("action", "subject_kind", "group", "happened", "payload", "actor_key", "subject_id")
    return [Row(*row) for row in columns.iterator(chunk_size=2000)]


def weave(project: Project, rows: Iterable[Row] | None = None) -> Weave:
    """One cloth: a row per link, a column per week, at most the last year."""
    stitches = [(row.day, LINK_OF[row.kind], _kind(row)) for row in rows or entries(project) if row.kind in LINK_OF]
    stitches += [(given.due.date(), "decision", "overdue") for given in engage.overdue(project) if given.due]
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
    """Without the system's entries, tallies of votes excepted, and the contributions that are held or hidden."""
    rows = list(rows)
    hidden = unseen((row.action, row.subject, row.payload) for row in rows)
    given = [row for row in rows if row.by_person or row.action == TALLIED]
    return [row for row in given if not (row.action == SUBMITTED and row.subject in hidden)]


def participation(project: Project, rows: Iterable[Row] | None = None, *, exact: bool = False) -> ParticipationTable:
    """What each actor group gave in each step: entries between one gate and the next, the system's own left out.

    Running the project and handing in or handling a case is not giving anything (``projects.shaping``).
    Only with ``exact`` are groups told of which fewer than ten persons gave something in a step. Voting in a
    conversation is giving something: its voters count in the step in which their votes were first tallied.
    """
    actors = {number: defaultdict[str, list[str]](list) for number in STEPS}
    voters: dict[int, list[str]] = {number: [] for number in STEPS}
    step = 1
    for row in _given(rows or entries(project)):
        if row.action == TALLIED:
            voters[step].append(row.subject)
        elif row.action not in ADMINISTERING:
            actors[step][row.group].append(row.actor)
        if row.action == "gate.decided" and json.loads(row.payload)["passed"]:
            step = min(step + 1, max(STEPS))
    gates = {gate.step: gate for gate in GateDecision.objects.filter(project=project)}
    tries = Counter(GateDecision.objects.filter(project=project).values_list("step", flat=True))
    votes = _votes(project, voters)
    counts = {
        number: tuple(_with_votes(_count(found[group], exact), votes[number].get(group, 0)) for group in GROUPS)
        for number, found in actors.items()
    }
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


def _votes(project: Project, tallies: dict[int, list[str]]) -> dict[int, dict[str, int | None]]:
    """Per step and group the voters of the conversations first tallied in it; None is fewer than ten."""
    of_tally = dict(Tally.objects.filter(conversation__project=project).values_list("pk", "conversation"))
    found: dict[int, dict[str, int | None]] = {number: {} for number in tallies}
    seen: set[int] = set()
    for number, ids in tallies.items():
        new = {of_tally[int(pk)] for pk in ids if int(pk) in of_tally} - seen
        seen |= new
        for conversation in Conversation.objects.filter(pk__in=new):
            for group, count in people.published(conversation)[0].items():
                if group == people.NOT_SAID:
                    continue
                before = found[number].get(group, 0)
                found[number][group] = None if count is None and not before else (before or 0) + (count or 0)
    return found


def _with_votes(entries: int | None, voters: int | None) -> int | None:
    """Entries and voters of a group: what is shown of either, None where neither is and there is something."""
    if entries is None or voters is None:
        return (entries or 0) + (voters or 0) or None
    return entries + voters


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


def took_part(project: Project, *, exact: bool = False) -> TookPartChart | None:
    """Share of each group in those who shaped the tool, against its share of the affected, in the latest phase that
    can be judged; None without a reference or without anybody.

    The page of who is affected shows the same counts for every phase. Counts over all phases are told nowhere: less
    those of the phases they would give a small group away. With ``exact`` nothing is left out.
    """
    one = affected.so_far(project, exact=exact)
    if one is None:
        return None
    if not one.lines:
        return TookPartChart(sentence=one.finding, rows=(), caption=one.title)
    chart = took_part_chart(one)
    return chart and replace(chart, caption=f"{one.title} · {chart.caption}")


def weeks(project: Project) -> int:
    """Whole weeks since the project's first entry, at least one."""
    first = Entry.objects.filter(chain=project.chain).order_by("happened").values_list("happened", flat=True).first()
    if first is None:
        return 1
    return max(1, (timezone.now() - datetime.fromisoformat(first)).days // 7)
