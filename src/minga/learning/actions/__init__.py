"""Everything that can happen with courses, people who know, and the meetings at which people learn."""

from minga.learning.actions.courses import (
    add_course,
    count_understandings,
    fail_course,
    give_understanding,
    name_holder,
    pass_course,
    remind_of_refresher,
)
from minga.learning.actions.events import (
    announce_event,
    end_champion,
    form_team,
    hold_event,
    join_event,
    name_champion,
    record_output,
)
from minga.learning.actions.people import (
    accept_request,
    ask_help,
    close_request,
    decline_request,
    end_expert,
    enter_expert,
    give_hours,
)
from minga.learning.actions.skills import agree_transfer, check_transfer, end_skill_need, state_skill_need

__all__ = [
    "accept_request", "add_course", "agree_transfer", "announce_event", "ask_help", "check_transfer", "close_request",
    "count_understandings", "decline_request", "end_champion", "end_expert", "end_skill_need", "enter_expert",
    "fail_course", "form_team", "give_hours", "give_understanding", "hold_event", "join_event", "name_champion",
    "name_holder", "pass_course", "record_output", "remind_of_refresher", "state_skill_need",
]  # fmt: skip
