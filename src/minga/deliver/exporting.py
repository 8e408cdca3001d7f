"""Determinations for the body's own system, as a table or through the API; a part at a time."""

from typing import Any

from django.db.models import Exists, OuterRef

from minga.deliver.handover import body_of
from minga.deliver.models import RELEASED, Case, Determination, Service

AT_ONCE = 1000
PLAIN = (
    "determination", "case", "id", "service", "outcome", "outcome_words", "adverse", "reason", "decided_by", "decided",
)  # fmt: skip


def determinations(service: Service, after: str = "") -> list[Determination]:
    """Up to ``AT_ONCE`` determinations that stand, in the order they were made, from behind the number ``after``."""
    made = Determination.objects.filter(
        case__service=service, case__state=Case.State.DECIDED, case__rehearsal=False, revised_by=None
    )
    newer = Determination.objects.filter(case=OuterRef("case"), pk__gt=OuterRef("pk"))
    made = made.exclude(outcome="").exclude(difference__has_key=RELEASED)
    made = made.exclude(Exists(newer.exclude(choice=Determination.Choice.CANNOT_TELL)))
    first = int(after) if after.isdecimal() and len(after) < 18 else 0
    return list(made.filter(pk__gt=first).select_related("case__service", "person").order_by("pk")[:AT_ONCE])


def columns(service: Service) -> list[str]:
    """The heads of the table: what was decided, then the fields that are marked to go back."""
    return [*PLAIN, *(field["name"] for field in service.fields if field.get("handed_over"))]


def row_of(made: Determination) -> dict[str, Any]:
    """One determination as a row with the keys of ``columns``."""
    body = body_of(made)
    return {name: body[name] for name in PLAIN} | body["fields"]
