"""The public record as the canonical record of all standards (docs/registers.md, "From the project's record")."""

from datetime import datetime
from typing import Any

from minga.projects.models import Project
from minga.register.canonical.canada import assessed_in_canada
from minga.register.canonical.identity import accountability, identity
from minga.register.canonical.purpose import decision, purpose
from minga.register.canonical.society import life, participation, risk
from minga.register.canonical.system import data, system
from minga.register.canonical.texts import own
from minga.register.days import day_in, day_of
from minga.register.document import FIELDS, Record, from_json
from minga.register.models import RecordQuestion, RecordVersion
from minga.tools.registers import Canonical
from minga.tools.registers import parts as p

GROUPS = (identity, accountability, purpose, decision, system, data, risk, participation, life)
# What the public record says and no field of the canonical record has a place for: only our own form carries it.
NO_FIELD = (
    "outcome", "function", "stage", "stage_history", "gates", "exceptions", "silent_groups",
    "compensation", "data_uses",
)  # fmt: skip


def canonical(record: Record) -> Canonical:
    """All that one version of the record says, in the languages of the installation. None: not stated."""
    found: dict[str, Any] = {}
    for group in GROUPS:
        found |= group(record)
    return Canonical(**{name: told for name, told in found.items() if told is not None})


def of_project(project: Project, version: RecordVersion | None, record: Record | None = None) -> Canonical:
    """The canonical record of a version (or of the draft ``record``), with what people asked about it until today."""
    told = record if record is not None else from_json(version.document) if version else None
    if told is None:
        raise ValueError("There is neither a version nor a draft of the record.")
    made = canonical(told)
    made.change_log = _changes(project, version) or _drafted(told)
    made.ca_impact = assessed_in_canada(project)
    made.record_feedback = [_feedback(one) for one in RecordQuestion.public(project)] or None
    return made


def _changes(project: Project, version: RecordVersion | None) -> list[p.Change]:
    """When the record was first published and last updated, up to ``version``."""
    until = {"number__lte": version.number} if version else {}
    days = list(
        RecordVersion.objects.filter(project=project, **until).order_by("number").values_list("published", "note")
    )
    if not days:
        return []
    last = p.Change(kind="updated", date=_day(days[-1][0]), why=own(days[-1][1]))
    return [p.Change(kind="published", date=_day(days[0][0])), last]


def _drafted(record: Record) -> list[p.Change] | None:
    """For a draft: the day of the newest ledger entry that it is written from."""
    known = (getattr(record, name) for name in FIELDS)
    days = [day_in(source.happened) for one in known if one for source in one.known_from if source.happened]
    return [p.Change(kind="updated", date=max(days))] if days else None


def _day(found: datetime) -> str:
    return day_of(found).isoformat()


def _feedback(one: RecordQuestion) -> p.Feedback:
    return p.Feedback(
        question=own(one.text),
        kind=one.outcome or "open",
        date=_day(one.asked),
        answer=own(one.answer),
        days_open=one.days_open(),
    )
