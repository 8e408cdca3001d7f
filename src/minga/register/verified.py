"""The published record held against the logs: what the ledger and the database say today about the same things."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _

from minga.deliver.models import Stage
from minga.ledger.models import Entry
from minga.ledger.queries import verify
from minga.projects.models import Project
from minga.register import wording
from minga.register.collect import build
from minga.register.document import Record
from minga.register.rows import Model, ReviewRow
from minga.web.format import day, whole

MOST_SEALS = 20_000
type Status = Literal["verified", "differs", "unchecked"]


@dataclass(frozen=True, slots=True)
class Held:
    """One figure of the record. ``says`` and ``logs`` in words, "" where there is none; ``entries`` in the ledger.

    ``broken_at``: the ledger entry that no longer fits its seal, 0 where all do: such a ledger confirms nothing.
    """

    field: str
    what: str
    status: Status
    says: str
    logs: str
    entries: int
    on: date
    broken_at: int = 0

    @property
    def sentence(self) -> str:
        """Verified on a day, differs with both values, or why it cannot be checked."""
        if self.status == "verified":
            return _("Verified against the logs on %(day)s") % {"day": day(self.on)}
        if self.broken_at:
            return _("Not confirmed: the ledger was changed at entry %(seq)s") % {"seq": whole(self.broken_at)}
        if self.status == "unchecked":
            return _("Cannot be checked: the logs have nothing about it")
        if self.says == self.logs:
            return _("Differs: the ledger has %(entries)s entries for it") % {"entries": whole(self.entries)}
        words = _("Differs: the record says %(says)s, the logs say %(logs)s")
        return words % {"says": self.says or _("nothing"), "logs": self.logs or _("nothing")}

    def as_json(self) -> dict[str, Any]:
        return {
            "field": self.field, "what": self.what, "status": self.status, "says": self.says, "logs": self.logs,
            "ledger_entries": self.entries, "on": self.on.isoformat(), "ledger_broken_at": self.broken_at or None,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Figure:
    """``tell``: what a record says, in words. ``least``: how many entries of ``actions`` that needs in the ledger."""

    field: str
    what: Callable[[], str]
    actions: tuple[str, ...]
    tell: Callable[[Record], str]
    least: Callable[[Record], int]


def _of[T](record: Record, field: str, empty: T) -> T:
    known = getattr(record, field)
    return known.value if known else empty


def _volumes(record: Record) -> str:
    found: dict[str, int] = _of(record, "scale_of_use", {})
    parts = []
    if "read" in found:
        words = _("%(read)s read, %(flagged)s flagged")
        parts.append(words % {"read": whole(found["read"]), "flagged": whole(found["flagged"])})
    if "received" in found:
        parts.append(_("%(received)s received") % {"received": whole(found["received"])})
    return "; ".join(parts)


def _decided(record: Record) -> str:
    if record.human_oversight is None:
        return ""
    made = record.human_oversight.value
    words = _("%(decided)s cases decided by a person, %(unaided)s decisions before the advice")
    return words % {"decided": whole(made.decided), "unaided": whole(made.unaided)}


def _appealed(record: Record) -> str:
    if record.appeal_route is None:
        return ""
    found = record.appeal_route.value
    return _("%(received)s received, %(won)s won") % {"received": whole(found.received), "won": whole(found.won)}


def _waiting(record: Record) -> str:
    if record.appeal_route is None:
        return ""
    found = record.appeal_route.value
    counts = {"waiting": whole(found.waiting), "overdue": whole(found.overdue)}
    return _("%(waiting)s open, %(overdue)s overdue") % counts


def _closed(record: Record) -> list[ReviewRow]:
    rows: list[ReviewRow] = _of(record, "evaluations", [])
    return [row for row in rows if row.outcome]


def _last_review(record: Record) -> str:
    rows = _closed(record)
    return f"{rows[-1].version}, {day(date.fromisoformat(rows[-1].opened[:10]))}" if rows else ""


def _in_use(record: Record) -> str:
    rows: list[Model] = _of(record, "models", [])
    return ", ".join(f"{row.name} {row.version}" for row in rows if row.in_use)


def _stage(record: Record) -> str:
    return str(Stage(record.stage.value).label) if record.stage else ""


FIGURES = (
    Figure("scale_of_use", lambda: _("How much it is used"), ("cases.drawn", "case.received", "cases.imported"),
           _volumes, lambda record: int(bool(_volumes(record)))),
    Figure("human_oversight", lambda: _("Decided by people"), ("determination.recorded",), _decided,
           lambda record: record.human_oversight.value.decided if record.human_oversight else 0),
    Figure("appeal_route", lambda: _("Contests and appeals"), ("contest.submitted", "determination.appealed"),
           _appealed, lambda record: record.appeal_route.value.received if record.appeal_route else 0),
    Figure("appeal_route", lambda: _("Open contests and appeals"), ("contest.submitted", "determination.appealed"),
           _waiting, lambda record: record.appeal_route.value.waiting if record.appeal_route else 0),
    Figure("evaluations", lambda: _("Last review closed"), ("review.closed",), _last_review,
           lambda record: len(_closed(record))),
    Figure("models", lambda: _("Versions in use"), ("version.registered",), _in_use,
           lambda record: len(_of(record, "models", []))),
    Figure("stage", lambda: _("Stage of the rollout"), ("stage.changed", "stage.stopped"), _stage,
           lambda record: int(record.stage is not None)),
)  # fmt: skip


def held(project: Project, record: Record, now: Record | None = None) -> list[Held]:
    """Each figure of ``record`` beside what the logs say today (``now``: the record built from them, if at hand)."""
    today = now or build(project)
    counts = _entries(project, {action for figure in FIGURES for action in figure.actions})
    broken = broken_at(project)
    return [_held(figure, record, today, counts, broken) for figure in FIGURES]


def broken_at(project: Project) -> int:
    """The first entry of the project's chain that does not fit its seal; 0 where all do.

    A chain of more than MOST_SEALS entries is not read for a page: ``minga ledger verify`` reads it.
    """
    if Entry.objects.filter(chain=project.chain).count() > MOST_SEALS:
        return 0
    faults = verify(project.chain).faults
    return faults[0].seq if faults else 0


def _entries(project: Project, actions: Iterable[str]) -> dict[str, int]:
    found = Entry.objects.filter(chain=project.chain, action__in=actions).order_by().values_list("action")
    return dict(found.annotate(Count("pk")))


def _held(figure: Figure, record: Record, today: Record, counts: dict[str, int], broken: int) -> Held:
    says, logs = figure.tell(record), figure.tell(today)
    entries = sum(counts.get(action, 0) for action in figure.actions)
    status: Status = "verified"
    if not says and not logs:
        status = "unchecked"
    elif says != logs or entries < figure.least(record) or broken:
        status = "differs"
    return Held(figure.field, figure.what(), status, says, logs, entries, timezone.localdate(), broken)


def by_field(rows: list[Held]) -> dict[str, list[Held]]:
    """The rows that can be checked, by the field that they are about."""
    found: dict[str, list[Held]] = {}
    for row in rows:
        if row.status != "unchecked":
            found.setdefault(row.field, []).append(row)
    return found


def typed_fields(record: Record) -> list[str]:
    """Labels of what people wrote and no log can confirm."""
    known = [(name, getattr(record, name)) for name in Record.__struct_fields__ if name != "format"]
    typed = [name for name, one in known if one and any(source.kind == "typed" for source in one.known_from)]
    return [wording.label(name) for name in typed]
