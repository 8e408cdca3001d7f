"""Who took part against who is affected, weights, small cells hidden, and the balance of power.

>>> from minga.tools.representation import Reference, coverage
>>> affected = Reference({"tenants": 800, "owners": 200}, source="Housing register 2025")
>>> found = coverage({"tenants": 30, "owners": 30}, affected, seed="spring")
>>> [(group.group, round(group.gap.value)) for group in found.groups]
[('tenants', -30), ('owners', 30)]
>>> round(found.representativeness.value, 2)
0.7
"""

from __future__ import annotations

from minga.tools.representation.common import Estimate, RepresentationError
from minga.tools.representation.coverage import Coverage, GroupCoverage, Reference, coverage
from minga.tools.representation.influence import FinalSay, Influence, final_say, gini, influence
from minga.tools.representation.suppression import TOTAL, Table, suppress_list, suppress_table
from minga.tools.representation.weights import Margins, Weights, effective_n, rake, weighted_share

__all__ = [
    "TOTAL", "Coverage", "Estimate", "FinalSay", "GroupCoverage", "Influence", "Margins", "Reference",
    "RepresentationError", "Table", "Weights", "coverage", "effective_n", "final_say", "gini", "influence", "rake",
    "suppress_list", "suppress_table", "weighted_share",
]  # fmt: skip
