"""The body's list of public records, with the codes that they are counted by."""

from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from minga.register.document import from_json
from minga.register.models import RecordQuestion, RecordVersion
from minga.register.values import plain

FACETS: dict[str, str | Promise] = {"task": _("Kind of task"), "function": _("Function"), "phase": _("Phase")}
FIELD_OF = {"task": "capability", "function": "function", "phase": "phase"}
COLUMNS = ("project", "name", "summary", "body", "task", "function", "phase", "version", "published", "open_questions",
           "address")  # fmt: skip


def _tasks(count: int) -> str:
    return ngettext("What the tool does", "What the %(count)s tools do", count) % {"count": count}


def _functions(count: int) -> str:
    return ngettext("Where in government it works", "Where in government they work", count)


def _phases(count: int) -> str:
    return ngettext("How far it is", "How far they are", count)


HEADINGS: dict[str, Callable[[int], str]] = {"task": _tasks, "function": _functions, "phase": _phases}


@dataclass(frozen=True, slots=True)
class Row:
    """One published record. ``task``, ``function`` and ``phase`` are codes, "" where not stated."""

    project: str
    name: str
    summary: str
    body: str
    task: str
    function: str
    phase: str
    version: int
    published: str
    open_questions: int
    address: str
    path: str

    def as_json(self) -> dict[str, Any]:
        found = asdict(self)
        del found["path"]
        return found

    @property
    def words(self) -> str:
        """Task, function and phase in the language of the page."""
        codes = [(name, getattr(self, name)) for name in FACETS]
        return " · ".join(word(name, code) for name, code in codes if code)


@dataclass(frozen=True, slots=True)
class Count:
    code: str
    label: str
    count: int


def rows() -> list[Row]:
    """The last published version of every record, by name."""
    last: dict[int, RecordVersion] = {}
    for version in RecordVersion.objects.select_related("project").order_by("number"):
        last[version.project_id] = version
    waiting = RecordQuestion.objects.filter(state=RecordQuestion.State.OPEN).values_list("project", flat=True)
    still = Counter(waiting)
    found = [_row(version, still[project]) for project, version in last.items()]
    return sorted(found, key=lambda row: row.name.casefold())


def _row(version: RecordVersion, still_open: int) -> Row:
    record = from_json(version.document)
    path = reverse("register:record", args=[version.project.slug])
    return Row(
        project=version.project.slug,
        name=record.name.value,
        summary=record.summary.value,
        body=record.deploying_org.value,
        task=record.capability.value if record.capability else "",
        function=record.function.value if record.function else "",
        phase=record.phase.value,
        version=version.number,
        published=version.published.date().isoformat(),
        open_questions=still_open,
        address=f"{settings.MINGA_ADDRESS.rstrip('/')}{path}",
        path=path,
    )


def word(name: str, code: str) -> str:
    """A code of a facet in the language of the page."""
    return plain(FIELD_OF[name], code)[0] if code else ""


def counted(name: str, found: list[Row]) -> list[Count]:
    """How many records have each code, the most frequent first; those that state none are left out."""
    counts = Counter(getattr(row, name) for row in found)
    return [Count(code, word(name, code), count) for code, count in counts.most_common() if code]
