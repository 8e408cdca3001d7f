"""The parts of a record as the components of ``web`` want them."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from minga.assess.models import Review
from minga.deliver import queries as deliver
from minga.deliver.models import Flag, Stage
from minga.ledger.queries import SMALLEST_GROUP
from minga.people.models import Group
from minga.projects.gates import PHASE_NAMES
from minga.projects.models import Project
from minga.register import queries, wording
from minga.register.changes import compare, items
from minga.register.document import Record, as_json, read
from minga.register.models import RecordVersion
from minga.register.rows import Appeals, Limit, StageRow
from minga.register.values import plain
from minga.web.format import day, percent, trimmed, whole
from minga.web.svg.types import Bar, BarList, Figure, Pattern, StateKind, Table

FLAG_PATTERNS: dict[str, Pattern] = {
    "confirmed": "solid",
    "contested": "solid",
    "explained": "striped",
    "withdrawn": "hollow",
}


@dataclass(frozen=True, slots=True)
class State:
    kind: StateKind
    text: str
    share: int
    since: str


def state(record: Record) -> State:
    """How far the tool is, with its version and the day of the next review."""
    stage = Stage(record.stage.value) if record.stage else None
    history = _history(record)
    parts = []
    if history:
        last = next((row for row in reversed(history) if stage and row.stage == stage), history[-1])
        parts = [_("since %(day)s") % {"day": _day(last.since)}, _("version %(version)s") % {"version": last.version}]
    since = " · ".join([*parts, *_reviews(record)])
    if record.outcome and record.outcome.value == Project.Outcome.NO_AI:
        return State("no_ai", _("Decided: no AI"), 0, since)
    if stage and stage.share:
        return State("in_use", _("In use at %(share)s %%") % {"share": stage.share}, stage.share, since)
    return State("not_yet", str(wording.PHASES[record.phase.value]), 0, since)


def _reviews(record: Record) -> list[str]:
    """When an open review is due, before the day on which the next one opens."""
    rows = record.evaluations.value if record.evaluations else []
    opened = sorted((row for row in rows if row.state == Review.State.OPEN), key=lambda row: row.due)
    parts = []
    if opened:
        first = opened[0]
        words = _("review overdue since %(day)s") if first.overdue else _("review open, due %(day)s")
        parts.append(words % {"day": _day(first.due)})
    if record.review_due:
        words = _("the next review on %(day)s") if opened else _("review due %(day)s")
        parts.append(words % {"day": _day(record.review_due.value)})
    return parts


def live(project: Project, record: Record) -> State | None:
    """Where the tool stands today, where that is not what the published ``record`` says."""
    today = queries.standing(project)
    if today is None or (record.outcome and record.outcome.value == Project.Outcome.NO_AI):
        return None
    frozen = record.stage.value if record.stage else Stage.OFF.value
    version = today.change.release.version.version
    told = next((row.version for row in reversed(_history(record)) if row.stage == frozen), "")
    if today.stage == frozen and (today.stage == Stage.OFF or version == told):
        return None
    moved = {"day": day(today.change.since), "version": version}
    if today.stage == Stage.OFF:
        words = _("Stopped %(day)s") if today.change.stopped else _("Switched off %(day)s")
        return State("watch", words % moved, 0, _("after this version was published"))
    since = _("since %(day)s, version %(version)s, after this version of the record was published") % moved
    if today.stage == Stage.SHADOW:
        return State("watch", str(wording.PHASES["private_pilot"]), 0, since)
    return State("in_use", _("In use at %(share)s %%") % {"share": today.stage.share}, today.stage.share, since)


def _history(record: Record) -> list[StageRow]:
    return record.stage_history.value if record.stage_history else []


def late_contests(project: Project | None = None) -> str:
    """How many contests wait longer than the limit, and by how much; "" where none does."""
    found = deliver.contest_figures(project)
    if not found.overdue:
        return ""
    count = {"count": whole(found.overdue)}
    if not found.longest_overdue:
        return ngettext("%(count)s contest is overdue.", "%(count)s contests are overdue.", found.overdue) % count
    days = ngettext("%(days)s day", "%(days)s days", found.longest_overdue) % {"days": whole(found.longest_overdue)}
    words = ngettext(
        "%(count)s contest is overdue, by %(days)s.",
        "%(count)s contests are overdue, the longest by %(days)s.",
        found.overdue,
    )
    return words % {**count, "days": days}


def _day(iso: str) -> str:
    return day(date.fromisoformat(iso[:10])) if iso else ""


def notes(record: Record) -> list[tuple[str, str]]:
    """What stands beside the limits: who is in charge, who can stop it, whether it learned, by what right."""
    rows = [(_("Who is in charge"), _in_charge(record))]
    if record.human_oversight:
        withheld = percent(100 * record.human_oversight.value.withheld_share, 0)
        text = _("A named person, each time. The advice is withheld in %(share)s of cases.") % {"share": withheld}
        rows.append((_("Who decides"), text))
    if record.overseers:
        stops = _("The overseer and the lead, at once.")
        if record.override_and_failsafe:
            count = len(record.override_and_failsafe.value)
            rules = ngettext("So does %(count)s stop rule.", "So do %(count)s stop rules.", count) % {"count": count}
            stops = f"{stops} {rules}"
        rows.append((_("Who can stop it"), stops))
    if record.learns_in_use:
        text = _("Yes.") if record.learns_in_use.value else _("No. Written rules and statistics.")
        rows.append((_("Learned from data?"), text))
    basis = record.legal_basis.value if record.legal_basis else _("Nobody has written it yet.")
    rows.append((_("Legal basis"), basis))
    if record.public_contact:
        rows.append((_("Contact"), record.public_contact.value))
    return rows


def _in_charge(record: Record) -> str:
    """The body, its team and the office that answers; offices, never persons of private life."""
    known = [record.deploying_org, record.org_unit, record.responsible_owner]
    named = [str(one.value).strip() for one in known if one and str(one.value).strip()]
    if record.responsible_owner is None:
        named.append(_("who answers for it is not written yet"))
    return "; ".join(named)


def figures(record: Record) -> list[Figure]:
    """The strip: how much is flagged, decided, contested, and how fast contests are answered."""
    rows = []
    if record.scale_of_use:
        found = record.scale_of_use.value
        if found.get("read"):
            share = percent(100 * found["flagged"] / found["read"])
            rows.append(Figure(share, _("of %(read)s processes read were flagged") % {"read": whole(found["read"])}))
        if "received" in found:
            words = _("cases of people received; the tool advised on %(advised)s")
            rows.append(Figure(whole(found["received"]), words % {"advised": whole(found["advised"])}))
    if record.human_oversight:
        made = record.human_oversight.value
        text = _("cases decided; %(waiting)s wait; %(unaided)s decisions before the advice was seen")
        rows.append(
            Figure(whole(made.decided), text % {"waiting": whole(made.waiting), "unaided": whole(made.unaided)})
        )
    if record.appeal_route:
        a = record.appeal_route.value
        text = _contested(a)
        rows.append(Figure(whole(a.received), text % {"answered": whole(a.answered), "won": whole(a.won)}))
        if a.median_days is not None:
            number = ngettext("%(days)s day", "%(days)s days", int(a.median_days)) % {"days": trimmed(a.median_days)}
            words = _("median answer to a contest; the limit is %(days)s")
            if not a.path:
                words = _("median answer to an appeal; the limit is %(days)s")
            rows.append(Figure(number, words % {"days": a.days}))
    return rows


def _contested(found: Appeals) -> str:
    if found.path:
        return ngettext(
            "contest; %(answered)s answered, %(won)s won",
            "contests; %(answered)s answered, %(won)s won",
            found.received,
        )
    return ngettext(
        "appeal; %(answered)s answered, %(won)s won", "appeals; %(answered)s answered, %(won)s won", found.received
    )


def decided(record: Record) -> BarList | None:
    """What became of the flags; None while there is none."""
    if record.human_oversight is None:
        return None
    found = record.human_oversight.value.flags
    total = sum(found.values())
    if not total:
        return None
    rows = tuple(Bar(Flag.State(name).label, count, FLAG_PATTERNS[name]) for name, count in found.items())
    words = ngettext("What became of %(total)s flag", "What became of %(total)s flags", total)
    return BarList(words % {"total": whole(total)}, rows, head=_("State"))


def groups(record: Record) -> Table | None:
    """Who took part; groups of fewer than ten persons are named and not counted."""
    if record.participation_events is None:
        return None
    rows = []
    for found in record.participation_events.value:
        few = _("fewer than %(count)s").replace(" %(", "\u00a0%(") % {"count": SMALLEST_GROUP}
        persons = few if found.persons is None else whole(found.persons)
        entries = "–" if found.entries is None else whole(found.entries)
        phases = ", ".join(str(PHASE_NAMES[phase]) for phase in found.phases) or _("none")
        rows.append((str(Group(found.group).label), phases, persons, entries))
    return Table((_("Group"), _("Took part in"), _("Persons"), _("Entries")), tuple(rows), numeric=(2, 3))


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One changed field: what it lost and what it gained, in words."""

    label: str
    kind: str
    old: list[str]
    new: list[str]


