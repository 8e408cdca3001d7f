"""Who took part, what came of what they gave, and how the gates were decided."""

from collections import defaultdict
from typing import Any

from django.conf import settings
from django.db.models import Count, Max
from django.utils.translation import override

from minga.design.models import Criterion, ToolVersion
from minga.engage.models import Contribution
from minga.ledger.action import GROUPS, PHASES
from minga.ledger.models import Edge, Entry
from minga.ledger.queries import SMALLEST_GROUP
from minga.people.models import Group as ActorGroup
from minga.projects.models import GateDecision, Project
from minga.register.collect.sources import Ledger, day
from minga.register.days import day_in
from minga.register.rows import Consultation, Effect, Gate, Group

# What counts as asking people, by the code list "consultation".
METHODS = {
    "conversation.opened": "conversation",
    "ballot.closed": "ballot",
    "session.held": "public_meeting",
    "meeting.held": "panel",
    "trial.judged": "usability_test",
    "experience.given": "service_feedback",
}


def collect(ledger: Ledger) -> dict[str, Any]:
    project = ledger.project
    gates = [_gate(gate) for gate in GateDecision.objects.filter(project=project)]
    absent = [{"phase": a.phase, "group": a.group, "reason": a.reason} for a in project.absences.all()]
    return {
        "participation_events": ledger.known(
            groups(project), "contribution.submitted", "ballot.cast", "project.opened"
        ),
        "participation_effect": ledger.known(_effects(project), "contribution.decided", "criterion.approved"),
        "silent_groups": ledger.known(absent, "absence.explained"),
        "gates": ledger.known(gates, "gate.decided"),
        "consultations": ledger.known(_consultations(project), *METHODS),
    }


def _consultations(project: Project) -> list[Consultation]:
    """How often people were asked in each way, and when last, from the ledger."""
    entries = Entry.objects.filter(chain=project.chain, action__in=METHODS).order_by()
    found: dict[str, Consultation] = {}
    for row in entries.values("action").annotate(times=Count("pk"), last=Max("happened")):
        method = METHODS[row["action"]]
        before = found.get(method)
        times, last = row["times"], day_in(row["last"])
        if before:
            times, last = times + before.times, max(last, before.last)
        found[method] = Consultation(method=method, times=times, last=last)
    return [found[method] for method in dict.fromkeys(METHODS.values()) if method in found]


def groups(project: Project) -> list[Group]:
    """Each actor group, also those that never came. The system's own entries are not counted."""
    entries = Entry.objects.filter(chain=project.chain).exclude(actor_key="system")
    counted = entries.order_by().values("group").annotate(n=Count("pk"), persons=Count("actor_key", distinct=True))
    found: dict[str, Any] = {row["group"]: row for row in counted}
    phases: dict[str, set[str]] = defaultdict(set)
    for group, phase in entries.order_by().values_list("group", "phase").distinct():
        phases[group].add(phase)
    return [_group(group, found.get(group), phases[group]) for group in GROUPS]


def _group(group: str, found: dict[str, Any] | None, phases: set[str]) -> Group:
    tellable = found is None or found["persons"] >= SMALLEST_GROUP
    return Group(
        group=group,
        took_part=found is not None,
        persons=(found["persons"] if found else 0) if tellable else None,
        entries=(found["n"] if found else 0) if tellable else None,
        phases=[phase for phase in PHASES if phase in phases],
    )


def _effects(project: Project) -> list[Effect]:
    """Decided public contributions, and the criteria and versions that followed from them."""
    shown = project.contributions.filter(status=Contribution.Status.DECIDED, duplicate_of=None)
    rows = []
    for contribution in shown.select_related("decision").order_by("submitted", "pk"):
        decision = contribution.answer
        if decision is None:
            continue
        rows.append(
            Effect(
                contribution=contribution.pk,
                kind=contribution.kind,
                group=contribution.group,
                outcome=decision.outcome,
                reason=decision.reason,
                days=decision.days,
                led_to=_led_to(contribution.pk, decision.pk),
            )
        )
    return rows


def _led_to(contribution: int, decision: int) -> list[str]:
    followed: dict[str, set[str]] = {"criterion": set(), "version": set()}
    for kind, identifier in (("contribution", contribution), ("decision", decision)):
        edges = Edge.objects.filter(cause_kind=kind, cause_id=str(identifier), entry__subject_kind__in=followed)
        for subject_kind, subject_id in edges.values_list("entry__subject_kind", "entry__subject_id"):
            followed[subject_kind].add(subject_id)
    codes = Criterion.objects.filter(pk__in=followed["criterion"]).values_list("code", flat=True)
    versions = ToolVersion.objects.filter(pk__in=followed["version"]).values_list("version", flat=True)
    return [*sorted(codes), *sorted(versions)]


def _gate(gate: GateDecision) -> Gate:
    return Gate(
        step=gate.step,
        passed=gate.passed,
        rule=gate.rule,
        reason=gate.reason,
        dissent=_dissent(gate),
        against_ballot=gate.against_ballot,
        decided=day(gate.decided),
    )


def _dissent(gate: GateDecision) -> str:
    """By group, never by name: what is published stays as it is when a person is erased."""
    with override(settings.LANGUAGE_CODE):
        return "\n".join(f"{ActorGroup(said['group']).label}: {said['text']}" for said in gate.dissent)
