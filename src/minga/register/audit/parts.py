"""What is in an auditor pack, file by file. No part names a person; words of people stay out of it."""

import hashlib
from collections.abc import Iterator
from typing import Any

from django.db.models import Exists, OuterRef

from minga.assess.models import Alert, Demand, Firing, Incident, Review, StopRule
from minga.assess.queries import side_by_side
from minga.deliver.models import Appeal, Case, Consent, Determination, Drill, RiskLevel, Service, StageChange
from minga.design.models import Check, Criterion, Dataset, Release, ToolVersion, Withdrawal
from minga.ledger.chain import encode
from minga.ledger.models import Checkpoint
from minga.projects.models import Project
from minga.register.collect import build
from minga.register.document import as_json

Rows = list[dict[str, Any]]


def _sealed(text: str) -> str:
    """A fingerprint of words that stay with the project: whoever holds them can show that they are these."""
    return hashlib.sha256(text.encode()).hexdigest() if text else ""


def _without_words(difference: dict[str, Any]) -> dict[str, Any]:
    """How a decision differs from the advice, without the sentences of people and tools that it quotes."""
    return {name: value for name, value in difference.items() if name not in {"text", "edited"}}


def datasets(project: Project) -> Rows:
    names = (
        "name", "purpose", "kind", "source", "state", "sha256", "source_sha256", "rows_in", "rows_used",
        "rows_rejected", "rows_failed", "notices", "period_from", "period_to", "steward", "lawful_basis", "profile",
        "privacy", "imported",
    )  # fmt: skip
    found = Dataset.objects.filter(project=project).prefetch_related("assessments").order_by("pk")
    return [
        {name: getattr(dataset, name) for name in names}
        | {"labelled": dataset.has_labels, "questions": [one.answers for one in dataset.assessments.order_by("pk")]}
        for dataset in found
    ]


def versions(project: Project) -> Rows:
    names = ("tool", "version", "content_hash", "program_sha256", "spec", "settings", "change_note",
             "registered", "state", "problem")  # fmt: skip
    return _rows(ToolVersion.objects.filter(project=project), *names, "chosen_on__sha256")


def criteria(project: Project) -> Rows:
    names = (
        "code", "sentence", "metric", "group_by", "options", "comparison", "bound", "minimum_group", "binding",
        "state", "approved", "approval_reason", "against_ballot", "dataset__sha256",
    )  # fmt: skip
    return _rows(Criterion.objects.filter(project=project), *names)


def checks(project: Project) -> Rows:
    names = (
        "criterion__code", "version__tool", "version__version", "dataset__sha256", "state", "counts", "same_data",
        "figures", "worst", "worst_value", "seed", "tool_hash", "data_hash", "duration_ms", "cost_per_1000", "problem",
        "requested", "finished",
    )  # fmt: skip
    return _rows(Check.objects.filter(project=project), *names)


def rollout(project: Project) -> dict[str, Rows]:
    release = ("release__version__tool", "release__version__version")
    of = {"project": project}
    return {
        "releases": _rows(Release.objects.filter(**of), "version__tool", "version__version", "created"),
        "stages": _rows(StageChange.objects.filter(**of), *release, "stage", "since", "reason", "stopped"),
        "risk_levels": _rows(RiskLevel.objects.filter(**of), "level", "reason", "since"),
        "drills": _rows(Drill.objects.filter(**of), *release, "stage", "looked_at", "hidden", "milliseconds", "at"),
        "withdrawals": _rows(Withdrawal.objects.filter(**of), "tool", "version", "reason", "since", "lifted"),
        "stop_rules": _rows(
            StopRule.objects.filter(**of), *release, "metric", "bound", "minimum", "window_days", "step_back_to",
            "active", "since",
        ),
        "firings": _rows(Firing.objects.filter(**of), "rule__metric", "at", "figure", "before", "after"),
    }  # fmt: skip


def services(project: Project) -> Rows:
    names = (
        "slug", "name", "purpose", "lawful_basis", "needs_consent", "tool", "fields", "outcomes", "groups",
        "other_route", "display", "first_share", "second_share", "control_share", "decide_days", "appeal_days",
        "answer_days", "opened", "closed",
    )  # fmt: skip
    return _rows(Service.objects.filter(project=project), *names)


