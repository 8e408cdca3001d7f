"""What must hold for any answers."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minga.tools.measure import METRICS, Answers, baseline_answers, gap, judge, measure, possible

LABELS = st.sampled_from(["yes", "no"])
ROWS = st.lists(
    st.tuples(
        st.one_of(st.none(), LABELS),
        st.one_of(st.none(), LABELS),
        st.one_of(st.none(), st.floats(0, 1)),
        st.one_of(st.none(), st.sampled_from(["a", "b", "c"])),
        st.one_of(st.none(), st.floats(0, 100)),
    ),
    min_size=1,
    max_size=60,
)
LAX = {"minimum_group": 1, "minimum_events": 0, "resamples": 50}
ALL = [name for name, metric in METRICS.items() if "perturbed" not in metric.needs]
Rows = list[tuple[str | None, str | None, float | None, str | None, float | None]]


def answers_of(rows: Rows) -> Answers:
    truth, proposal, probability, group, amount = zip(*rows, strict=True)
    return Answers.from_columns(
        truth=truth,
        proposal=proposal,
        probability=probability,
        seconds=amount,
        cost=amount,
        groups={"group": group},
        probability_of="positive",
    )


@settings(max_examples=60, deadline=None)
@given(ROWS, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(rows: Rows, random: np.random.Generator) -> None:
    mixed = list(rows)
    random.shuffle(mixed)  # type: ignore[arg-type]
    for name in ALL:
        one, two = (measure(name, answers_of(each), by=["group"], positive="yes", **LAX) for each in (rows, mixed))
        for first, second in zip(one.rows, two.rows, strict=True):
            assert (first.groups, first.count, first.of, first.why) == (
                second.groups, second.count, second.of, second.why,
            )  # fmt: skip
            assert same(first.value, second.value)
            assert same(first.low, second.low)
            assert same(first.high, second.high)


def same(one: float | None, two: float | None) -> bool:
    if one is None or two is None:
        return one is two
    return math.isclose(one, two, rel_tol=1e-6, abs_tol=1e-6)


@settings(max_examples=60, deadline=None)
@given(ROWS)
def test_every_row_is_used_rejected_or_failed_and_every_interval_holds_its_value(rows: Rows) -> None:
    answers = answers_of(rows)
    for name in ALL:
        found = measure(name, answers, by=["group"], positive="yes", **LAX)
        assert found.rows_in == len(rows) == found.used + found.rejected + found.failed
        low, high = found.metric.range
        for row in found.rows:
            assert (row.value is None) == bool(row.why)
            if row.value is not None and row.low is not None and row.high is not None:
                assert low <= row.low <= row.value + 1e-9
                assert row.value - 1e-9 <= row.high <= high
            if row.value is not None and found.metric.proportion:
                assert row.value == row.count / row.of


@settings(max_examples=60, deadline=None)
@given(ROWS)
def test_groups_add_up_to_the_whole(rows: Rows) -> None:
    for name, metric in METRICS.items():
        if metric.proportion and "perturbed" not in metric.needs:
            found = measure(name, answers_of(rows), by=["group"], positive="yes", **LAX)
            assert sum(row.count for row in found.of("group")) == found.whole.count
            assert sum(row.of for row in found.of("group")) == found.whole.of


@settings(max_examples=60, deadline=None)
@given(ROWS)
def test_gaps_hold_their_value_and_name_the_groups_furthest_apart(rows: Rows) -> None:
    answers = answers_of(rows)
    for name in ("recall", "accuracy", "coverage", "brier"):
        values = {
            row.group: row.value
            for row in measure(name, answers, by=["group"], positive="yes", **LAX).of("group")
            if row.value is not None
        }
        for kind in ("difference", "ratio"):
            found = gap(name, answers, "group", kind, positive="yes", **LAX)  # type: ignore[arg-type]
            assert found.compared == len(values)
            if found.value is None:
                continue
            top, bottom = values[found.highest], values[found.lowest]
            assert (top, bottom) == (max(values.values()), min(values.values()))
            assert found.value == pytest.approx(top - bottom if kind == "difference" else bottom / top)
            if found.low is not None and found.high is not None:
                assert 0 <= found.low <= found.value + 1e-9
                assert found.value <= found.high + 1e-9


@settings(max_examples=60, deadline=None)
@given(ROWS, st.integers(2, 40), st.sampled_from(["le", "ge"]), st.decimals(0, 1, places=3))
def test_what_is_too_small_never_passes(rows: Rows, minimum: int, comparison: str, bound: float) -> None:
    answers = answers_of(rows)
    for name in ("accuracy", "recall", "coverage", "auc"):
        found = measure(name, answers, by=["group"], positive="yes", minimum_group=minimum, minimum_events=1)
        judged = judge(found, comparison, bound)  # type: ignore[arg-type]
        if judged.state == "passed":
            assert any(row.of >= minimum for row in found.of("group"))
        assert all(one.row.of >= minimum for one in judged.rows if one.verdict != "too_few")


@given(st.lists(LABELS, min_size=2, max_size=40).filter(lambda labels: len(set(labels)) == 2))
def test_perfect_answers_have_perfect_figures(labels: list[str]) -> None:
    probability = [float(label == "yes") for label in labels]
    answers = Answers.from_columns(truth=labels, proposal=labels, probability=probability, probability_of="positive")
    for name in possible(answers, "yes"):
        best = {"higher": 1.0, "lower": 0.0, "neither": labels.count("yes") / len(labels)}
        assert measure(name, answers, positive="yes", **LAX).whole.value == best.get(METRICS[name].better)


@given(st.lists(LABELS, min_size=1, max_size=40))
def test_always_the_same_answer_is_right_as_often_as_it_occurs(labels: list[str]) -> None:
    simple = baseline_answers(Answers.from_columns(truth=labels, proposal=labels))
    value = measure("accuracy", simple, **LAX).whole.value
    assert value == max(labels.count(label) for label in set(labels)) / len(labels)
    if len(set(labels)) == 2:
        assert measure("balanced_accuracy", simple, **LAX).whole.value == 0.5
        assert measure("auc", simple, **LAX).whole.value in {0.5, None}
