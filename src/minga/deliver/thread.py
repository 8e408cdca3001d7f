"""The thread bar of the desk's pages: from the release back to a contribution, and on to the review."""

from datetime import datetime
from typing import cast

from django.urls import NoReverseMatch, reverse

from minga.design.models import Check, Release
from minga.ledger import subjects
from minga.ledger.models import Edge, Entry
from minga.web.format import day
from minga.web.svg.types import LINK_NAMES, Knot, KnotState, LinkName

DEPTH = 6
BEFORE: tuple[LinkName, ...] = ("contribution", "decision", "criterion", "check", "release")


def causes(kind: str, identifier: str) -> list[tuple[str, str]]:
    """What the subject follows from, by the ledger."""
    edges = Edge.objects.filter(entry__subject_kind=kind, entry__subject_id=identifier).order_by("pk")
    return list(dict.fromkeys(edges.values_list("cause_kind", "cause_id")))


def back_from(release: Release) -> dict[str, str]:
    """kind -> id of the nearest contribution, decision, criterion and check behind a release."""
    found = {"release": str(release.pk)}
    row = [("release", str(release.pk))]
    seen = set(row)
    for _level in range(DEPTH):
        row = [cause for kind, identifier in row for cause in causes(kind, identifier) if cause not in seen]
        seen.update(row)
        for kind, identifier in row:
            found.setdefault(kind, identifier)
    return found


def _happened(kind: str, identifier: str) -> str:
    entry = Entry.objects.filter(subject_kind=kind, subject_id=identifier).order_by("-seq").first()
    return day(datetime.fromisoformat(entry.happened), short=True) if entry else ""


def _knot(kind: LinkName, identifier: str | None) -> Knot:
    thing = subjects.find(kind, identifier) if identifier else None
    if thing is None:
        return Knot(kind, "not_yet")
    failed = isinstance(thing, Check) and thing.state == Check.State.FAILED
    state: KnotState = "failed" if failed else "done"
    return Knot(kind, state, href=thing.get_absolute_url(), when=_happened(kind, str(identifier)))


def knots(release: Release, here: LinkName, dates: bool = True) -> list[Knot]:
    """The seven links as seen from the desk; ``here`` is the link of the page, what follows it is open."""
    back = back_from(release)
    bar: list[Knot] = []
    for name in LINK_NAMES:
        if name == here:
            bar.append(Knot(name, "here"))
        elif name in BEFORE:
            knot = _knot(name, back.get(name))
            bar.append(knot if dates else Knot(name, knot.state, href=knot.href))
        else:
            state = "not_yet" if LINK_NAMES.index(name) > LINK_NAMES.index(here) else "done"
            bar.append(Knot(name, cast(KnotState, state)))
    return bar


def thread_address(kind: str, identifier: object) -> str:
    """The page that shows the whole thread of a subject, where the portal has one."""
    try:
        return reverse("portal:thread", args=[kind, identifier])
    except NoReverseMatch:
        return ""


def thread_of(release: Release) -> str:
    """The thread page that begins furthest back from a release."""
    back = back_from(release)
    kind = next((name for name in BEFORE if name in back), "release")
    return thread_address(kind, back[kind])
