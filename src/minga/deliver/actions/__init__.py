"""Every verb of the desk: stages, draws, cases, flags, contests."""

from minga.deliver.actions.contests import answer_contest, moderate_contest, submit_contest
from minga.deliver.actions.desk import (
    claim_case,
    open_evidence,
    record_determination,
    return_case,
    revise_determination,
)
from minga.deliver.actions.draws import draw_cases
from minga.deliver.actions.flags import moderate_reply, publish_flag, reply_to_flag, tell_party
from minga.deliver.actions.stages import change_stage, stop

__all__ = [
    "answer_contest",
    "change_stage",
    "claim_case",
    "draw_cases",
    "moderate_contest",
    "moderate_reply",
    "open_evidence",
    "publish_flag",
    "record_determination",
    "reply_to_flag",
    "return_case",
    "revise_determination",
    "stop",
    "submit_contest",
    "tell_party",
]