def diff(version: RecordVersion) -> list[ChangeRow]:
    return [_change(change) for change in version.changes]


def _change(change: dict[str, Any]) -> ChangeRow:
    field, lists = change["field"], items(change)
    old, new = lists or (change["old"], change["new"])
    shown = [_said(field, value) if value not in (None, []) else [] for value in (old, new)]
    return ChangeRow(wording.label(field), change["kind"], *shown)


def _said(field: str, value: Any) -> list[str]:
    if field == "limits":
        return [wording.limit(read(row, Limit)) for row in value]
    return plain(field, value)


def pending(project: Project, record: Record) -> list[ChangeRow]:
    """What would change if the record were published now."""
    last = RecordVersion.objects.filter(project=project).order_by("-number").first()
    return [_change(change) for change in compare(last.document if last else None, as_json(record))]


def history(project: Project, field: str) -> list[tuple[RecordVersion, ChangeRow]]:
    """Each published version in which a field changed, the newest first."""
    found = RecordVersion.objects.filter(project=project).defer("document").order_by("-number")
    return [(one, _change(change)) for one in found for change in one.changes if change["field"] == field]


def changes(versions: QuerySet[RecordVersion], most: int = 6) -> list[tuple[RecordVersion, str]]:
    """The last versions, each with what changed in a phrase."""
    rows = []
    for version in versions.defer("document").order_by("-number")[:most]:
        labels = [wording.label(change["field"]).lower() for change in version.changes]
        text = version.note or ", ".join(labels[:3]).capitalize() or _("First version")
        rows.append((version, text if len(labels) < 4 or version.note else f"{text} …"))
    return rows


def limits(record: Record) -> dict[str, list[str]]:
    """What the tool cannot do in sentences; apart: how it is known to fail, and what could not be tested and why."""
    rows = record.limits.value
    return {
        "limits": [wording.limit(row) for row in rows if row.reason != "note" and row.kind != "failure"],
        "failures": [wording.limit(row) for row in rows if row.kind == "failure"],
        "untested": [wording.limit(row) for row in rows if row.reason == "note"],
    }
