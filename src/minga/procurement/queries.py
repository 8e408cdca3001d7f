"""Reads: who may see which offer, how offers stand, and what waits for whom."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from minga.design.catalogue import cost_text
from minga.design.models import Check, Criterion
from minga.design.queries import binding
from minga.ledger.action import BODY, Actor, may
from minga.ledger.models import Entry
from minga.procurement import stages
from minga.procurement.models import Assessor, Offer, Procedure, Supplier
from minga.procurement.ranking import Ranked, rank
from minga.projects.models import Project
from minga.projects.roles import Role, roles_of

MOVES = ("procedure.moved", "procedure.ended")
SEALED = (Procedure.Stage.NEED, Procedure.Stage.SOLICITATION)
"""While offers can still come in nobody reads them."""


def public_procedures() -> QuerySet[Procedure]:
    """Everything that has begun to ask for offers, newest first."""
    return Procedure.objects.exclude(locked=None).select_related("project")


def history(procedure: Procedure) -> list[tuple[datetime, str, str]]:
    """(when, to which stage, the public reason) of every move, from the ledger."""
    rows = Entry.objects.filter(subject_kind="procedure", subject_id=str(procedure.pk), action__in=MOVES)
    told = [(row.happened, json.loads(row.payload)) for row in rows.order_by("seq")]
    return [(datetime.fromisoformat(when), _stage(said), said.get("reason", "")) for when, said in told]


def _stage(said: dict[str, str]) -> str:
    return str(Procedure.Stage(said["stage"]).label) if "stage" in said else _("Ended without a result")


def seat_of(procedure: Procedure, actor: Actor) -> Assessor | None:
    if actor.person_id is None:
        return None
    return procedure.assessors.filter(person_id=actor.person_id).first()


def may_decide(procedure: Procedure, actor: Actor) -> bool:
    return may(actor, procedure.project or BODY, "offer.selected")


def reads_offers(procedure: Procedure, actor: Actor) -> bool:
    """Whether this reader may read the offers now: assessors and those who decide, once none can come in any more."""
    if procedure.stage in SEALED:
        return False
    return may_decide(procedure, actor) or watches(procedure, actor) or seat_of(procedure, actor) is not None


def watches(procedure: Procedure, actor: Actor) -> bool:
    """Whether this reader oversees the project: overseers read all, and change nothing."""
    return procedure.project is not None and Role.OVERSEER in roles_of(actor, procedure.project)


def reads_points(procedure: Procedure, actor: Actor) -> bool:
    """Whether this reader may see how offers stand now: who still has to judge sees nobody else's points."""
    if decided(procedure):
        return True
    if not reads_offers(procedure, actor):
        return False
    seat = seat_of(procedure, actor)
    return seat is None or not unjudged(seat).exists()


def unjudged(seat: Assessor) -> QuerySet[Offer]:
    """Offers that wait for the points of this seat, those with a conflict of interest left out."""
    waiting = seat.procedure.offers.filter(state=Offer.State.RECEIVED).exclude(scores__assessor=seat)
    return waiting.exclude(interests__in=seat.interests.filter(conflict=True))


def decided(procedure: Procedure) -> bool:
    """Whether every offer has its answer: then the result is public."""
    if procedure.locked is None:
        return False
    return procedure.stage not in SEALED and not procedure.offers.filter(state=Offer.State.RECEIVED).exists()


def judged_offers(procedure: Procedure) -> QuerySet[Offer]:
    rows = procedure.offers.exclude(state=Offer.State.WITHDRAWN).select_related(
        "supplier", "version", "version__project"
    )
    return rows.order_by("received", "pk")


def ranking(procedure: Procedure) -> list[Ranked]:
    """The offers as they are judged now, see ``ranking.rank``."""
    scores = procedure.offers.values_list("pk", "scores__criterion", "scores__assessor", "scores__points")
    conflicts = Assessor.objects.filter(procedure=procedure, interests__conflict=True)
    return rank(
        [offer.pk for offer in judged_offers(procedure)],
        dict(procedure.criteria.values_list("pk", "weight")),
        list(procedure.assessors.order_by("pk").values_list("pk", flat=True)),
        {(offer, criterion, who): points for offer, criterion, who, points in scores if criterion is not None},
        frozenset(conflicts.values_list("pk", "interests__offer")),
    )


@dataclass(frozen=True, slots=True)
class Tried:
    """An offer's tool against one binding criterion; ``check`` None: not run."""

    criterion: Criterion
    check: Check | None


@dataclass(frozen=True, slots=True)
class Compared:
    """One offer beside the others: its place, its tool's checks, and what 1,000 cases cost."""

    offer: Offer
    ranked: Ranked
    tried: tuple[Tried, ...]
    cost: str

    @property
    def judges(self) -> int:
        """How many people judged all of it; the others have not yet, or have a conflict of interest."""
        return min((len(cell.points) for cell in self.ranked.cells), default=0)

    @property
    def total(self) -> float | None:
        return None if self.ranked.total is None else float(self.ranked.total)


def compared(procedure: Procedure) -> list[Compared]:
    """All offers, the best first. What a case costs is measured, and never a part of the points by itself."""
    offers = {offer.pk: offer for offer in judged_offers(procedure)}
    wanted = list(binding(procedure.project)) if procedure.project else []
    found = []
    for row in ranking(procedure):
        offer = offers[row.offer]
        checks = stages.tried(offer)
        costs = [check.cost_per_1000 for check in checks.values() if check.cost_per_1000 is not None]
        cost = cost_text(offer.version, costs[-1]) if offer.version and costs else ""
        found.append(Compared(offer, row, tuple(Tried(one, checks.get(one.pk)) for one in wanted), cost))
    return found


def suppliers(actor: Actor) -> QuerySet[Supplier]:
    """Suppliers that this reader may see: qualified and expired ones, all of them for those who decide."""
    if may(actor, BODY, "supplier.qualified"):
        return Supplier.objects.all()
    return Supplier.objects.filter(Q(state=Supplier.State.QUALIFIED) | Q(state=Supplier.State.EXPIRED))


def what_next(project: Project, actor: Actor) -> list[tuple[str, str]]:
    """What the actor can do in the project's procedures: (sentence, address)."""
    rows = []
    for procedure in Procedure.objects.filter(project=project).exclude(stage=Procedure.Stage.EXIT):
        seat = seat_of(procedure, actor) if procedure.stage == Procedure.Stage.EVALUATION else None
        if seat and unjudged(seat).exists():
            words = _("Judge the offers for “%(title)s”") % {"title": procedure.title}
            rows.append((words, reverse("procurement:judge", args=[procedure.pk])))
        finished = stages.after(procedure) is not None and all(need.met for need in stages.needs(procedure))
        if finished and may(actor, project, "procedure.moved"):
            words = _("Go on with “%(title)s”: this stage is finished") % {"title": procedure.title}
            rows.append((words, procedure.get_absolute_url()))
    return rows
