"""The state of this room, by subject."""

from minga.engage.models.affected import AffectedGroup, Reference
from minga.engage.models.ballots import Ballot, BallotVote, Voted, params_hash
from minga.engage.models.charters import Charter, Commitment
from minga.engage.models.contributions import Contribution, Decision, new_token
from minga.engage.models.conversations import (
    Arrivals,
    Conversation,
    Invitation,
    InvitationBatch,
    Joined,
    Lineage,
    Participant,
    Rejection,
    RoomCount,
    RoomTally,
    Statement,
    Tally,
    Translation,
    Vote,
    link_hash,
    random_id,
)
from minga.engage.models.panels import Meeting, Panel, Panellist, Recommendation
from minga.engage.models.sessions import PolicyArea, Recorded, Recruitment, Session

__all__ = [
    "AffectedGroup",
    "Arrivals",
    "Ballot",
    "BallotVote",
    "Charter",
    "Commitment",
    "Contribution",
    "Conversation",
    "Decision",
    "Invitation",
    "InvitationBatch",
    "Joined",
    "Lineage",
    "Meeting",
    "Panel",
    "Panellist",
    "Participant",
    "PolicyArea",
    "Recommendation",
    "Recorded",
    "Recruitment",
    "Reference",
    "Rejection",
    "RoomCount",
    "RoomTally",
    "Session",
    "Statement",
    "Tally",
    "Translation",
    "Vote",
    "Voted",
    "link_hash",
    "new_token",
    "params_hash",
    "random_id",
]
