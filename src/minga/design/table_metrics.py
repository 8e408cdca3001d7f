"""The metrics of ``minga.tools.measure`` as measures of a criterion on a table of cases, and what they find.

Words and formulas are those of the library, which is loaded on first use: it is heavy, and most pages need none of it.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise, lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from minga.design.metrics import METRICS, SHARE, TABLES, Measured, Metric
from minga.design.models import Criterion

if TYPE_CHECKING:
    from minga.tools.measure import Answers, Row

ANY, UPWARDS = (-math.inf, math.inf), (0.0, math.inf)
# name: (unit, range, what it needs); as in minga.tools.measure.catalogue, which a test holds beside this.
KNOWN: Mapping[str, tuple[str, tuple[float, float], str]] = {
    "accuracy": ("share", SHARE, "truth"),
    "exact_match": ("share", SHARE, "truth"),
    "accuracy_when_answering": ("share", SHARE, "truth"),
    "balanced_accuracy": ("", SHARE, "truth"),
    "precision": ("share", SHARE, "truth positive"),
    "recall": ("share", SHARE, "truth positive"),
    "f1": ("", SHARE, "truth positive"),
    "macro_f1": ("", SHARE, "truth"),
    "false_positive_rate": ("share", SHARE, "truth positive"),
    "false_negative_rate": ("share", SHARE, "truth positive"),
    "selection_rate": ("share", SHARE, "positive"),
    "auc": ("", SHARE, "truth probability"),
    "brier": ("", SHARE, "truth probability"),
    "calibration_slope": ("", ANY, "truth probability"),
    "calibration_intercept": ("", ANY, "truth probability"),
    "ece": ("", SHARE, "truth probability"),
    "coverage": ("share", SHARE, ""),
    "abstention_rate": ("share", SHARE, ""),
    "latency_p50": ("ms", UPWARDS, "seconds"),
    "latency_p95": ("ms", UPWARDS, "seconds"),
    "cost_per_1000": ("currency", UPWARDS, "cost"),
    "robustness": ("share", SHARE, "truth perturbed"),
}
BEATS_BASELINE = "beats_baseline"
PERTURBATIONS: Mapping[str, str | Promise] = {
    "typos": _("letters mistyped"),
    "missing": _("one field left out"),
    "order": _("fields and cases in another order"),
    "case": _("capitals or small letters"),
    "language": _("the text in Spanish, where the data hold it (columns that end in _es)"),
}
ALONE = frozenset({"exact_match", "robustness", BEATS_BASELINE})
"""Measures of the whole only: neither by group nor as a gap."""


def _word(name: str, explained: bool = False) -> Callable[[], str]:
    def said() -> str:
        from minga.tools.measure import metric_called

        found = metric_called(name)
        words = found.explanation if explained else found.title
        return words.get((get_language() or "en")[:2], words["en"])

    return said


def register() -> None:
    """Put the metrics of tables into ``METRICS``; called once when the room starts."""
    for name, (unit, bounds, needs) in KNOWN.items():
        METRICS[name] = Metric(
            name, lazy(_word(name), str)(), None, {}, kinds=TABLES, unit=unit, range=bounds,
            explanation=lazy(_word(name, explained=True), str)(), needs=frozenset(needs.split()),
        )  # fmt: skip
    METRICS[BEATS_BASELINE] = Metric(
        BEATS_BASELINE, _("better than the simplest rule"), None, {}, kinds=TABLES, range=(-1.0, 1.0),
        explanation=_(
            "How much more often the tool is right than always giving the most frequent answer. The lower end of the "
            "interval counts, so that a lead by chance is no lead."
        ),
        needs=frozenset({"truth"}),
    )  # fmt: skip


def attributes(criterion: Criterion) -> list[str]:
    """The one or two columns that the criterion is judged by."""
    return [name for name in criterion.group_by.split(",") if name]


def minimum_events(criterion: Criterion) -> int:
    """Fewer events than this are not enough evidence; cases that people wrote each count by themselves."""
    from minga.tools.measure.figures import MINIMUM_EVENTS

    usual = 1 if criterion.metric == "exact_match" else MINIMUM_EVENTS
    return int(criterion.options.get("minimum_events", usual))


def found(criterion: Criterion, answers: "Answers", seed: int) -> list[Measured]:
    """What a criterion looks at in the answers of a tool; robustness is measured by ``minga.design.table_checks``."""
    from minga.tools.measure import gap, measure

    by = attributes(criterion)
    if criterion.metric == BEATS_BASELINE:
        return [_lead(criterion, answers, seed)]
    given: dict[str, Any] = {
        "positive": criterion.options.get("positive") or None,
        "minimum_group": criterion.minimum_group,
        "minimum_events": minimum_events(criterion),
        "seed": seed,
    }
    if kind := criterion.options.get("gap"):
        apart = gap(criterion.metric, answers, by, kind, **given)
        ends = [apart.highest, apart.lowest] if apart.highest != apart.lowest else []
        names = " – ".join(_group(name) for name in ends if name)
        return [as_measured(apart.row, group=names)]
    rows = measure(criterion.metric, answers, by=by, **given)
    return [as_measured(row) for row in (rows.of(*by) if by else rows.rows[:1])]


def as_measured(row: "Row", sign: str = "", group: str | None = None) -> Measured:
    """A figure of the library as one to judge."""
    from minga.tools.measure.judging import exact

    name = " · ".join(row.groups.values()) if group is None else group
    number = None if row.value is None else exact(row)
    return Measured(sign, name, row.count, row.of, row.value, row.low, row.high, number, row.why)


def _group(text: str) -> str:
    """ "region=north & sex=f" as "north · f"."""
    return " · ".join(part.partition("=")[2] for part in text.split(" & "))


def simplest(answers: "Answers") -> "Answers | None":
    """The same cases all answered by the most frequent truth; None where no truth is known."""
    from minga.tools.measure import baseline_answers

    return baseline_answers(answers) if (answers.truth >= 0).any() else None


SURELY_NOT = Decimal("-0.000001")


def _lead(criterion: Criterion, answers: "Answers", seed: int) -> Measured:
    from minga.tools.measure import compare

    other = simplest(answers)
    if other is None:
        return Measured("", "", 0, 0, None, None, None, None, "no known truth")
    told = compare("accuracy", answers, other, minimum_group=criterion.minimum_group, seed=seed)
    if told.difference is None or told.low is None:
        return Measured("", "", told.cases, told.cases, None, None, None, None, told.why)
    judged = round(Decimal(repr(told.low)), 12)
    if told.verdict != "better":  # the exact test does not see a lead either, so it meets no bound of 0 or more
        judged = min(judged, SURELY_NOT)
    return Measured("", "", told.cases, told.cases, told.difference, told.low, told.high, judged)


def kinds_asked(criterion: Criterion) -> Sequence[str]:
    """The changes that a criterion of robustness tries."""
    return tuple(criterion.options.get("perturbations") or ("typos", "missing", "order", "case"))
