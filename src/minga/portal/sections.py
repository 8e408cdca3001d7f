"""The thread page, section by section: each link of the thread in plain words, public parts only for visitors."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Model
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from minga.assess.models import Review, ReviewAnswer
from minga.deliver import queries as deliver
from minga.deliver.models import RELEASED, Contest, Determination, Flag
from minga.deliver.views.stages import rollout_bar
from minga.design import charts
from minga.design import queries as design
from minga.design.models import Check, Criterion, Release
from minga.engage import queries as engage
from minga.engage.agreement import VotesOn, followed, votes_on
from minga.engage.models import Ballot, Contribution, Decision, Statement
from minga.ledger.action import Actor
from minga.ledger.thread import Thread
from minga.projects.models import Project
from minga.web.format import day
from minga.web.svg.types import Knot, LinkName


@dataclass(frozen=True)
class Section:
    """One link: its knot, the finding as heading, a line beside it, and the template that tells it."""

    knot: Knot
    title: str
    meta: str
    template: str
    told: dict[str, Any]


def visible(instance: Model, actor: Actor) -> bool:
    """Whether this actor may see the subject: public things all may, desk matters only who reads the desk."""
    if getattr(instance, "is_public", True):
        return True
    if isinstance(instance, Contribution | Decision | Ballot):
        return False
    project: Project = instance.project  # type: ignore[attr-defined]
    return deliver.reads_desk(actor, project)


class Told:
    """The subjects of one thread, loaded once per kind and cut down to what the actor may see."""

    def __init__(self, thread: Thread, actor: Actor) -> None:
        self.thread, self.actor = thread, actor

    def of(self, model: type[Model], kind: str) -> list[Any]:
        ids = [identifier for identifier in self.thread.ids(kind) if identifier.isdigit()]
        found = model._default_manager.filter(pk__in=ids).order_by("pk")
        return [instance for instance in found if visible(instance, self.actor)]


def opening(thread: Thread, start: Any, actor: Actor) -> dict[str, Any]:
    """The head of the page: the sentence that it all began with, where there is one."""
    contributions = Told(thread, actor).of(Contribution, "contribution")
    return {"contribution": contributions[0] if contributions else None, "title": start.ledger_title}


def sections(thread: Thread, actor: Actor) -> list[Section]:
    """All sections, in the order of the thread; a check that failed and one that passed each have their own."""
    told = Told(thread, actor)
    return _numbered([section for build in BUILDERS for section in build(told)])


def _numbered(found: list[Section]) -> list[Section]:
    """Give each section an address on the page: "check", "check-2" ..."""
    seen: Counter[str] = Counter()
    numbered = []
    for section in found:
        link = section.knot.link
        seen[link] += 1
        anchor = f"#{link}" if seen[link] == 1 else f"#{link}-{seen[link]}"
        yarn = "none" if section is found[-1] else section.knot.yarn
        numbered.append(replace(section, knot=replace(section.knot, href=anchor, yarn=yarn)))
    return numbered


def _knot(link: LinkName, state: str = "done", yarn: str = "") -> Knot:
    return Knot(link, state, yarn=yarn)  # type: ignore[arg-type]


def _contributions(told: Told) -> Iterator[Section]:
    given = told.of(Contribution, "contribution")
    first = [one for one in given if one.duplicate_of_id is None]
    if first:
        who = first[0].get_group_display()
        title = ngettext("It began with a sentence", "It began with %(n)s contributions", len(first)) % {
            "n": len(first)
        }
        merged = sum(one.duplicates.count() for one in first)
        meta = f"{who} · {day(first[0].submitted)}"
        told_of = {"given": first[:5], "merged": merged, "votes": _votes(first[:5])}
        yield Section(_knot("contribution"), title, meta, "contribution", told_of)


def _votes(given: list[Contribution]) -> list[VotesOn]:
    """The votes on those contributions that are statements of a conversation."""
    statements = Statement.objects.filter(contribution__in=given).select_related("conversation", "contribution")
    return [votes_on(statement) for statement in statements if statement.conversation.is_public]


def _decisions(told: Told) -> Iterator[Section]:
    for decision in told.of(Decision, "decision")[:5]:
        titles = {
            Decision.Outcome.ADOPTED: _("The project adopted it"),
            Decision.Outcome.ADAPTED: _("The project adopted a part of it"),
            Decision.Outcome.DECLINED: _("The project declined it"),
        }
        days = ngettext("%(n)s day later", "%(n)s days later", decision.days) % {"n": decision.days}
        meta = f"{day(decision.decided)} · {days}"
        yield Section(
            _knot("decision"), titles[Decision.Outcome(decision.outcome)], meta, "decision", {"decision": decision}
        )


def _criteria(told: Told) -> Iterator[Section]:
    criteria = told.of(Criterion, "criterion")
    ballots = {ballot.pk: ballot for ballot in told.of(Ballot, "ballot")}
    if not criteria and not ballots:
        return
    title = ngettext("It became a criterion", "It became %(n)s criteria", len(criteria)) % {"n": len(criteria)}
    if not criteria:
        title = _("It was put to a ballot")
    when = [one.approved for one in criteria if one.approved] or [ballot.opens for ballot in ballots.values()]
    rows = [(one, charts.bound_text(one)) for one in criteria]
    yield Section(
        _knot("criterion"),
        title,
        day(min(when)),
        "criterion",
        {"rows": rows, "ballots": [_ballot(ballot) for ballot in ballots.values()]},
    )


def _ballot(ballot: Ballot) -> dict[str, Any]:
    """A ballot with what was decided against it, and since when the project should have acted on it."""
    waits = bool(ballot.passed) and ballot.about == "criterion" and not engage.is_acted_on(ballot)
    against = [one for one in followed(ballot) if one.against] if ballot.closed else []
    return {"ballot": ballot, "against": against, "waits": waits, "due": engage.due_by(ballot)}


@dataclass(frozen=True)
class Now:
    """Where the thread stands today: a state of the web in words, and the page that says more."""

    kind: str
    words: str
    href: str
    share: int | None = None


def now(thread: Thread, actor: Actor) -> list[Now]:
    """What is in force and in use of this thread: each criterion, its check on the version in use, the stage."""
    criteria = [one for one in Told(thread, actor).of(Criterion, "criterion") if one.approved]
    if not criteria:
        return []
    found = [_criterion_now(one) for one in criteria]
    service = deliver.in_service(criteria[0].project)
    if not service:
        href = reverse("design:releases", args=[criteria[0].project.slug])
        return [*found, Now("not_yet", _("No version is in use"), href)]
    release, stage = service[0]
    for check in [design.standing(release.version, one) for one in criteria if one.state == Criterion.State.APPROVED]:
        kind = {"passed": "passed", "failed": "failed"}.get(check.state, "watch")
        passed = _("%(code)s passed on the version in use") % {"code": check.criterion.code}
        words = passed if check.state == "passed" else check.reason
        found.append(Now(kind, words, (check.check or check.criterion).get_absolute_url()))
    words = _("Version %(version)s in use: %(stage)s") % {"version": release.version.version, "stage": stage.label}
    return [*found, Now("in_use" if stage.share else "watch", words, release.get_absolute_url(), stage.share or None)]


def _criterion_now(criterion: Criterion) -> Now:
    code = {"code": criterion.code}
    if criterion.state == Criterion.State.RETIRED:
        return Now("watch", _("%(code)s is no longer in force") % code, criterion.get_absolute_url())
    return Now("passed", _("%(code)s is in force") % code, criterion.get_absolute_url())


def _checks(told: Told) -> Iterator[Section]:
    """A section per version, in the order in which they were checked; a failed binding check cuts the thread."""
    by_version: dict[Any, list[Check]] = {}
    for check in told.of(Check, "check"):
        if check.is_finished:
            by_version.setdefault(check.version, []).append(check)
    for version, checks in by_version.items():
        failed = [check for check in checks if check.state == Check.State.FAILED and check.criterion.binding]
        passed = all(check.is_pass for check in checks)
        words = {"version": version.version}
        title = _("Version %(version)s passed") if passed else _("Version %(version)s is not cleared")
        title = (_("Version %(version)s failed the check") if failed else title) % words
        finished = max(check.finished for check in checks if check.finished)
        meta = f"{day(finished)} · {version.change_note}"
        knot = _knot("check", "failed" if failed else "done" if passed else "not_yet", "cut" if failed else "")
        rows = [_check_row(check) for check in sorted(checks, key=lambda one: one.state != Check.State.FAILED)]
        yield Section(knot, title, meta, "check", {"rows": rows, "version": version, "failed": bool(failed)})


def _check_row(check: Check) -> dict[str, Any]:
    before = design.compared_with(check)
    return {
        "check": check,
        "finding": charts.finding(check),
        "worst": charts.worst_sentence(check),
        "chart": charts.share_chart(check, before) if check.criterion.metric == "flag_share" else None,
        "watched": charts.watched(check),
        "too_few": len(charts.too_few(check)),
    }


def _releases(told: Told) -> Iterator[Section]:
    for release in told.of(Release, "release"):
        stage = deliver.stage_of(release)
        title = _("Release %(version)s: %(stage)s") % {"version": release.version.version, "stage": stage.label}
        yield Section(
            _knot("release"), title, day(release.created), "release", {"release": release, "bar": rollout_bar(release)}
        )


def _determinations(told: Told) -> Iterator[Section]:
    releases = told.of(Release, "release")
    flags = told.of(Flag, "flag")
    made = Determination.objects.filter(case__release__in=releases, revised_by=None)
    # What an appeal changed is a second decision on the same case, and so is one after "could not tell".
    made = made.exclude(difference__has_any_keys=["appeal", RELEASED])
    counts = {choice: made.filter(choice=choice).count() for choice in Determination.Choice}
    total = made.order_by().values("case").distinct().count()
    if not total:
        return
    contests = told.of(Contest, "contest")
    project = releases[0].project
    title = ngettext("A person decided %(n)s case", "People decided %(n)s cases", total) % {"n": total}
    first = made.order_by("recorded").values_list("recorded", flat=True)[0]
    yield Section(
        _knot("determination"),
        title,
        _("since %(day)s") % {"day": day(first)},
        "determination",
        {
            "counts": [(choice.label, number) for choice, number in counts.items() if number],
            "precision": deliver.precision(project),
            "flags": flags[:5],
            "contests": contests[:5],
            "figures": deliver.contest_figures(project),
            "project": project,
        },
    )


def _reviews(told: Told) -> Iterator[Section]:
    for review in told.of(Review, "review"):
        is_open = review.closed is None
        title = _("Now: does it earn its place?") if is_open else _("It was judged")
        answers = ReviewAnswer.objects.filter(review=review)
        meta = _("Opened %(opened)s, due %(due)s") % {"opened": day(review.opened), "due": day(review.due)}
        groups = sorted({answer.get_group_display() for answer in answers})
        yield Section(
            _knot("review", "here" if is_open else "done"), title, meta, "review", {"review": review, "groups": groups}
        )


BUILDERS: tuple[Callable[[Told], Iterator[Section]], ...] = (
    _contributions,
    _decisions,
    _criteria,
    _checks,
    _releases,
    _determinations,
    _reviews,
)
