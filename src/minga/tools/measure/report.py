"""The whole report: the baseline first, then every metric that the answers allow, by group, with gaps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from minga.tools.measure.answers import Answers
from minga.tools.measure.baselines import Compared, Kind, baseline_answers, compare
from minga.tools.measure.catalogue import METRICS, metric_called
from minga.tools.measure.figures import MINIMUM_EVENTS, MINIMUM_GROUP, RESAMPLES, SEED, Measured, measure
from minga.tools.measure.gaps import EQUALIZED_ODDS, gap
from minga.tools.measure.words import VERDICTS
from minga.tools.spent import Clock

COMPARED = ("accuracy", "macro_f1", "brier")
NOT_BY_THEMSELVES = ("exact_match", "robustness")


def possible(answers: Answers, positive: str | None) -> tuple[str, ...]:
    """The metrics that these answers allow, in the order of the catalogue."""
    has = {
        "truth": bool((answers.truth >= 0).any()),
        "probability": bool(np.isfinite(answers.probability).any()) and _scores_make_sense(answers, positive),
        "seconds": bool(np.isfinite(answers.seconds).any()),
        "cost": bool(np.isfinite(answers.cost).any()),
        "positive": positive is not None,
    }
    return tuple(
        name
        for name, metric in METRICS.items()
        if name not in NOT_BY_THEMSELVES and all(has.get(need, False) for need in metric.needs)
    )


def _scores_make_sense(answers: Answers, positive: str | None) -> bool:
    if answers.probability_of == "positive":
        return positive is not None
    return positive is None or len(answers.labels) <= 2


def report(
    answers: Answers,
    *,
    metrics: Sequence[str] = (),
    by: Sequence[str] = (),
    positive: str | None = None,
    baseline: Kind = "majority",
    labels: Sequence[str] | None = None,
    constant: str | None = None,
    minimum_group: int = MINIMUM_GROUP,
    minimum_events: int = MINIMUM_EVENTS,
    seed: int = SEED,
    resamples: int = RESAMPLES,
) -> dict[str, Any]:
    """One JSON-able object: "baseline" first; each metric's value under its name; "figures" with intervals and groups.

    ``labels`` are the training labels for the baseline. Seconds are wall-clock and processor time of the report;
    memory is the peak of the process so far, in MiB.
    """
    clock = Clock()
    names = tuple(metric_called(name).name for name in metrics) or possible(answers, positive)
    options = {"minimum_group": minimum_group, "minimum_events": minimum_events, "seed": seed, "resamples": resamples}
    found = {name: measure(name, answers, by=by, positive=positive, **options) for name in names}
    against = {"seed": seed, "resamples": resamples, "minimum_group": minimum_group}
    return {
        "baseline": _baseline(answers, baseline, labels, constant, positive, names, against),
        **{name: one.whole.value for name, one in found.items()},
        "rows": _rows(answers),
        "group_sizes": {name: _sizes(answers, name) for name in by},
        "figures": [one.as_json() for one in found.values()],
        "gaps": _gaps(answers, by, positive, found, options),
        "positive": positive,
        "labels": list(answers.labels),
        **options,
        **clock.read(),
    }


def _baseline(
    answers: Answers,
    kind: Kind,
    labels: Sequence[str] | None,
    constant: str | None,
    positive: str | None,
    names: Sequence[str],
    against: dict[str, int],
) -> dict[str, Any]:
    if not labels and kind != "constant" and not (answers.truth >= 0).any():
        return {"kind": kind, "label": None, "compared": [], "sentence": dict(VERDICTS["too_few"])}
    simple = baseline_answers(answers, kind, labels=labels, constant=constant, positive=positive)
    label = simple.labels[simple.proposal[0]] if len(simple) else None
    wanted = [name for name in COMPARED if name in names or name == "accuracy"]
    compared = [compare(name, answers, simple, positive=positive, **against) for name in wanted]
    first = compared[0]
    return {
        "kind": kind,
        "label": label,
        "verdict": first.verdict,
        "sentence": _sentence(first, label),
        "compared": [one.as_json() for one in compared],
    }


def _sentence(found: Compared, label: str | None) -> dict[str, str]:
    if found.value is None or found.other is None:
        return dict(VERDICTS["too_few"])
    said = VERDICTS[found.verdict.replace(" ", "_")]
    shares = {"value": found.value, "other": found.other}
    return {
        language: text.format(label=label, **{name: _percent(share, language) for name, share in shares.items()})
        for language, text in said.items()
    }


def _percent(share: float, language: str) -> str:
    return f"{share:.1%}" if language == "en" else f"{100 * share:.1f} %".replace(".", ",")


def _rows(answers: Answers) -> dict[str, Any]:
    problems: dict[str, int] = {}
    for problem in answers.problems:
        problems[problem.reason] = problems.get(problem.reason, 0) + 1
    return {
        "in": answers.rows_in,
        "used": len(answers),
        "rejected": answers.rejected,
        "failed": answers.failed,
        "reasons": problems,
        "without_truth": int(np.count_nonzero(answers.truth < 0)),
        "abstained": int(np.count_nonzero(answers.proposal < 0)),
    }


def _sizes(answers: Answers, attribute: str) -> dict[str, int]:
    grouping = answers.grouping(attribute)
    counts = np.bincount(grouping.codes, minlength=len(grouping.names))
    return {name: int(count) for name, count in zip(grouping.names, counts, strict=True)}


def _gaps(
    answers: Answers, by: Sequence[str], positive: str | None, found: dict[str, Measured], options: dict[str, int]
) -> list[dict[str, Any]]:
    names = [name for name, one in found.items() if one.metric.proportion]
    if {"recall", "false_positive_rate"} <= set(names):
        names.append(EQUALIZED_ODDS)
    return [
        gap(name, answers, attribute, kind, positive=positive, **options).as_json()
        for attribute in by
        for name in names
        for kind in ("difference", "ratio")
    ]
