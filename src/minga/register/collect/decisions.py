"""How people decide with it: stages, the desk, contests, stop rules, reviews."""

from decimal import Decimal
from typing import Any

from django.utils import timezone

from minga.assess import incidents, prefill, worth
from minga.assess import queries as assess
from minga.assess.models import Review, StopRule
from minga.assess.stoprules import standing
from minga.deliver import hearings, rules
from minga.deliver import queries as deliver
from minga.deliver.models import Case, Drill, Flag, Service, Stage, StageChange
from minga.projects.models import Project
from minga.projects.roles import Role
from minga.register.collect.sources import Ledger, day
from minga.register.rows import Appeals, DataUse, Gain, IncidentRow, Oversight, ReviewRow, StageRow, StopRow, Tried

NEWEST = 500
"""Of how many cases the advice is looked at for what it holds."""


def collect(ledger: Ledger) -> dict[str, Any]:
    project = ledger.project
    made = StageChange.objects.filter(project=project).select_related("release__version")
    changes = deliver.lasting(made).order_by("pk")
    started = changes.exists()
    service = deliver.in_service(project)
    stage = service[0][1] if service else Stage.OFF if started else None
    following = assess.next_review(project)
    overseers = project.memberships.filter(role=Role.OVERSEER, ended=None).count()
    return {
        "stage": ledger.known(stage.value if stage else "", "stage.changed", "stage.stopped"),
        "stage_history": ledger.known([_stage(c) for c in changes], "stage.changed", "stage.stopped"),
        "automation_level": ledger.known("decide_with_review" if started else "", "stage.changed"),
        "role_in_decision": ledger.known("advice_to_a_person" if started else "", "stage.changed"),
        "provided_information": ledger.known(_given(project), "stage.changed", "cases.drawn", "cases.advised"),
        "human_oversight": ledger.known(
            _oversight(project) if started else None, "determination.recorded", "cases.drawn"
        ),
        "scale_of_use": ledger.known(_scale(project), "cases.drawn", "case.received", "cases.imported"),
        "override_and_failsafe": ledger.known(_rules(project), "stoprule.set", "stoprule.fired"),
        "overseers": ledger.known(overseers or None, "overseer.appointed"),
        "appeal_route": ledger.known(
            _appeals(project) if started else None,
            *("service.opened", "contest.submitted", "contest.answered", "determination.appealed", "appeal.decided"),
        ),
        "evaluations": ledger.known(_reviews(project), "review.opened", "review.closed"),
        "review_due": ledger.known(day(following), "review.opened", "stage.changed"),
        "gains": ledger.known(_gains(project), "benefit.stated", "benefit.measured"),
        "incidents": ledger.known(_incidents(project), "incident.triaged", "incident.closed"),
        "data_uses": ledger.known(_data_uses(project), "data_use.stated", "data_use.ended"),
    }


def _given(project: Project) -> list[str]:
    """What the advice on the newest cases held, and what the desk shows with it; [] before the first advice."""
    cases = Case.objects.filter(project=project, rehearsal=False).exclude(advice={}).order_by("-pk")
    found = list(cases.values_list("advice", flat=True)[:NEWEST])
    reasons = [reason for advice in found for reason in advice.get("reasons") or ()]
    held = {
        "proposal": bool(found),
        "reasons": bool(reasons),
        "measured": any(reason.get("measured") is not None for reason in reasons),
        "evidence": any(reason.get("evidence") for reason in reasons),
        "probability": any(advice.get("probability") is not None for advice in found),
        "doubt": bool(reasons),
    }
    return [name for name, is_held in held.items() if is_held]


def _stage(change: StageChange) -> StageRow:
    return StageRow(
        version=change.release.version.version,
        stage=change.stage,
        since=day(change.since),
        reason=change.reason,
        stopped=change.stopped,
    )


def _oversight(project: Project) -> Oversight:
    """All releases together."""
    parts = [prefill.usage(release) for release in project.releases.all()]
    chosen = [prefill.choices(release) for release in project.releases.all()]
    total = {name: sum(part[name] for part in parts) for name in ("decided", "waiting", "unaided", "aided")}
    flags = Flag.objects.filter(project=project)
    return Oversight(
        **total,
        withheld_share=_withheld_share(project),
        choices={name: sum(part[name] for part in chosen) for name in chosen[0]} if chosen else {},
        flags={state: flags.filter(state=state).count() for state in Flag.State.values},
        drill=_drill(project),
    )


