"""What the pages of this room share."""

from typing import Any

from django.db.models import Model
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from minga.design.models import Check
from minga.design.queries import Standing
from minga.ledger.action import may
from minga.ledger.refusals import NotAllowed
from minga.people.middleware import actor_of
from minga.projects.models import Project

STATES = {
    Check.State.PASSED: "passed",
    Check.State.FAILED: "failed",
    Check.State.NOT_ENOUGH: "watch",
    Check.State.BROKEN: "failed",
    Check.State.QUEUED: "not_yet",
}
STANDINGS = {"passed": "passed", "failed": "failed", "broken": "failed", "none": "not_yet", "running": "not_yet"}


def project_of(slug: str) -> Project:
    return get_object_or_404(Project, slug=slug)


def one[M: Model](model: type[M], project: Project, **which: Any) -> M:
    """The object of this project, or a page that says there is none."""
    return get_object_or_404(model, project=project, **which)


def must(request: HttpRequest, project: Project, name: str) -> None:
    """Refuse the page of a form to whoever may not send it."""
    if not may(actor_of(request), project, name):
        raise NotAllowed(
            _("You may not do this here."), do=_("Ask the project's lead, or sign in with another account.")
        )


def check_mark(check: Check) -> tuple[str, str]:
    """(kind, words) of the state of a check; a pass that does not count is one to watch."""
    if check.state == Check.State.PASSED and not check.counts:
        return "watch", _("Met on the data its settings were chosen on: does not count")
    return STATES[Check.State(check.state)], str(check.get_state_display())


def standing_mark(standing: Standing) -> tuple[str, str]:
    return STANDINGS.get(standing.state, "watch"), standing.reason
