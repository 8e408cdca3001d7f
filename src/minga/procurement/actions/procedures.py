"""A procedure from beginning to end: criteria before offers, a public reason with every move."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from minga.assess import currencies
from minga.ledger.action import Act, action
from minga.ledger.refusals import Blocked, Conflict, required
from minga.procurement import stages
from minga.procurement.actions.common import own, project_of, refuse, too_long
from minga.procurement.actions.deciding import close
from minga.procurement.models import AwardCriterion, FundingStage, Offer, Procedure

MOST_CRITERIA = 12
LONGEST_NAME = 120


@action("procedure.opened", level="group")
def open_procedure(
    act: Act, kind: str, title: str, text: str, budget: Decimal | None = None, currency: str = "",
    opens: datetime | None = None, closes: datetime | None = None,
) -> Procedure:  # fmt: skip
    """Begin a purchase, or an open call, for a project; at the place ``BODY`` a call of the body.

    ``opens`` and ``closes`` count to the second; no offer is taken from ``closes`` on.
    """
    required(title=title, text=text)
    project = project_of(act)
    fields = too_long(title=(title, 200))
    if kind not in Procedure.Kind.values:
        fields["kind"] = _("Choose one of the two.")
    elif kind == Procedure.Kind.PURCHASE and project is None:
        fields["kind"] = _("A tool is bought for a project, whose criteria it is tried against. Begin it there.")
    if opens and closes and opens >= closes:
        fields["closes"] = _("It closes before it opens. Give a later day.")
    if budget is not None and budget < 0:
        fields["budget"] = _("Give an amount from 0.")
    code = currency.strip().upper()
    if code and code not in currencies.CODES:
        fields["currency"] = _("Write the three letters of a currency, such as EUR or PEN.")
    refuse(fields)
    settled = currencies.settled(project) if project else ""
    made = Procedure.objects.create(
        project=project, kind=kind, title=title.strip(), text=text.strip(), budget=budget,
        currency=code or settled or currencies.default(), opens=opens, closes=closes, opened=act.now,
    )  # fmt: skip
    act.because(project)
    act.note(kind=kind, budget=f"{budget:f}" if budget is not None else "", currency=made.currency)
    return made


@action("award_criteria.set", level="group")
def set_criteria(act: Act, procedure: Procedure, criteria: list[dict[str, Any]]) -> Procedure:
    """Say what offers are judged by: [{"name", "text", "weight"}]. Impossible once the first offer has been read."""
    found = own(act, procedure)
    if found.locked is not None:
        raise Blocked(
            _("The criteria stand since offers may be read."),
            cause=_("Whoever changes them afterwards chooses the winner."),
            do=_("End this procedure and begin a new one if they are wrong."),
        )
    names = [str(row["name"]).strip() for row in criteria]
    if not 1 <= len(names) <= MOST_CRITERIA or len(set(names)) != len(names) or "" in names:
        refuse({"criteria": _("Give one to twelve criteria, each with its own name.")})
    if any(len(name) > LONGEST_NAME for name in names):
        refuse({"criteria": _("The name of a criterion has at most 120 characters. Put the rest behind its weight.")})
    if any(type(row["weight"]) is not int or not 1 <= row["weight"] <= 100 for row in criteria):
        refuse({"criteria": _("Each weight is a whole number from 1 to 100.")})
    found.criteria.all().delete()
    for row in criteria:
        AwardCriterion.objects.create(
            procedure=found,
            name=str(row["name"]).strip(),
            text=str(row.get("text", "")).strip(),
            weight=row["weight"],
        )
    act.note(criteria={name: row["weight"] for name, row in zip(names, criteria, strict=True)})
    return found


@action("procedure.moved", level="group")
def move(act: Act, procedure: Procedure, reason: str) -> Procedure:
    """Go on to the next stage, once what this one asks for is there; the reason is public."""
    required(reason=reason)
    found = own(act, procedure)
    following = stages.after(found)
    if following is None:
        raise Conflict(_("This procedure has come to its end."))
    if missing := [need.words for need in stages.needs(found) if not need.met]:
        raise Blocked(_("This stage is not finished."), reasons=missing, do=_("Add what is missing."))
    act.note(stage=following, before=found.stage, reason=reason.strip())
    found.stage = following
    fields = ["stage"]
    if following == Procedure.Stage.SOLICITATION:
        found.locked = act.now
        fields.append("locked")
    found.save(update_fields=fields)
    return found


@action("procedure.ended", level="group")
def end(act: Act, procedure: Procedure, reason: str) -> Procedure:
    """End it without a result, with a public reason; whoever made an offer is told."""
    required(reason=reason)
    found = own(act, procedure)
    if found.stage in (Procedure.Stage.MONITORING, Procedure.Stage.EXIT):
        raise Conflict(_("This procedure has its result. It goes on to its end by its stages."))
    if FundingStage.objects.filter(offer__procedure=found).exclude(released=None).exists():
        raise Blocked(_("Money has been paid already, so this procedure has a result."))
    act.note(before=found.stage, reason=reason.strip())
    found.stage = Procedure.Stage.EXIT
    found.save(update_fields=["stage"])
    for offer in found.offers.filter(state__in=(Offer.State.RECEIVED, Offer.State.SELECTED)):
        close(act, offer, reason)
    return found
