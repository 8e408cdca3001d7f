"""Everything that can happen when something is bought or called for."""

from minga.procurement.actions.contracts import (
    edit_clause,
    make_annex,
    plan_funding,
    release_funding,
    watch_contract,
)
from minga.procurement.actions.deciding import decline, select
from minga.procurement.actions.judging import declare, excuse_assessor, name_assessor, score
from minga.procurement.actions.offers import link_version, receive_offer, withdraw_offer
from minga.procurement.actions.procedures import end, move, open_procedure, set_criteria
from minga.procurement.actions.suppliers import (
    add_evidence,
    apply,
    check_evidence,
    decline_supplier,
    expire,
    qualify,
)

__all__ = [
    "add_evidence", "apply", "check_evidence", "declare", "decline", "decline_supplier", "edit_clause", "end",
    "excuse_assessor", "expire", "link_version", "make_annex", "move", "name_assessor", "open_procedure",
    "plan_funding", "qualify", "receive_offer", "release_funding", "score", "select", "set_criteria", "watch_contract",
    "withdraw_offer",
]  # fmt: skip
