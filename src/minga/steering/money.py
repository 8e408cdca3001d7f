"""Whether the evidence for money is there, and what coverage costs against what was planned. Reads only."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from minga.ledger.models import Entry
from minga.projects.models import Project
from minga.projects.steps import STEPS
from minga.steering.models import Coverage, CoverageCount, FundingLine, Instalment

CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What an instalment waits for, in words, and the ledger entries that meet it as (chain, seq); none: not met."""

    words: str
    met: bool
    entries: tuple[tuple[str, int], ...] = ()


def evidence(part: Instalment) -> Evidence:
    """Reads the ledger of the line's project; what is not in it is not met, whatever anybody says."""
    words = condition_words(part.condition, part.of)
    if part.condition == Instalment.Condition.NONE:
        return Evidence(words, True)
    project = part.line.project
    found = tuple(_entries(project, part.condition, part.of)) if project else ()
    needed = int(part.of or 1) if part.condition == Instalment.Condition.REVIEW else 1
    return Evidence(words, len(found) >= needed, found)


def condition_words(condition: str, of: str) -> str:
    """The condition as a sentence."""
    if condition == Instalment.Condition.GATE:
        return _("Gate %(step)s is passed: %(title)s") % {"step": of, "title": STEPS[int(of)].title}
    if condition == Instalment.Condition.CHECK and of:
        return _("A check of criterion %(code)s is passed") % {"code": of}
    if condition == Instalment.Condition.CHECK:
        return _("A check of a binding criterion is passed")
    if condition == Instalment.Condition.REVIEW:
        count = int(of or 1)
        return ngettext("%(count)s review is closed", "%(count)s reviews are closed", count) % {"count": count}
    return _("Paid at the start, without a condition")


def _entries(project: Project, condition: str, of: str) -> Iterator[tuple[str, int]]:
    actions = {"gate": "gate.decided", "check": "check.finished", "review": "review.closed"}
    rows = Entry.objects.filter(chain=project.chain, action=actions[condition]).order_by("seq")
    for seq, payload in rows.values_list("seq", "payload"):
        if _meets(condition, of, json.loads(payload)):
            yield project.chain, seq


def _meets(condition: str, of: str, told: dict[str, object]) -> bool:
    if condition == Instalment.Condition.GATE:
        return told.get("passed") is True and str(told.get("step")) == of
    if condition == Instalment.Condition.CHECK:
        return told.get("state") == "passed" and told.get("counts") is True and of in ("", told.get("criterion"))
    return True


def lines(project: Project | None = None) -> list[FundingLine]:
    """The lines that hold, with their parts, of one project or of all."""
    found = FundingLine.objects.filter(ended=None).select_related("project").prefetch_related("instalments")
    return list(found.filter(project=project) if project else found)


# Coverage


@dataclass(frozen=True, slots=True)
class Reach:
    """Plan against what happened. Money in the coverage's currency, to the cent; None where nothing can be said.

    ``cost``: fixed + per unit x planned. ``each_planned`` and ``each_real``: all costs spread over the units.
    ``affordable``: how many units the released money reaches, at most all that are wanted. ``due``: what the units
    reached so far should have cost by the plan.
    """

    coverage: Coverage
    last: CoverageCount | None
    cost: Decimal
    each_planned: Decimal | None
    each_real: Decimal | None
    due: Decimal | None
    funded: Decimal | None
    affordable: int | None

    @property
    def over(self) -> Decimal | None:
        """By how much the real costs are above the plan for what was reached; negative: below."""
        return None if self.due is None or self.last is None else self.last.spent - self.due


def affordable(money: Decimal, fixed: Decimal, per_unit: Decimal, wanted: int) -> int:
    """How many whole units ``money`` reaches after the fixed costs: 0 where it does not even cover those."""
    if money < fixed:
        return 0
    return wanted if per_unit == 0 else min(wanted, int((money - fixed) // per_unit))


def each(cost: Decimal, units: int) -> Decimal | None:
    """Costs per unit, to the cent; None for no unit."""
    return (cost / units).quantize(CENT, ROUND_HALF_UP) if units else None


def reach(project: Project) -> Reach | None:
    """How the project's coverage stands; None where nobody has planned one."""
    plan = Coverage.objects.filter(project=project, ended=None).select_related("project").first()
    if plan is None:
        return None
    last = plan.counts.last()
    cost = plan.fixed + plan.per_unit * plan.planned
    same = [line for line in lines(project) if line.currency == plan.currency]
    funded = sum((line.amount for line in same), Decimal()) if same else None
    return Reach(
        coverage=plan,
        last=last,
        cost=cost,
        each_planned=each(cost, plan.planned),
        each_real=each(last.spent, last.units) if last else None,
        due=plan.fixed + plan.per_unit * last.units if last else None,
        funded=funded,
        affordable=None if funded is None else affordable(funded, plan.fixed, plan.per_unit, plan.wanted),
    )
