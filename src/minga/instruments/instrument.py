"""What every question set offers, whoever wrote it: Minga's own (``definition``) and SurveyJS files (``surveyjs``).

Pages, answers, offline sheets, comments and migrations know sets by this protocol only.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from minga.instruments.definition import Computed, Duty, Question, Score, Section, Source, Text
    from minga.instruments.evaluate import Completeness, Problem, Reading
    from minga.instruments.scores import Result

type Answers = Mapping[str, Any]
"""Question id -> stored value, in the shape that ``definition`` gives for the question's type."""


class Instrument(Protocol):
    """One version of a question set.

    ``when`` of sections and questions may be empty though they are not always asked: only ``read`` tells what is.
    ``languages``: codes; a text that lacks one falls back (``definition.say``). ``date`` is None where unknown.
    """

    @property
    def id(self) -> str: ...
    @property
    def version(self) -> str: ...
    @property
    def date(self) -> dt.date | None: ...
    @property
    def languages(self) -> Sequence[str]: ...
    @property
    def title(self) -> Text: ...
    @property
    def intro(self) -> Text: ...
    @property
    def source(self) -> Source: ...
    @property
    def about(self) -> str: ...
    @property
    def draft(self) -> bool: ...
    @property
    def draft_note(self) -> Text: ...
    @property
    def topics(self) -> Sequence[str]: ...
    @property
    def country(self) -> str: ...
    @property
    def step(self) -> int: ...
    @property
    def sections(self) -> Sequence[Section]: ...
    @property
    def computed(self) -> Sequence[Computed]: ...
    @property
    def scores(self) -> Sequence[Score]:
        """What is scored, with the words for its levels; ``results`` gives the figures."""
        ...

    @property
    def questions(self) -> Mapping[str, Question]:
        """Every question that stands directly in a section, by id, in order."""
        ...

    @property
    def section_of(self) -> Mapping[str, Section]: ...
    @property
    def fingerprint(self) -> str:
        """64 hex digits that differ where anything of the set does."""
        ...

    def question(self, id: str) -> Question:
        """The question ``id``; KeyError with the ids there are where there is none."""
        ...

    def read(self, answers: Answers) -> Reading:
        """What is asked, what counts, what is left out; nothing stored is changed."""
        ...

    def problems(self, answers: Answers, *, complete: bool = False) -> list[Problem]:
        """What is wrong with answers that are asked; with ``complete`` also what is missing."""
        ...

    def completeness(self, answers: Answers) -> Completeness: ...

    def results(self, answers: Answers) -> dict[str, Result]:
        """Every score by its id, with the range that open questions leave."""
        ...

    def follows(self, reading: Reading) -> list[Duty]:
        """The duties that follow from the answers."""
        ...

    def may_follow(self, reading: Reading) -> list[Duty]:
        """The duties that may still come to apply, because what decides on them is open."""
        ...
