"""Everything that can happen to projects, to their tasks, and to the offices of the body."""

from minga.projects.actions.classifying import classify
from minga.projects.actions.offices import end_office, give_office
from minga.projects.actions.projects import (
    agree_rule,
    appoint_overseer,
    decide_gate,
    end_role,
    end_without_ai,
    explain_absence,
    give_position,
    grant_role,
    open_project,
)
from minga.projects.actions.required import end_requirement, require_course
from minga.projects.actions.tasks import (
    assign_task,
    change_credit,
    derive_tasks,
    drop_task,
    finish_task,
    give_back_task,
    make_task,
    may_be_thanked,
    may_take,
    take_task,
)

__all__ = [
    "agree_rule", "appoint_overseer", "assign_task", "change_credit", "classify", "decide_gate", "derive_tasks",
    "drop_task", "end_office", "end_requirement", "end_role", "end_without_ai", "explain_absence", "finish_task",
    "give_back_task", "give_office", "give_position", "grant_role", "make_task", "may_be_thanked", "may_take",
    "open_project", "require_course", "take_task",
]  # fmt: skip
