"""The API of this room: projects with their steps and gates."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router, Schema

from minga.projects import gates, queries
from minga.projects.models import GateDecision, Project
from minga.projects.steps import STEPS, Step

router = Router()


class ProjectOut(Schema):
    slug: str
    title: str
    summary: str
    step: int
    phase: str
    outcome: str
    outcome_reason: str
    opened: datetime
    demonstration: bool


class NeedOut(Schema):
    action: str
    words: str
    found: int
    count: int
    groups: list[str]
    met: bool


class DissentOut(Schema):
    group: str
    text: str


class GateOut(Schema):
    passed: bool
    rule: str
    reason: str
    dissent: list[DissentOut]
    against_ballot: bool
    decided: datetime


class StepOut(Schema):
    number: int
    key: str
    title: str
    phase: str
    state: str
    rule: str
    needs: list[NeedOut]
    gates: list[GateOut]


class ProjectWithSteps(ProjectOut):
    steps: list[StepOut]


@router.get("/", response=list[ProjectOut], summary="All projects")
def list_projects(request: HttpRequest) -> Any:
    return Project.objects.all()


@router.get("/{slug}", response=ProjectWithSteps, summary="One project with its eight steps and gates")
def get_project(request: HttpRequest, slug: str) -> Any:
    project = get_object_or_404(Project, slug=slug)
    shown = ProjectOut.from_orm(project).dict()
    return {**shown, "steps": [_step(project, step) for step in STEPS.values()]}


def _step(project: Project, step: Step) -> dict[str, Any]:
    return {
        "number": step.number,
        "key": step.key,
        "title": step.title,
        "phase": step.phase,
        "state": gates.standing(project, step),
        "rule": queries.rule_for(project, step),
        "needs": [
            {
                "action": item.need.action,
                "words": item.need.label,
                "found": item.found,
                "count": item.need.count,
                "groups": list(item.groups),
                "met": item.met,
            }
            for item in queries.evidence(project, step)
        ],
        "gates": list(GateDecision.objects.filter(project=project, step=step.number)),
    }
