"""The API of the watch: alerts for those who run and oversee the tool, the bounds and the weeks for everybody."""

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Field, Router, Schema, Status

from minga.assess import bounds, queries
from minga.assess.actions import acknowledge_alert, set_bound
from minga.assess.models import Alert
from minga.assess.weeks import Week, weeks_of
from minga.deliver.queries import reads_desk
from minga.design.models import Release
from minga.ledger.refusals import NotAllowed
from minga.people.middleware import actor_of, by
from minga.projects.models import Project

router = Router()


class AlertOut(Schema):
    """``figure``: {before, now, low, high, of, where, p, psi}, each where there is one; shares lie in 0..1.

    ``bound`` is what it went beyond (a PSI, or a share or difference in 0..1), ``bound_by`` who wrote it, "" for a
    default. ``records`` are numbers of cases; null for those who do not read cases.
    """

    id: int
    release: str
    month: str
    metric: str
    about: str
    figure: dict[str, Any]
    bound: float | None
    bound_by: str
    bound_reason: str
    cases: int
    records: list[int] | None
    raised: datetime
    acknowledged: datetime | None
    acknowledged_by: str
    done: str


class AcknowledgeIn(Schema):
    """What you found, and what you did."""

    done: str = Field(max_length=10_000)


class AlertBoundOut(Schema):
    """``bound`` as in an alert; ``default`` is in force where ``written_by`` is ""."""

    metric: str
    bound: float
    default: float
    written_by: str
    reason: str
    since: datetime | None


class AlertBoundIn(Schema):
    """``bound`` is a PSI for a column, else a share or a difference of shares in 0..1."""

    metric: str = Field(max_length=60)
    bound: str = Field(max_length=40)
    reason: str = Field(max_length=10_000)


class WeekShareOut(Schema):
    """``value`` is null with fewer than ten behind it; else a share in 0..1 with its 95 % interval."""

    count: int
    of: int
    value: float | None
    low: float | None
    high: float | None


class WeekOut(Schema):
    """One week from ``start``. ``adoption``: decided with a proposal in sight, of all decisions on real cases;
    ``followed``: as proposed, of those; ``opened``: opened, of folded proposals; ``contested``: of all decisions, so
    far; for ``running`` of them the time to appeal is not over."""

    start: date
    adoption: WeekShareOut
    followed: WeekShareOut
    opened: WeekShareOut
    contested: WeekShareOut
    running: int


def _inside(request: HttpRequest, slug: str) -> Project:
    project = get_object_or_404(Project, slug=slug)
    if not queries.sees_alerts(actor_of(request), project):
        raise NotAllowed(
            _("Alerts are read by those who run and oversee the tool."), do=_("Sign in with an account that does.")
        )
    return project


def _out(alert: Alert, reads: bool) -> AlertOut:
    written, by_whom = alert.written, alert.acknowledged_by
    return AlertOut(
        id=alert.pk,
        release=alert.release.version.version,
        month=f"{alert.watching.month:%Y-%m}" if alert.watching else "",
        metric=alert.metric,
        about=alert.about,
        figure=alert.figure,
        bound=None if alert.bound is None else float(alert.bound),
        bound_by=written.person.public_name if written else "",
        bound_reason=written.reason if written else "",
        cases=len(alert.records),
        records=alert.records if reads else None,
        raised=alert.raised,
        acknowledged=alert.acknowledged,
        acknowledged_by=by_whom.public_name if by_whom else "",
        done=alert.done,
    )


@router.get(
    "/projects/{slug}/alerts", response=list[AlertOut], summary="For those inside: alerts, and what people found"
)
def alerts(request: HttpRequest, slug: str) -> list[AlertOut]:
    project = _inside(request, slug)
    reads = reads_desk(actor_of(request), project)
    return [_out(one, reads) for one in queries.alerts(project)]


@router.post(
    "/projects/{slug}/alerts/{pk}/acknowledgement",
    response={201: AlertOut},
    summary="For lead and digital team: say what you found and did about an alert",
)
def acknowledge(request: HttpRequest, slug: str, pk: int, given: AcknowledgeIn) -> Status[AlertOut]:
    project = _inside(request, slug)
    one = get_object_or_404(queries.alerts(project), pk=pk)
    acknowledge_alert(by(request), project, one, given.done)
    return Status(201, _out(queries.alerts(project).get(pk=pk), reads_desk(actor_of(request), project)))


def _bound(found: bounds.Bound) -> AlertBoundOut:
    written = found.written
    return AlertBoundOut(
        metric=found.metric,
        bound=float(found.value),
        default=float(bounds.default(found.metric)),
        written_by=written.person.public_name if written else "",
        reason=written.reason if written else "",
        since=written.since if written else None,
    )


@router.get("/projects/{slug}/alert-bounds", response=list[AlertBoundOut], summary="From which figure on alerts come")
def alert_bounds(request: HttpRequest, slug: str) -> list[AlertBoundOut]:
    held = bounds.in_force(get_object_or_404(Project, slug=slug))
    return [_bound(one) for one in held.held.values()]


@router.post("/projects/{slug}/alert-bounds", response={201: AlertBoundOut}, summary="For the lead: write a bound")
def write_bound(request: HttpRequest, slug: str, given: AlertBoundIn) -> Status[AlertBoundOut]:
    project = get_object_or_404(Project, slug=slug)
    made = set_bound(by(request), project, given.metric, given.bound, given.reason)
    return Status(201, _bound(bounds.in_force(project).of(made.metric)))


@router.get(
    "/projects/{slug}/releases/{pk}/weeks", response=list[WeekOut], summary="Adoption and contested decisions by week"
)
def weeks(request: HttpRequest, slug: str, pk: int) -> list[Week]:
    release = get_object_or_404(Release.objects.select_related("version"), project__slug=slug, pk=pk)
    return weeks_of(release)
