"""Within the action that takes cases over: how far a file is, and what became of its rows."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from minga.deliver.incoming import Rows
from minga.deliver.models import CaseFile
from minga.ledger.action import Act
from minga.ledger.refusals import Conflict

Problems = Sequence[tuple[int, str]]


def locked(act: Act, file: CaseFile | None, rows: Rows) -> CaseFile | None:
    """The file as it is now, held until the transaction ends; a new one is kept. ``rows`` are to be its next."""
    if file is None:
        return None
    if file.pk is None:
        file.person_id, file.came = act.person_id, act.now
        file.save()
    found = CaseFile.objects.select_for_update().get(pk=file.pk)
    if found.done != rows.after:
        raise Conflict(
            _("These rows have been taken over already."), cause=_("The file was worked off twice at the same time.")
        )
    return found


def note(act: Act, file: CaseFile, taken: int, rejected: Problems, failed: Problems) -> None:
    """Keep what became of the next rows; where rows are left, the worker takes them over."""
    from minga.deliver.tasks import take_over

    is_new = file.done == 0
    file.done += taken + len(rejected) + len(failed)
    file.taken, file.rejected, file.failed = (
        file.taken + taken,
        file.rejected + len(rejected),
        file.failed + len(failed),
    )
    found = [(row, "rejected", why) for row, why in rejected] + [(row, "failed", why) for row, why in failed]
    file.problems = [*file.problems, *sorted(found)]
    if not file.left:
        file.finished = act.now
    file.save()
    if file.left and is_new:
        take_over.enqueue(file.pk, act.person_id)
