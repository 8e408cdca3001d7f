"""Reads of reviews: which are due or late, what the groups answered side by side, and what to do next."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from minga.assess.models import Alert, Demand, Incident, Review, ReviewAnswer, Watching
from minga.deliver import queries as deliver
from minga.deliver.models import Stage, StageChange
from minga.design.models import Release
from minga.instruments import library
from minga.instruments.definition import LongText, Question, ShortText, say
from minga.instruments.show import shown
from minga.ledger.action import Actor, may
from minga.ledger.queries import SMALLEST_GROUP
from minga.people.models import Group
from minga.projects.models import Project
from minga.projects.roles import SIGNED_IN, VISITOR, roles_of
from minga.web.format import day

SET = "evaluation"
SIX_MONTHS = timedelta(days=182)
GROUPS_NEEDED = 3
MONTHS_SHOWN = 12


# Which are due


def last_looked_at(release: Release) -> datetime | None:
    """When its last review was opened, else when its advice was first shown; None if it never was."""
    review = Review.objects.filter(release=release).order_by("-opened").first()
    if review:
        return review.opened
    shown_stages = [stage.value for stage in Stage if stage.share]
    first = StageChange.objects.filter(release=release, stage__in=shown_stages).order_by("since", "pk").first()
    return first.since if first else None


def next_review(project: Project) -> datetime | None:
    """When the next review of a release in service opens by itself; None where none is in service."""
    found = [last_looked_at(release) for release, _stage in deliver.in_service(project)]
    days = [moment + SIX_MONTHS for moment in found if moment is not None]
    return min(days) if days else None


def due_for_review(now: datetime | None = None) -> list[Release]:
    """Releases in service that nobody has reviewed for six months, and that have no open review."""
    now = now or timezone.now()
    found = []
    for project in Project.objects.filter(pk__in=StageChange.objects.values("project")):
        for release, _stage in deliver.in_service(project):
            last = last_looked_at(release)
            waits = Review.objects.filter(release=release, state=Review.State.OPEN).exists()
            if last is not None and last + SIX_MONTHS <= now and not waits:
                found.append(release)
    return found


def overdue(project: Project | None = None, now: datetime | None = None) -> QuerySet[Review]:
    """Open reviews whose time to answer has passed, the longest overdue first. Public."""
    found = Review.objects.filter(state=Review.State.OPEN, due__lt=now or timezone.now())
    found = found.select_related("project", "release__version").order_by("due")
    return found.filter(project=project) if project else found


def open_reviews(project: Project) -> QuerySet[Review]:
    return Review.objects.filter(project=project, state=Review.State.OPEN).select_related("release__version")


# What was answered


def latest_answers(review: Review) -> list[ReviewAnswer]:
    """The last answer of each person, in the order of the groups."""
    rows = review.answers.order_by("pk")
    order = {group: place for place, group in enumerate(Group.values)}
    latest = {answer.person_id: answer for answer in rows}.values()
    return sorted(latest, key=lambda answer: (order.get(answer.group, len(order)), answer.pk))


def groups_answered(review: Review) -> list[str]:
    """Actor groups with at least one answer, in the usual order."""
    return list(dict.fromkeys(answer.group for answer in latest_answers(review)))


def answer_of(review: Review, actor: Actor) -> ReviewAnswer | None:
    """What this person answered last."""
    if actor.person_id is None:
        return None
    return review.answers.filter(person_id=actor.person_id).order_by("-pk").first()


def is_member(actor: Actor, project: Project) -> bool:
    """Whether the actor has a role that the project or the body gave them."""
    return bool(roles_of(actor, project) - {VISITOR, SIGNED_IN})


@dataclass(frozen=True, slots=True)
class GroupAnswers:
    """One group's column. ``n`` and the counts are None where the group is too small to be counted in public."""

    group: str
    label: str
    n: int | None
    verdicts: dict[str, int] | None


@dataclass(frozen=True, slots=True)
class Row:
    """One question. ``cells``: what each group said, or "" where it is not shown; ``texts``: (group, words)."""

    question: str
    title: str
    cells: tuple[str, ...] = ()
    texts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class SideBySide:
    """Groups beside each other, never averaged. ``hidden`` says how many groups' counts are withheld."""

    groups: tuple[GroupAnswers, ...]
    rows: tuple[Row, ...]
    hidden: int
    silent: tuple[str, ...]

    @property
    def differs(self) -> bool:
        """Whether the groups that are shown with counts lean to different verdicts."""
        tops = {max(g.verdicts, key=lambda v, g=g: g.verdicts[v]) for g in self.groups if g.verdicts}  # type: ignore[misc]
        return len(tops) > 1


def side_by_side(review: Review, *, public: bool) -> SideBySide:
    """The answers by group.

    Written words always stand under their group and never beside a name; the form says so before it is
    sent. Counts are shown to members of the project as they are. In public (promise 7 of the design) the
    counts of a group with fewer than ten answers are withheld, and so is their total, from which they
    could be subtracted. That a group has answered is public, whatever its size: a review needs three.
    """
    answers = latest_answers(review)
    by_group: dict[str, list[ReviewAnswer]] = {}
    for answer in answers:
        by_group.setdefault(answer.group, []).append(answer)
    small = {group for group, found in by_group.items() if public and len(found) < SMALLEST_GROUP}
    groups = tuple(_group(group, found, group in small) for group, found in by_group.items())
    rows = [_row(question, by_group, small) for question in library.load(SET).questions.values()]
    silent = tuple(str(label) for value, label in Group.choices if value not in by_group)
    return SideBySide(groups, tuple(row for row in rows if row is not None), len(small), silent)


