"""What a review knows before anybody answers: use, decisions, how often right, contests, stop rules, who took part,
what it brought for efficiency and for legitimacy, and how people found it."""

from collections import Counter
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, QuerySet, Sum

from minga.assess import experience, worth
from minga.assess.models import Kind, StopRule, as_json
from minga.assess.stoprules import standing
from minga.deliver import hearings, quality
from minga.deliver import queries as deliver
from minga.deliver.models import RELEASED, Case, Determination, Draw, StageChange
from minga.design.models import Release
from minga.ledger.action import GROUPS
from minga.ledger.models import Entry
from minga.projects.models import Project


def prefill(release: Release, now: datetime) -> dict[str, Any]:
    """Figures of the release's project at ``now``. Shares lie in 0..1 and carry count, of and a 95 % interval.

    {at, since, usage: {read, flagged, drawn, not_drawn, failed, decided, unaided, aided}, choices: {choice: n},
    precision, indicators: [{code, ...}], missed, withdrawn, contests: {received, answered, won, waiting, overdue,
    median_days}, services: see ``of_services``, stop_rules: [{metric, bound, minimum, state, ...}],
    groups: {group: {entries, persons}},
    worth: see ``brought``, experience: see ``experience.Report``}
    """
    project = release.project
    first = StageChange.objects.filter(release=release).order_by("since").first()
    return {
        "at": now.isoformat(),
        "since": first.since.isoformat() if first else "",
        "usage": usage(release),
        "choices": choices(release),
        "precision": as_json(deliver.precision(project)),
        "indicators": [{"code": f.group, **as_json(f)} for f in deliver.precision_by_indicator(project)],
        "missed": as_json(deliver.missed_share(project)),
        "withdrawn": as_json(deliver.withdrawn_share(project, release)),
        "contests": asdict(deliver.contest_figures(project, now)),
        "services": of_services(project),
        "stop_rules": [_rule(rule, now) for rule in StopRule.objects.filter(release=release, active=True)],
        "groups": participation(project),
        "worth": brought(project),
        "experience": experience.report(project).as_json(),
    }


def usage(release: Release) -> dict[str, int]:
    """How much was read, drawn and decided; how many decisions were made without and with the advice in view."""
    cases = Case.objects.filter(release=release)
    made = _made(release)
    return {
        **_drawn(release),
        "decided": cases.filter(state__in=[Case.State.DECIDED, Case.State.UNDECIDED]).count(),
        "waiting": cases.exclude(state__in=[Case.State.DECIDED, Case.State.UNDECIDED]).count(),
        "unaided": made.filter(before_advice=True).count(),
        "aided": made.filter(before_advice=False).exclude(choice=Determination.Choice.UNAIDED).count(),
    }


def _made(release: Release) -> QuerySet[Determination]:
    """What people decided on real cases: not practice, not what an appeal changed later."""
    made = Determination.objects.filter(case__release=release, case__rehearsal=False)
    return made.exclude(difference__has_any_keys=["appeal", RELEASED])


def _drawn(release: Release) -> dict[str, int]:
    """{read, flagged, drawn, not_drawn, failed}. A dataset that was drawn from more than once is read once.

    read = drawn + not_drawn + failed, as for one draw.
    """
    draws = Draw.objects.filter(release=release).order_by().values("dataset")
    rows = draws.annotate(read=Max("read"), flagged=Max("flagged"), failed=Max("failed"), drawn=Sum("drawn"))
    total = {name: sum(row[name] for row in rows) for name in ("read", "flagged", "drawn", "failed")}
    return {**total, "not_drawn": max(0, total["read"] - total["drawn"] - total["failed"])}


def choices(release: Release) -> dict[str, int]:
    """Determinations by choice; where somebody revised their own, the last one counts."""
    found = Counter(_made(release).filter(revised_by=None).values_list("choice", flat=True))
    return {choice: found[choice] for choice in Determination.Choice.values}


def brought(project: Project) -> dict[str, Any]:
    """{missing: kinds without a stated benefit, lines: [{kind, name, unit, baseline, expected: [low, high], measured,
    low, high, events, reached}]}. No lines unless efficiency and legitimacy both have one: neither stands alone.
    """
    found = worth.report(project)
    missing = [str(kind.value) for kind in found.missing]
    return {"missing": missing, "lines": [_line(line) for line in found.lines] if found.whole else []}


def _line(line: worth.Line) -> dict[str, Any]:
    benefit, measured = line.benefit, line.measured
    return {
        "kind": str(Kind(benefit.kind).value),
        "name": benefit.name,
        "unit": benefit.unit,
        "baseline": float(benefit.baseline),
        "expected": [float(benefit.expected_low), float(benefit.expected_high)],
        "measured": None if measured is None else float(measured.value),
        "low": None if measured is None or measured.low is None else float(measured.low),
        "high": None if measured is None or measured.high is None else float(measured.high),
        "events": 0 if measured is None else measured.events,
        "reached": line.reached,
    }


def of_services(project: Project) -> dict[str, Any]:
    """{received, advised, failed, overruled, missed, gap, unaided, aided, kappa: a share or median each,
    appeals: {received, answered, won, waiting, overdue, median_days}}; empty for a project without a service.

    ``unaided`` and ``aided`` are median seconds of a decision without and with the advice in view.
    """
    if not project.services.exists():
        return {}
    cases = Case.objects.filter(project=project, rehearsal=False).exclude(service=None)
    alone, aided = quality.seconds(project)
    appeals = hearings.appeal_figures(project, groups=False)
    return {
        "received": cases.count(),
        "advised": cases.exclude(advice={}).count(),
        "failed": cases.exclude(problem="").count(),
        "overruled": as_json(quality.overrule_share(project)),
        "missed": as_json(quality.missed_share_of_control(project)),
        "gap": as_json(quality.adherence_gap(project)),
        "kappa": as_json(quality.second_reader_kappa(project)),
        "unaided": as_json(alone),
        "aided": as_json(aided),
        "appeals": {
            "won": appeals.won.count,
            **{name: getattr(appeals, name) for name in ("received", "answered", "waiting", "overdue", "median_days")},
        },
    }


def participation(project: Project) -> dict[str, dict[str, int]]:
    """Ledger entries and persons per actor group, zeros included; the system itself is not counted."""
    entries = Entry.objects.filter(chain=project.chain).exclude(actor_key__in=["", "system"])
    counted = {row["group"]: row for row in entries.values("group").annotate(
        entries=Count("pk"), persons=Count("actor_key", distinct=True)).order_by()}  # fmt: skip
    nobody = {"entries": 0, "persons": 0}
    return {group: {name: counted.get(group, nobody)[name] for name in ("entries", "persons")} for group in GROUPS}


def _rule(rule: StopRule, now: datetime) -> dict[str, Any]:
    found = standing(rule, now)
    return {
        "metric": rule.metric,
        "bound": float(rule.bound),
        "minimum": rule.minimum,
        "step_back_to": rule.step_back_to,
        "state": found.state,
        **as_json(found.figure),
        "fired": rule.firings.count(),
    }
