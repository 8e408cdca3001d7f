"""The page of a record in finished parts: the same for everybody, so they are worked out once and kept a while."""

from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from minga.projects.models import Project
from minga.register import queries, showing, showing_fields, telling, verified
from minga.register.document import Record
from minga.register.kept import kept
from minga.register.models import RecordVersion

# What each standard keeps of a frozen version changes only with what happens on the ledger.
LONG = 6 * 3600
# A longer list stands whole on the page of its field.
MOST_LINES = 8


@dataclass(frozen=True, slots=True)
class Parts:
    """``head``: what it is and how far. ``contest``: the way to contest. ``rest``: all that stands below."""

    title: str
    address: str
    linked: SafeString
    head: SafeString
    contest: SafeString
    rest: SafeString


def parts(project: Project, last: RecordVersion | None) -> Parts:
    """The last published version in the language of the page; where there is none, the draft of today."""
    return kept("page", project, last, lambda: _made(project, last))


def told(record: Record, versions: Any) -> dict[str, Any]:
    """What every page that shows a whole version says of it."""
    return {
        "record": record,
        **showing.limits(record),
        "state": showing.state(record),
        "notes": showing.notes(record),
        "figures": showing.figures(record),
        "decided": showing.decided(record),
        "groups": showing.groups(record),
        "criteria": record.criteria_and_checks.value if record.criteria_and_checks else [],
        "effects": telling.changed(record),
        "gates": telling.gates(record),
        "changes": showing.changes(versions),
        "count": versions.count(),
    }


def _made(project: Project, last: RecordVersion | None) -> Parts:
    record = queries.current(project, last)
    held = verified.held(project, record) if last else []
    asked = queries.questions(project)
    context = {
        "project": project,
        "version": last,
        **told(record, RecordVersion.objects.filter(project=project)),
        "live": showing.live(project, record) if last else None,
        "late": showing.late_contests(project),
        "held": held,
        "field_groups": showing_fields.by_group(record, held, asked, MOST_LINES),
        "exports": kept("exports", project, last, lambda: showing_fields.exports(project, last, record), LONG),
        "asked": queries.question_figures(project),
        "reading": telling.readability(record),
    }
    head, contest, rest = (
        SafeString(render_to_string(f"register/record_{name}.html", context)) for name in ("head", "contest", "rest")
    )
    linked = telling.linked(project, record, last)
    return Parts(record.name.value, record.public_url.value, linked, head, contest, rest)
