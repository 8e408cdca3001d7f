"""What this room keeps: courses a body added, certificates, understanding, experts, champions, events."""

from minga.learning.models.courses import AddedCourse, Attempt, Certificate, Understanding, UnderstandingCount
from minga.learning.models.events import Champion, Event, EventOutput, EventTeam, Joined
from minga.learning.models.people import Expert, HelpOffer, HelpRequest, SkillNeed, TransferGoal

__all__ = [
    "AddedCourse", "Attempt", "Certificate", "Champion", "Event", "EventOutput", "EventTeam", "Expert", "HelpOffer",
    "HelpRequest", "Joined", "SkillNeed", "TransferGoal", "Understanding", "UnderstandingCount",
]  # fmt: skip
