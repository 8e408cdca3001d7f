"""What stands now: the current versions, the places in the matrix, and the typology of what happened."""

from collections import defaultdict
from dataclasses import dataclass

from django.utils.translation import gettext as _

from minga.commission.models import (
    HIGH_FROM,
    Assessment,
    Beneficiaries,
    Need,
    Option,
    Partnership,
    PriorSearch,
    Stakeholder,
    Why,
)
from minga.ledger.action import LEVELS, PHASES
from minga.ledger.models import Entry
from minga.projects.models import Project


def current_need(project: Project) -> Need | None:
    return Need.objects.filter(project=project).order_by("-version").first()


def current_whys(project: Project) -> list[Why]:
    """The rungs of the ladder in order, each in its last version."""
    rows = Why.objects.filter(project=project).select_related("person").order_by("position", "version")
    return list({why.position: why for why in rows}.values())


def why_history(project: Project) -> dict[int, list[Why]]:
    """Every rung's versions, last one first."""
    history: dict[int, list[Why]] = defaultdict(list)
    for why in Why.objects.filter(project=project).select_related("person").order_by("position", "-version"):
        history[why.position].append(why)
    return dict(history)


def options(project: Project) -> list[Option]:
    """Each option in its last version: with AI, without AI, nothing."""
    rows = Option.objects.filter(project=project).select_related("person").order_by("version")
    order = {kind: place for place, kind in enumerate(Option.Kind.values)}
    return sorted({o.title: o for o in rows}.values(), key=lambda o: (order[o.kind], o.pk))


def prior_searches(project: Project) -> list[PriorSearch]:
    return list(PriorSearch.objects.filter(project=project).select_related("person").prefetch_related("relevant"))


def latest_assessment(stakeholder: Stakeholder) -> Assessment | None:
    return stakeholder.assessments.order_by("-at", "-pk").first()


def beneficiaries(project: Project) -> list[Beneficiaries]:
    return list(Beneficiaries.objects.filter(project=project).select_related("stakeholder"))


def current_partnership(project: Project) -> Partnership | None:
    return Partnership.objects.filter(project=project).order_by("-version").first()


@dataclass(frozen=True, slots=True)
class Placed:
    """A stakeholder in the matrix of capacity and willingness. ``high`` means 3 or 4 of 4."""

    stakeholder: Stakeholder
    assessment: Assessment | None

    @property
    def willing(self) -> bool:
        return self.assessment is not None and self.assessment.willingness >= HIGH_FROM

    @property
    def capable(self) -> bool:
        return self.assessment is not None and self.assessment.capacity >= HIGH_FROM

    @property
    def likelihood(self) -> str:
        """How likely co-production is (matrix after Scrollini, 2018)."""
        if self.assessment is None:
            return _("not assessed")
        return {2: _("likely"), 1: _("possible"), 0: _("unlikely")}[self.willing + self.capable]

    @property
    def action(self) -> str:
        """What the cell proposes to do."""
        if self.assessment is None:
            return _("Assess capacity and willingness.")
        return {
            (True, True): _("Invite as a partner and agree who brings what."),
            (True, False): _("Pool resources: lend people or data work, agree on their time."),
            (False, True): _("Ask what would make it worthwhile; seek a letter from their head; start small."),
            (False, False): _("Keep informed, do not depend on them, look again in six months."),
        }[self.willing, self.capable]


def placed(project: Project) -> list[Placed]:
    """All stakeholders with their last assessment, those most worth an invitation first."""
    rows = Stakeholder.objects.filter(project=project).select_related("project").prefetch_related("assessments")
    found = [Placed(row, next(iter(row.assessments.all()), None)) for row in rows]
    return sorted(found, key=lambda p: (p.assessment is None, -(p.willing + p.capable), p.stakeholder.name))


@dataclass(frozen=True, slots=True)
class TypologyCell:
    """What happened at one level in one phase: entries, by whom, and how many are invented for a demonstration."""

    level: str
    phase: str
    entries: int
    groups: tuple[str, ...]
    demonstration: int


# Setting up a project is no co-production.
HOUSEKEEPING = (
    "project.opened",
    "role.granted",
    "role.ended",
    "overseer.appointed",
    "person.erased",
    "checkpoint.signed",
)


def typology(project: Project) -> list[TypologyCell]:
    """The 3 x 4 typology of co-production (Nabatchi, Sancino and Sicilia, 2017) over the ledger.

    All entries of the project's chain except HOUSEKEEPING and what the system did itself; empty cells are included.
    """
    counts: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    rows = Entry.objects.filter(chain=project.chain).exclude(actor_key="system").exclude(action__in=HOUSEKEEPING)
    for level, phase, group, history in rows.values_list("level", "phase", "group", "history"):
        counts[level, phase].append((group, history))
    return [
        TypologyCell(
            level,
            phase,
            len(found := counts[level, phase]),
            tuple(sorted({group for group, _history in found})),
            sum(history == Entry.History.DEMONSTRATION for _group, history in found),
        )
        for level in LEVELS
        for phase in PHASES
    ]
