"""Who judges, what they have to do with whom, and their points: conflicts before points, a reason with each."""

from django.utils.translation import gettext as _

from minga.ledger.action import Act, action
from minga.ledger.refusals import Blocked, Conflict, NotAllowed, required
from minga.people.models import Person
from minga.procurement import queries
from minga.procurement.actions.common import made_by, offer_of, own, project_of, refuse
from minga.procurement.models import Assessor, Interest, Offer, Procedure, Score
from minga.procurement.ranking import HIGHEST
from minga.projects.roles import Role, roles_of

FEWEST = 2
"""Judges without a conflict of interest that an offer should have."""


@action("assessor.named", level="group")
def name_assessor(act: Act, procedure: Procedure, person: Person) -> Assessor:
    """Give somebody a seat among those who judge; once offers are read only to make up for conflicts of interest."""
    found = own(act, procedure)
    if found.assessors.filter(person=person).exists():
        raise Conflict(_("This person judges the offers already."))
    if project_of(act) and Role.PROVIDER in roles_of(person.actor, act.place):
        raise Blocked(
            _("A technology provider of this project does not judge its offers."), do=_("Name somebody else.")
        )
    if project_of(act) and Role.OVERSEER in roles_of(person.actor, act.place):
        words = _("An overseer of this project takes no part in what it decides.")
        raise Blocked(words, do=_("Name somebody else."))
    if found.stage not in (Procedure.Stage.NEED, Procedure.Stage.SOLICITATION) and not _lacks_judges(found):
        raise Blocked(
            _("The offers have been read, so nobody joins those who judge."),
            cause=_("Whoever is added now could be chosen for the result."),
            do=_("Name somebody only where conflicts of interest leave fewer than two for an offer."),
        )
    return Assessor.objects.create(procedure=found, person=person, named=act.now)


def _lacks_judges(procedure: Procedure) -> bool:
    if procedure.stage != Procedure.Stage.EVALUATION:
        return False
    seats = procedure.assessors.count()
    waiting = procedure.offers.filter(state=Offer.State.RECEIVED)
    return any(seats - offer.interests.filter(conflict=True).count() < FEWEST for offer in waiting)


@action("assessor.excused", level="group")
def excuse_assessor(act: Act, assessor: Assessor, reason: str) -> Procedure:
    """Take the seat of somebody who cannot go on judging; their points go too. Who has judged everything stays."""
    required(reason=reason)
    found = own(act, assessor.procedure)
    seat = found.assessors.select_for_update().get(pk=assessor.pk)
    if found.offers.filter(state__in=(Offer.State.SELECTED, Offer.State.DECLINED)).exists():
        raise Blocked(_("Offers have been decided on with these points."))
    points = seat.scores.count()
    if points and not queries.unjudged(seat).exists():
        raise Blocked(
            _("This person has judged everything."),
            cause=_("Whoever takes points away afterwards chooses the result."),
        )
    act.because(found)
    act.note(reason=reason.strip(), points_gone=points)
    seat.scores.all().delete()
    seat.interests.all().delete()
    seat.delete()
    return found


@action("interest.declared")
def declare(act: Act, offer: Offer, conflict: bool, text: str = "") -> Interest:
    """Say what one has to do with who made an offer, before one judges it. A conflict needs its words."""
    found, seat = offer_of(act, offer), _seat(act, offer)
    _may_declare(act, found, seat, conflict)
    if conflict:
        required(text=text)
        found.scores.filter(assessor=seat).delete()
    told, _new = Interest.objects.update_or_create(
        assessor=seat, offer=found, defaults={"conflict": conflict, "text": text.strip(), "declared": act.now}
    )
    act.because(found)
    act.note(conflict=conflict)
    return told


def _may_declare(act: Act, offer: Offer, seat: Assessor, conflict: bool) -> None:
    if offer.state != Offer.State.RECEIVED:
        raise Blocked(
            _("This offer has been decided on, or was taken back."),
            do=_("Tell whoever runs the procedure and its overseer: the points stay as they were."),
        )
    if conflict:
        return
    if made_by(offer, seat.person):
        words = _("This is your own offer, so you have a conflict of interest.")
        refuse({"conflict": words})
    if Interest.objects.filter(assessor=seat, offer=offer, conflict=True).exists():
        raise Conflict(_("You have declared a conflict of interest; that is not taken back."))
    if offer.scores.filter(assessor=seat).exists():
        raise Blocked(_("You have judged this offer already."))


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
    before = dict(found.scores.filter(assessor=seat).values_list("criterion", "points"))
    for pk in wanted:
        Score.objects.update_or_create(
            offer=found, criterion_id=pk, assessor=seat,
            defaults={"points": points[pk], "reason": reasons[pk].strip(), "given": act.now},
        )  # fmt: skip
    act.because(found)
    act.note(changed=sum(points[pk] != was for pk, was in before.items()))
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
    if told.conflict or made_by(offer, seat.person):
        raise Blocked(_("You have declared a conflict of interest with this offer, so you do not judge it."))
