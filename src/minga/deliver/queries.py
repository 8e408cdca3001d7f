"""Reads of the desk that deserve a name: where a release stands, how often it was right, what waits."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from typing import Any

from django.db.models import Exists, Max, OuterRef, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from minga.deliver import duties, handover, hearings, readers, rules
from minga.deliver.models import (
    Case,
    Contest,
    Determination,
    Draw,
    Drill,
    Flag,
    Opened,
    PartyReply,
    Stage,
    StageChange,
)
from minga.deliver.prepared import Prepared
from minga.design.models import Release, ToolVersion
from minga.design.queries import withdrawals_of
from minga.ledger.action import Actor, may
from minga.projects.models import Project
from minga.projects.roles import Role, roles_of
from minga.tools.base import Figure
from minga.tools.stats import wilson

COUNTED = 10_000
"""Counts of waiting cases go no further: nobody reads page 400 of a queue, and counting all would read it all."""
DESK_READERS = {Role.FRONTLINE, Role.LEAD, Role.OVERSEER}


def _newest_stage(release: Any, project: Any, tool: Any, version: Any) -> QuerySet[Any, Any]:
    gone = withdrawals_of(ToolVersion(project_id=project, tool=tool, version=version))
    changes = StageChange.objects.filter(release=release).annotate(gone=Exists(gone))
    return changes.order_by("-pk").values_list("stage", "gone")[:1]


_newest_stages = Prepared(_newest_stage)


def stage_of(release: Release | None) -> Stage:
    """The stage at which a release stands now; off until it was moved, and where its tool is withdrawn from use."""
    return standing_of(release)[0]


def standing_of(release: Release | None) -> tuple[Stage, bool]:
    """The same with whether it is off because its tool is withdrawn from use."""
    if release is None:
        return Stage.OFF, False
    tool = release.version
    found = _newest_stages(release.pk, tool.project_id, tool.tool, tool.version)
    if not found:
        return Stage.OFF, False
    stage, gone = Stage(found[0][0]), bool(found[0][1])
    return (Stage.OFF, True) if gone else (stage, False)


def lasting(changes: QuerySet[StageChange]) -> QuerySet[StageChange]:
    """Without those of drills, which switch a release off and put it back within the same moment."""
    return changes.exclude(Exists(Drill.objects.filter(release=OuterRef("release"), at=OuterRef("since"))))


def superseded_by(release: Release) -> Release | None:
    """The newest release of the same tool in the project, where that is not this one."""
    newest = Release.objects.filter(project=release.project, version__tool=release.version.tool).order_by("pk").last()
    return newest if newest is not None and newest.pk != release.pk else None


def in_service(project: Project) -> list[tuple[Release, Stage]]:
    """The releases that are not off, newest first, with their stage."""
    releases = Release.objects.filter(project=project).select_related("version").order_by("-pk")
    standing = [(release, stage_of(release)) for release in releases]
    return [(release, stage) for release, stage in standing if stage != Stage.OFF]


def leads(actor: Actor, project: Project) -> bool:
    return Role.LEAD in roles_of(actor, project)


def reads_desk(actor: Actor, project: Project) -> bool:
    """Whether the actor may see cases: those who decide them, the lead, and the overseer."""
    return not DESK_READERS.isdisjoint(roles_of(actor, project))


_opened = Prepared(lambda case, person: Opened.objects.filter(case=case, person=person).values_list("path"))


def opened_paths(case: Case, person_id: int | None) -> set[str]:
    """What this person has opened of the case's source."""
    return {path for (path,) in _opened(case.pk, person_id or 0)}


# How often the advice was right


def final_determinations(project: Project) -> list[Determination]:
    """The determination that ended each decided case that was drawn, the unaided ones of shadow included.

    Cases of services are counted by ``minga.deliver.quality``.
    """
    found = Determination.objects.filter(
        case__project=project, case__state=Case.State.DECIDED, case__service=None, case__rehearsal=False
    )
    latest: dict[int, Determination] = {}
    for made in found.select_related("case", "flag").order_by("pk"):
        if made.choice != Determination.Choice.CANNOT_TELL:
            latest[made.case_id] = made
    return list(latest.values())


def _figure(metric: str, group: str, outcomes: Sequence[bool]) -> Figure:
    count, of = sum(outcomes), len(outcomes)
    if of < rules.enough():
        return Figure(metric, group, count, of, None, None, None)
    low, high = wilson(count, of)
    return Figure(metric, group, count, of, count / of, low, high)


def _confirmed(made: Determination) -> bool:
    """Adverse, and not taken back by a contest since."""
    flag = getattr(made, "flag", None)
    return made.adverse and (flag is None or flag.state in {Flag.State.CONFIRMED, Flag.State.CONTESTED})


def codes_of(case: Case) -> frozenset[str]:
    """The indicators that fired on a case."""
    return frozenset(sign["code"] for sign in case.advice.get("reasons", ()))


