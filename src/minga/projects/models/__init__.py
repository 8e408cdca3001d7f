"""What this room keeps: projects with their people and gates, tasks, and the offices of the body."""

from minga.projects.models.body import BodySeat
from minga.projects.models.projects import (
    Absence,
    DecisionRule,
    GateDecision,
    Membership,
    Position,
    Project,
    new_chain,
)
from minga.projects.models.required import RequiredCourse
from minga.projects.models.tasks import Task

__all__ = [
    "Absence", "BodySeat", "DecisionRule", "GateDecision", "Membership", "Position", "Project", "RequiredCourse",
    "Task", "new_chain",
]  # fmt: skip
