"""Appeals and routes in the API: figures for everybody, an appeal with the address of a notice. Never a case."""

from datetime import datetime

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Router, Schema, Status

from minga.deliver import hearings, ways
from minga.deliver.actions.appeals import submit_appeal
from minga.deliver.models import Determination, Service
from minga.engage import limits
from minga.people.middleware import by
from minga.projects.models import Project

router = Router()


class AppealIn(Schema):
    """What is wrong, in the person's own words; the e-mail only tells that there is an answer."""

    text: str = Field(min_length=1, max_length=5000)
    email: str = Field("", max_length=254)


class AppealOut(Schema):
    """``private`` is the address at which only the sender reads the answer."""

    private: str
    due: datetime


class AppealGroupOut(Schema):
    """Share of a group (0..1) in each population, by its name; None where the group is too small to be shown."""

    group: str
    shares: dict[str, float | None]


class AppealComparisonOut(Schema):
    """Who came, about whom was decided, who appealed. ``dissimilarity`` to all cases, by population, in 0..1."""

    service: str
    attribute: str
    groups: list[AppealGroupOut]
    dissimilarity: dict[str, float | None]


class AppealsOut(Schema):
    """How appeals went. ``share_won`` is None below the least number that is judged, with its 95 % interval."""

    decided: int
    received: int
    answered: int
    waiting: int
    overdue: int
    median_days: float | None
    won: int
    share_won: float | None
    low: float | None
    high: float | None
    who: list[AppealComparisonOut]


class RouteOut(Schema):
    """People by one route; None where fewer than ten, or where it would tell such a number."""

    route: str
    people: int | None
    share: float | None


class RoutesOut(Schema):
    """``without_computer`` is the share (0..1) by telephone, letter or counter, with its 95 % interval."""

    total: int
    without_computer: float | None
    low: float | None
    high: float | None
    routes: list[RouteOut]


@router.post("/notices/{token}/appeals", response={201: AppealOut}, summary="Contest the decision of a notice")
def appeal(request: HttpRequest, token: str, given: AppealIn) -> Status[AppealOut]:
    rows = Determination.objects.select_related("case__project")
    determination = get_object_or_404(rows, notice__token=token)
    limits.take(request, "appeal", each=5)
    made = submit_appeal(by(request), determination.project, determination, given.text, given.email, token)
    return Status(201, AppealOut(private=f"/appeal/{made.token}/", due=made.due))


@router.get("/projects/{slug}/appeals", response=AppealsOut, summary="How appeals went, and who appeals")
def appeals(request: HttpRequest, slug: str) -> AppealsOut:
    found = hearings.appeal_figures(get_object_or_404(Project, slug=slug))
    return AppealsOut(
        decided=found.decided,
        received=found.received,
        answered=found.answered,
        waiting=found.waiting,
        overdue=found.overdue,
        median_days=found.median_days,
        won=found.won.count,
        share_won=found.won.value,
        low=found.won.low,
        high=found.won.high,
        who=[_comparison(group) for group in found.groups],
    )


def _comparison(found: hearings.GroupAppeals) -> AppealComparisonOut:
    parts = (found.who.whole, *found.who.parts)
    return AppealComparisonOut(
        service=found.service.slug,
        attribute=found.attribute,
        groups=[
            AppealGroupOut(group=group, shares={part.label: part.shares[place].share for part in parts})
            for place, group in enumerate(found.who.groups)
        ],
        dissimilarity={part.label: part.apart.value if part.apart else None for part in found.who.parts},
    )


@router.get("/projects/{slug}/services/{service}/routes", response=RoutesOut, summary="How people reach a service")
def routes(request: HttpRequest, slug: str, service: str) -> RoutesOut:
    found = ways.route_figures(get_object_or_404(Service, project__slug=slug, slug=service))
    return RoutesOut(
        total=found.total,
        without_computer=found.share,
        low=found.low,
        high=found.high,
        routes=[RouteOut(route=row.route.value, people=row.total, share=row.share) for row in found.rows],
    )
