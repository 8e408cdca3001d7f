"""Public-dialogue sessions as everybody may read them: plan, counts, quotes, answers. Notes are never here."""

import datetime as dt
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router, Schema

from minga.engage.api.contributions import DecisionOut
from minga.engage.models import Recorded, Session
from minga.engage.queries import sessions as queries
from minga.projects.models import Project

router = Router()


class SessionSeatsOut(Schema):
    """People wanted, invited and there; null means fewer than ten, or a number that would tell one below ten."""

    key: str
    label: str
    wanted: int
    invited: int | None
    came: int | None


class SessionSaidOut(Schema):
    """A statement; without consent there are no words and no contribution."""

    about: str
    held_by: int
    text: str | None = None
    language: str | None = None
    group: str | None = None
    contribution: int | None = None
    decision: DecisionOut | None = None

    @staticmethod
    def of(one: Recorded) -> "SessionSaidOut":
        given = one.contribution
        if given is None or not given.is_public:
            return SessionSaidOut(about=one.about, held_by=one.held_by)
        return SessionSaidOut(
            about=one.about,
            held_by=one.held_by,
            text=given.text,
            language=given.language,
            group=given.group,
            contribution=given.pk,
            decision=DecisionOut.from_orm(reply) if (reply := queries.reply_to(given)) else None,
        )


class SessionOut(Schema):
    id: int
    project: str
    title: str
    purpose: str
    place: str
    held_on: dt.date
    policy_area: str
    state: str
    agenda: list[dict[str, Any]]
    consent: str
    access_needs: str
    finding: str
    findings: str
    people: int | None
    groups: list[SessionSeatsOut]
    strata: list[SessionSeatsOut]
    said: list[SessionSaidOut]

    @staticmethod
    def resolve_project(session: Session) -> str:
        return session.project.slug

    @staticmethod
    def resolve_agenda(session: Session) -> list[dict[str, Any]]:
        return queries.timetable(session)

    @staticmethod
    def resolve_people(session: Session) -> int | None:
        return queries.people_came(session)

    @staticmethod
    def resolve_groups(session: Session) -> list[queries.Seats]:
        return queries.recruitment(session, margin="group", exact=False)

    @staticmethod
    def resolve_strata(session: Session) -> list[queries.Seats]:
        return queries.recruitment(session, margin="stratum", exact=False)

    @staticmethod
    def resolve_said(session: Session) -> list[SessionSaidOut]:
        return [SessionSaidOut.of(one) for one in session.recorded.all()]


class PolicyAreaOut(Schema):
    """One policy area (COFOG division) over all projects; ``people`` leaves out sessions with fewer than ten."""

    key: str
    label: str
    sessions: int
    projects: int
    people: int
    statements: int
    quoted: int
    answered: int


class DialoguesOut(Schema):
    areas: list[PolicyAreaOut]
    sessions: list[SessionOut]


@router.get("/dialogues", response=DialoguesOut, summary="Sessions of all projects by policy area")
def dialogues(request: HttpRequest, area: str = "") -> Any:
    return {"areas": queries.areas(), "sessions": list(queries.sessions_on(area)) if area else []}


@router.get("/{slug}/sessions", response=list[SessionOut], summary="Public-dialogue sessions of a project")
def list_sessions(request: HttpRequest, slug: str) -> Any:
    return queries.sessions_on().filter(project=get_object_or_404(Project, slug=slug))


@router.get("/{slug}/sessions/{pk}", response=SessionOut, summary="One session")
def get_session(request: HttpRequest, slug: str, pk: int) -> Any:
    return get_object_or_404(queries.sessions_on(), project__slug=slug, pk=pk)
