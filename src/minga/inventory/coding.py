"""Task, function and intended impact read from the words of a system, where its register does not state them."""

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from minga.inventory.stems import stem
from minga.inventory.terms import concepts_in


@cache
def _data() -> Mapping[str, Any]:
    return tomllib.loads((Path(__file__).parent / "coding.toml").read_text(encoding="utf-8"))


@cache
def rules() -> Mapping[str, Mapping[str, frozenset[str]]]:
    """Concepts by facet and code."""
    return {
        facet: {code: frozenset(concepts) for code, concepts in codes.items()}
        for facet, codes in _data().items()
        if isinstance(codes, dict) and facet != "blind"
    }


@cache
def blind(language: str) -> frozenset[str]:
    """Stems that code nothing in a language, because they mean too many things."""
    return frozenset(stem(word, language) for word in _data()["blind"].get(language, ()))


def read(told: Sequence[str], language: str) -> dict[str, list[str]]:
    """Codes by facet that the stems of a text show; facets that they do not show are left out."""
    meant = concepts_in([each for each in told if each not in blind(language)], language)
    found = {facet: [code for code, concepts in codes.items() if meant & concepts] for facet, codes in rules().items()}
    return {facet: codes for facet, codes in found.items() if codes}
