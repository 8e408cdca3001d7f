"""Everything that can happen when something is bought or called for."""

from minga.procurement.actions.contracts import (
    edit_clause,
    make_annex,
    plan_funding,
    release_funding,
    watch_contract,
)
from minga.procurement.actions.procedures import (
    declare,
    decline,
    link_version,
    move,
    name_assessor,
    open_procedure,
    receive_offer,
    score,
    select,
    set_criteria,
    withdraw_offer,
)
from minga.procurement.actions.suppliers import (
    add_evidence,
    apply,
    check_evidence,
    decline_supplier,
    expire,
    qualify,
)

__all__ = [
    "add_evidence", "apply", "check_evidence", "declare", "decline", "decline_supplier", "edit_clause", "expire",
    "link_version", "make_annex", "move", "name_assessor", "open_procedure", "plan_funding", "qualify", "receive_offer",
    "release_funding", "score", "select", "set_criteria", "watch_contract", "withdraw_offer",
]  # fmt: skip
