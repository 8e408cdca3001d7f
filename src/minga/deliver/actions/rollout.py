"""How much harm the use can do, and whether the stop switch works."""

import time
from dataclasses import replace

from django.utils.translation import gettext as _

from minga.deliver import queries
from minga.deliver.actions.stages import change_stage, own, stop
from minga.deliver.models import Case, Drill, RiskLevel, Stage
from minga.deliver.showing import withheld
from minga.design.models import Release
from minga.ledger.action import SYSTEM, Act, By, action
from minga.ledger.refusals import Conflict, Invalid, required
from minga.projects.models import Membership, Project
from minga.projects.roles import Role
from minga.projects.screens import high_risk

LOOKS = 20
AMONG = 400
"""Cases of a release, newest first, among which those that show advice are sought."""


@action("risk.assessed")
def assess_risk(act: Act, level: str, reason: str) -> RiskLevel:
    """Say how much harm a wrong answer can do. The newest level counts; duties follow from it.

    It cannot be lower than what the answers about the project come to: that raises Invalid.
    """
    required(level=level, reason=reason)
    if level not in RiskLevel.Level.values:
        raise Invalid(_("There is no such level."), fields={"level": _("Choose one from the list.")})
    if level != RiskLevel.Level.HIGH and high_risk(act.place):
        raise Invalid(
            _("By the answers of its question sets this project is high risk."),
            fields={"level": _("Choose “High”, or correct the answers first.")},
        )
    before = RiskLevel.objects.filter(project=act.place).order_by("-pk").first()
    act.because(before)
    act.note(level=level, before=before.level if before else "", reason=reason)
    return RiskLevel.objects.create(
        project=act.place, level=level, reason=reason, person_id=act.person_id, since=act.now
    )


@action("stop.drilled")
def drill(act: Act, release: Release, note: str = "") -> Drill:
    """Switch a release off, look whether its advice is hidden, and put it back where it was.

    Up to ``LOOKS`` cases that showed advice before are looked at. The release is locked all the while: a real stop
    waits until the drill is over and then counts. Conflict where the release is off already.
    """
    own(act, release)
    before = queries.stage_of(release)
    if before == Stage.OFF:
        raise Conflict(
            _("The release is off, so there is nothing to switch off."), do=_("Try the switch while it is in service.")
        )
    showed = [case for case in _cases(release) if withheld(case, None) is None][:LOOKS]
    reason = _("Drill of the stop switch.")
    began = time.perf_counter()
    stop(_follow(act, act.by, "stop"), act.place, release, reason)
    again = Case.objects.select_related("project", "service", "release__version").in_bulk([case.pk for case in showed])
    hidden = sum(withheld(case, None) is not None for case in again.values())
    made = Drill.objects.create(
        project=act.place, release=release, person_id=act.person_id, stage=before, looked_at=len(showed),
        hidden=hidden, milliseconds=round(1000 * (time.perf_counter() - began)), note=note.strip(), at=act.now,
    )  # fmt: skip
    if not made.passed:
        _tell(act, act.place, made)
    change_stage(_follow(act, By(SYSTEM, act.by.once), "back"), act.place, release, before.value, reason)
    act.because(release)
    act.note(stage=before.value, looked_at=made.looked_at, hidden=made.hidden, milliseconds=made.milliseconds)
    return made


def _follow(act: Act, by: By, suffix: str) -> By:
    """What follows within the drill happens at its very moment: by that the switch knows its own drill again."""
    return replace(by.also(suffix), happened=act.now, history=act.by.history)


def _cases(release: Release) -> list[Case]:
    rows = Case.objects.filter(release=release, rehearsal=False).exclude(advice={}).defer("source")
    return list(rows.select_related("project", "service", "release__version").order_by("-pk")[:AMONG])


def _tell(act: Act, project: Project, made: Drill) -> None:
    """A stop switch that does not work is told at once to everybody who may have to use it."""
    held = Membership.objects.filter(project=project, role__in=[Role.LEAD, Role.OVERSEER], ended=None)
    shown = made.looked_at - made.hidden
    text = _("A drill found that %(shown)d of %(all)d cases still showed the tool's advice after it was switched off.")
    words = text % {"shown": shown, "all": made.looked_at}
    for email in sorted(set(held.values_list("person__email", flat=True)) - {""}):
        act.effect("email", to=email, subject=_("The stop switch of %(project)s failed") % {"project": project.title},
                   text=f"{words}\n\n{made.get_absolute_url()}\n")  # fmt: skip
