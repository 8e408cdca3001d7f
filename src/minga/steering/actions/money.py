"""Money is set aside in parts; a part is released only where the ledger holds its evidence."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from minga.assess import currencies
from minga.ledger.action import Act, action
from minga.ledger.refusals import Blocked, Conflict, required
from minga.projects.models import Project
from minga.projects.steps import STEPS
from minga.steering import money
from minga.steering.actions.common import refuse
from minga.steering.models import Coverage, CoverageCount, FundingLine, Instalment

MOST_PARTS = 12
Part = tuple[Decimal, str, str]
"""(amount, condition, of): see ``Instalment``."""


@action("funding.stated")
def state_funding(
    act: Act, *, name: str, giver: str, parts: Sequence[Part], project: Project | None = None, shared_with: str = "",
    currency: str = "",
) -> FundingLine:  # fmt: skip
    """Set money aside in one or more parts, each with the evidence that must be in the ledger before it is paid."""
    required(name=name, giver=giver)
    code = currency.strip().upper() or currencies.default()
    fields = {} if code in currencies.CODES else {"currency": _("Write three letters, such as EUR or PEN.")}
    if not parts:
        fields["amount_1"] = _("Give at least one part.")
    if len(parts) > MOST_PARTS:
        fields["amount_1"] = _("Give at most %(most)s parts.") % {"most": MOST_PARTS}
    for number, part in enumerate(parts, 1):
        fields |= _wrong_part(number, part, project)
    refuse(fields, _("This money cannot be set aside yet."))
    line = FundingLine.objects.create(
        project=project, name=name.strip(), giver=giver.strip(), shared_with=shared_with.strip(), currency=code,
        stated=act.now,
    )  # fmt: skip
    parts = [(amount, condition, _as_written(condition, of)) for amount, condition, of in parts]
    for number, (amount, condition, of) in enumerate(parts, 1):
        Instalment.objects.create(line=line, number=number, amount=amount, condition=condition, of=of)
    act.because(project)
    told = [[str(amount), condition, of] for amount, condition, of in parts]
    act.note(currency=code, amount=str(line.amount), parts=told)
    return line


def _as_written(condition: str, of: str) -> str:
    """``of`` as the ledger writes it: a number without noughts before it or digits of another script."""
    of = of.strip()
    if condition == Instalment.Condition.NONE:
        return ""
    return of if condition == Instalment.Condition.CHECK or not of else str(int(of))


def _wrong_part(number: int, part: Part, project: Project | None) -> dict[str, str]:
    amount, condition, of = part[0], part[1], part[2].strip()
    fields = {}
    if amount <= 0:
        fields[f"amount_{number}"] = _("Give an amount above 0.")
    if condition not in Instalment.Condition.values:
        fields[f"condition_{number}"] = _("Choose one.")
    elif condition != Instalment.Condition.NONE and project is None:
        fields[f"condition_{number}"] = _("Evidence lies in a project's ledger: choose the project, or no condition.")
    elif condition == Instalment.Condition.GATE and not (of.isdecimal() and int(of) in STEPS):
        fields[f"of_{number}"] = _("Write the number of the gate, from 1 to 8.")
    elif condition == Instalment.Condition.REVIEW and of and not (of.isdecimal() and 0 < int(of) < 100):
        fields[f"of_{number}"] = _("Write how many reviews must be closed, such as 1.")
    return fields


@action("funding.released")
def release(act: Act, part: Instalment) -> Instalment:
    """Pay a part. Blocked until the ledger holds its evidence, and until the parts before it are paid."""
    found = Instalment.objects.select_for_update(of=("self",)).select_related("line__project").get(pk=part.pk)
    if found.released is not None:
        raise Conflict(_("This part is released already."))
    if found.line.ended is not None:
        raise Conflict(_("This funding line has ended."))
    proof = money.evidence(found)
    reasons = [] if proof.met else [_("Still missing: %(what)s") % {"what": proof.words}]
    earlier = Instalment.objects.filter(line=found.line, number__lt=found.number, released=None)
    reasons += [_("Part %(number)s is not released yet.") % {"number": one.number} for one in earlier]
    if reasons:
        raise Blocked(
            _("The money stays where it is: its evidence is not in the ledger."),
            reasons=reasons,
            do=_("Bring the project to that point; then release the part."),
        )
    found.released, found.released_by_id, found.evidence = act.now, act.person_id, [list(one) for one in proof.entries]
    found.save(update_fields=["released", "released_by", "evidence"])
    act.because(found.line, found.line.project)
    act.note(number=found.number, amount=str(found.amount), currency=found.line.currency, evidence=found.evidence)
    return found


@action("funding.ended")
def end_funding(act: Act, line: FundingLine, reason: str) -> FundingLine:
    """End a line; what was released stays released, the rest is no longer set aside."""
    required(reason=reason)
    line = FundingLine.objects.select_for_update().get(pk=line.pk)
    if line.ended is not None:
        raise Conflict(_("This funding line has ended."))
    line.ended, line.ended_reason = act.now, reason.strip()
    line.save(update_fields=["ended", "ended_reason"])
    act.note(reason=line.ended_reason, released=str(line.released))
    return line


@action("coverage.planned")
def plan_coverage(
    act: Act, project: Project, *, unit: str, wanted: int, planned: int, fixed: Decimal, per_unit: Decimal, source: str,
    currency: str = "",
) -> Coverage:  # fmt: skip
    """Say how many units a project is to reach and what that costs; the plan before it ends and stays readable."""
    required(unit=unit, source=source)
    code = currency.strip().upper() or currencies.settled(project) or currencies.default()
    fields = {} if code in currencies.CODES else {"currency": _("Write three letters, such as EUR or PEN.")}
    if wanted < 1:
        fields["wanted"] = _("Give a number above 0.")
    if not 0 <= planned <= wanted:
        fields["planned"] = _("This is more than there are in all.")
    if min(fixed, per_unit) < 0 or fixed + per_unit == 0:
        fields["per_unit"] = _("Give what one more unit costs, or what is paid once.")
    refuse(fields, _("This plan cannot be kept yet."))
    Coverage.objects.filter(project=project, ended=None).update(ended=act.now)
    act.because(project)
    act.note(unit=unit, wanted=wanted, planned=planned, fixed=str(fixed), per_unit=str(per_unit), currency=code)
    return Coverage.objects.create(
        project=project, unit=unit.strip(), wanted=wanted, planned=planned, fixed=fixed, per_unit=per_unit,
        currency=code, source=source.strip(), stated=act.now,
    )  # fmt: skip


@action("coverage.counted")
def count_coverage(
    act: Act, coverage: Coverage, *, on: date, units: int, spent: Decimal, source: str
) -> CoverageCount:  # fmt: skip
    """Say what was really reached by a day, and what everything had cost until then."""
    required(source=source)
    fields = {}
    if Coverage.objects.get(pk=coverage.pk).ended is not None:
        raise Conflict(_("There is a newer plan. Count for that one."))
    if on > timezone.localdate(act.now):
        fields["on"] = _("This day has not come yet.")
    if units < 0:
        fields["units"] = _("Give a number from 0 on.")
    if spent < 0:
        fields["spent"] = _("Give an amount from 0 on.")
    refuse(fields, _("This count cannot be kept yet."))
    act.because(coverage)
    act.note(on=on.isoformat(), units=units, spent=str(spent), currency=coverage.currency)
    return CoverageCount.objects.create(
        coverage=coverage, on=on, units=units, spent=spent, source=source.strip(), counted=act.now
    )