def _group(group: str, found: Sequence[ReviewAnswer], withheld: bool) -> GroupAnswers:
    counts = Counter(answer.verdict for answer in found)
    verdicts = {value: counts[value] for value in ReviewAnswer.Verdict.values}
    label = str(Group(group).label)
    return GroupAnswers(group, label, None if withheld else len(found), None if withheld else verdicts)


def _row(question: Question, by_group: dict[str, list[ReviewAnswer]], small: set[str]) -> Row | None:
    language = get_language() or "en"
    title = say(question.ask, language)
    if isinstance(question, LongText | ShortText):
        texts = [
            (str(Group(group).label), _with_source(answer, question.id))
            for group, found in by_group.items()
            for answer in found
            if answer.answers.get(question.id)
        ]
        return Row(question.id, title, texts=tuple(texts)) if texts else None
    if all(group in small for group in by_group):
        return None
    cells = ["" if group in small else _counted(question, found, language) for group, found in by_group.items()]
    return Row(question.id, title, cells=tuple(cells)) if any(cells) else None


def _with_source(answer: ReviewAnswer, question: str) -> str:
    source = " ".join(part for part in answer.evidence.get(question, ()) if part)
    text = str(answer.answers[question])
    return f"{text} ({source})" if source else text


def _counted(question: Question, found: Sequence[ReviewAnswer], language: str) -> str:
    said: Counter[str] = Counter()
    for answer in found:
        value: Any = answer.answers.get(question.id)
        if value not in (None, "", [], {}):
            said[shown(question, value, language)] += 1
    if len(found) == 1:
        return next(iter(said), "")
    return "; ".join(f"{text} ({count})" for text, count in said.most_common())


# The watch


def watched_releases(project: Project) -> list[Release]:
    """Releases that are or were in service, those in service first, then the newest."""
    changed = StageChange.objects.filter(project=project).exclude(stage=Stage.OFF).values("release")
    serving = {release.pk for release, _stage in deliver.in_service(project)}
    found = Release.objects.filter(pk__in=changed).select_related("version", "project").order_by("-pk")
    return sorted(found, key=lambda release: release.pk not in serving)


def watchings(release: Release) -> list[Watching]:
    """The months measured of a release, the oldest of the last twelve first."""
    return list(Watching.objects.filter(release=release).order_by("-month")[:MONTHS_SHOWN])[::-1]


def alerts(project: Project) -> QuerySet[Alert]:
    found = Alert.objects.filter(project=project)
    return found.select_related("release__version", "acknowledged_by", "project", "watching", "written__person")


def sees_alerts(actor: Actor, project: Project) -> bool:
    """Those who read cases and those who look into alerts; their words may be about few people."""
    return deliver.reads_desk(actor, project) or may(actor, project, "alert.acknowledged")


def open_alerts(project: Project) -> QuerySet[Alert]:
    """Alerts that wait for a person, the oldest first."""
    return alerts(project).filter(acknowledged=None).order_by("raised", "pk")


# What next


def what_next(project: Project, actor: Actor) -> list[tuple[str, str]]:
    """What ``actor`` can do about alerts and reviews now: (sentence, address), the most urgent first."""
    rows = []
    if may(actor, project, "alert.acknowledged") and (waiting := open_alerts(project).count()):
        words = ngettext("Look into %(count)d alert", "Look into %(count)d alerts", waiting) % {"count": waiting}
        rows.append((words, reverse("assess:alerts", args=[project.slug])))
    rows += _incidents_next(project, actor) + _demands_next(project, actor)
    for review in open_reviews(project):
        place = [project.slug, review.pk]
        late = review.is_overdue()
        version = {"version": review.release.version.version}
        if may(actor, project, "review.answered") and answer_of(review, actor) is None:
            words = (
                _("Answer the review of version %(version)s: it is overdue")
                if late
                else _("Answer the review of version %(version)s")
            )
            rows.append((words % version, reverse("assess:answer", args=place)))
        if may(actor, project, "review.closed") and (late or len(groups_answered(review)) >= GROUPS_NEEDED):
            rows.append((_("Close the review of version %(version)s") % version, reverse("assess:close", args=place)))
    return rows


def _incidents_next(project: Project, actor: Actor) -> list[tuple[str, str]]:
    if not may(actor, project, "incident.triaged"):
        return []
    new = Incident.objects.filter(project=project, state=Incident.State.REPORTED).order_by("due", "pk")
    return [
        (_("Look into report %(code)s") % {"code": incident.code}, reverse("assess:triage", args=[incident.code]))
        for incident in new[:3]
    ]


def _demands_next(project: Project, actor: Actor) -> list[tuple[str, str]]:
    if not may(actor, project, "demand.answered"):
        return []
    asked = Demand.objects.filter(project=project, answered=None).order_by("due", "pk")
    return [
        (_("Answer the overseer by %(day)s") % {"day": day(demand.due)}, demand.get_absolute_url())
        for demand in asked[:3]
    ]