def precision(project: Project) -> Figure:
    """Share of decided flagged cases that a person confirmed."""
    made = [d for d in final_determinations(project) if d.case.drawn == Case.Drawn.FLAGGED]
    return _figure("precision", "", [_confirmed(d) for d in made])


def precision_like(case: Case) -> Figure:
    """The same for cases that share at least one sign with ``case``, itself left out."""
    codes = codes_of(case)
    made = [d for d in final_determinations(case.project) if d.case_id != case.pk and codes & codes_of(d.case)]
    return _figure("precision", "", [_confirmed(d) for d in made])


def precision_by_indicator(project: Project) -> list[Figure]:
    """Confirmed of decided per indicator, most decided first; a case counts for each of its signs."""
    outcomes: dict[str, list[bool]] = defaultdict(list)
    for made in final_determinations(project):
        for code in codes_of(made.case):
            outcomes[code].append(_confirmed(made))
    return _sorted(_figure("precision", code, found) for code, found in outcomes.items())


def precision_by_buyer(project: Project) -> list[Figure]:
    """Confirmed of decided per buyer. It names parties: for the desk, never for the public."""
    outcomes: dict[str, list[bool]] = defaultdict(list)
    for made in final_determinations(project):
        if made.case.drawn == Case.Drawn.FLAGGED:
            outcomes[made.case.buyer].append(_confirmed(made))
    return _sorted(_figure("precision", buyer, found) for buyer, found in outcomes.items())


def _sorted(figures: Iterable[Figure]) -> list[Figure]:
    return sorted(figures, key=lambda figure: (-figure.of, figure.group))


def missed_share(project: Project) -> Figure:
    """Share of the decided cases drawn at random among the unflagged in which a person saw a problem."""
    made = [d for d in final_determinations(project) if d.case.drawn == Case.Drawn.RANDOM]
    return _figure("missed", "", [d.adverse for d in made])


def unaided_agreement(project: Project) -> Figure:
    """Share of unaided decisions that stayed the same once the advice was seen."""
    pairs = Determination.objects.filter(case__project=project, case__service=None).exclude(revises=None)
    return _figure("kept", "", [not made.difference.get("changed") for made in pairs])


# What stop rules ask


def flag_share_this_month(release: Release, now: datetime | None = None) -> Figure:
    """Share of the processes read since the first of the month that the release flagged.

    A dataset that several draws read counts once, with the most that one draw read and flagged.
    """
    now = now or timezone.now()
    start = timezone.localtime(now).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    draws = Draw.objects.filter(release=release, drawn_at__gte=start, drawn_at__lte=now)
    per_dataset = list(draws.order_by().values("dataset").annotate(most_flagged=Max("flagged"), most_read=Max("read")))
    flagged, read = (sum(found[name] for found in per_dataset) for name in ("most_flagged", "most_read"))
    if read < rules.enough():
        return Figure("flag_share", "", flagged, read, None, None, None)
    return Figure("flag_share", "", flagged, read, flagged / read, *wilson(flagged, read))


def last_draw(release: Release) -> Draw | None:
    """The newest draw in which the release read anything; None before the first."""
    return Draw.objects.filter(release=release, read__gt=0).order_by("-drawn_at", "-pk").first()


def withdrawn_share(project: Project, release: Release | None = None) -> Figure:
    """Share of the flags raised that were withdrawn or explained after a contest."""
    flags = Flag.objects.filter(project=project)
    if release is not None:
        flags = flags.filter(case__release=release)
    ended = (Flag.State.WITHDRAWN, Flag.State.EXPLAINED)
    return _figure("withdrawn", "", [state in ended for state in flags.values_list("state", flat=True)])


# Flags and contests


def held_back(flag: Flag, now: datetime) -> list[str]:
    """Why a flag is not published yet, or ever; empty when nothing holds it back."""
    reasons = []
    if flag.state in {Flag.State.EXPLAINED, Flag.State.WITHDRAWN}:
        reasons.append(_("It was explained or withdrawn before it was published."))
    if flag.publish_on is None:
        reasons.append(_("The party has not been told yet."))
    elif flag.publish_on > now:
        reasons.append(_("The party's days to reply have not passed."))
    waiting = flag.contests.filter(from_party=True, state__in=[Contest.State.WAITING, Contest.State.OPEN])
    if waiting.exists() or flag.replies.filter(state=PartyReply.State.WAITING).exists():
        reasons.append(_("The party's own words wait for a moderator or an answer."))
    return reasons


def public_flags(project: Project | None = None) -> QuerySet[Flag]:
    """Published flags, newest first."""
    flags = Flag.objects.exclude(published=None).select_related("project", "case", "determination__person")
    return (flags.filter(project=project) if project else flags).order_by("-published", "-pk")


@dataclass(frozen=True, slots=True)
class ContestFigures:
    """How contests went.

    ``median_days`` is None while none is answered; ``longest_overdue`` is in whole days, 0 where none is overdue.
    """

    received: int
    answered: int
    won: int
    waiting: int
    overdue: int
    median_days: float | None
    longest_overdue: int = 0


