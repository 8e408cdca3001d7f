"""What this room keeps: procedures with their offers and points, suppliers, annexes, money in stages."""

from minga.procurement.models.contracts import Annex, ClauseEdit, FundingStage
from minga.procurement.models.procedures import Assessor, AwardCriterion, Interest, Offer, Procedure, Score
from minga.procurement.models.suppliers import Supplier, SupplierEvidence

__all__ = [
    "Annex", "Assessor", "AwardCriterion", "ClauseEdit", "FundingStage", "Interest", "Offer", "Procedure", "Score",
    "Supplier", "SupplierEvidence",
]  # fmt: skip
