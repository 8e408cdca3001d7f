"""What a check on a table must not become: a pass of a tool that says nothing, or a place where cases are read."""

import re
from collections.abc import Callable, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from minga.design import tables
from minga.design.metrics import METRICS
from minga.design.models import Check, Criterion, Dataset
from minga.design.reading import digest

MOST_WITHOUT = 0.1
"""A figure of probabilities says nothing where more than this share of the proposals came without one."""
ABOUT_SILENCE = frozenset({"coverage", "abstention_rate", "latency_p50", "latency_p95", "cost_per_1000"})
_SAID = re.compile(r"( Its last words| could not judge this case| is not valid JSON):.*", re.DOTALL)
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"|“[^”]*”")

Proposals = Sequence[str | None]
Probabilities = Sequence[float | None]


def without_case(reason: str) -> str:
    """Why a tool failed, without what may come from the case: checks are public, and the cases of a table are not."""
    return _QUOTED.sub("…", _SAID.sub(r"\1.", reason))


def hollow(criterion: Criterion, proposals: Proposals, probabilities: Probabilities) -> str:
    """Why a pass would say nothing of the tool: "silent", "no_probability", or "" where it does."""
    said = [place for place, proposal in enumerate(proposals) if proposal is not None]
    if not said and criterion.metric not in ABOUT_SILENCE:
        return "silent"
    if "probability" in METRICS[criterion.metric].needs:
        without = sum(probabilities[place] is None for place in said)
        return "no_probability" if without > MOST_WITHOUT * len(said) else ""
    return ""


def notes(check: Check, proposals: Proposals, probabilities: Probabilities) -> dict[str, str]:
    """English sentence -> the same in Spanish: what readers should know before they trust the figures."""
    told: list[Callable[[], str]] = []
    match hollow(check.criterion, proposals, probabilities):
        case "silent":
            told.append(lambda: _("The tool gave no answer on any case, so this says nothing of its answers."))
        case "no_probability":
            told.append(lambda: _("Too many answers came without a probability, so those that have one prove nothing."))
    if same := _same_words(check):
        told.append(
            lambda: (
                _(
                    "%(same)s of %(all)s cases stand word for word, under other names, in the data that its settings "
                    "were chosen on. Many alike are usual for short texts; otherwise this is no test."
                )
                % {"same": same, "all": check.dataset.rows_used}
            )
        )
    return {_in("en", words): _in("es", words) for words in told}


def _in(language: str, words: Callable[[], str]) -> str:
    with override(language):
        return words()


def _same_words(check: Check) -> int:
    """Cases whose fields are all those of a case that the settings were chosen on, whatever they are called."""
    chosen_on = check.version.chosen_on
    kinds = {Dataset.Kind.TABLE, Dataset.Kind.SUITE}
    if chosen_on is None or chosen_on.kind not in kinds or chosen_on.sha256 == check.dataset.sha256:
        return 0
    known = {_words_of(row, chosen_on) for row in tables.rows_of(chosen_on)}
    return sum(_words_of(row, check.dataset) in known for row in tables.rows_of(check.dataset))


def _words_of(row: tables.Row, dataset: Dataset) -> int:
    case: dict[str, Any] = tables.case_of(row, dataset.columns)
    texts = sorted(text for name, value in case.items() if name != "id" and (text := tables.text_of(value)))
    return digest("\0".join(texts))