def days_overdue(contest: Contest, now: datetime | None = None) -> int | None:
    """Whole days since its answer was due; None where it is answered or not due yet."""
    now = now or timezone.now()
    return (now - contest.due).days if contest.answered is None and contest.due < now else None


def lateness(contests: Iterable[Contest], now: datetime | None = None) -> tuple[int, int]:
    """(how many unanswered contests are past their day, by how many whole days the one that is latest)."""
    late = [days for contest in contests if (days := days_overdue(contest, now)) is not None]
    return len(late), max(late, default=0)


def contest_figures(project: Project | None = None, now: datetime | None = None) -> ContestFigures:
    """Counts and the median of days to an answer, over contests that a moderator let through."""
    now = now or timezone.now()
    contests = Contest.objects.exclude(state=Contest.State.MODERATED_OUT).filter(flag__published__isnull=False)
    if project:
        contests = contests.filter(flag__project=project)
    found = list(contests)
    answered = [contest for contest in found if contest.answered]
    waiting = [contest for contest in found if not contest.answered]
    overdue, longest = lateness(waiting, now)
    return ContestFigures(
        received=len(found),
        answered=len(answered),
        won=sum(contest.won for contest in answered),
        waiting=len(waiting),
        overdue=overdue,
        median_days=median(contest.days_open() for contest in answered) if answered else None,
        longest_overdue=longest,
    )


def to_answer(project: Project) -> QuerySet[Contest]:
    """Open contests, the most urgent first."""
    contests = Contest.objects.filter(flag__project=project, state=Contest.State.OPEN)
    return contests.select_related("flag__case", "flag__determination__person").order_by("due", "pk")


# What next


def what_next(project: Project, actor: Actor) -> list[tuple[str, str]]:
    """(what waits at the desk for this actor, where), the most urgent first."""
    found: list[tuple[str, str]] = []
    slug = [project.slug]

    def wait(action: str, count: int, text: str, name: str) -> None:
        if count and may(actor, project, action):
            found.append((text % {"count": count}, reverse(name, args=slug)))

    moderation = _waiting(project)
    text = ngettext("Read %(count)d reply or contest", "Read %(count)d replies and contests", moderation)
    wait("contest.moderated", moderation, text, "deliver:moderation")
    contests = to_answer(project)
    if actor.person_id is not None:
        contests = contests.exclude(flag__case__determinations__person_id=actor.person_id)
    count = contests.count()
    wait("contest.answered", count, _to_answer_words(contests), "deliver:contests")
    if actor.person_id is not None and (project.services.exists() or in_service(project)):
        cases = Case.objects.filter(project=project, rehearsal=False)
        held = cases.filter(claimed_by_id=actor.person_id, state__in=[Case.State.CLAIMED, Case.State.REVEALED]).count()
        wait(
            "case.claimed",
            held,
            ngettext("Decide your %(count)d case", "Decide your %(count)d cases", held),
            "deliver:desk",
        )
        own = Determination.objects.filter(case=OuterRef("pk"), person_id=actor.person_id)
        free = cases.filter(~Exists(own), state=Case.State.OPEN).order_by()[: COUNTED + 1].count()
        text = ngettext("Take a case: %(count)d waits", "Take a case: %(count)d wait", free)
        many = _("Take a case: more than %(most)d wait") % {"most": COUNTED}
        wait("case.claimed", free, many if free > COUNTED else text, "deliver:desk")
    untold = Flag.objects.filter(project=project, told=None).count()
    wait(
        "party.told",
        untold,
        ngettext("Send %(count)d letter to a party", "Send %(count)d letters to parties", untold),
        "deliver:desk",
    )
    others = (handover, hearings, readers, duties)
    return [*found, *(each for room in others for each in room.waiting(project, actor))]


def _to_answer_words(contests: QuerySet[Contest]) -> str:
    """ "Answer 3 contests, 2 overdue by up to 98 days"; the days are left out before the first whole one."""
    count = contests.count()
    text = ngettext("Answer %(count)d contest", "Answer %(count)d contests", count) % {"count": count}
    overdue, days = lateness(contests)
    if not overdue:
        return text
    return f"{text}, {overdue_words(overdue, days)}"


def overdue_words(overdue: int, days: int) -> str:
    """ "1 overdue by 98 days"; of several, the days of the latest."""
    if not days:
        text = ngettext("%(overdue)d overdue", "%(overdue)d overdue", overdue)
    elif overdue == 1:
        text = ngettext("%(overdue)d overdue by %(days)d day", "%(overdue)d overdue by %(days)d days", days)
    else:
        text = ngettext("%(overdue)d overdue by up to %(days)d day", "%(overdue)d overdue by up to %(days)d days", days)
    return text % {"overdue": overdue, "days": days}


def _waiting(project: Project) -> int:
    contests = Contest.objects.filter(flag__project=project, state=Contest.State.WAITING).count()
    return contests + PartyReply.objects.filter(flag__project=project, state=PartyReply.State.WAITING).count()
