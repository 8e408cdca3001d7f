"""Everything that can happen to the body as a whole. All of it takes place at ``BODY``."""

from minga.steering.actions.federation import add_partner, end_partner, fetch, keep_signed_list
from minga.steering.actions.groups import (
    add_member,
    call_meeting,
    close_group,
    decide,
    end_member,
    open_group,
    publish_output,
    write_minutes,
)
from minga.steering.actions.money import count_coverage, end_funding, plan_coverage, release, state_funding
from minga.steering.actions.reports import publish_report
from minga.steering.actions.roadmap import FIELDS, change_goal, set_goal
from minga.steering.actions.surveys import answer_survey, close_survey, invite, open_survey, remind

__all__ = [
    "FIELDS",
    "add_member",
    "add_partner",
    "answer_survey",
    "call_meeting",
    "change_goal",
    "close_group",
    "close_survey",
    "count_coverage",
    "decide",
    "end_funding",
    "end_member",
    "end_partner",
    "fetch",
    "invite",
    "keep_signed_list",
    "open_group",
    "open_survey",
    "plan_coverage",
    "publish_output",
    "publish_report",
    "release",
    "remind",
    "set_goal",
    "state_funding",
    "write_minutes",
]
