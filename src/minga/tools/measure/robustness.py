"""How often a tool's answer stays the same when a case is changed in a way that should not matter."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from minga.tools.base import Advice
from minga.tools.measure.answers import Answers
from minga.tools.measure.catalogue import METRICS
from minga.tools.measure.figures import MINIMUM_GROUP, RESAMPLES, Row, measured
from minga.tools.measure.perturb import KINDS, Case, Setting, perturb, plain

AdviseAll = Callable[[Sequence[dict[str, Any]]], Sequence[Advice]]
ABSTAINED = "(abstained)"


@dataclass(frozen=True, slots=True)
class Changed:
    """A case whose answer changed; None is an abstention."""

    case: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Robustness:
    """``row``: the share with the same answer after this ``kind`` of change, of those asked both ways.

    ``rows_in`` = row.of + unchanged (the change does not touch the case) + failed (no answer came back).
    """

    kind: str
    row: Row
    changed: tuple[Changed, ...]
    unchanged: int
    failed: int
    rows_in: int

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def robustness(
    advise_all: AdviseAll,
    cases: Sequence[Case],
    kinds: Sequence[str] = tuple(KINDS),
    seed: int = 1,
    *,
    setting: Setting | None = None,
    minimum_group: int = MINIMUM_GROUP,
) -> tuple[Robustness, ...]:
    """One result per kind of change. The tool is asked once for the cases as they are and once for each kind.

    An abstention is an answer: abstaining both times is the same answer. The same seed makes the same changes.
    """
    chosen = replace(setting or Setting(), seed=seed)
    before = _said(advise_all([plain(case, chosen) for case in cases]))
    return tuple(_one(advise_all, cases, kind, chosen, before, minimum_group) for kind in kinds)


def _said(advice: Sequence[Advice]) -> dict[str, str]:
    return {one.case: ABSTAINED if one.proposal is None else one.proposal for one in advice}


def _one(
    advise_all: AdviseAll, cases: Sequence[Case], kind: str, setting: Setting, before: dict[str, str], minimum: int
) -> Robustness:
    asked = perturb(cases, kind, setting)
    after = _said(advise_all(list(asked.cases))) if asked.cases else {}
    ids = [str(case[setting.id_field]) for case in asked.cases]
    both = [case for case in ids if case in before and case in after]
    answers = Answers.from_columns(
        cases=both, truth=[before[case] for case in both], proposal=[after[case] for case in both]
    )
    row = measured(METRICS["robustness"], answers, (), None, (minimum, 0), (setting.seed, RESAMPLES)).whole
    changed = tuple(
        Changed(case, *(None if said == ABSTAINED else said for said in (before[case], after[case])))
        for case in both
        if before[case] != after[case]
    )
    return Robustness(kind, row, changed, len(asked.unchanged), len(ids) - len(both), len(cases))
