"""How a tool is taken up and how often its decisions are contested, week by week from the first in which it was shown.

Counted are decisions that ended real cases of the services the tool advises (or of the cases drawn for it), each in the
week in which it was made. Practice, "cannot tell", unfinished cases and what an appeal changed later are left out.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
from django.db.models.functions import TruncWeek
from django.utils import timezone

from minga.assess.work import Figures, share
from minga.deliver.models import Access, Appeal, Case, Contest, Service, Stage, StageChange
from minga.deliver.quality import SEEN, decided
from minga.deliver.showing import Withheld
from minga.design.models import Release

WEEK = timedelta(days=7)
PROPOSED = SEEN & Q(difference__agrees__in=[True, False])
COUNTED: Mapping[str, Q] = {
    "decisions": Q(),
    "with_advice": PROPOSED,
    "followed": PROPOSED & Q(difference__agrees=True),
    "opened": PROPOSED & Q(asked=True, case__decide_first=False),
    "folded": Q(difference__withheld=Withheld.REQUEST.value),
    "contested": Q(appealed=True) | Q(disputed=True),
}


@dataclass(frozen=True, slots=True)
class Week:
    """One week from ``start``, a Monday. The shares are {count, of, value, low, high}, see ``work.share``.

    ``adoption``: decided with a proposal of the tool in sight, of all decisions. ``followed``: as it was proposed, of
    those. ``opened``: the person opened a folded proposal, of those who had one to open. ``contested``: appealed, or
    the flag contested in public, of all decisions, so far; for ``running`` of them the time to appeal is not over.
    """

    start: date
    adoption: Figures
    followed: Figures
    opened: Figures
    contested: Figures
    running: int


def weeks_of(release: Release, now: datetime | None = None, most: int | None = None) -> list[Week]:
    """Every week since the tool's advice was first shown, the oldest first, or the newest ``most`` of them.

    Weeks without a decision are there too. Empty where its advice was never shown. Three queries.
    """
    now = now or timezone.now()
    first = _first_shown(release)
    if first is None:
        return []
    starts = list(_mondays(first, now))[-most if most else 0 :]
    since = timezone.make_aware(datetime.combine(starts[0], datetime.min.time()))
    found = {row["week"].date(): row for row in _rows(release, max(since, first), now)}
    return [_week(start, found.get(start, {})) for start in starts]


def together(weeks: Sequence[Week]) -> Week:
    """The same figures over several weeks, at least one, as of one that starts with the first."""

    def of(name: str) -> Figures:
        held = [getattr(week, name) for week in weeks]
        return share(sum(one["count"] for one in held), sum(one["of"] for one in held))

    shares = {name: of(name) for name in ("adoption", "followed", "opened", "contested")}
    return Week(weeks[0].start, **shares, running=sum(week.running for week in weeks))


def _first_shown(release: Release) -> datetime | None:
    shown = [stage.value for stage in Stage if stage.share]
    changes = StageChange.objects.filter(project=release.project_id, release__version__tool=release.version.tool)
    return changes.filter(stage__in=shown).order_by("since").values_list("since", flat=True).first()


def _mondays(first: datetime, now: datetime) -> Iterator[date]:
    day = timezone.localtime(first).date()
    day -= timedelta(days=day.weekday())
    while day <= timezone.localtime(now).date():
        yield day
        day += WEEK


def _rows(release: Release, since: datetime, now: datetime) -> Iterable[Mapping[str, Any]]:
    tool = release.version.tool
    services = list(Service.objects.filter(project=release.project_id, tool=tool).values_list("pk", flat=True))
    whose = Q(case__service__in=services) if services else Q(case__service=None, case__release__version__tool=tool)
    made = decided(release.project, since).filter(whose, recorded__lte=now).exclude(case__state=Case.State.REVEALED)
    own = Access.objects.filter(case=OuterRef("case"), person=OuterRef("person"), what=Access.What.ADVICE)
    public = [Contest.State.OPEN, Contest.State.ANSWERED]
    made = made.annotate(
        week=TruncWeek("recorded"),
        asked=Exists(own),
        appealed=Exists(Appeal.objects.filter(determination=OuterRef("pk"))),
        disputed=Exists(Contest.objects.filter(flag__determination=OuterRef("pk"), state__in=public)),
    )
    counts = {name: Count("pk", filter=where) for name, where in COUNTED.items()}
    return made.values("week").annotate(**counts, running=Count("pk", filter=Q(notice__appeal_by__gt=now)))


def _week(start: date, row: Mapping[str, Any]) -> Week:
    count = {name: int(row.get(name, 0)) for name in (*COUNTED, "running")}
    return Week(
        start,
        adoption=share(count["with_advice"], count["decisions"]),
        followed=share(count["followed"], count["with_advice"]),
        opened=share(count["opened"], count["opened"] + count["folded"]),
        contested=share(count["contested"], count["decisions"]),
        running=count["running"],
    )
