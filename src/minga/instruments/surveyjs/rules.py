"""Named rule sets that score a SurveyJS definition, matched to it by how it is built, never by its file's name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from minga.instruments.scores import Result
from minga.instruments.surveyjs import aia
from minga.instruments.surveyjs.answers import Reading
from minga.instruments.surveyjs.form import Form


@dataclass(frozen=True, slots=True)
class Rules:
    """``fits`` tells by its structure whether a form is scored this way; ``score`` gives its results by id."""

    name: str
    fits: Callable[[Form], bool]
    score: Callable[[Reading], dict[str, Result]]


ALL = (Rules(aia.NAME, aia.fits, aia.score),)


def rules_for(form: Form) -> Rules | None:
    """The first rule set that fits; None where the form carries no points known to us."""
    return next((rules for rules in ALL if rules.fits(form)), None)
