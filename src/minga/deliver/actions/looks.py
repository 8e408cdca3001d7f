"""Each look at a person's case is a row for them to read; every hour the ledger keeps their number and a hash."""

from collections.abc import Sequence

from django.db import connection
from django.utils.translation import gettext as _

from minga.deliver.looking import digest, since_last
from minga.deliver.models import Case
from minga.ledger.action import Act, action, in_batch
from minga.ledger.refusals import Conflict
from minga.projects.models import Project

# Raw SQL: each case page writes a look, and the ORM would multiply what that costs (make bench).
_NOTE = 'INSERT INTO deliver_access (case_id, person_id, what, why, "at") VALUES (%s, %s, %s, %s, %s)'


@in_batch("case.looked")
def look(act: Act, cases: Sequence[Case], what: str, why: str = "") -> None:
    """Note that this person looked at ``cases``. Drawn cases are about bodies and have nobody to read it."""
    at = connection.ops.adapt_datetimefield_value(act.now)
    with connection.cursor() as cursor:
        cursor.executemany(
            _NOTE, [(case.pk, act.actor.person_id, str(what), why[:200], at) for case in cases if case.service_id]
        )


@action("accesses.noted", level="group")
def note_accesses(act: Act) -> Project:
    """Put the number of looks since the last entry, and a hash over them, on the project's chain."""
    rows = since_last(act.place)
    if not rows:
        raise Conflict(_("Nobody has looked at a case since the last entry, so there is nothing to note."))
    act.note(count=len(rows), hash=digest(rows), last=rows[-1].pk)
    found: Project = act.place
    return found
