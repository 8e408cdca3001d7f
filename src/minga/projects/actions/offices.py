"""Who holds an office of the body: given and ended by those who act for it."""

from django.utils.translation import gettext as _

from minga.ledger.action import Act, action
from minga.ledger.refusals import Conflict, Invalid
from minga.people.models import Person
from minga.projects.models import BodySeat
from minga.projects.roles import BodyRole


@action("body_seat.given")
def give_office(act: Act, person: Person, role: str) -> BodySeat:
    """Give ``person`` an office of the body. Call with ``BODY`` as the place."""
    if role not in BodyRole.values:
        raise Invalid(_("There is no such office."), do=_("Choose one from the list."))
    if BodySeat.objects.filter(person=person, role=role, ended=None).exists():
        raise Conflict(_("This person holds this office already."))
    act.note(role=role)
    return BodySeat.objects.create(person=person, role=role, since=act.now)


@action("body_seat.ended")
def end_office(act: Act, seat: BodySeat) -> BodySeat:
    """End an office. What was done in it stays in the ledger."""
    if seat.ended is not None:
        raise Conflict(_("This office has ended already."))
    seat.ended = act.now
    seat.save(update_fields=["ended"])
    act.note(role=seat.role)
    return seat
