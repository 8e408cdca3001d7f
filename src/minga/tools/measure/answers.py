"""What a tool answered, beside what was true: the columns that every metric reads."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import NDArray

from minga.tools.base import Advice, ToolError
from minga.tools.measure.rows import Kept, Problem, kept_rows

Codes = NDArray[np.int32]
Floats = NDArray[np.float64]
Texts = NDArray[np.object_]
ProbabilityOf = Literal["proposal", "positive"]

NOT_STATED = "not stated"
"""The group of those whose group is unknown: they are counted, as a group of their own."""


class MeasureError(ToolError):
    """Something cannot be measured. The message says what, the likely cause and what to do."""


@dataclass(frozen=True, slots=True, eq=False)
class Grouping:
    """The group of each case, as codes (n,) into ``names``, which are sorted."""

    codes: Codes
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """n answers of one tool. All arrays have n rows.

    ``truth`` and ``proposal`` are codes into ``labels``, which are sorted; -1 is no known truth, or an abstention.
    ``probability`` (0..1), ``seconds`` and ``cost`` (in one currency) are NaN where unknown. ``probability_of`` says of
    what: of the proposal being right, or of the positive label that the metric is asked about.
    ``rows_in`` = n + rejected + failed; both are kept in ``problems``.
    """

    cases: Texts
    labels: tuple[str, ...]
    truth: Codes
    proposal: Codes
    probability: Floats
    seconds: Floats
    cost: Floats
    groups: Mapping[str, Grouping]
    probability_of: ProbabilityOf = "proposal"
    rows_in: int = 0
    problems: tuple[Problem, ...] = ()

    def __len__(self) -> int:
        return len(self.cases)

    @property
    def rejected(self) -> int:
        return sum(problem.kind == "rejected" for problem in self.problems)

    @property
    def failed(self) -> int:
        return sum(problem.kind == "failed" for problem in self.problems)

    @property
    def truth_texts(self) -> Texts:
        return _texts(self.truth, self.labels)

    @property
    def proposal_texts(self) -> Texts:
        return _texts(self.proposal, self.labels)

    def code_of(self, label: str | None) -> int:
        """The code of a label; -2, which no row has, where no truth and no proposal has it."""
        return self.labels.index(label) if label in self.labels else -2

    def events(self, label: str) -> int:
        """How many cases have this truth."""
        return int(np.count_nonzero(self.truth == self.code_of(label)))

    def grouping(self, attribute: str) -> Grouping:
        """Raises MeasureError naming the attributes there are where this one is not among them."""
        if attribute not in self.groups:
            known = ", ".join(sorted(self.groups)) or "none"
            raise MeasureError(
                f"The answers carry no group “{attribute}”; they carry: {known}. "
                "Name one of these, or add the column to the data."
            )
        return self.groups[attribute]

    def take(self, rows: NDArray[Any]) -> Self:
        """The same for some rows (positions or a mask), in that order; nothing is counted as lost by it."""
        groups = {name: Grouping(one.codes[rows], one.names) for name, one in self.groups.items()}
        picked = {name: getattr(self, name)[rows] for name in ("cases", "truth", "proposal", *NUMBERS)}
        return replace(self, **picked, groups=groups, rows_in=len(picked["cases"]), problems=())

    @classmethod
    def from_columns(
        cls,
        *,
        truth: Sequence[str | None],
        proposal: Sequence[str | None],
        cases: Sequence[str] | None = None,
        probability: Sequence[float | None] | Floats | None = None,
        seconds: Sequence[float | None] | Floats | None = None,
        cost: Sequence[float | None] | Floats | None = None,
        groups: Mapping[str, Sequence[str | None]] | None = None,
        probability_of: ProbabilityOf = "proposal",
        problems: Sequence[Problem] = (),
    ) -> Self:
        """From columns of equal length; None is an unknown truth, an abstention, an unknown number or group.

        Rows with an impossible number fail, a case that comes a second time is rejected. ``problems`` are those of
        rows that never became columns; they count as rows in. Raises MeasureError where lengths differ.
        """
        size = len(proposal)
        numbers = {"probability": probability, "seconds": seconds, "cost": cost}
        named = {"truth": truth, "cases": cases, **numbers, **(groups or {})}
        for name, column in named.items():
            if column is not None and len(column) != size:
                raise MeasureError(f"Column “{name}” has {len(column)} rows, the proposals have {size}. Give one each.")
        labels, (truths, proposals) = _labelled(truth, proposal)
        whole = cls(
            cases=_case_ids(cases, size),
            labels=labels,
            truth=truths,
            proposal=proposals,
            probability=_numbers(probability, size, "probability"),
            seconds=_numbers(seconds, size, "seconds"),
            cost=_numbers(cost, size, "cost"),
            groups={name: _grouping(name, column) for name, column in (groups or {}).items()},
            probability_of=probability_of,
        )
        kept = kept_rows(whole.cases, whole.probability, whole.seconds, whole.cost, may_repeat=cases is None)
        return _keep(whole, kept, problems)

    @classmethod
    def from_advice(
        cls,
        advice: Iterable[Advice],
        truth: Mapping[str, str],
        *,
        groups: Mapping[str, Mapping[str, str]] | None = None,
        asked: Iterable[str] = (),
        seconds: Mapping[str, float] | None = None,
        cost: Mapping[str, float] | None = None,
        probability_of: ProbabilityOf = "proposal",
    ) -> Self:
        """From what a tool said. ``truth``, ``seconds``, ``cost`` are by case; ``groups`` by attribute, then by case.

        ``asked`` are the cases that the tool was given: those it said nothing about count as failed.
        """
        said = list(advice)
        ids = [one.case for one in said]
        answered = set(ids)
        silent = [Problem(case, "failed", "no answer came back") for case in asked if case not in answered]
        return cls.from_columns(
            cases=ids,
            truth=[truth.get(case) for case in ids],
            proposal=[one.proposal for one in said],
            probability=[one.probability for one in said],
            seconds=[(seconds or {}).get(case) for case in ids],
            cost=[(cost or {}).get(case) for case in ids],
            groups={name: [of.get(case) for case in ids] for name, of in (groups or {}).items()},
            probability_of=probability_of,
            problems=silent,
        )


NUMBERS = ("probability", "seconds", "cost")


def _keep[A: Answers](whole: A, kept: Kept, earlier: Sequence[Problem]) -> A:
    answers = whole if kept.rows is None else whole.take(kept.rows)
    problems = (*earlier, *kept.problems)
    return replace(answers, rows_in=len(whole) + len(earlier), problems=problems)


def _texts(codes: Codes, names: Sequence[str]) -> Texts:
    return np.array([*names, None], dtype=object)[codes]


def _case_ids(cases: Sequence[str] | None, size: int) -> Texts:
    ids = np.empty(size, dtype=object)
    ids[:] = [str(number) for number in range(1, size + 1)] if cases is None else list(cases)
    return ids


def _coded(values: Sequence[Any], index: dict[Any, int]) -> Codes:
    """Codes in order of first sight; ``index`` grows."""
    listed = values.tolist() if isinstance(values, np.ndarray) else values
    try:
        return np.fromiter((index.setdefault(value, len(index)) for value in listed), np.int32, len(listed))
    except TypeError:
        raise MeasureError(
            "A group or label holds several values at once (a list or set). One case belongs to one group of an "
            "attribute: join the values to one text, or make one column for each."
        ) from None


def _sorted_codes(index: dict[Any, int], names: Sequence[str], none: int) -> Codes:
    """From codes in order of sight to codes in the order of ``names``; None becomes ``none``."""
    places = {name: place for place, name in enumerate(names)}
    return np.array([none if _unknown(value) else places[str(value)] for value in index] or [none], dtype=np.int32)


def _unknown(value: Any) -> bool:
    """None, or the NaN that data frames use for it."""
    return value is None or (isinstance(value, float) and math.isnan(value))


def _labelled(*columns: Sequence[str | None]) -> tuple[tuple[str, ...], list[Codes]]:
    index: dict[Any, int] = {}
    seen = [_coded(column, index) for column in columns]
    labels = tuple(sorted({str(value) for value in index if not _unknown(value)}))
    order = _sorted_codes(index, labels, -1)
    return labels, [order[codes] for codes in seen]


def _grouping(name: str, column: Sequence[str | None]) -> Grouping:
    index: dict[Any, int] = {}
    seen = _coded(column, index)
    if any(isinstance(value, tuple | frozenset) for value in index):
        raise MeasureError(f"“{name}” holds several values for one case. Join them to one text, or make columns of it.")
    stated = [NOT_STATED if _unknown(value) or value == "" else str(value) for value in index]
    names = tuple(sorted(set(stated)))
    places = {text: place for place, text in enumerate(names)}
    order = [places[text] for text in stated]
    return Grouping(np.array(order or [0], dtype=np.int32)[seen], names)


def _numbers(column: Sequence[float | None] | Floats | None, size: int, name: str) -> Floats:
    if column is None:
        return np.full(size, np.nan)
    try:
        return np.array(column, dtype=np.float64)
    except (TypeError, ValueError):
        raise MeasureError(f"Column “{name}” holds something that is no number. Give numbers, or None.") from None
