"""Practice cases are made, never from real ones."""

from django.db.models import Max
from django.utils.translation import gettext as _

from minga.deliver.models import Case, Service
from minga.deliver.practice import MOST, Plan, datasets, prepared
from minga.design.models import Dataset
from minga.ledger.action import Act, action
from minga.ledger.refusals import Blocked, Invalid
from minga.projects.models import Project


@action("rehearsal.made", level="group")
def make_rehearsal(
    act: Act, service: Service, dataset: Dataset, count: int, wrong: float, silent: float, first: float
) -> Service:
    """Make up to ``count`` practice cases of a service from made-up data or from cases that participants wrote.

    Shares in 0..1: ``wrong`` of the cases carry advice that is wrong, ``silent`` carry none, the rest is right;
    ``first`` of all are decided before the advice is shown. Raises Blocked where the dataset is of real cases or none
    of its right answers is an outcome of the service.
    """
    project = Project.objects.select_for_update().get(pk=act.place.pk)
    found = Service.objects.select_related("project").filter(pk=service.pk, project=project).first()
    if found is None:
        raise Invalid(_("This service belongs to another project."), do=_("Open it from its own project."))
    if not datasets(project).filter(pk=dataset.pk).exists():
        raise Blocked(
            _("Practice is not made from these data."),
            cause=_("They are of real cases, belong to another project, or hold no right answers."),
            do=_("Take made-up data, or the cases that participants wrote."),
        )
    plan = _checked(count, wrong, silent, first)
    seed = 1 + Case.objects.filter(project=project, rehearsal=True).values("received").distinct().count()
    last = Case.objects.filter(project=project).aggregate(last=Max("number"))["last"] or 0
    made = prepared(found, dataset, plan, seed, last + 1, act.now)
    if not made.cases:
        raise Blocked(
            _("No row of these data can be used, so no case was made."),
            cause=_("No right answer is an outcome of this service, or fields that it needs are empty."),
            do=_("Compare the right answers of the data with the outcomes of the service."),
        )
    Case.objects.bulk_create(made.cases, batch_size=500)
    act.because(dataset, found)
    act.note(made=len(made.cases), rows_in=made.read, usable=made.usable, rejected=made.rejected, seed=seed)
    act.note(wrong=str(wrong), silent=str(silent), first=str(first))
    return found


def _checked(count: int, wrong: float, silent: float, first: float) -> Plan:
    fields = {}
    if not 1 <= count <= MOST:
        fields["count"] = _("Give a number from 1 to %(most)d.") % {"most": MOST}
    for name, share in (("wrong", wrong), ("silent", silent), ("first", first)):
        if not 0 <= share <= 1:
            fields[name] = _("Give a share from 0 to 100 per cent.")
    if not fields and wrong + silent > 1:
        fields["silent"] = _("Wrong advice and no advice together cannot be more than 100 per cent.")
    if fields:
        raise Invalid(_("No practice case was made."), do=_("Mend what is marked and send it again."), fields=fields)
    return Plan(count, wrong, silent, first)
