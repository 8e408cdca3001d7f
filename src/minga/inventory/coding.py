"""Task, function and intended impact read from the words of a system, where its register does not state them."""

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from minga.inventory.terms import concepts_in


@cache
def rules() -> Mapping[str, Mapping[str, frozenset[str]]]:
    """Concepts by facet and code."""
    data = tomllib.loads((Path(__file__).parent / "coding.toml").read_text(encoding="utf-8"))
    return {
        facet: {code: frozenset(concepts) for code, concepts in codes.items()}
        for facet, codes in data.items()
        if isinstance(codes, dict)
    }


def read(told: Sequence[str], language: str) -> dict[str, list[str]]:
    """Codes by facet that the stems of a text show; facets that they do not show are left out."""
    meant = concepts_in(told, language)
    found = {facet: [code for code, concepts in codes.items() if meant & concepts] for facet, codes in rules().items()}
    return {facet: codes for facet, codes in found.items() if codes}
