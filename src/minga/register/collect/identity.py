"""Who runs it, what it is called, and how far it is."""

from typing import Any

from django.conf import settings
from django.urls import reverse

from minga.deliver import queries as deliver
from minga.deliver.models import Stage, StageChange
from minga.design.models import ToolVersion
from minga.projects.models import Project
from minga.projects.steps import STEPS
from minga.register.collect.sources import Ledger, day, setting
from minga.register.rows import Known


def collect(ledger: Ledger) -> dict[str, Any]:
    project = ledger.project
    address = settings.MINGA_ADDRESS.rstrip("/") + reverse("register:record", args=[project.slug])
    opened = ledger.sources("project.opened")
    contact = Known(settings.MINGA_CONTACT, setting("MINGA_CONTACT")) if settings.MINGA_CONTACT else None
    first, last = _service(project)
    return {
        "record_id": Known(project.chain, opened),
        "name": Known(project.title, opened),
        "summary": Known(project.summary, opened),
        "languages": Known([code for code, _name in settings.LANGUAGES], setting("LANGUAGES")),
        "phase": Known(phase(project), ledger.sources("stage.changed", "stage.stopped", "gate.decided") or opened),
        "outcome": ledger.known(project.outcome, "project.ended_without_ai", "project.opened"),
        "not_deploying": ledger.known(project.outcome_reason, "project.ended_without_ai"),
        "public_url": Known(address, setting("MINGA_ADDRESS")),
        "deploying_org": Known(str(settings.MINGA_BODY_NAME), setting("MINGA_BODY_NAME")),
        "public_contact": contact,
        "start_date": ledger.known(first, "stage.changed"),
        "end_date": ledger.known(last, "stage.changed", "stage.stopped"),
    }


def phase(project: Project) -> str:
    """One of idea, design, prototype, private_pilot, public_pilot, in_use, suspended, retired."""
    shares = [stage for _release, stage in deliver.in_service(project)]
    if project.outcome != Project.Outcome.OPEN:
        return "retired"
    if shares:
        most = max(stage.share for stage in shares)
        return "private_pilot" if most == 0 else "public_pilot" if most < Stage.HALF.share else "in_use"
    if StageChange.objects.filter(project=project).exclude(stage=Stage.OFF).exists():
        return "suspended"
    if ToolVersion.objects.filter(project=project).exists():
        return "prototype"
    return "idea" if STEPS[project.step].phase == "commission" else "design"


def _service(project: Project) -> tuple[str, str]:
    """The days on which advice was first shown, and on which it ended; "" where it has not."""
    changes = deliver.lasting(StageChange.objects.filter(project=project)).order_by("since", "pk")
    shown = changes.filter(stage__in=[stage.value for stage in Stage if stage.share]).first()
    if shown is None or any(stage.share for _release, stage in deliver.in_service(project)):
        return (day(shown.since) if shown else ""), ""
    last = changes.last()
    return day(shown.since), day(last.since) if last else ""
