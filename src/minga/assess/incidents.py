"""Reads of incidents, and how one is told to the OECD's and the AI Incident Database's collections."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from minga.assess.models import Incident
from minga.commission import queries as commission
from minga.people.models import Group
from minga.projects.models import Project

FORMAT = "minga-incidents-1"


def published(project: Project | None = None) -> QuerySet[Incident]:
    """Incidents with a public summary, newest first."""
    found = Incident.objects.exclude(published=None).select_related("project", "version").order_by("-published", "-pk")
    return found.filter(project=project) if project else found


def waiting(project: Project) -> QuerySet[Incident]:
    """Incidents that nobody has looked into or closed yet, the most urgent first."""
    states = [Incident.State.REPORTED, Incident.State.CONFIRMED]
    return Incident.objects.filter(project=project, state__in=states).order_by("due", "pk")


@dataclass(frozen=True, slots=True)
class Counts:
    """How many were reported, dismissed, closed, and still wait."""

    reported: int
    dismissed: int
    closed: int
    waiting: int


def counts(project: Project | None = None) -> Counts:
    found = Incident.objects.filter(project=project) if project else Incident.objects.all()
    states = list(found.values_list("state", flat=True))
    closed, dismissed = states.count(Incident.State.CLOSED), states.count(Incident.State.DISMISSED)
    return Counts(len(states), dismissed, closed, len(states) - closed - dismissed)


def as_export(incident: Incident) -> dict[str, Any]:
    """One published incident in both collections' fields; docs/oversight.md has the mapping and what is lost."""
    return {"code": incident.code, "oecd": _oecd(incident), "aiid": _aiid(incident)}


def _where(incident: Incident) -> str:
    return f"{settings.MINGA_ADDRESS}{incident.get_absolute_url()}"


def _oecd(incident: Incident) -> dict[str, Any]:
    """The dimensions of the common reporting framework: what happened, harm, stakeholders, system, response."""
    project, version = incident.project, incident.version
    return {
        "incident": {
            "title": incident.title,
            "description": incident.summary,
            "type": "hazard" if incident.severity == Incident.Severity.HAZARD else "incident",
            "date_of_first_occurrence": incident.happened.isoformat() if incident.happened else None,
            "date_of_report": incident.reported.date().isoformat(),
            "submitter_role": "deployer",
            "supporting_materials": [_where(incident)],
        },
        "harm": {
            "severity": incident.severity,
            "harm_type": incident.harm,
            "affected_stakeholders": incident.affected or None,
            "cases_linked": incident.cases.count(),
        },
        "economic_environment": {"industry": "public administration", "deployer": settings.MINGA_BODY_NAME},
        "ai_system": {
            "name": version.tool if version else project.title,
            "version": version.version if version else None,
            "content_hash": version.content_hash if version else None,
            "tasks": [project.oecd_task] if project.oecd_task else [],
            "business_function": project.oecd_function or None,
        },
        "response": {"status": incident.state, "corrective_action": incident.action or None},
    }


def _aiid(incident: Incident) -> dict[str, Any]:
    """A submission of the AI Incident Database; its editors give it a number and the entities their names."""
    occurred = incident.happened or incident.reported.date()
    return {
        "title": incident.title,
        "description": incident.summary,
        "date": occurred.isoformat(),
        "Alleged deployer of AI system": [settings.MINGA_BODY_NAME],
        "Alleged developer of AI system": _developers(incident),
        "Alleged harmed or nearly harmed parties": [incident.affected] if incident.affected else [],
        "implicated_systems": [str(incident.version)] if incident.version else [],
        "reports": [_where(incident)],
    }


def _developers(incident: Incident) -> list[str]:
    """Nobody is named without ground: the suppliers of the partnership, else that it is not known.

    A tool that came with Minga was made by those who make Minga, whatever the body has set on it.
    """
    version = incident.version
    if version is not None and not version.spec:
        return ["Minga"]
    partnership = commission.current_partnership(incident.project)
    parties = partnership.parties.filter(group=Group.PROVIDER).order_by("pk") if partnership else ()
    return [party.name for party in parties] or ["unknown"]


def losses() -> list[str]:
    """What neither collection has a field for."""
    return [
        _("How long it took until a person looked into it."),
        _("Which determinations were changed because of it."),
        _("Whether an alert or a stop rule had noticed it before the report."),
    ]
