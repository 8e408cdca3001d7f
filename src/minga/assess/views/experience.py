"""How it went: the questions behind a notice or at work, and what everybody may read of the answers."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from minga.assess import experience, showing_experience
from minga.assess.actions.experience import give_at_work, give_through_notice, lock_at_work, may_give_at_work
from minga.assess.experience_forms import GiveExperience
from minga.assess.models import Experience
from minga.deliver.views.notices import notice_of, personal
from minga.ledger.refusals import NotAllowed
from minga.people.middleware import actor_of, by
from minga.projects.forms import acted, show
from minga.projects.views import project_of

Give = Callable[[GiveExperience], Experience]


def _asked(request: HttpRequest, given_by: str, give: Give, back: Any, **context: Any) -> HttpResponse:
    form = GiveExperience(given_by, request.POST or None)
    if acted(request, form, lambda _given: give(form)):
        messages.success(request, _("Kept, without your name."))
        return redirect(back)
    return show(request, "assess/experience_form.html", form, **context)


@require_http_methods(["GET", "POST"])
def through_notice(request: HttpRequest, token: str) -> HttpResponse:
    """For whoever holds the address of a notice; without an account, once."""
    notice = notice_of(token)
    done = request.method == "GET" and Experience.objects.filter(once=experience.lock_of(notice)).exists()
    return personal(
        _asked(
            request, "decided" if notice.determination_id else "waiting",
            lambda form: give_through_notice(by(request), notice, form.given),
            notice, project=notice.project, notice=notice, done=done,
        )
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def at_work(request: HttpRequest, slug: str) -> HttpResponse:
    """For those who work with the tool, once in each half-year."""
    project, actor = project_of(slug), actor_of(request)
    if not may_give_at_work(actor, project):
        raise NotAllowed(
            _("Only those who work with the tool are asked this."), do=_("Sign in with the account that has the role.")
        )
    done = request.method == "GET" and Experience.objects.filter(once=lock_at_work(actor, project)).exists()
    return _asked(
        request, experience.STAFF, lambda form: give_at_work(by(request), project, form.given),
        reverse("assess:experiences", args=[slug]), project=project, done=done,
    )  # fmt: skip


@require_GET
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """What people said, by whether they won; never over all of them."""
    project = project_of(slug)
    found = experience.report(project)
    context = {
        "project": project,
        "report": found,
        "finding": showing_experience.finding(found),
        "people": showing_experience.table(found.people, experience.ASKED),
        "staff": showing_experience.table(found.staff, experience.ASKED_AT_WORK),
        "gaps": showing_experience.gaps(found),
        "hidden": [part.label for part in found.people if not part.counted],
        "may_give": may_give_at_work(actor_of(request), project),
        "source": GiveExperience(experience.STAFF).source,
        "page_data": f"/api/assess/projects/{slug}/experience",
    }
    return render(request, "assess/experience.html", context)
