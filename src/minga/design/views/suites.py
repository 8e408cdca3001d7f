"""Cases that the tool must get right: write one, agree on it, see how each version does."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from minga.design import actions, queries, suites, trials
from minga.design.case_fields import fields_of
from minga.design.models import Criterion, Dataset, TestCase, TrialCase
from minga.design.suites import Tried
from minga.design.suites_forms import ProposeTestCase, RetireTestCase
from minga.design.views.common import must, one, project_of
from minga.engage.queries import public_contributions
from minga.ledger.action import may
from minga.ledger.refusals import Refused
from minga.people.middleware import actor_of, by
from minga.projects.forms import acted, show
from minga.projects.models import Project

PER_PAGE = 50
STATES = {"proposed": "not_yet", "agreed": "passed", "retired": ""}
VERDICTS = {"right": "passed", "wrong": "failed", "": "not_yet"}


@require_safe
def test_cases(request: HttpRequest, slug: str) -> HttpResponse:
    """Every case with its state, and how it came out on the last versions that were checked."""
    project, actor = project_of(slug), actor_of(request)
    cases = TestCase.objects.filter(project=project).select_related("project").order_by("-pk")
    page = Paginator(cases, PER_PAGE).get_page(request.GET.get("page"))
    tried = suites.tried(project)
    criterion = _criterion(project)
    agreed = suites.agreed(project).count()
    context = {
        "project": project,
        "page": page,
        "rows": [(case, _state(case), _outcomes(case, tried)) for case in page.object_list],
        "tried": tried,
        "agreed": agreed,
        "wrong": len(tried[0].wrong) if tried else 0,
        "proposed": cases.filter(state=TestCase.State.PROPOSED).count(),
        "criterion": criterion,
        "may_propose": may(actor, project, "test_case.proposed"),
        "may_ask": agreed and criterion is None and may(actor, project, "criterion.proposed"),
        "page_data": f"/api/design/{project.slug}/test-cases",
    }
    return render(request, "design/test_cases.html", context)


def _criterion(project: Project) -> Criterion | None:
    """The criterion that asks for every agreed case, unless it is out of force."""
    found = queries.criteria(project).filter(metric=suites.METRIC, dataset__kind=Dataset.Kind.SUITE)
    return found.exclude(state=Criterion.State.RETIRED).order_by("-pk").first()


def _state(case: TestCase) -> tuple[str, str]:
    return STATES[case.state], str(case.get_state_display())


def _outcomes(case: TestCase, tried: Sequence[Tried]) -> list[tuple[str, str, Tried]]:
    """(mark, words, check) per version."""
    return [(VERDICTS[one.verdict(case.code)], _words(one, case.code), one) for one in tried]


def _words(found: Tried, code: str) -> str:
    told = {"version": found.version.version}
    verdict = found.verdict(code)
    if verdict == "wrong":
        given = found.wrong[code]
        words = _("%(version)s: wrong, gave “%(given)s”") if given else _("%(version)s: wrong, gave nothing")
        return words % {**told, "given": given}
    return (_("%(version)s: right") if verdict else _("%(version)s: not asked")) % told


@require_safe
def test_case(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """One case: what the tool is given, what must come out, and why."""
    project, actor = project_of(slug), actor_of(request)
    found = one(TestCase, project, code=code)
    context = {
        "project": project,
        "case": found,
        "state": _state(found),
        "outcomes": _outcomes(found, suites.tried(project)),
        "may_agree": found.state == TestCase.State.PROPOSED and may(actor, project, "test_case.agreed"),
        "may_retire": found.state != TestCase.State.RETIRED and may(actor, project, "test_case.retired"),
    }
    return render(request, "design/test_case.html", context)


def propose(request: HttpRequest, slug: str) -> HttpResponse:
    """Write a case; ``?contribution=3`` or ``?trial_case=7`` names what it comes from."""
    project = project_of(slug)
    must(request, project, "test_case.proposed")
    contribution = _from(request, "contribution", public_contributions(project))
    tried = _from(request, "trial_case", TrialCase.objects.filter(trial__project=project).select_related("trial"))
    if tried is not None and not trials.sees_cases(actor_of(request), project):
        tried = None
    version = tried.trial.version if tried else None
    given = {name: value for name, value in tried.source.items() if name not in ("id", "expected")} if tried else {}
    form = ProposeTestCase(request.POST or None, case=fields_of(project, version), given=given)

    def perform(told: Any) -> TestCase:
        with form.faults_at_first_field():
            return actions.propose_test_case(
                by(request), project, form.source(), told["expected"], told["because"], contribution=contribution,
                invented=told["invented"], follows=[tried.trial] if tried else [],
            )  # fmt: skip

    if made := acted(request, form, perform):
        messages.success(request, _("Kept. It counts once it is agreed."))
        return redirect(made)
    context = {"project": project, "contribution": contribution, "labels": _labels(project)}
    return show(request, "design/test_case_new.html", form, **context)


def _from(request: HttpRequest, name: str, among: Any) -> Any:
    number = request.GET.get(name, "")
    return among.filter(pk=number).first() if number.isdecimal() else None


def _labels(project: Project) -> list[str]:
    """The answers that the latest version may give, as far as it says so."""
    latest = queries.versions(project).first()
    return list(latest.spec.get("labels", []))[:40] if latest else []


@require_POST
def agree(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    project = project_of(slug)
    case = actions.agree_test_case(by(request), project, one(TestCase, project, code=code))
    messages.success(request, _("Agreed. Every check of the suite asks it from now on."))
    return redirect(case)


def retire(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """Leave a case out from now on, with the reason."""
    project = project_of(slug)
    must(request, project, "test_case.retired")
    found = one(TestCase, project, code=code)
    form = RetireTestCase(request.POST or None)

    def perform(given: Any) -> TestCase:
        return actions.retire_test_case(by(request), project, found, given["reason"])

    if made := acted(request, form, perform):
        return redirect(made)
    return show(request, "design/test_case_retire.html", form, project=project, case=found)


@require_POST
def ask(request: HttpRequest, slug: str) -> HttpResponse:
    """Propose in one step that every agreed case comes out as written."""
    project = project_of(slug)
    try:
        criterion = actions.ask_for_suite(by(request), project)
    except Refused as refusal:
        messages.error(request, f"{refusal.what} {refusal.do}")
        return redirect("design:test_cases", project.slug)
    messages.success(request, _("Proposed. A ballot or an approver makes it bind."))
    return redirect(criterion)
