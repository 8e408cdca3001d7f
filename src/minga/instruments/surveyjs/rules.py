"""Named rule sets that score a SurveyJS definition, matched to it by how it is built, never by its file's name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from minga.instruments.definition import Score, Text
from minga.instruments.scores import Result
from minga.instruments.surveyjs import aia
from minga.instruments.surveyjs.answers import Reading
from minga.instruments.surveyjs.form import Form


@dataclass(frozen=True, slots=True)
class Rules:
    """``fits`` tells by its structure whether a form is scored this way; ``score`` gives its results by id.

    ``scored``: the names of the questions that count; ``outline``: the scores and their levels in words. ``title``
    is for forms without one, ``topics`` and ``country`` are how the catalogue finds it.
    """

    name: str
    fits: Callable[[Form], bool]
    score: Callable[[Reading], dict[str, Result]]
    scored: Callable[[Form], frozenset[str]]
    outline: Callable[[Form], tuple[Score, ...]]
    title: Text
    topics: tuple[str, ...] = ()
    country: str = ""


ALL = (Rules(aia.NAME, aia.fits, aia.score, aia.scored_names, aia.outline, aia.TITLE, ("law", "rights"), "CA"),)


def rules_for(form: Form) -> Rules | None:
    """The first rule set that fits; None where the form carries no points known to us."""
    return next((rules for rules in ALL if rules.fits(form)), None)
