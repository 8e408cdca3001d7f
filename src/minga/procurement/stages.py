"""The stages of a procedure after IEEE P3119, and what each asks for before the next begins. Reads only."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from minga.design.models import Check
from minga.design.queries import binding, readiness
from minga.instruments.queries import filled
from minga.procurement.models import Offer, Procedure
from minga.projects.screens import open_screens
from minga.projects.steps import STEPS

ORDER = {
    Procedure.Kind.PURCHASE: tuple(Procedure.Stage),
    Procedure.Kind.CALL: (Procedure.Stage.NEED, Procedure.Stage.SOLICITATION, Procedure.Stage.EVALUATION,
                          Procedure.Stage.MONITORING, Procedure.Stage.EXIT),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Need:
    words: str
    met: bool


def order(procedure: Procedure) -> tuple[Procedure.Stage, ...]:
    return ORDER[Procedure.Kind(procedure.kind)]


def after(procedure: Procedure) -> str | None:
    """The stage that follows, None at the end."""
    stages = order(procedure)
    place = stages.index(Procedure.Stage(procedure.stage)) + 1
    return stages[place].value if place < len(stages) else None


def needs(procedure: Procedure) -> list[Need]:
    """What the stage at which the procedure stands must have before the next one begins."""
    match procedure.stage:
        case Procedure.Stage.NEED:
            return _before_offers(procedure)
        case Procedure.Stage.SOLICITATION:
            closed = procedure.closes is None or not procedure.takes_offers()
            return [Need(_("At least one offer"), procedure.offers.filter(state=Offer.State.RECEIVED).exists()),
                    Need(_("The time for offers is over"), closed)]  # fmt: skip
        case Procedure.Stage.EVALUATION:
            waiting = procedure.offers.filter(state=Offer.State.RECEIVED).count()
            return [Need(_("Every offer is decided on, with its reason"), not waiting),
                    Need(_("At least one was chosen"), _chosen(procedure))]  # fmt: skip
        case Procedure.Stage.CONTRACT:
            return [Need(_("An annex to the contract"), procedure.annexes.exists())]
    return []


def _before_offers(procedure: Procedure) -> list[Need]:
    found = [Need(_("What offers are judged by, with weights"), procedure.criteria.exists()),
             Need(_("At least two people who judge them"), procedure.assessors.count() >= 2)]  # fmt: skip
    if procedure.closes is not None:
        found.append(Need(_("A closing time that lies ahead"), procedure.closes > timezone.now()))
    project = procedure.project
    if procedure.kind == Procedure.Kind.PURCHASE and project is not None:
        terms = filled(project, "procurement_terms").completeness.complete
        found += [Need(_("The use is not forbidden: the screen is answered"), not open_screens(project, STEPS[1])),
                  Need(_("Criteria that bind, so that offers can be tried"), binding(project).exists()),
                  Need(_("The terms for buying are answered"), terms)]  # fmt: skip
    return found


def _chosen(procedure: Procedure) -> bool:
    return procedure.offers.filter(state=Offer.State.SELECTED).exists()


def judged(procedure: Procedure, offer: Offer) -> list[str]:
    """Why an offer cannot be chosen yet: who has not judged it, and the criteria that its tool has not met."""
    missing = []
    seats = list(procedure.assessors.exclude(interests__in=offer.interests.filter(conflict=True)))
    wanted = procedure.criteria.count()
    open_ones = [seat for seat in seats if offer.scores.filter(assessor=seat).count() < wanted]
    if not seats:
        missing.append(_("Everybody who judges has a conflict of interest with it"))
    if open_ones:
        missing.append(
            _("%(count)s of %(of)s assessors have not judged it") % {"count": len(open_ones), "of": len(seats)}
        )
    return [*missing, *_untried(procedure, offer)]


def _untried(procedure: Procedure, offer: Offer) -> list[str]:
    if procedure.kind != Procedure.Kind.PURCHASE or procedure.project is None:
        return []
    if offer.version is None:
        return [_("Its tool has not been tried: register it in the project and link it to the offer")]
    return [f"{one.criterion.code}: {one.reason}" for one in readiness(offer.version) if not one.met]


def tried(offer: Offer) -> dict[int, Check]:
    """Criterion id -> the newest finished check of the offered version."""
    if offer.version_id is None:
        return {}
    rows = Check.objects.filter(version_id=offer.version_id).exclude(finished=None).order_by("pk")
    return {check.criterion_id: check for check in rows.select_related("criterion")}
