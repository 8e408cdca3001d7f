"""What the body keeps about itself as a whole."""

from minga.steering.models.federation import FetchedList, PartnerBody, SignedList, TheirRecord
from minga.steering.models.groups import Group, GroupDecision, GroupMeeting, GroupMember, GroupOutput
from minga.steering.models.money import Coverage, CoverageCount, FundingLine, Instalment
from minga.steering.models.reports import AnnualReport
from minga.steering.models.roadmap import Goal, GoalChange
from minga.steering.models.surveys import Survey, SurveyedBody

__all__ = [
    "AnnualReport",
    "Coverage",
    "CoverageCount",
    "FetchedList",
    "FundingLine",
    "Goal",
    "GoalChange",
    "Group",
    "GroupDecision",
    "GroupMeeting",
    "GroupMember",
    "GroupOutput",
    "Instalment",
    "PartnerBody",
    "SignedList",
    "Survey",
    "SurveyedBody",
    "TheirRecord",
]
