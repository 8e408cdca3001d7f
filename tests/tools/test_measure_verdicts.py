"""Verdicts: against a bound, against a baseline, against what participants wrote."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from scipy.stats import binomtest
from sklearn.dummy import DummyClassifier
from sklearn.metrics import accuracy_score, brier_score_loss, roc_auc_score

from minga.tools.measure import Answers, MeasureError, baseline_answers, compare, gap, judge, measure, suite
from tests.tools.measure_worlds import binary, several, shares


def test_the_value_decides_exactly_and_the_interval_only_warns() -> None:
    found = measure("accuracy", shares({"a": (20, 100)}))
    assert judge(found, "ge", "0.2").state == "passed"
    assert judge(found, "ge", Decimal("0.2")).rows[0].watch
    assert judge(found, "ge", "0.2001").state == "failed"
    assert judge(found, "le", 0.2).state == "passed"
    assert not judge(found, "ge", "0.05").rows[0].watch


def test_one_group_beyond_fails_all_and_small_groups_never_pass() -> None:
    found = measure("accuracy", shares({"a": (50, 50), "b": (20, 50), "tiny": (5, 5)}), by=["group"])
    judged = judge(found, "ge", "0.5")
    assert judged.state == "failed"
    assert judged.worst is not None
    assert judged.worst.row.group == "group=b"
    assert [row.group for row in judged.too_few] == ["group=tiny"]
    assert judge(found, "ge", "0.4").state == "passed"
    assert judge(found, "ge", "0.4", minimum_group=51).state == "not_enough"
    only_tiny = measure("accuracy", shares({"tiny": (5, 5)}), by=["group"])
    assert judge(only_tiny, "ge", "0.1").state == "not_enough"


def test_too_few_events_are_never_a_pass() -> None:
    answers = Answers.from_columns(truth=["no"] * 95 + ["yes"] * 5, proposal=["no"] * 95 + ["yes"] * 5)
    found = measure("f1", answers, positive="yes")
    assert found.whole.why == "not enough evidence: 5 events, 10 needed"
    assert judge(found, "ge", "0.0").state == "not_enough"
    lax = measure("f1", answers, positive="yes", minimum_events=1)
    assert judge(lax, "ge", "0.9").state == "passed"
    assert judge(lax, "ge", "0.9", minimum_events=6).state == "not_enough"


def test_numbers_that_binary_cannot_hold_meet_their_bound() -> None:
    answers = Answers.from_columns(truth=["a"] * 30, proposal=["a"] * 30, cost=[0.1 + 0.2] * 30)
    assert judge(measure("cost_per_1000", answers), "le", "300").state == "passed"


def test_a_gap_is_judged_like_any_figure() -> None:
    found = gap("recall", shares({"a": (30, 50), "b": (25, 50)}), "group", positive="yes")
    assert judge(found, "le", "0.1").state == "passed"
    assert judge(found, "le", "0.1").rows[0].row.metric == "recall_difference"
    assert judge(found, "le", "0.09").state == "failed"
    alone = gap("recall", shares({"a": (30, 50)}), "group", positive="yes")
    assert judge(alone, "le", "1").state == "not_enough"


@pytest.mark.parametrize("kind", ["majority", "prior"])
def test_baselines_agree_with_scikit_learn(kind: str) -> None:
    answers = binary(seed=3)
    strategy = {"majority": "most_frequent", "prior": "prior"}[kind]
    truth = answers.truth_texts.astype(str)
    theirs = DummyClassifier(strategy=strategy).fit(np.zeros((len(answers), 1)), truth)
    simple = baseline_answers(answers, kind, positive="yes")  # type: ignore[arg-type]
    chance = theirs.predict_proba(np.zeros((len(answers), 1)))[:, list(theirs.classes_).index("yes")]
    assert measure("accuracy", simple).whole.value == pytest.approx(
        accuracy_score(truth, theirs.predict(np.zeros((len(answers), 1))))
    )
    assert measure("brier", simple, positive="yes").whole.value == pytest.approx(
        brier_score_loss(truth == "yes", chance)
    )


def test_baseline_from_training_labels_and_a_constant_that_no_case_has() -> None:
    answers = several(seed=1)
    assert set(baseline_answers(answers, labels=["l0", "l0", "l4"]).proposal_texts) == {"l0"}
    assert set(baseline_answers(answers, labels=["l4", "l0"]).proposal_texts) == {"l0"}
    constant = baseline_answers(answers, "constant", constant="something else")
    assert measure("accuracy", constant).whole.value == 0
    assert constant.truth_texts.tolist() == answers.truth_texts.tolist()
    with pytest.raises(MeasureError, match="needs the label"):
        baseline_answers(answers, "constant")
    with pytest.raises(MeasureError, match="training labels"):
        baseline_answers(Answers.from_columns(truth=[None], proposal=["a"]))


def test_a_tool_that_learned_is_better_and_one_that_guesses_is_not() -> None:
    answers = binary(seed=3)
    simple = baseline_answers(answers, positive="yes")
    for metric in (
        "accuracy",
        "brier",
        "auc",
        "macro_f1",
        "recall" if simple.proposal_texts[0] == "no" else "precision",
    ):
        found = compare(metric, answers, simple, positive="yes")
        assert found.verdict == "better", metric
        assert compare(metric, simple, answers, positive="yes").verdict == "worse"
    rng = np.random.default_rng(2)
    guess = Answers.from_columns(
        cases=answers.cases.tolist(),
        truth=answers.truth_texts.tolist(),
        proposal=rng.choice(["yes", "no"], len(answers)).tolist(),
    )
    assert compare("accuracy", guess, simple).verdict in {"not shown", "worse"}


def test_difference_and_p_are_the_known_ones() -> None:
    one, other = binary(seed=3), binary(seed=3, abstaining=0.1)
    found = compare("accuracy", one, other)
    first, second = one.proposal == one.truth, other.proposal_texts == other.truth_texts
    assert found.difference == pytest.approx(first.mean() - second.mean())
    gained, lost = int((first & ~second).sum()), int((second & ~first).sum())
    assert found.p == pytest.approx(binomtest(gained, gained + lost).pvalue)
    rng = np.random.default_rng(0)
    apart = first.astype(float) - second
    means = [apart[rng.integers(0, len(apart), len(apart))].mean() for _ in range(2000)]
    assert (found.low, found.high) == pytest.approx(np.quantile(means, (0.025, 0.975)), abs=0.006)


def test_the_difference_of_two_rankings_is_that_of_a_plain_bootstrap_over_rows() -> None:
    one = binary(4000, seed=3)
    rng = np.random.default_rng(1)
    noisy = replace(one, probability=1 / (1 + np.exp(-rng.normal(size=4000))) * 0.5 + one.probability * 0.5)
    found = compare("auc", one, noisy, positive="yes")
    event = one.truth_texts == "yes"
    apart = []
    for _ in range(300):
        rows = rng.integers(0, 4000, 4000)
        scores = (roc_auc_score(event[rows], each.probability[rows]) for each in (one, noisy))
        apart.append(next(scores) - next(scores))
    assert found.low is not None
    assert found.high is not None
    assert (found.high - found.low) / 3.92 == pytest.approx(np.std(apart), rel=0.2)
    assert (found.high + found.low) / 2 == pytest.approx(found.difference, abs=np.std(apart) / 3)
    assert found.verdict == "better"


def test_five_cases_won_and_none_lost_are_not_enough_to_be_better() -> None:
    """Resamples nearly always hold one of the five; the exact test (p = .0625) says that chance would do."""
    truth = ["a"] * 100
    fifth = [Answers.from_columns(truth=truth, proposal=["a"] * right + ["b"] * (100 - right)) for right in (85, 80)]
    found = compare("accuracy", *fifth)
    assert found.low is not None
    assert found.low > 0
    assert (found.p, found.verdict) == (pytest.approx(0.0625), "not shown")


def test_only_cases_that_both_have_are_compared() -> None:
    one, other = binary(seed=3), binary(seed=3)
    found = compare("accuracy", one.take(np.arange(300)), other.take(np.arange(399, 99, -1)))
    assert (found.cases, found.unpaired, found.difference, found.p) == (200, 200, 0, 1)
    assert found.verdict == "not shown"
    few = compare("accuracy", one.take(np.arange(5)), other)
    assert (few.value, few.verdict) == (None, "not shown")
    assert "5 paired cases, 30 needed" in few.why


def test_equally_good_tools_are_seldom_called_better() -> None:
    """At 5 % two-sided, of 300 pairs that guess alike about 7.5 are called better by chance, and as many worse."""
    rng, verdicts = np.random.default_rng(8), []
    for number in range(300):
        truth = rng.choice(["a", "b"], 120).tolist()
        pair = [Answers.from_columns(truth=truth, proposal=rng.choice(["a", "b"], 120).tolist()) for _ in "ab"]
        verdicts.append(compare("accuracy", *pair, seed=number, resamples=300).verdict)
    assert verdicts.count("better") <= 18
    assert verdicts.count("worse") <= 18


def test_a_metric_without_a_better_way_is_not_compared() -> None:
    with pytest.raises(MeasureError, match="Neither way"):
        compare("selection_rate", binary(), binary(), positive="yes")


def test_nearer_to_one_is_better_for_a_slope() -> None:
    world = binary(size=3000, seed=5)
    timid = Answers.from_columns(
        cases=world.cases.tolist(),
        truth=world.truth_texts.tolist(),
        proposal=world.proposal_texts.tolist(),
        probability=0.5 + (world.probability - 0.5) / 3,
        probability_of="positive",
    )
    assert compare("calibration_slope", world, timid, positive="yes", resamples=300).verdict == "better"
    assert compare("calibration_slope", timid, world, positive="yes", resamples=300).verdict == "worse"


def test_a_suite_lists_each_case_that_came_out_otherwise() -> None:
    answers = Answers.from_columns(cases=["a", "b", "c", "d"], truth=[None] * 4, proposal=["pay", "refuse", None, None])
    found = suite(answers, {"a": "pay", "b": "pay", "c": None, "d": "pay", "e": "pay"})
    assert (found.row.count, found.row.of, found.row.value) == (2, 5, 0.4)
    assert [(one.case, one.wanted, one.given) for one in found.missed] == [("b", "pay", "refuse"), ("d", "pay", None)]
    assert found.unanswered == ("e",)
    assert judge([found.row], "ge", 1).state == "failed"
    assert judge([suite(answers, {"a": "pay"}).row], "ge", 1).state == "passed"
    assert judge([suite(answers, {"z": "pay"}).row], "ge", 0).state == "not_enough"
