"""The body's list of public records, with the codes that they are counted by."""

import unicodedata
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db.models import Max
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from minga import __version__
from minga.register.days import day_of
from minga.register.document import from_json
from minga.register.kept import SECONDS
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
    still = Counter(
        RecordQuestion.objects.filter(state=RecordQuestion.State.OPEN).values_list("project__slug", flat=True)
    )
    return [replace(row, open_questions=still[row.project]) for row in _published()]


def _published() -> list[Row]:
    """Every row without its questions, worked out anew when a version is published."""
    newest = RecordVersion.objects.aggregate(newest=Max("pk"))["newest"]
    key = f"register:{__version__}:catalogue:{newest}:{settings.MINGA_ADDRESS}"
    found: list[Row] | None = cache.get(key)
    if found is None:
        last = RecordVersion.objects.order_by().values("project").annotate(last=Max("pk")).values("last")
        made = [_row(version) for version in RecordVersion.objects.filter(pk__in=last).select_related("project")]
        found = sorted(made, key=lambda row: row.name.casefold())
        cache.set(key, found, SECONDS)
    return found


def search(found: list[Row], text: str) -> list[Row]:
    """Those whose name, summary or body has every word of ``text``, whatever its accents and capitals."""
    words = folded(text).split()
    return [row for row in found if all(word in folded(f"{row.name} {row.summary} {row.body}") for word in words)]


def folded(text: str) -> str:
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in parts if not unicodedata.combining(letter))


def _row(version: RecordVersion) -> Row:
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
        published=day_of(version.published).isoformat(),
        open_questions=0,
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
