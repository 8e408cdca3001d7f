"""People's cases: how one is handed in, and what pages ask about them."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.cache import cache
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from minga.deliver.actions import receive_case
from minga.deliver.facts import CHARACTERS
from minga.deliver.incoming import Incoming, clean, kept
from minga.deliver.models import Case, Contact, Service
from minga.deliver.queries import COUNTED
from minga.design.models import Release
from minga.ledger.action import By
from minga.ledger.thread import knots_of
from minga.projects.models import Project
from minga.web.svg.thread import thread_bar
from minga.web.svg.types import LINK_NAMES, Knot

Contactable = Mapping[str, str]


def receive(
    by: By,
    service: Service,
    source: Mapping[str, Any],
    *,
    origin: str,
    route: str,
    outside_id: str = "",
    contact: Contactable | None = None,
    consent: bool = False,
    received: datetime | None = None,
) -> Case:
    """Take in one case of a service; the worker asks the tool. The same ``outside_id`` gives the same case.

    ``source``: values by field of the service; ``contact``: name, email, address, language. Raises Invalid naming
    each field that is missing or too long, Blocked where the service is closed.
    """
    given = Incoming(
        source={field["name"]: kept(source.get(field["name"], "")) for field in service.fields},
        outside_id=clean(outside_id).strip(),
        contact={name: clean(text) for name, text in (contact or {}).items()},
        consent=consent,
        received=timezone.make_aware(received) if received and timezone.is_naive(received) else received,
    )
    by = By(by.actor, by.once or uuid.uuid4().hex, by.happened, by.history)
    return receive_case(by, service.project, service, given, origin, route)


def open_services(project: Project) -> QuerySet[Service]:
    return Service.objects.filter(project=project, closed=None).order_by("name")


def contact_by(token: str) -> Contact | None:
    """Who holds this private link; None where there is no such link."""
    rows = Contact.objects.select_related("case__service", "case__project", "case__release__version")
    return rows.filter(token=token).first() if token else None


def capped_count(cases: QuerySet[Case]) -> int:
    """How many, up to ``COUNTED`` + 1, which means more than that."""
    return cases.order_by()[: COUNTED + 1].count()


# The thread bar


def advised_of(release: Release) -> int:
    """On how many cases of people a release has advised, those made for practice left out."""
    return Case.objects.filter(release=release, service__isnull=False, rehearsal=False).exclude(advised=None).count()


def thread_of(release: Release | None) -> SafeString:
    """The thread bar of a case: that of its release, worked out and drawn anew every ten minutes only."""
    name = f"deliver:thread:{release.pk if release else 0}:{get_language()}"
    found: SafeString | None = cache.get(name)
    if found is None:
        found = thread_bar(knots_of(release, "determination", dates=False) if release else _UNRELEASED)
        cache.set(name, found, 600)
    return found


_UNRELEASED = [Knot(link, "here" if link == "determination" else "not_yet") for link in LINK_NAMES]


@dataclass(frozen=True, slots=True)
class Line:
    """One field of a case as a page shows it; ``cut`` where the whole stands in the source only."""

    words: str
    value: str
    personal: bool
    cut: bool


LONGEST_LINE = 400


def place_of(case: Case, path: str) -> str:
    """Where a piece of evidence stands, in the words of the service; "" where the path is not one of its fields."""
    passage = CHARACTERS.search(path)
    name = (path[: passage.start()] if passage else path).strip("/")
    fields = case.service.fields if case.service else ()
    words = next((str(field["words"]) for field in fields if field["name"] == name), "")
    if passage is None or not words:
        return words
    told = {"field": words, "first": int(passage[1]) + 1, "last": int(passage[2])}
    return _("%(field)s – characters %(first)d to %(last)d") % told


def lines_of(case: Case, whole: bool = False) -> list[Line]:
    """The fields of a case in the order of its service; ``whole`` cuts none of them."""
    found = []
    for field in case.service.fields if case.service else ():
        value = case.source.get(field["name"])
        text = ", ".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)
        cut = len(text) > LONGEST_LINE and not whole
        shown = text[:LONGEST_LINE].rsplit(" ", 1)[0] + " …" if cut else text
        found.append(Line(str(field["words"]), shown, bool(field["personal"]), cut))
    return found
