"""Second readers: which decided cases wait for one, and who is still blind to them."""

from collections.abc import Collection

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import ngettext

from minga.deliver.models import Access, Case, Determination, Opened, SecondReading
from minga.ledger.action import Actor, may
from minga.ledger.models import Entry
from minga.projects.models import Project

LISTED = 200
"""So many waiting readings are looked through at a time, the oldest first."""
LOOKED = (Access.What.CASE, Access.What.ADVICE, Access.What.DECIDED, Access.What.APPEAL, Access.What.EXPORT)


def seen_by(cases: Collection[int], actor: Actor) -> set[int]:
    """Those of ``cases`` (their keys) that the actor claimed, decided, opened or looked at: not blind any more.

    Having opened the page for the second reader does not count, because it shows neither advice nor decision.
    """
    if actor.person_id is None:
        return set(cases)
    mine, own = actor.person_id, Q(case__in=cases)
    claims = Entry.objects.filter(
        action="case.claimed", actor_key=actor.key, subject_kind="case", subject_id__in=[str(pk) for pk in cases]
    )
    return {
        *Determination.objects.filter(own, person=mine).values_list("case_id", flat=True),
        *Opened.objects.filter(own, person=mine).values_list("case_id", flat=True),
        *Access.objects.filter(own, person=mine, what__in=LOOKED).values_list("case_id", flat=True),
        *Case.objects.filter(pk__in=cases, claimed_by=mine).values_list("pk", flat=True),
        *(int(identifier) for identifier in claims.values_list("subject_id", flat=True)),
    }


def to_read(project: Project, actor: Actor) -> list[SecondReading]:
    """The cases that wait for a second reader and that this person has not touched, the oldest first."""
    rows = SecondReading.objects.filter(case__project=project, given=None).select_related("case__service")
    found = list(rows.defer("case__source", "case__advice").order_by("asked", "pk")[:LISTED])
    seen = seen_by([reading.case_id for reading in found], actor)
    return [reading for reading in found if reading.case_id not in seen]


def waiting(project: Project, actor: Actor) -> list[tuple[str, str]]:
    """What waits of second readings for this actor, as (words, where)."""
    if actor.person_id is None or not may(actor, project, "second.read"):
        return []
    count = len(to_read(project, actor))
    words = ngettext("Read %(count)d case blind", "Read %(count)d cases blind", count) % {"count": count}
    return [(words, reverse("deliver:second", args=[project.slug]))] if count else []
