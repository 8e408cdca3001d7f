"""Who looked at whose case, and whether the list is still what the ledger says that it was."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import QuerySet

from minga.deliver.models import Access, Case
from minga.ledger.models import Entry
from minga.projects.models import Membership, Project
from minga.projects.roles import Role

NOTED = "accesses.noted"


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
    """The looks that no entry of the ledger covers yet."""
    last = Entry.objects.filter(chain=project.chain, action=NOTED).order_by("-seq").first()
    after = json.loads(last.payload)["last"] if last else 0
    return list(_of(project).filter(pk__gt=after))


def altered(project: Project) -> list[int]:
    """Places in the chain whose looks are no longer what was noted: one was changed, removed or slipped in."""
    wrong: list[int] = []
    start = 0
    for entry in Entry.objects.filter(chain=project.chain, action=NOTED).order_by("seq"):
        noted = json.loads(entry.payload)
        rows = list(_of(project).filter(pk__gt=start, pk__lte=noted["last"]))
        if (len(rows), digest(rows)) != (noted["count"], noted["hash"]):
            wrong.append(entry.seq)
        start = noted["last"]
    return wrong
