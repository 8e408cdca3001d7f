"""Every verb of commissioning, in the order of its two steps."""

from minga.commission.actions.partners import (
    agree_partnership,
    assess_stakeholder,
    estimate_beneficiaries,
    list_stakeholder,
    propose_partnership,
    start_partnership,
)
from minga.commission.actions.problem import answer_why, compare_option, search_priors, state_need

__all__ = [
    "agree_partnership",
    "answer_why",
    "assess_stakeholder",
    "compare_option",
    "estimate_beneficiaries",
    "list_stakeholder",
    "propose_partnership",
    "search_priors",
    "start_partnership",
    "state_need",
]