def cases(project: Project) -> Iterator[dict[str, Any]]:
    """Each case with what was advised and decided. Who decided is a number of this pack alone.

    ``advice_sha256`` is over the frozen advice as JSON with sorted keys and no spaces, "" where none was given. Where
    ``kept_back`` says why, nobody may see what the tool said, and what would tell it is not in the pack either.
    """
    made = _decisions(project)
    consents = Consent.objects.filter(case=OuterRef("pk"), withdrawn=None)
    found = Case.objects.filter(project=project).annotate(consented=Exists(consents)).order_by("number")
    for case in found.select_related("release__version", "service").iterator(chunk_size=2000):
        back = _kept_back(case)
        yield {
            "number": case.number,
            "service": case.service.slug if case.service else "",
            "origin": case.origin,
            "version": str(case.release.version) if case.release else "",
            "kept_back": back,
            **_advised(case, bool(back)),
            "decide_first": case.decide_first,
            "practice": case.rehearsal,
            "state": case.state,
            "received": case.received,
            "closed": case.closed_at,
            "determinations": [_without_advice(one) if back else one for one in made.get(case.pk, [])],
        }


def _decisions(project: Project) -> dict[int, Rows]:
    """What was decided, by case, in the order it was."""
    people: dict[int, int] = {}
    made: dict[int, Rows] = {}
    for one in Determination.objects.filter(case__project=project).order_by("pk").iterator(chunk_size=2000):
        made.setdefault(one.case_id, []).append(
            {"official": people.setdefault(one.person_id, len(people) + 1), "choice": one.choice,
             "outcome": one.outcome, "before_advice": one.before_advice, "difference": _without_words(one.difference),
             "seconds": one.seconds, "reason_sha256": _sealed(one.reason), "recorded": one.recorded}
        )  # fmt: skip
    return made


def _kept_back(case: Case) -> str:
    """Why a pack does not tell what the tool said of a case, as its pages do not (``deliver.showing.withheld``)."""
    if not case.closed:
        return "open"
    agreed = case.consented  # type: ignore[attr-defined]
    return "consent" if case.service and case.service.needs_consent and not (case.rehearsal or agreed) else ""


def _advised(case: Case, back: bool) -> dict[str, Any]:
    sealed = {"advice_sha256": _sealed(encode(case.advice) if case.advice else "")}
    if back:
        return sealed
    return sealed | {
        "proposal": case.advice.get("proposal"),
        "abstained": bool(case.advice.get("abstained_because")),
        "signs": [sign["code"] for sign in case.advice.get("reasons", ())],
        "drawn": case.drawn,
    }


def _without_advice(made: dict[str, Any]) -> dict[str, Any]:
    """Of a person's case the choice says whether the outcome is the one that was advised."""
    return {name: value for name, value in made.items() if name not in {"choice", "difference"}}


def appeals(project: Project) -> Rows:
    names = (
        "determination__case__number", "route", "state", "received", "due", "outcome", "new_outcome", "answered",
        "test_case__code",
    )  # fmt: skip
    return _rows(Appeal.objects.filter(determination__case__project=project), *names)


def watched(project: Project) -> dict[str, Any]:
    """Alerts, incidents with what was published of them, demands and reviews."""
    release = "release__version__version"
    reviews = Review.objects.filter(project=project).order_by("pk")
    return {
        "alerts": _rows(
            Alert.objects.filter(project=project), release, "metric", "about", "figure", "records", "raised",
            "acknowledged",
        ),
        "incidents": _rows(
            Incident.objects.filter(project=project), "code", "state", "severity", "harm", "happened", "reported",
            "due", "triaged", "closed", "summary",
        ),
        "demands": _rows(Demand.objects.filter(project=project), "question", "asked", "due", "answer", "answered"),
        "reviews": [
            {"opened": one.opened, "due": one.due, "state": one.state, "outcome": one.outcome, "reason": one.reason,
             "closed_without_groups_because": one.silence, "figures": one.prefill,
             "groups": [{"group": g.group, "answers": g.n} for g in side_by_side(one, public=True).groups]}
            for one in reviews
        ],
    }  # fmt: skip


def checkpoints(project: Project) -> Rows:
    names = ("chain", "seq", "hash", "public_key", "signature", "signed_at")
    return _rows(Checkpoint.objects.filter(chain=project.chain), *names)


def record(project: Project) -> dict[str, Any]:
    """The public record as it is today."""
    return as_json(build(project))


def _rows(found: Any, *names: str) -> Rows:
    return list(found.order_by("pk").values(*names))
