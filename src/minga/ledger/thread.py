"""The thread through any subject: what it follows from and what followed, link by link, read from the ledger."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from minga.ledger import subjects
from minga.ledger.models import Edge, Entry
from minga.web.format import day
from minga.web.svg.types import LINK_NAMES, Knot, KnotState, LinkName

Reference = tuple[str, str]

# Which link of the thread a subject kind belongs to; other kinds stand behind the links and are walked through.
LINK_OF: dict[str, LinkName] = {
    "contribution": "contribution",
    "decision": "decision",
    "ballot": "criterion",
    "criterion": "criterion",
    "test_case": "criterion",
    "trial": "check",
    "check": "check",
    "version": "check",
    "release": "release",
    "stage": "release",
    "case": "determination",
    "determination": "determination",
    "flag": "determination",
    "contest": "determination",
    "party_reply": "determination",
    "notice": "determination",
    "appeal": "determination",
    "second_reading": "determination",
    "review": "review",
    "review_answer": "review",
}
# A draw brings hundreds of cases, a conversation as many statements: a thread does not spread over them all.
ENDS_FORWARD = {"draw", "service", "conversation", "session", "panel", "charter"}
# Data are shared by all that is built on them: following them would tie every thread to every other.
ENDS_BACKWARD = {"dataset", "project"}
MOST = 400
# Of all determinations under a release a thread shows the first few; the page counts the rest.
FEW = 20


@dataclass
class Thread:
    """``entries`` holds what the ledger says about each subject on the thread, oldest first."""

    start: Reference
    entries: dict[Reference, list[Entry]] = field(default_factory=dict)

    def on(self, link: LinkName) -> list[Reference]:
        """The subjects on one link: those that the link is named after first, each kind as it happened."""
        found = [reference for reference in self.entries if LINK_OF.get(reference[0]) == link]
        return sorted(found, key=lambda one: (one[0] != link, self.when(one)))

    def when(self, reference: Reference) -> str:
        """When it first happened; "" for what came in a batch and has no entry of its own."""
        entries = self.entries[reference]
        return entries[0].happened if entries else ""

    def ids(self, kind: str) -> list[str]:
        return [identifier for each, identifier in self.entries if each == kind]

    @property
    def here(self) -> LinkName | None:
        return LINK_OF.get(self.start[0])


def thread(start: Reference) -> Thread:
    """Everything that ``start`` follows from and everything that followed from it."""
    references = {start} | _walk({start}, _causes, ENDS_BACKWARD) | _walk({start}, _effects, ENDS_FORWARD)
    return Thread(start, _entries(references | _beside(references)))


def _beside(references: set[Reference]) -> set[Reference]:
    """What else came of the releases on the thread: their reviews, and for a review what was decided under them."""
    kinds = {kind for kind, _identifier in references}
    wanted = {"review"} if "determination" in kinds else {"review", "determination"}
    found = _effects({reference for reference in references if reference[0] == "release"})
    return {reference for reference in found if reference[0] in wanted}


def _walk(frontier: set[Reference], step: Any, ends: set[str]) -> set[Reference]:
    seen = set(frontier)
    while frontier and len(seen) < MOST:
        frontier = step({reference for reference in frontier if reference[0] not in ends}) - seen
        seen |= frontier
    return seen


def _by_kind(references: Iterable[Reference]) -> dict[str, list[str]]:
    kinds: dict[str, list[str]] = {}
    for kind, identifier in references:
        kinds.setdefault(kind, []).append(identifier)
    return kinds


def _entries(references: set[Reference]) -> dict[Reference, list[Entry]]:
    found: dict[Reference, list[Entry]] = {reference: [] for reference in references}
    for kind, ids in _by_kind(references).items():
        for entry in Entry.objects.filter(subject_kind=kind, subject_id__in=ids).order_by("pk"):
            found[kind, entry.subject_id].append(entry)
    return found


def _causes(references: set[Reference]) -> set[Reference]:
    found: set[Reference] = set()
    for kind, ids in _by_kind(references).items():
        edges = Edge.objects.filter(entry__subject_kind=kind, entry__subject_id__in=ids)
        found |= set(edges.values_list("cause_kind", "cause_id"))
    return found


def _effects(references: set[Reference]) -> set[Reference]:
    found: set[Reference] = set()
    for kind, ids in _by_kind(references).items():
        edges = Edge.objects.filter(cause_kind=kind, cause_id__in=ids).order_by("pk")
        decided = edges.filter(entry__subject_kind="determination") if kind == "release" else edges.none()
        rest = edges.exclude(entry__subject_kind="determination") if kind == "release" else edges
        for some in (rest, decided[:FEW]):
            found |= set(some.values_list("entry__subject_kind", "entry__subject_id"))
    return found


WORDS = {"passed": pgettext_lazy("check", "passed"), "failed": pgettext_lazy("check", "failed")}
MARKS = {"passed": "✓", "failed": "✕"}


def knots(of: Thread, *, here: LinkName | None = None, anchors: bool = False, dates: bool = True) -> list[Knot]:
    """The seven knots of a thread bar. With ``anchors`` they lead to sections of this page, else to each object."""
    here = here or of.here
    return [_knot(of, link, link == here, anchors, dates) for link in LINK_NAMES]


def knots_of(instance: Any, here: LinkName | None = None, *, dates: bool = True) -> list[Knot]:
    """The thread bar of an object's own page."""
    return knots(thread(subjects.reference(instance)), here=here, dates=dates)


def _knot(of: Thread, link: LinkName, is_here: bool, anchors: bool, dates: bool) -> Knot:
    references = of.on(link)
    if not references:
        return Knot(link, "here" if is_here else "not_yet")
    when, said, failed = _dates(of, references)
    state: KnotState = "failed" if failed else "here" if is_here else "done"
    href = f"#{link}" if anchors else "" if is_here else _address(references)
    return Knot(link, state, href=href, when=when if dates else "", said=said if dates else "")


def _dates(of: Thread, references: list[Reference]) -> tuple[str, str, bool]:
    """Dates as shown and as spoken, and whether the last result is a failure."""
    results = []
    for reference in references:
        for entry in of.entries[reference]:
            if entry.action == "check.finished" and (state := json.loads(entry.payload)["state"]) in MARKS:
                results.append((datetime.fromisoformat(entry.happened).date(), state))
    if not results:
        first = next((when for reference in references if (when := of.when(reference))), "")
        return day(datetime.fromisoformat(first), short=True) if first else "", "", False
    results = sorted(set(results))
    ends = results if len(results) < 3 else [results[0], results[-1]]
    when = " · ".join(f"{day(moment, short=True)} {MARKS[state]}" for moment, state in ends)
    said = ", ".join(
        _("%(result)s on %(day)s") % {"result": WORDS[state], "day": day(moment)} for moment, state in results
    )
    return when, said, results[-1][1] == "failed"


def _address(references: list[Reference]) -> str:
    """The page of the first public subject of a link that has one."""
    for kind, identifier in references:
        instance = subjects.find(kind, identifier)
        if instance is not None and getattr(instance, "is_public", True) and hasattr(instance, "get_absolute_url"):
            return str(instance.get_absolute_url())
    return ""
