"""From a statement that people agree on to a ballot, and from a passed ballot to a criterion."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from minga.design import actions
from minga.design.agreement_forms import DecideAgainst, DraftCriterion
from minga.design.models import Criterion
from minga.design.views.common import must, one, project_of
from minga.engage.agreement import votes_on
from minga.engage.frozen import told
from minga.engage.models import Ballot, Statement
from minga.ledger.refusals import Blocked
from minga.people.middleware import by
from minga.projects.forms import acted, show
from minga.projects.models import Project


def from_statement(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Draft a criterion with the statement and its votes in view, and put it to the conversation's participants."""
    project = project_of(slug)
    must(request, project, "ballot.opened")
    statement = _statement(project, pk)
    given, conversation = statement.contribution, statement.conversation
    initial = {"binding": "yes" if conversation.is_guarded else "no"}
    form = DraftCriterion(request.POST or None, project=project, conversation=conversation, initial=initial)

    def perform(drafted: Any) -> Ballot:
        return actions.ballot_on_draft(by(request), project, given, **drafted)

    if made := acted(request, form, perform):
        messages.success(request, _("The ballot is open. The participants vote on exactly these words and numbers."))
        return redirect(made)
    context = {"statement": statement, "given": given, "conversation": conversation, "votes": votes_on(statement)}
    return show(request, "design/draft.html", form, project=project, **context)


def _statement(project: Project, pk: int) -> Statement:
    """The public statement that a contribution is in a conversation."""
    found = Statement.objects.select_related("contribution", "conversation")
    statement = found.filter(contribution__pk=pk, contribution__project=project).first()
    if statement is None or not statement.contribution.is_public:
        raise Http404(_("This contribution is no public statement of a conversation of this project."))
    if statement.conversation.is_public:
        return statement
    raise Blocked(_("This conversation has not been opened yet."), do=_("Open it first."))


@require_POST
def carry_out(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Put in force what a ballot passed: one press, nothing typed."""
    project = project_of(slug)
    made = actions.carry_out(by(request), project, one(Ballot, project, pk=pk))
    words = ngettext("%(codes)s is in force.", "%(codes)s are in force.", len(made))
    messages.success(request, words % {"codes": ", ".join(criterion.code for criterion in made)})
    return redirect(made[0]) if len(made) == 1 else redirect("design:criteria", slug)


def decline(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Decide against a passed ballot, with reasons that everybody reads on its page."""
    project = project_of(slug)
    must(request, project, "criterion.declined")
    ballot = one(Ballot, project, pk=pk)
    form = DecideAgainst(request.POST or None)
    if acted(request, form, lambda given: actions.decline_criterion(by(request), project, ballot, **given)):
        messages.success(request, _("Your reasons stand on the ballot's page."))
        return redirect(ballot)
    return show(request, "design/decline.html", form, project=project, ballot=ballot, told=told(ballot))


def retire(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """Take a criterion out of force, with reasons; where a ballot passed it, they stand on the ballot's page too."""
    project = project_of(slug)
    must(request, project, "criterion.retired")
    criterion = get_object_or_404(Criterion.objects.exclude(state=Criterion.State.RETIRED), project=project, code=code)
    form = DecideAgainst(request.POST or None)
    if acted(request, form, lambda given: actions.retire_criterion(by(request), project, criterion, **given)):
        messages.success(request, _("It is no longer in force."))
        return redirect(criterion)
    return show(request, "design/retire.html", form, project=project, criterion=criterion)
