"""What kind of tool a project is about: task, function and impact, by the codes of ``instruments.classification``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from minga.instruments import classification, queries
from minga.instruments.actions import answer, choose_set
from minga.instruments.queries import Filled
from minga.ledger.action import Act, action
from minga.ledger.refusals import Invalid
from minga.projects.models import Project

SET = "oecd"
"""The question set that asks for the same three in full; its questions have the names of the lists."""


@action("project.classified")
def classify(act: Act, task: str = "", function: str = "", impacts: Sequence[str] = ()) -> Project:
    """Say what kind of tool it is, as far as one knows. What is said is an answer of the set ``oecd``, taken up here.

    Nothing is taken back by leaving it blank. Invalid where a code is not in its list, or nothing changes.
    """
    project: Project = act.place
    _refuse_unknown(task=[task], function=[function], impact=impacts)
    found = queries.filled(project, SET)
    said: dict[str, Any] = {"task": task, "function": function, "impact": list(impacts)}
    new = {id: value for id, value in said.items() if value and value != found.reading.answers.get(id)}
    moved = (task or project.oecd_task, function or project.oecd_function)
    if not new and moved == (project.oecd_task, project.oecd_function):
        raise Invalid(_("Nothing was changed, so there is nothing to save."), do=_("Choose something else first."))
    if new:
        if not queries.choice(project, SET):
            choose_set(act.by.also("chosen"), project, SET)
        act.because(answer(act.by.also("answered"), project, SET, new))
    project.oecd_task, project.oecd_function = moved
    project.save(update_fields=["oecd_task", "oecd_function"])
    act.note(task=project.oecd_task, function=project.oecd_function, impacts=sorted(impacts))
    return project


def differs(project: Project, found: Filled) -> dict[str, str]:
    """Task and function as the set is answered now, where the project says something else; {} where it does not."""
    told = {name: str(found.reading.answers.get(name, "")) for name in ("task", "function")}
    held = {"task": project.oecd_task, "function": project.oecd_function}
    return {name: code for name, code in told.items() if code and code != held[name]}


def _refuse_unknown(**given: Sequence[str]) -> None:
    wrong = {
        name: _("This is not in the list.")
        for name, codes in given.items()
        if set(codes) - {"", *classification.codes(name)}
    }
    if wrong:
        raise Invalid(_("There is no such kind of tool."), do=_("Choose from the list."), fields=wrong)
