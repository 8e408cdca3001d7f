"""Every verb of this room, by subject."""

from minga.assess.actions.datauses import end_data_use, state_data_use
from minga.assess.actions.experience import give_at_work, give_through_notice
from minga.assess.actions.incidents import close_incident, report_incident, triage_incident
from minga.assess.actions.oversight import answer_demand, demand
from minga.assess.actions.reviews import answer_review, close_review, open_review
from minga.assess.actions.seals import award_seal, end_seal
from minga.assess.actions.stoprules import fire_stop_rule, set_stop_rule
from minga.assess.actions.watch import acknowledge_alert, keep_watching, raise_alert, set_bound
from minga.assess.actions.worth import end_benefit, end_cost, measure_benefit, state_benefit, state_cost

__all__ = [
    "acknowledge_alert",
    "answer_demand",
    "answer_review",
    "award_seal",
    "close_incident",
    "close_review",
    "demand",
    "end_benefit",
    "end_cost",
    "end_data_use",
    "end_seal",
    "fire_stop_rule",
    "give_at_work",
    "give_through_notice",
    "keep_watching",
    "measure_benefit",
    "open_review",
    "raise_alert",
    "report_incident",
    "set_bound",
    "set_stop_rule",
    "state_benefit",
    "state_cost",
    "state_data_use",
    "triage_incident",
]