def _drill(project: Project) -> Tried | None:
    last = Drill.objects.filter(project=project).order_by("-at", "-pk").first()
    return Tried(day=day(last.at), hidden=last.hidden, looked_at=last.looked_at) if last else None


def _scale(project: Project) -> dict[str, int]:
    parts = [prefill.usage(release) for release in project.releases.all()]
    found = {name: sum(part[name] for part in parts) for name in ("read", "flagged", "drawn", "not_drawn", "failed")}
    cases = Case.objects.filter(project=project, rehearsal=False)
    came = cases.exclude(service=None)
    return {
        **(found if found["read"] else {}),
        **({"received": came.count(), "advised": came.exclude(advice={}).count()} if came.exists() else {}),
        **({"cases": cases.count()} if found["read"] else {}),
    }


def _withheld_share(project: Project) -> float:
    """The smallest share of the services; drawn cases have that of the operator."""
    shares = Service.objects.filter(project=project).values_list("first_share", flat=True)
    return float(min(shares, default=rules.first_share()))


def _gains(project: Project) -> list[Gain]:
    """Efficiency and legitimacy together or not at all: neither stands for the other."""
    found = worth.report(project)
    return [_gain(line) for line in found.lines] if found.whole else []


def _gain(line: worth.Line) -> Gain:
    benefit, measured = line.benefit, line.measured
    return Gain(
        kind=benefit.kind,
        name=benefit.name,
        unit=benefit.unit,
        baseline=_decimal(benefit.baseline),
        low=_decimal(benefit.expected_low),
        high=_decimal(benefit.expected_high),
        measured=_decimal(measured.value) if measured else "",
        events=measured.events if measured else 0,
        reached=bool(line.reached),
        beneficiaries=benefit.beneficiaries,
    )


def _data_uses(project: Project) -> list[DataUse]:
    found = worth.data_uses(project)
    stated = [*found.uses, *([found.none] if found.none else [])]
    return [DataUse(none=one.none, data=one.data, use=one.use, earner=one.earner) for one in stated]


def _incidents(project: Project) -> list[IncidentRow]:
    return [
        IncidentRow(
            code=one.code,
            summary=one.summary,
            happened=day(one.happened),
            severity=one.severity,
            harm=one.harm,
            affected=one.affected,
            action=one.action,
            state=one.state,
            path=one.get_absolute_url(),
        )
        for one in incidents.published(project)
    ]


def _decimal(number: Decimal) -> str:
    return f"{number.normalize():f}"


def _rules(project: Project) -> list[StopRow]:
    active = StopRule.objects.filter(project=project, active=True).select_related("release__version")
    return [
        StopRow(
            version=rule.release.version.version,
            metric=rule.metric,
            bound=f"{rule.bound.normalize():f}",
            minimum=rule.minimum,
            step_back_to=rule.step_back_to,
            state=standing(rule, timezone.now()).state,
            fired=rule.firings.count(),
        )
        for rule in active
    ]


def _appeals(project: Project) -> Appeals:
    """Of a project with services the appeals against what was decided about people, else the contests of flags."""
    limits = Service.objects.filter(project=project).values_list("answer_days", flat=True)
    if limits:
        return _of_services(project, max(limits))
    found = deliver.contest_figures(project)
    return Appeals(
        path="/contest/",
        days=rules.time_to_answer().days,
        days_to_reply=rules.time_to_reply().days,
        received=found.received,
        answered=found.answered,
        won=found.won,
        waiting=found.waiting,
        overdue=found.overdue,
        median_days=found.median_days,
    )


def _of_services(project: Project, days: int) -> Appeals:
    found = hearings.appeal_figures(project, groups=False)
    return Appeals(
        path="",
        days=days,
        days_to_reply=None,
        received=found.received,
        answered=found.answered,
        won=found.won.count,
        waiting=found.waiting,
        overdue=found.overdue,
        median_days=found.median_days,
    )


def _reviews(project: Project) -> list[ReviewRow]:
    found = Review.objects.filter(project=project).select_related("release__version").order_by("pk")
    return [
        ReviewRow(
            version=review.release.version.version,
            opened=day(review.opened),
            due=day(review.due),
            state=review.state,
            overdue=review.is_overdue(),
            outcome=review.outcome,
            reason=review.reason,
            groups=assess.groups_answered(review),
        )
        for review in found
    ]
