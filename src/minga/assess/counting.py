"""What stop rules count of one release: events so, of events known, since a moment (all of them without one).

A rule holds the share itself against its bound and has a minimum of its own, so no figure here is left out for being
of few. ``value`` of a gap is a difference of shares; of waiting alerts ``count`` is days.
"""

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from statistics import NormalDist

from django.db.models import Count, Max, Q
from django.db.models.fields.json import KeyTextTransform

from minga.assess.models import Alert, Metric
from minga.deliver import quality
from minga.deliver import queries as deliver
from minga.deliver.models import Appeal, Case, Draw, Flag, Service
from minga.design.models import Release
from minga.tools.base import Figure
from minga.tools.drift.statistics import difference
from minga.tools.stats import Z_95, wilson

LEAST = 10
CHANCE = 0.05
Counter = Callable[[Release, datetime | None, datetime], Figure]


def _share(metric: str, count: int, of: int) -> Figure:
    low, high = wilson(count, of) if of else (None, None)
    return Figure(metric, "", count, of, count / of if of else None, low, high)


def _since(field: str, since: datetime | None) -> Q:
    return Q(**{f"{field}__gte": since}) if since else Q()


def flag_share(release: Release, since: datetime | None, now: datetime) -> Figure:
    if since is None:
        return deliver.flag_share_this_month(release, now)
    draws = Draw.objects.filter(release=release, drawn_at__gte=since, drawn_at__lte=now)
    rows = list(draws.order_by().values("dataset").annotate(most_flagged=Max("flagged"), most_read=Max("read")))
    return _share("flag_share", *(sum(row[name] for row in rows) for name in ("most_flagged", "most_read")))


def withdrawn_share(release: Release, since: datetime | None, now: datetime) -> Figure:
    if since is None:
        return deliver.withdrawn_share(release.project, release)
    ended = Q(state__in=[Flag.State.WITHDRAWN, Flag.State.EXPLAINED])
    found = Flag.objects.filter(case__release=release, raised__gte=since)
    return _share("withdrawn", found.filter(ended).count(), found.count())


def overruled_share(release: Release, since: datetime | None, now: datetime) -> Figure:
    made = quality.decided(release.project, since).filter(quality.SEEN, case__release=release)
    found = made.filter(difference__agrees__in=[True, False]).aggregate(
        of=Count("pk"), count=Count("pk", filter=Q(difference__agrees=False))
    )
    return _share("overruled_share", found["count"], found["of"])


def appeals_won_share(release: Release, since: datetime | None, now: datetime) -> Figure:
    found = Appeal.objects.filter(
        _since("answered", since), determination__case__release=release, state=Appeal.State.ANSWERED
    )
    won = found.filter(outcome=Appeal.Outcome.CHANGED).count()
    return _share("appeals_won_share", won, found.count())


def failed_share(release: Release, since: datetime | None, now: datetime) -> Figure:
    found = Case.objects.filter(_since("advised", since), release=release, rehearsal=False).exclude(service=None)
    return _share("failed_share", found.exclude(problem="").count(), found.count())


def missed_share(release: Release, since: datetime | None, now: datetime) -> Figure:
    """Of the services that the release serves; of its drawn cases where it serves none."""
    services = Service.objects.filter(project=release.project_id, tool=release.version.tool)
    found = [quality.missed_share_of_control(service, since) for service in services]
    if found:
        return _share("missed_share", sum(one.count for one in found), sum(one.of for one in found))
    drawn = [
        made.adverse
        for made in deliver.final_determinations(release.project)
        if made.case.release_id == release.pk
        and made.case.drawn == Case.Drawn.RANDOM
        and (since is None or made.recorded >= since)
    ]
    return _share("missed_share", sum(drawn), len(drawn))


def group_gap(release: Release, since: datetime | None, now: datetime, least: int = LEAST) -> Figure:
    """The widest gap between two groups of one attribute that have ``least`` proposals each.

    ``of`` is the smaller of the two, ``group`` names both.
    """
    found = [
        gap
        for service in Service.objects.filter(project=release.project_id, tool=release.version.tool)
        for attribute in service.groups
        if (gap := _gap(_proposals(service, attribute, release, since), least)) is not None
    ]
    none = Figure("group_gap", "", 0, 0, None, None, None)
    return max(found, key=lambda gap: gap.value or 0, default=none)


def _proposals(service: Service, attribute: str, release: Release, since: datetime | None) -> dict[str, list[int]]:
    """Group -> [proposals against the person, proposals]."""
    found = Case.objects.filter(_since("advised", since), service=service, release=release, rehearsal=False)
    rows = found.order_by().annotate(
        value=KeyTextTransform(attribute, "groups"), proposal=KeyTextTransform("proposal", "advice")
    )
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for row in rows.values("value", "proposal").annotate(cases=Count("pk")):
        if row["value"] and row["proposal"]:
            counts[row["value"]][1] += row["cases"]
            if service.outcome_advised(row["proposal"]) in service.adverse:
                counts[row["value"]][0] += row["cases"]
    return counts


def _gap(counts: dict[str, list[int]], least: int) -> Figure | None:
    """None where fewer than two groups have ``least`` proposals each."""
    known = sorted((count / of, name) for name, (count, of) in counts.items() if of >= least)
    if len(known) < 2:
        return None
    lowest, highest = known[0][1], known[-1][1]
    (count, of), (other, other_of) = counts[highest], counts[lowest]
    value, low, high = difference(count, of, other, other_of)
    low = widened(value, low, len(known) * (len(known) - 1) // 2)
    return Figure("group_gap", f"{highest} – {lowest}", count, min(of, other_of), value, low, high)


def widened(value: float, low: float, pairs: int) -> float:
    """The lower end of a gap's 95 % interval, widened because the widest of ``pairs`` was picked (Bonferroni)."""
    quantile = NormalDist().inv_cdf(1 - CHANCE / (2 * max(1, pairs)))
    return value - (value - low) * quantile / Z_95


def alert_days(release: Release, since: datetime | None, now: datetime) -> Figure:
    """``count`` is the days that the oldest waits, ``of`` how many wait."""
    raised = list(Alert.objects.filter(release=release, acknowledged=None).values_list("raised", flat=True))
    days = max(((now - moment).days for moment in raised), default=0)
    return Figure("alert_days", "", days, len(raised), float(days), None, None)


COUNTERS: dict[str, Counter] = {
    Metric.FLAG_SHARE: flag_share,
    Metric.WITHDRAWN_SHARE: withdrawn_share,
    Metric.OVERRULED_SHARE: overruled_share,
    Metric.APPEALS_WON_SHARE: appeals_won_share,
    Metric.FAILED_SHARE: failed_share,
    Metric.MISSED_SHARE: missed_share,
    Metric.GROUP_GAP: group_gap,
    Metric.ALERT_DAYS: alert_days,
}
