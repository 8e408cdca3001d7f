"""Each look at a person's case is a row for them to read; every hour the ledger keeps their number and a hash."""

from collections.abc import Sequence

from minga.deliver.looking import digest, since_last
from minga.deliver.models import Access, Case
from minga.ledger.action import Act, action, in_batch
from minga.projects.models import Project


@in_batch("case.looked")
def look(act: Act, cases: Sequence[Case], what: str, why: str = "") -> None:
    """Note that this person looked at ``cases``. Drawn cases are about bodies and have nobody to read it."""
    Access.objects.bulk_create(
        (
            Access(case=case, person_id=act.actor.person_id, what=what, why=why[:200], at=act.now)
            for case in cases
            if case.service_id
        ),
        batch_size=500,
    )


@action("accesses.noted", level="group")
def note_accesses(act: Act) -> Project:
    """Put the number of looks since the last entry, and a hash over them, on the project's chain."""
    rows = since_last(act.place)
    act.note(count=len(rows), hash=digest(rows), last=rows[-1].pk if rows else 0)
    found: Project = act.place
    return found
