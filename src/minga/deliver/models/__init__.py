"""The state of this room, by subject."""

from minga.deliver.models.cases import RELEASED, Case, Determination, Draw, Opened
from minga.deliver.models.contacts import Access, Consent, Contact, new_token
from minga.deliver.models.files import CaseFile
from minga.deliver.models.flags import Contest, Flag, Moderated, PartyReply
from minga.deliver.models.hearing import Appeal, Notice
from minga.deliver.models.quality import Drill, RiskLevel, SecondReading
from minga.deliver.models.rollout import STAGES, Stage, StageChange
from minga.deliver.models.services import Route, RouteUse, Service

__all__ = [
    "RELEASED",
    "STAGES",
    "Access",
    "Appeal",
    "Case",
    "CaseFile",
    "Consent",
    "Contact",
    "Contest",
    "Determination",
    "Draw",
    "Drill",
    "Flag",
    "Moderated",
    "Notice",
    "Opened",
    "PartyReply",
    "RiskLevel",
    "Route",
    "RouteUse",
    "SecondReading",
    "Service",
    "Stage",
    "StageChange",
    "new_token",
]
