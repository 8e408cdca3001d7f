"""Every offer gets its answer, by name and with a reason; the ledger keeps on which place it stood."""

from decimal import Decimal

from django.utils.translation import gettext as _

from minga.ledger.action import Act, action
from minga.ledger.refusals import Blocked, Conflict, NotAllowed, required
from minga.people.models import Person
from minga.procurement import queries, stages
from minga.procurement.actions.common import made_by, offer_of, refuse
from minga.procurement.actions.offers import private_link
from minga.procurement.models import Interest, Offer, Procedure


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
        raise Conflict(_("This offer has been decided on, or was taken back."))
    if found.procedure.stage != Procedure.Stage.EVALUATION:
        raise Blocked(_("Offers are decided on once they have been judged."))
    if made_by(found, Person.objects.get(pk=act.person_id)):
        raise NotAllowed(_("This is your own offer."), do=_("Somebody else decides."))
    if Interest.objects.filter(offer=found, conflict=True, assessor__person_id=act.person_id).exists():
        raise NotAllowed(_("You have declared a conflict of interest with this offer."), do=_("Somebody else decides."))
    return found


def _refuse_over_budget(procedure: Procedure, offer: Offer, amount: Decimal | None) -> None:
    if amount is not None and amount < 0:
        refuse({"amount": _("Give an amount from 0.")})
    if procedure.budget is None:
        return
    if amount is None:
        if procedure.kind == Procedure.Kind.CALL:
            refuse({"amount": _("Say how much it gets: this call shares out a budget.")})
        return
    given = sum(
        (other.amount or Decimal(0) for other in procedure.offers.filter(state=Offer.State.SELECTED)), Decimal(0)
    )
    if given + amount > procedure.budget:
        refuse({"amount": _("With this the budget of %(budget)s is exceeded.") % {"budget": procedure.money}})


def _decide(act: Act, offer: Offer, state: str, reason: str, amount: Decimal | None) -> Offer:
    place = next((row for row in queries.ranking(offer.procedure) if row.offer == offer.pk), None)
    _answer(act, offer, state, reason, amount)
    act.because(offer.procedure, *offer.scores.all())
    act.note(selected=state == Offer.State.SELECTED, reason=reason.strip(),
             amount="" if amount is None else f"{amount:f}", place=place.rank or 0 if place else 0,
             judged=bool(place and not place.missing))  # fmt: skip
    words = _("Your offer was chosen.") if state == Offer.State.SELECTED else _("Your offer was not chosen.")
    _tell(act, offer, words)
    return offer


def close(act: Act, offer: Offer, reason: str) -> None:
    """Answer an offer because its procedure ends without a result."""
    _answer(act, offer, Offer.State.DECLINED, reason, None)
    act.because(offer)
    _tell(act, offer, _("The procedure was ended without a result, so no offer was chosen."))


def _answer(act: Act, offer: Offer, state: str, reason: str, amount: Decimal | None) -> None:
    offer.state, offer.reason, offer.amount = state, reason.strip(), amount
    offer.decided, offer.decided_by_id = act.now, act.person_id
    offer.save(update_fields=["state", "reason", "amount", "decided", "decided_by"])


def _tell(act: Act, offer: Offer, words: str) -> None:
    if offer.email:
        text = f"{words}\n\n{offer.reason}\n\n{private_link(offer)}"
        act.effect("email", to=offer.email, subject=offer.procedure.title, text=text)
