"""Panels as everybody may read them: quotas, draw, fairness, meetings, recommendations with the body's reply."""

import datetime as dt
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router, Schema

from minga.engage.api.contributions import DecisionOut
from minga.engage.models import Panel, Recommendation
from minga.engage.queries import panels as queries
from minga.engage.queries.sessions import reply_to
from minga.projects.models import Project

router = Router()


class PanelQuotaOut(Schema):
    """One value of a feature; ``in_pool`` is null where fewer than ten, or a number that would tell one below ten."""

    feature: str
    value: str
    low: int
    high: int
    in_pool: int | None


class PanelMeetingOut(Schema):
    held_on: dt.date
    topic: str
    present: int


class RecommendationOut(Schema):
    """``decision`` is the body's reply; null while there is none, and then ``due`` says until when it is owed."""

    number: int
    contribution: int
    text: str
    language: str
    in_favour: int
    against: int
    abstained: int
    dissent: str
    due: dt.datetime | None
    decision: DecisionOut | None

    @staticmethod
    def of(one: Recommendation) -> "RecommendationOut":
        given = one.contribution
        return RecommendationOut(
            number=one.number,
            contribution=given.pk,
            text=given.text,
            language=given.language,
            in_favour=one.in_favour,
            against=one.against,
            abstained=one.abstained,
            dissent=one.dissent,
            due=given.due,
            decision=DecisionOut.from_orm(reply) if (reply := reply_to(given)) else None,
        )


class PanelOut(Schema):
    """``fairness``: chances of being drawn over the pool, shares of 1; ``seed`` is empty until it was drawn."""

    id: int
    project: str
    title: str
    task: str
    policy_area: str
    size: int
    state: str
    announced: dt.datetime
    seed_source: str
    seed_on: dt.date
    seed: str
    closed: dt.datetime | None
    drawn: dt.datetime | None
    pool_digest: str
    lottery_hash: str
    fairness: dict[str, float]
    quotas: list[PanelQuotaOut]
    meetings: list[PanelMeetingOut]
    recommendations: list[RecommendationOut]

    @staticmethod
    def resolve_project(panel: Panel) -> str:
        return panel.project.slug

    @staticmethod
    def resolve_quotas(panel: Panel) -> list[queries.QuotaRow]:
        return queries.quota_rows(panel, exact=False)

    @staticmethod
    def resolve_fairness(panel: Panel) -> dict[str, float]:
        return {name: panel.fairness[name] for name in queries.FAIRNESS if name in panel.fairness}

    @staticmethod
    def resolve_meetings(panel: Panel) -> list[PanelMeetingOut]:
        meetings = panel.meetings.all()
        return [PanelMeetingOut(held_on=one.held_on, topic=one.topic, present=one.present_count) for one in meetings]

    @staticmethod
    def resolve_recommendations(panel: Panel) -> list[RecommendationOut]:
        return [RecommendationOut.of(one) for one in queries.recommendations(panel)]


@router.get("/{slug}/panels", response=list[PanelOut], summary="Panels drawn by lot")
def list_panels(request: HttpRequest, slug: str) -> Any:
    project = get_object_or_404(Project, slug=slug)
    return Panel.objects.filter(project=project).select_related("project").defer("lottery")


@router.get("/{slug}/panels/{pk}", response=PanelOut, summary="One panel")
def get_panel(request: HttpRequest, slug: str, pk: int) -> Any:
    return get_object_or_404(Panel.objects.select_related("project"), project__slug=slug, pk=pk)
