"""What the answers about a project forbid, which screens are still open, and whether they make it high risk."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from minga.instruments import library
from minga.instruments.definition import cited, say
from minga.instruments.duties import blocking, is_high
from minga.instruments.models import Answer
from minga.instruments.queries import Filled, filled
from minga.ledger.refusals import Blocked
from minga.projects.models import Project
from minga.projects.steps import STEPS, Step


def forbidden(project: Project) -> list[str]:
    """A sentence for each case that forbids going on, with the article that says so."""
    language = get_language() or "en"
    cases = (case for found in _answered(project) for case in blocking(found.definition, found.reading))
    told = ((say(case.text, language), say(case.help, language), cited(case.source, language)) for case in cases)
    return [" · ".join(word for word in words if word) for words in told]


def high_risk(project: Project) -> bool:
    """Whether any answered set puts the project among the high risks."""
    return any(is_high(found.definition, found.reading, found.scores) for found in _answered(project))


def open_screens(project: Project, step: Step) -> list[str]:
    """The screens that this step or one before it asks for and that are not answered to the end: their ids."""
    steps = [STEPS[number] for number in range(1, step.number + 1)]
    asked = [name for one in steps for name in one.screens]
    high = [name for one in steps for name in one.high_screens]
    if high and high_risk(project):
        asked += high
    return [name for name in asked if not filled(project, name).completeness.complete]


def is_of_a_step(project: Project, name: str) -> bool:
    """Whether some step asks this project for the set, chosen or not."""
    steps = STEPS.values()
    if any(name in (*step.sets, *step.screens) for step in steps):
        return True
    return any(name in step.high_screens for step in steps) and high_risk(project)


def title_of(name: str) -> str:
    return say(library.load(name).title, get_language() or "en")


def refuse_forbidden(project: Project) -> None:
    """Raises Blocked where the answers say that the project cannot go on."""
    if reasons := forbidden(project):
        raise Blocked(
            _("By its own answers this project cannot go on."),
            reasons=reasons,
            do=_(
                "Do what the answers lack, or change what the tool is to do, and answer again; "
                "or end the project without AI."
            ),
        )


def _answered(project: Project) -> Iterator[Filled]:
    rows = Answer.objects.filter(chain=project.chain, about_kind="project", about_id=str(project.pk))
    for name in rows.order_by("set").values_list("set", flat=True).distinct():
        if library.find(name):
            yield filled(project, name)
