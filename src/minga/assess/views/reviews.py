"""Pages of reviews: all of a project, one with its answers side by side, and the forms."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from minga.assess import queries, showing, showing_both
from minga.assess.actions import close_review, open_review
from minga.assess.forms import AnswerReview, CloseReview, OpenReview
from minga.assess.models import Review
from minga.deliver import queries as deliver
from minga.learning import queries as learning
from minga.ledger.action import may
from minga.ledger.thread import knots_of
from minga.people.middleware import actor_of, by
from minga.projects.forms import acted, show
from minga.projects.models import Project
from minga.projects.views import must, project_of

ONE = Review.objects.select_related("project", "release__version")


def _review(project: Project, pk: int) -> Review:
    return get_object_or_404(ONE, project=project, pk=pk)


@require_GET
def reviews(request: HttpRequest, slug: str) -> HttpResponse:
    """All reviews of a project, overdue ones first, and when the next opens by itself."""
    project, actor = project_of(slug), actor_of(request)
    every = list(ONE.filter(project=project))
    rows = [(found, len(queries.groups_answered(found)), found.is_overdue()) for found in every]
    context = {
        "project": project,
        "rows": sorted(rows, key=lambda row: (not row[2], row[0].state != Review.State.OPEN)),
        "next": queries.next_review(project),
        "needed": queries.GROUPS_NEEDED,
        "may_open": may(actor, project, "review.opened") and bool(_unreviewed(project)),
        "may_answer": may(actor, project, "review.answered"),
    }
    return render(request, "assess/reviews.html", context)


def _unreviewed(project: Project) -> list[int]:
    waits = set(queries.open_reviews(project).values_list("release", flat=True))
    return [release.pk for release, _stage in deliver.in_service(project) if release.pk not in waits]


@require_http_methods(["GET", "POST"])
def open_one(request: HttpRequest, slug: str) -> HttpResponse:
    project = project_of(slug)
    must(request, project, "review.opened")
    releases = _unreviewed(project)
    form = OpenReview(request.POST or None, releases=releases)
    if made := acted(request, form, lambda given: open_review(by(request), project, given["release"])):
        messages.success(request, _("The review is open. Ask each group to answer."))
        return redirect(made)
    return show(request, "assess/open.html", form, project=project, none=not releases)


@require_GET
def review(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """What the figures say, what each group answers, and what followed."""
    project, actor = project_of(slug), actor_of(request)
    found = _review(project, pk)
    member = queries.is_member(actor, project)
    side = queries.side_by_side(found, public=not member)
    context = {
        "project": project,
        "review": found,
        "knots": knots_of(found, "review"),
        "figures": showing.figures(found),
        "bars": showing.choices(found),
        "indicators": showing.indicators(found),
        "taking_part": showing.participation(found, public=not member),
        "rules": showing.rules(found),
        "both": showing_both.both(found),
        "to_learn": learning.transfers_due(project) if found.state == Review.State.OPEN else [],
        "may_check": may(actor, project, "transfer.checked"),
        "side": side,
        "verdicts": showing.verdicts(side),
        "table": showing.answers(side),
        "texts": [row for row in side.rows if row.texts],
        "member": member,
        "overdue": found.is_overdue(),
        "mine": queries.answer_of(found, actor),
        "is_open": found.state == Review.State.OPEN,
        "missing": max(0, queries.GROUPS_NEEDED - len(side.groups)),
        "may_answer": may(actor, project, "review.answered"),
        "may_close": may(actor, project, "review.closed"),
    }
    return render(request, "assess/review.html", context)


@require_http_methods(["GET", "POST"])
def answer(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    project = project_of(slug)
    must(request, project, "review.answered")
    found = _review(project, pk)
    earlier = queries.answer_of(found, actor_of(request))
    form = AnswerReview(found, earlier.answers if earlier else {}, request.POST or None)
    if request.method == "POST" and form.save(by(request)):
        messages.success(request, _("Recorded for your group. You can change it until the review is closed."))
        return redirect(found)
    context = {"project": project, "review": found, "earlier": earlier, "figures": showing.figures(found)}
    return show(request, "assess/answer.html", form, **context)


@require_http_methods(["GET", "POST"])
def close(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    project = project_of(slug)
    must(request, project, "review.closed")
    found = _review(project, pk)
    form = CloseReview(request.POST or None)
    if acted(request, form, lambda given: close_review(by(request), project, found, **given)):
        messages.success(request, _("The review is closed and its outcome is public."))
        return redirect(found)
    side = queries.side_by_side(found, public=False)
    context = {"project": project, "review": found, "side": side, "verdicts": showing.verdicts(side)}
    return show(request, "assess/close.html", form, **context, needed=queries.GROUPS_NEEDED)
