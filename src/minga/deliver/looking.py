"""Who looked at whose case, and whether the list is still what the ledger says that it was."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from minga.deliver.models import Access, Case
from minga.ledger.models import Entry
from minga.projects.models import Membership, Project
from minga.projects.roles import Role

NOTED = "accesses.noted"
# A look that is still being written may carry a lower number than one that is there already.
SETTLED = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Look:
    """One look as the person concerned reads it. ``who`` is an official's name, or "" for the tool."""

    at: datetime
    what: str
    who: str
    roles: str
    why: str


def looks_at(case: Case) -> list[Look]:
    """Every look at a case, newest first, with the name and the roles of who looked."""
    rows = list(Access.objects.filter(case=case).select_related("person").order_by("-pk"))
    people = {row.person_id for row in rows if row.person_id}
    roles: dict[int, list[str]] = {}
    held = Membership.objects.filter(project=case.project, person__in=people).order_by("pk")
    for person, role in held.values_list("person_id", "role").distinct():
        roles.setdefault(person, []).append(str(Role(role).label))
    return [
        Look(
            at=row.at,
            what=row.get_what_display(),
            who=row.person.public_name if row.person else "",
            roles=", ".join(roles.get(row.person_id or 0, ())),
            why=row.why if row.what in {Access.What.TOOL, Access.What.EXPORT} else "",
        )
        for row in rows
    ]


def digest(rows: Iterable[Access]) -> str:
    """SHA-256 over the rows as JSON lists [id, case, person, what, why, UTC time], one a line."""
    lines = (
        json.dumps([row.pk, row.case_id, row.person_id, row.what, row.why, row.at.astimezone(UTC).isoformat()])
        for row in rows
    )
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _of(project: Project) -> QuerySet[Access]:
    return Access.objects.filter(case__project=project).order_by("pk")


def since_last(project: Project) -> list[Access]:
    """The looks that no entry of the ledger covers yet, those of the last minute left for the next."""
    last = Entry.objects.filter(chain=project.chain, action=NOTED).order_by("-seq").first()
    after = json.loads(last.payload)["last"] if last else 0
    return list(_of(project).filter(pk__gt=after, at__lt=timezone.now() - SETTLED))


@dataclass(frozen=True, slots=True)
class Compared:
    """``looks`` that ``entries`` of the ledger cover. ``altered``: the entries that do not fit them any more."""

    looks: int
    entries: int
    altered: tuple[int, ...]


def compared(project: Project) -> Compared:
    """The list of looks beside what was noted of it: a row that was changed, removed or slipped in shows."""
    looks, altered, start = 0, [], 0
    entries = Entry.objects.filter(chain=project.chain, action=NOTED).order_by("seq")
    for entry in entries:
        noted = json.loads(entry.payload)
        rows = list(_of(project).filter(pk__gt=start, pk__lte=noted["last"]))
        if (len(rows), digest(rows)) != (noted["count"], noted["hash"]):
            altered.append(entry.seq)
        looks, start = looks + len(rows), noted["last"]
    return Compared(looks, len(entries), tuple(altered))
