"""Suites that participants write: "this case must give that", with the list of those that did not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from minga.tools.measure.answers import Answers
from minga.tools.measure.figures import Row
from minga.tools.stats import wilson


@dataclass(frozen=True, slots=True)
class Missed:
    """A case that came out otherwise. ``wanted`` and ``given`` are None for an abstention."""

    case: str
    wanted: str | None
    given: str | None


@dataclass(frozen=True, slots=True)
class Suite:
    """``row``: the share that came out as wanted. ``missed``: those that did not. ``unanswered``: no answer came back.

    Cases in the suite = row.of = row.count + len(missed) + len(unanswered): failing to answer is not a way to pass.
    """

    row: Row
    missed: tuple[Missed, ...]
    unanswered: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def suite(answers: Answers, wanted: Mapping[str, str | None]) -> Suite:
    """``wanted``: case -> the proposal that must come out, None where the tool must abstain.

    Has no minimum: each of its cases was written because it matters by itself. Where no case was answered at all there
    is no value, and nothing is passed.
    """
    given = dict(zip(answers.cases.tolist(), answers.proposal_texts.tolist(), strict=True))
    unanswered = tuple(case for case in wanted if case not in given)
    missed = tuple(
        Missed(case, want, given[case]) for case, want in wanted.items() if case in given and given[case] != want
    )
    of = len(wanted)
    count = of - len(missed) - len(unanswered)
    if len(unanswered) == of:
        why = "not enough evidence: no case of the suite was answered"
        return Suite(Row("exact_match", {}, 0, of, of, None, None, None, "Wilson", why), missed, unanswered)
    low, high = wilson(count, of)
    return Suite(Row("exact_match", {}, count, of, of, count / of, low, high, "Wilson"), missed, unanswered)
