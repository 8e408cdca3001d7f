"""Every verb of the desk: stages, services, draws, cases, flags, contests."""

from minga.deliver.actions.advising import keep_advice
from minga.deliver.actions.appeals import change_determination, decide_appeal, submit_appeal
from minga.deliver.actions.closing import ask_second
from minga.deliver.actions.contests import answer_contest, moderate_contest, submit_contest
from minga.deliver.actions.deciding import record_determination, revise_determination
from minga.deliver.actions.desk import claim_case, open_evidence, return_case
from minga.deliver.actions.draws import draw_cases
from minga.deliver.actions.erasing import erase_contact
from minga.deliver.actions.flags import moderate_reply, publish_flag, reply_to_flag, tell_party
from minga.deliver.actions.handing import hand_over
from minga.deliver.actions.intake import import_cases, receive_case, withdraw_consent
from minga.deliver.actions.looks import look, note_accesses
from minga.deliver.actions.notices import make_notice, send_notice
from minga.deliver.actions.practice import make_rehearsal
from minga.deliver.actions.rollout import assess_risk, drill
from minga.deliver.actions.routes import count_route
from minga.deliver.actions.second import read_second
from minga.deliver.actions.services import change_service, close_service, open_service
from minga.deliver.actions.stages import change_stage, stop

__all__ = [
    "answer_contest",
    "ask_second",
    "assess_risk",
    "change_determination",
    "change_service",
    "change_stage",
    "claim_case",
    "close_service",
    "count_route",
    "decide_appeal",
    "draw_cases",
    "drill",
    "erase_contact",
    "hand_over",
    "import_cases",
    "keep_advice",
    "look",
    "make_notice",
    "make_rehearsal",
    "moderate_contest",
    "moderate_reply",
    "note_accesses",
    "open_evidence",
    "open_service",
    "publish_flag",
    "read_second",
    "receive_case",
    "record_determination",
    "reply_to_flag",
    "return_case",
    "revise_determination",
    "send_notice",
    "stop",
    "submit_appeal",
    "submit_contest",
    "tell_party",
    "withdraw_consent",
]
