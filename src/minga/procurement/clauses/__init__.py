"""Clauses as data: which stand in an annex, what they say, and how the annex is written."""

from minga.procurement.clauses.building import Built, Change, Draft, Section, build
from minga.procurement.clauses.reading import Clause, ClauseError, Clauses, clauses, parse

__all__ = [
    "Built", "Change", "Clause", "ClauseError", "Clauses", "Draft", "Section", "build", "clauses", "parse",
]  # fmt: skip
