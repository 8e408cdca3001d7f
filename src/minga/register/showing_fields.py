"""Every field of a record in full with its marks (checked against the logs, asked about); what each export keeps."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from minga.projects.models import Project
from minga.register import wording
from minga.register.document import FIELDS, Record
from minga.register.exports import KEYS, make
from minga.register.models import RecordQuestion, RecordVersion
from minga.register.rows import Known
from minga.register.values import plain
from minga.register.verified import Held, by_field
from minga.tools.registers import Loss
from minga.tools.registers import fields as canonical_fields
from minga.tools.registers.canonical import groups
from minga.web.format import whole


@dataclass(frozen=True, slots=True)
class FieldRow:
    """One field: label, value in words, where it is known from, what the logs say, what people asked.

    ``more``: how many of its lines stand on its own page only.
    """

    name: str
    label: str
    lines: list[str]
    sources: list[str]
    held: list[Held] = field(default_factory=list)
    questions: list[RecordQuestion] = field(default_factory=list)
    more: int = 0

    @property
    def open_for(self) -> str:
        """How long the oldest open question waits; "" where none does."""
        days = [one.days_open() for one in self.questions if one.answered is None]
        if not days:
            return ""
        words = ngettext("A question is open for %(days)s day", "A question is open for %(days)s days", max(days))
        return words % {"days": whole(max(days))}


def fields(record: Record, checked: Sequence[Held] = (), asked: Sequence[RecordQuestion] = ()) -> list[FieldRow]:
    """Every known field of the record, for the part that shows all of it."""
    rows, marks = [], by_field(list(checked))
    for name in FIELDS:
        known: Known[Any] | None = getattr(record, name)
        if known is not None:
            questions = [one for one in asked if one.field == name]
            rows.append(_row(name, known, marks.get(name, []), questions))
    return rows


# Fields of our own that no standard has, by the group of the canonical record where a reader looks for them.
GROUP_OF = {
    "limits": "purpose", "why_it_matters": "purpose", "gains": "purpose",
    "provided_information": "decision", "overseers": "decision", "stage": "decision", "stage_history": "decision",
    "function": "system", "criteria_and_checks": "system", "exceptions": "system", "data_uses": "data",
    "silent_groups": "participation", "compensation": "participation", "consultations": "participation",
    "outcome": "life", "gates": "life", "review_due": "life",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class FieldGroup:
    """The fields under one heading. ``unknown``: (name, label) of those that nobody has stated."""

    label: str
    rows: list[FieldRow]
    unknown: list[tuple[str, str]]

    @property
    def summary(self) -> str:
        """The heading with how many fields are known, and what in them wants a look."""
        count, differ = len(self.rows), sum(one.status == "differs" for row in self.rows for one in row.held)
        parts = [ngettext("%(count)s field", "%(count)s fields", count) % {"count": whole(count)}]
        if self.unknown:
            parts.append(_("%(count)s not known") % {"count": whole(len(self.unknown))})
        if differ:
            words = ngettext("%(count)s figure differs from the logs", "%(count)s figures differ from the logs", differ)
            parts.append(words % {"count": whole(differ)})
        if waiting := sum(bool(row.open_for) for row in self.rows):
            words = ngettext("questions open on %(count)s field", "questions open on %(count)s fields", waiting)
            parts.append(words % {"count": whole(waiting)})
        return f"{self.label}: {', '.join(parts)}"


def group_of(name: str) -> str:
    known = canonical_fields().get(name)
    return known.group if known else GROUP_OF[name]


def by_group(
    record: Record, checked: Sequence[Held] = (), asked: Sequence[RecordQuestion] = (), most: int | None = None
) -> list[FieldGroup]:
    """Every field under the nine headings of the canonical record, known or not; ``most`` lines of each are shown."""
    language, rows = (get_language() or "en")[:2], fields(record, checked, asked)
    if most is not None:
        rows = [replace(row, lines=row.lines[:most], more=max(0, len(row.lines) - most)) for row in rows]
    found = []
    for key, words in groups().items():
        names = [name for name in FIELDS if group_of(name) == key and getattr(record, name) is None]
        here = [row for row in rows if group_of(row.name) == key]
        label = words.get(language, words["en"])
        found.append(FieldGroup(label, here, [(name, wording.label(name)) for name in names]))
    return found


def _row(name: str, known: Known[Any], marks: list[Held], questions: list[RecordQuestion]) -> FieldRow:
    lines = [wording.limit(row) for row in known.value] if name == "limits" else plain(name, known.value)
    sources = [wording.source(found) for found in known.known_from]
    return FieldRow(name, wording.label(name), lines, sources, marks, questions)


def one_field(project: Project, record: Record, name: str, checked: Sequence[Held] = ()) -> FieldRow:
    """One field alone, known or not."""
    known: Known[Any] | None = getattr(record, name)
    questions = list(RecordQuestion.public(project).filter(field=name))
    if known is None:
        return FieldRow(name, wording.label(name), [], [], [], questions)
    return _row(name, known, by_field(list(checked)).get(name, []), questions)


@dataclass(frozen=True, slots=True)
class ExportRow:
    """``missing``: how many fields that the standard requires are empty."""

    name: str
    title: str
    filled: str
    lost: str
    missing: int


def exports(project: Project, version: RecordVersion | None, record: Record) -> list[ExportRow]:
    """Each standard with the fields it can fill and, in a phrase, what it loses."""
    return [_export(project, version, record, key) for key in KEYS]


def _export(project: Project, version: RecordVersion | None, record: Record, key: str) -> ExportRow:
    made = make(project, version, key, draft=record)
    filled = _("all")
    if made.standard.fields:
        filled = _("%(filled)s of %(all)s") % {"filled": made.filled, "all": made.standard.fields}
    return ExportRow(key, made.standard.title, filled, _phrase(made.losses), len(made.missing))


def _phrase(lost: Sequence[Loss]) -> str:
    if not lost:
        return _("Loses nothing")
    gone = [wording.label(loss.field) for loss in lost if loss.kind == "no_place" and loss.field in FIELDS]
    words = ngettext("%(count)s thing gets lost or shortened", "%(count)s things get lost or shortened", len(lost)) % {
        "count": whole(len(lost))
    }
    named = "; ".join(text[0].lower() + text[1:] for text in gone[:3])
    return _("%(things)s, such as: %(named)s") % {"things": words, "named": named} if named else words
