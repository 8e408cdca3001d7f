"""Frontline staff count who reached a service by telephone, by letter or at the counter."""

from datetime import date

from django.utils.translation import gettext as _

from minga.deliver.models import Route, RouteUse, Service
from minga.ledger.action import Act, action
from minga.ledger.refusals import Invalid

MOST = 10_000_000


@action("route.counted")
def count_route(act: Act, service: Service, route: str, month: date, people: int) -> RouteUse:
    """How many people used ``route`` in the month of ``month`` without leaving a case here.

    A new count for the same month and route takes the place of the earlier one; the ledger keeps both.
    """
    service = Service.objects.get(pk=service.pk)
    fields = {}
    if service.project_id != act.place.pk:
        raise Invalid(_("This service belongs to another project."))
    if route not in Route.values:
        fields["route"] = _("Choose a route.")
    if not 0 <= people <= MOST:
        fields["people"] = _("Write a whole number of people.")
    first = month.replace(day=1)
    if first > act.now.date():
        fields["month"] = _("This month has not begun. Count a month that has.")
    if fields:
        raise Invalid(_("Nothing was counted."), do=_("Mend what is marked and send it again."), fields=fields)
    use, _made = RouteUse.objects.update_or_create(
        service=service, route=route, month=first, defaults={"people": people, "recorded": act.now}
    )
    act.because(service)
    act.note(route=route, month=first.isoformat(), people=people)
    return use
