"""The roadmap, and what working groups and the board decide and make. Residents are counted, never named."""

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from ninja import Router, Schema

from minga.steering.models import Goal, Group, GroupDecision, GroupMeeting, GroupOutput

router = Router()


class GoalChangeOut(Schema):
    """``changes``: [{field, old, new}], in the words of that day."""

    changed: datetime
    reason: str
    changes: list[dict[str, str]]


class GoalOut(Schema):
    """Due by the end of ``quarter`` (1 to 4) of ``year``."""

    id: int
    title: str
    reason: str
    measure: str
    owner: str
    year: int
    quarter: int
    state: str
    projects: list[str]
    history: list[GoalChangeOut]
    page: str


def _goal(found: Goal) -> GoalOut:
    return GoalOut(
        id=found.pk, title=found.title, reason=found.reason, measure=found.measure, owner=found.owner.public_name,
        year=found.year, quarter=found.quarter, state=found.state, page=found.get_absolute_url(),
        projects=[project.slug for project in found.projects.all()],
        history=[GoalChangeOut.from_orm(one) for one in found.history.all()],
    )  # fmt: skip


@router.get("/roadmap", response=list[GoalOut], summary="Goals by quarter, with every change and its reason")
def roadmap(request: HttpRequest) -> Any:
    return [_goal(found) for found in Goal.objects.select_related("owner").prefetch_related("projects", "history")]


@router.get("/roadmap/{pk}", response=GoalOut, summary="One goal")
def goal(request: HttpRequest, pk: int) -> Any:
    return _goal(get_object_or_404(Goal, pk=pk))


class GroupDecisionOut(Schema):
    """``passed``: more votes for than against. ``project``: "" where it is about none."""

    text: str
    passed: bool
    votes_for: int
    votes_against: int
    abstained: int
    dissent: str
    project: str


class FollowUpOut(Schema):
    title: str
    owner: str
    due: date | None
    state: str


class GroupMeetingOut(Schema):
    """``minutes``: "" and ``present``: null until they are published."""

    on: date
    agenda: str
    minutes: str
    minuted: datetime | None
    present: int | None
    decisions: list[GroupDecisionOut]
    follow_ups: list[FollowUpOut]
    page: str


class GroupMadeOut(Schema):
    """``url``: what it is about, or "". ``file``: the address of the file, or ""; ``sha256``: of the file."""

    title: str
    text: str
    url: str
    file: str
    sha256: str
    published: datetime


class WorkingGroupOut(Schema):
    """``members``: as they are named in public; ``residents``: how many more there are, who are not."""

    id: int
    kind: str
    name: str
    purpose: str
    open_to_all: bool
    until: date | None
    opened: datetime
    closed: datetime | None
    closed_reason: str
    members: list[str]
    residents: int
    page: str


class WorkingGroupWithAllOut(WorkingGroupOut):
    meetings: list[GroupMeetingOut]
    outputs: list[GroupMadeOut]


def _group(found: Group) -> dict[str, Any]:
    named, residents = found.seats_in_public()
    names = ("kind", "name", "purpose", "open_to_all", "until", "opened", "closed", "closed_reason")
    told = {name: getattr(found, name) for name in names}
    members = [seat.person.public_name for seat in named]
    return told | {"id": found.pk, "members": members, "residents": residents, "page": found.get_absolute_url()}


def _decision(found: GroupDecision) -> GroupDecisionOut:
    return GroupDecisionOut(
        text=found.text, passed=found.passed, votes_for=found.votes_for, votes_against=found.votes_against,
        abstained=found.abstained, dissent=found.dissent, project=found.project.slug if found.project else "",
    )  # fmt: skip


def _meeting(found: GroupMeeting) -> GroupMeetingOut:
    return GroupMeetingOut(
        on=found.on, agenda=found.agenda, minutes=found.minutes, minuted=found.minuted, present=found.present,
        decisions=[_decision(one) for one in found.decisions.select_related("project")],
        follow_ups=[
            FollowUpOut(title=task.title, owner=task.owner.public_name if task.owner else "", due=task.due,
                        state=task.state)
            for task in found.tasks.select_related("owner")
        ],
        page=found.get_absolute_url(),
    )  # fmt: skip


def _made(found: GroupOutput) -> GroupMadeOut:
    return GroupMadeOut(
        title=found.title, text=found.text, url=found.url, sha256=found.sha256, published=found.published,
        file=reverse("steering:output_file", args=[found.pk]) if found.file else "",
    )  # fmt: skip


@router.get("/groups", response=list[WorkingGroupOut], summary="Working groups and the board")
def groups(request: HttpRequest) -> Any:
    return [_group(found) for found in Group.objects.all()]


@router.get("/groups/{pk}", response=WorkingGroupWithAllOut, summary="A group with its minutes, decisions and outputs")
def group(request: HttpRequest, pk: int) -> Any:
    found = get_object_or_404(Group, pk=pk)
    meetings = [_meeting(one) for one in found.meetings.all()]
    return _group(found) | {"meetings": meetings, "outputs": [_made(one) for one in found.outputs.all()]}
