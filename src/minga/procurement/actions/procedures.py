"""A procedure from beginning to end: criteria before offers, conflicts before points, a reason with each result."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from minga.assess import currencies
from minga.design.models import ToolVersion
from minga.ledger.action import Act, action
from minga.ledger.refusals import Blocked, Conflict, Invalid, NotAllowed, mail_address, required
from minga.people.models import Person
from minga.procurement import stages
from minga.procurement.actions.common import offer_of, own, project_of, refuse
from minga.procurement.models import Assessor, AwardCriterion, Interest, Offer, Procedure, Score, Supplier
from minga.procurement.ranking import HIGHEST

MOST_CRITERIA = 12


@action("procedure.opened", level="group")
def open_procedure(
    act: Act, kind: str, title: str, text: str, budget: Decimal | None = None, currency: str = "",
    opens: datetime | None = None, closes: datetime | None = None,
) -> Procedure:  # fmt: skip
    """Begin a purchase, or an open call, for a project or (place ``BODY``) for the body."""
    required(title=title, text=text)
    fields: dict[str, str] = {}
    if kind not in Procedure.Kind.values:
        fields["kind"] = _("Choose one of the two.")
    if opens and closes and opens >= closes:
        fields["closes"] = _("It closes before it opens. Give a later day.")
    if budget is not None and budget < 0:
        fields["budget"] = _("Give an amount from 0.")
    code = currency.strip().upper()
    if code and code not in currencies.CODES:
        fields["currency"] = _("Write the three letters of a currency, such as EUR or PEN.")
    refuse(fields)
    project = project_of(act)
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
    if any(type(row["weight"]) is not int or not 1 <= row["weight"] <= 100 for row in criteria):
        refuse({"criteria": _("Each weight is a whole number from 1 to 100.")})
    found.criteria.all().delete()
    for row in criteria:
        AwardCriterion.objects.create(
            procedure=found,
            name=str(row["name"]).strip()[:120],
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


@action("offer.received")
def receive_offer(
    act: Act, procedure: Procedure, name: str, text: str, email: str = "", price: Decimal | None = None,
    unit: str = "", supplier: Supplier | None = None, version: ToolVersion | None = None,
) -> Offer:  # fmt: skip
    """Take an offer while the procedure asks for them; its author follows it by a private link."""
    required(name=name, text=text)
    found = own(act, procedure)
    if not found.takes_offers():
        raise Blocked(_("Offers cannot be handed in now."), do=_("Look at the days on the page of the procedure."))
    if price is not None and price < 0:
        refuse({"price": _("Give an amount from 0.")})
    if version is not None and version.project_id != found.project_id:
        raise Invalid(_("This version belongs to another project."))
    made = Offer.objects.create(
        procedure=found, supplier=supplier, name=name.strip()[:200], text=text.strip(), email=mail_address(email),
        price=price, unit=unit.strip(), version=version, received=act.now,
    )  # fmt: skip
    act.because(found)
    return made


@action("offer.withdrawn")
def withdraw_offer(act: Act, offer: Offer) -> Offer:
    """Take an offer back before it is decided on; called with the private link."""
    found = offer_of(act, offer)
    if found.state != Offer.State.RECEIVED:
        raise Blocked(_("This offer has been decided on."))
    found.state = Offer.State.WITHDRAWN
    found.save(update_fields=["state"])
    return found


@action("offer.linked")
def link_version(act: Act, offer: Offer, version: ToolVersion) -> Offer:
    """Say which registered version of a tool is what is offered, so that it can be run against the criteria."""
    found = offer_of(act, offer)
    if version.project_id != found.procedure.project_id:
        raise Invalid(_("This version belongs to another project."))
    found.version = version
    found.save(update_fields=["version"])
    act.because(found, version)
    return found


@action("assessor.named", level="group")
def name_assessor(act: Act, procedure: Procedure, person: Person) -> Assessor:
    """Give somebody a seat among those who judge the offers."""
    found = own(act, procedure)
    if found.assessors.filter(person=person).exists():
        raise Conflict(_("This person judges the offers already."))
    return Assessor.objects.create(procedure=found, person=person, named=act.now)


@action("interest.declared")
def declare(act: Act, offer: Offer, conflict: bool, text: str = "") -> Interest:
    """Say what one has to do with who made an offer, before one judges it. A conflict needs its words."""
    found, seat = offer_of(act, offer), _seat(act, offer)
    if conflict:
        required(text=text)
    if found.scores.filter(assessor=seat).exists():
        if not conflict:
            raise Blocked(_("You have judged this offer already."))
        found.scores.filter(assessor=seat).delete()
    told, _new = Interest.objects.update_or_create(
        assessor=seat, offer=found, defaults={"conflict": conflict, "text": text.strip(), "declared": act.now}
    )
    act.because(found)
    act.note(conflict=conflict)
    return told


@action("offer.scored")
def score(act: Act, offer: Offer, points: dict[int, int], reasons: dict[int, str]) -> Offer:
    """Judge one offer: criterion id -> points from 0 to 4, each with a reason. May be changed until the decision."""
    found, seat = offer_of(act, offer), _seat(act, offer)
    _may_score(found, seat)
    wanted = set(found.procedure.criteria.values_list("pk", flat=True))
    fields = {f"reason_{pk}": _("Say why.") for pk in wanted if not reasons.get(pk, "").strip()}
    fields |= {f"points_{pk}": _("Choose from 0 to 4.") for pk in wanted
               if type(points.get(pk)) is not int or not 0 <= points[pk] <= HIGHEST}  # fmt: skip
    refuse(fields)
    for pk in wanted:
        Score.objects.update_or_create(
            offer=found, criterion_id=pk, assessor=seat,
            defaults={"points": points[pk], "reason": reasons[pk].strip(), "given": act.now},
        )  # fmt: skip
    act.because(found)
    return found


def _seat(act: Act, offer: Offer) -> Assessor:
    seat = offer.procedure.assessors.filter(person_id=act.actor.person_id).first() if act.actor.person_id else None
    if seat is None:
        raise NotAllowed(_("Only those named as assessors judge offers."))
    return seat


def _may_score(offer: Offer, seat: Assessor) -> None:
    if offer.procedure.stage != Procedure.Stage.EVALUATION or offer.state != Offer.State.RECEIVED:
        raise Blocked(_("Offers are judged once none can be handed in any more, and before they are decided on."))
    told = Interest.objects.filter(assessor=seat, offer=offer).first()
    if told is None:
        raise Blocked(_("Say first what you have to do with who made this offer."))
    if told.conflict:
        raise Blocked(_("You have declared a conflict of interest with this offer, so you do not judge it."))


@action("offer.selected", level="group")
def select(act: Act, offer: Offer, reason: str, amount: Decimal | None = None) -> Offer:
    """Choose an offer, by name, with the reason. A purchase chooses one; a call may choose several."""
    found = _decidable(act, offer, reason)
    procedure = found.procedure
    if procedure.kind == Procedure.Kind.PURCHASE and procedure.offers.filter(state=Offer.State.SELECTED).exists():
        raise Conflict(_("Another offer has been chosen."), do=_("A purchase has one result."))
    if missing := stages.judged(procedure, found):
        raise Blocked(_("This offer cannot be chosen yet."), reasons=missing, do=_("Add what is missing."))
    _refuse_over_budget(procedure, found, amount)
    return _decide(act, found, Offer.State.SELECTED, reason, amount)


@action("offer.declined", level="group")
def decline(act: Act, offer: Offer, reason: str) -> Offer:
    """Say no to an offer, with a reason that its author can learn from."""
    return _decide(act, _decidable(act, offer, reason), Offer.State.DECLINED, reason, None)


def _decidable(act: Act, offer: Offer, reason: str) -> Offer:
    required(reason=reason)
    found = offer_of(act, offer)
    if found.state != Offer.State.RECEIVED:
        raise Conflict(_("This offer has been decided on."))
    if found.procedure.stage != Procedure.Stage.EVALUATION:
        raise Blocked(_("Offers are decided on once they have been judged."))
    if Interest.objects.filter(offer=found, conflict=True, assessor__person_id=act.person_id).exists():
        raise NotAllowed(_("You have declared a conflict of interest with this offer."), do=_("Somebody else decides."))
    return found


def _refuse_over_budget(procedure: Procedure, offer: Offer, amount: Decimal | None) -> None:
    if amount is None or procedure.budget is None:
        return
    given = sum(
        (other.amount or Decimal(0) for other in procedure.offers.filter(state=Offer.State.SELECTED)), Decimal(0)
    )
    if amount < 0 or given + amount > procedure.budget:
        refuse({"amount": _("With this the budget of %(budget)s is exceeded.") % {"budget": procedure.budget}})


def _decide(act: Act, offer: Offer, state: str, reason: str, amount: Decimal | None) -> Offer:
    offer.state, offer.reason, offer.amount = state, reason.strip(), amount
    offer.decided, offer.decided_by_id = act.now, act.person_id
    offer.save(update_fields=["state", "reason", "amount", "decided", "decided_by"])
    act.because(offer.procedure, *offer.scores.all())
    act.note(selected=state == Offer.State.SELECTED, reason=reason.strip(), amount=f"{amount:f}" if amount else "")
    if offer.email:
        words = _("Your offer was chosen.") if state == Offer.State.SELECTED else _("Your offer was not chosen.")
        act.effect("email", to=offer.email, subject=offer.procedure.title, text=f"{words}\n\n{reason.strip()}")
    return offer
