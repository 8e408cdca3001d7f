"""Cases that participants write: "this case must give that". They count once the lead or an approver agrees."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from minga.design import madeup, suites
from minga.design.actions.criteria import propose_criterion
from minga.design.models import Criterion, TestCase
from minga.engage.models import Contribution
from minga.ledger.action import Act, By, action
from minga.ledger.refusals import Conflict, Invalid, required
from minga.projects.models import Project


@action("test_case.proposed")
def propose_test_case(
    act: Act,
    source: Mapping[str, Any],
    expected: str,
    because: str,
    contribution: Contribution | None = None,
    invented: bool = False,
    follows: Sequence[Model] = (),
) -> TestCase:
    """Write a case (``source``: field -> value) that must give ``expected``, and why; it gets the next code T-01 ...

    ``invented``: the writer confirms that what looks like a person's data is made up. ``follows``: what it comes
    from besides a contribution, such as a won appeal or a trial. It is public.
    """
    required(expected=expected, because=because)
    _check(act.place, source, expected, contribution, invented)
    case = TestCase.objects.create(
        project=act.place, code=_next_code(act.place), source=dict(source), expected=expected.strip(),
        because=because.strip(), contribution=contribution, person_id=act.actor.person_id, proposed=act.now,
    )  # fmt: skip
    act.because(contribution, *follows)
    act.note(code=case.code, expected=case.expected, fields=sorted(case.source), confirmed_invented=invented)
    return case


def _check(
    project: Project, source: Mapping[str, Any], expected: str, contribution: Contribution | None, invented: bool
) -> None:
    wrong: dict[str, str] = {}
    if fault := madeup.faults(source):
        wrong["source"] = fault
    elif not invented and (found := madeup.suspects(source)):
        told = _("%(found)s. This page is public: replace it by something invented, or confirm that it is.")
        wrong["source"] = told % {"found": "; ".join(found[:3])}
    if len(expected) > 200:
        wrong["expected"] = _("Use at most 200 characters.")
    if contribution is not None and contribution.project_id != project.pk:
        wrong["contribution"] = _("Choose one from the list.")
    if wrong:
        raise Invalid(_("The case was not kept."), do=_("Correct what is marked."), fields=wrong)


def _next_code(project: Project) -> str:
    Project.objects.select_for_update().get(pk=project.pk)
    last = TestCase.objects.filter(project=project).order_by("-pk").first()
    return f"T-{int(last.code[2:]) + 1 if last else 1:02d}"


@action("test_case.agreed", level="collective")
def agree_test_case(act: Act, case: TestCase) -> TestCase:
    """From now on every check of the suite asks this case too."""
    case = TestCase.objects.select_for_update().get(pk=case.pk, project=act.place)
    if case.state != TestCase.State.PROPOSED:
        raise Conflict(_("This case is not waiting to be agreed."))
    case.state, case.agreed = TestCase.State.AGREED, act.now
    case.save(update_fields=["state", "agreed"])
    act.because(case.contribution)
    act.note(code=case.code, expected=case.expected)
    return case


@action("test_case.retired", level="collective")
def retire_test_case(act: Act, case: TestCase, reason: str) -> TestCase:
    """Leave a case out from now on, with a public reason; suites frozen before keep it."""
    required(reason=reason)
    case = TestCase.objects.select_for_update().get(pk=case.pk, project=act.place)
    if case.state == TestCase.State.RETIRED:
        raise Conflict(_("This case is no longer used already."))
    case.state = TestCase.State.RETIRED
    case.save(update_fields=["state"])
    act.note(code=case.code, reason=reason.strip())
    return case


def ask_for_suite(by: By, project: Project, sentence: str = "") -> Criterion:
    """Propose, in one step, that every agreed case must come out as written; Blocked where none is agreed."""
    words = sentence or _("Every case that people agreed on comes out as they wrote it.")
    with transaction.atomic():
        dataset = suites.frozen(by.also("suite"), project)
        return propose_criterion(
            by, project, sentence=words, metric="exact_match", comparison="ge", bound="1", dataset=dataset,
            minimum_group=1,
        )  # fmt: skip
