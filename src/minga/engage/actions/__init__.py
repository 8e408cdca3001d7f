"""Every verb of this room."""

from minga.engage.actions.affected import give_reference
from minga.engage.actions.answers import answer_together
from minga.engage.actions.ballots import cast, cast_as_participant, close_ballot, open_ballot
from minga.engage.actions.charters import adopt_charter
from minga.engage.actions.contributions import decide, moderate, submit
from minga.engage.actions.conversations import (
    add_seeds,
    close_conversation,
    extend_conversation,
    open_conversation,
    submit_statement,
)
from minga.engage.actions.imports import import_conversation, over_time
from minga.engage.actions.invitations import make_invitations
from minga.engage.actions.moderation import (
    add_translation,
    answer_appeal,
    appeal,
    derive,
    merge,
    propose_rejection,
    rejection_of,
    reword,
    second_rejection,
    split,
)
from minga.engage.actions.panel_work import answer_invitation, hold_meeting, recommend, replace_missing
from minga.engage.actions.panels import announce_panel, close_pool, draw_panel, import_pool, join_pool
from minga.engage.actions.rooms import record_room
from minga.engage.actions.sessions import (
    hold_session,
    invite_to_session,
    plan_session,
    record_statement,
    report_session,
)
from minga.engage.actions.tallies import tally_votes
from minga.engage.actions.voting import cast_vote, describe_yourself, join

__all__ = [
    "add_seeds",
    "add_translation",
    "adopt_charter",
    "announce_panel",
    "answer_appeal",
    "answer_invitation",
    "answer_together",
    "appeal",
    "cast",
    "cast_as_participant",
    "cast_vote",
    "close_ballot",
    "close_conversation",
    "close_pool",
    "decide",
    "derive",
    "describe_yourself",
    "draw_panel",
    "extend_conversation",
    "give_reference",
    "hold_meeting",
    "hold_session",
    "import_conversation",
    "import_pool",
    "invite_to_session",
    "join",
    "join_pool",
    "make_invitations",
    "merge",
    "moderate",
    "open_ballot",
    "open_conversation",
    "over_time",
    "plan_session",
    "propose_rejection",
    "recommend",
    "record_room",
    "record_statement",
    "rejection_of",
    "replace_missing",
    "report_session",
    "reword",
    "second_rejection",
    "split",
    "submit",
    "submit_statement",
    "tally_votes",
]
