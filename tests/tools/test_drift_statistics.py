"""The figures of drift against scipy, scikit-learn, sums by hand and plain loops."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import chi2_contingency, fisher_exact, ks_2samp
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss

from minga.tools.drift import Bins, DriftError, Numbers, holm, ks, page_hinkley, psi
from minga.tools.drift.bins import HELD, counted
from minga.tools.drift.calibration import calibration
from minga.tools.drift.statistics import cusum, difference, homogeneity, ks_of_counts, threshold_for, two_shares
from minga.tools.drift.tally import Sums
from minga.tools.stats import wilson

numbers = arrays(np.float64, st.integers(1, 60), elements=st.sampled_from([-2.5, 0.0, 0.1, 1.0, 3.0, 7.25]))


def test_psi_of_categories_by_hand() -> None:
    found = psi(["a"] * 50 + ["b"] * 50, ["a"] * 30 + ["b"] * 70)
    assert found.value == pytest.approx(-0.2 * math.log(0.6) + 0.2 * math.log(1.4))
    assert [cell.label for cell in found.cells] == ["a", "b"]
    assert found.smoothed == 0


def test_psi_of_numbers_by_hand() -> None:
    """Ten bins of ten; the window has none below the median, so five cells count as half a case."""
    found = psi(np.arange(100.0), np.arange(50.0, 100.0))
    half = 0.5 / 50
    assert found.smoothed == 5
    assert found.value == pytest.approx(5 * (half - 0.1) * math.log(half / 0.1) + 5 * 0.1 * math.log(0.2 / 0.1))
    assert [cell.reference for cell in found.cells] == [10] * 10


def test_unseen_and_missing_categories_are_cells_of_their_own() -> None:
    found = psi(["a"] * 10, ["a"] * 5 + ["new"] * 3 + [None] * 2)
    assert {cell.label: cell.window for cell in found.cells} == {"a": 5, "(missing)": 2, "new": 3}
    assert found.smoothed == 2


def test_a_constant_that_moves_is_seen_in_both_directions() -> None:
    for other in (4.0, 6.0):
        assert psi([5.0] * 100, [other] * 100).value > 5
    assert psi([5.0] * 100, [5.0] * 40).value == 0


def test_missing_numbers_are_a_cell() -> None:
    found = psi([1.0, 2.0, 3.0, 4.0], [1.0, 2.0, math.nan, math.nan], bins=2)
    assert found.cells[-1].label == "(missing)"
    assert found.cells[-1].window == 2


def test_psi_refuses_nothing() -> None:
    with pytest.raises(DriftError, match="one of them is empty"):
        psi([], [1.0])


@given(numbers, numbers)
def test_psi_is_symmetric_in_parts_and_counts_everything(before: np.ndarray, now: np.ndarray) -> None:
    found = psi(before, now, bins=4)
    assert found.value >= 0
    assert sum(cell.reference for cell in found.cells) == len(before)
    assert sum(cell.window for cell in found.cells) == len(now)
    assert psi(before, before).value == 0


@given(numbers, numbers)
def test_ks_is_scipys(before: np.ndarray, now: np.ndarray) -> None:
    assert ks(before, now).d == pytest.approx(ks_2samp(before, now).statistic, abs=1e-12)


@pytest.mark.parametrize("shift", [0.0, 0.1, 0.2, 0.4])
def test_ks_p_is_scipys(shift: float) -> None:
    rng = np.random.default_rng(4)
    before, now = rng.normal(size=700), rng.normal(shift, size=400)
    exact = ks_2samp(before, now, method="asymp")
    assert ks(before, now).p == pytest.approx(exact.pvalue, rel=0.05)


def test_numbers_beyond_the_limit_stay_close() -> None:
    rng = np.random.default_rng(5)
    before, now = rng.normal(size=3 * HELD), rng.normal(0.01, size=2 * HELD)
    held = Numbers()
    for part in np.array_split(before, 23):
        held.add(part)
    values, counts = held.held()
    assert len(values) <= HELD + 1
    assert counts.sum() == held.rows == len(before)
    assert ks_of_counts((values, counts), counted(now)).d == pytest.approx(ks_2samp(before, now).statistic, abs=2e-5)


@given(numbers, st.integers(2, 20))
def test_bins_hold_every_value_once_and_scores_have_mean_zero(values: np.ndarray, bins: int) -> None:
    fixed = Bins.of(*counted(values), bins)
    assert fixed.count(values).sum() == len(values)
    assert len(fixed.labels) == len(fixed.cuts) + 2
    assert len(set(fixed.labels)) == len(fixed.labels)
    fine = np.searchsorted(fixed.fine, values)
    assert (fixed.coarse[fine] == fixed.cell(values)).all()
    assert fixed.score[fine].mean() == pytest.approx(0, abs=1e-9)


def test_chi_square_is_scipys_where_cells_are_large() -> None:
    table = np.array([[300, 500, 200], [260, 560, 180]])
    assert homogeneity(*table) == pytest.approx(chi2_contingency(table).pvalue)


def test_chi_square_of_small_cells_is_drawn() -> None:
    """With two cells the drawn p is that of Fisher's exact test; the formula's is far smaller."""
    table = np.array([[1800, 200], [45, 15]])
    exact, formula = fisher_exact(table).pvalue, chi2_contingency(table, correction=False).pvalue
    assert formula < 0.5 * exact
    assert homogeneity(*table) == pytest.approx(exact, rel=0.15)
    assert homogeneity(table[1], table[0]) == pytest.approx(exact, rel=0.15)
    assert homogeneity(np.array([1000, 1000]), np.array([0, 40])) < 1e-4


def test_small_categories_are_put_together_and_still_found() -> None:
    rare = np.array([2000, *[1] * 30])
    assert homogeneity(rare, np.array([100, *[1] * 30])) < 1e-4
    assert homogeneity(np.array([40]), np.array([60])) == 1.0


def test_exact_test_is_fishers() -> None:
    for table in ([[3, 17], [10, 190]], [[0, 12], [5, 30]], [[9, 9], [114, 572]]):
        (a, b), (c, d) = table
        assert two_shares(a, a + b, c, c + d) == pytest.approx(fisher_exact(table).pvalue, rel=1e-6)
    assert two_shares(300, 1000, 250, 1000) == pytest.approx(
        chi2_contingency([[300, 700], [250, 750]], correction=False).pvalue
    )
    assert two_shares(0, 10, 0, 20) == 1.0


def test_newcombes_interval() -> None:
    """Newcombe 1998, example (a): 56/70 - 48/80 is .20, .0524 to .3339."""
    assert difference(56, 70, 48, 80) == pytest.approx((0.2, 0.0524, 0.3339), abs=5e-5)


def test_holm_by_hand() -> None:
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([]) == []


def plain_page_hinkley(series: list[float], delta: float, threshold: float) -> tuple[int, str] | None:
    total = up = down = lowest = highest = 0.0
    for number, value in enumerate(series):
        total += value
        mean = total / (number + 1)
        up, down = up + value - mean - delta, down + value - mean + delta
        lowest, highest = min(lowest, up), max(highest, down)
        if up - lowest > threshold:
            return number, "up"
        if highest - down > threshold:
            return number, "down"
    return None


@settings(max_examples=200)
@given(st.lists(st.floats(-5, 5), max_size=80), st.sampled_from([0.0, 0.1, 1.0]), st.sampled_from([0.5, 3.3, 10.1]))
def test_page_hinkley_is_the_plain_loop(series: list[float], delta: float, threshold: float) -> None:
    found = page_hinkley(series, delta, threshold)
    plain = plain_page_hinkley(series, delta, threshold)
    assert (found and found.index) == (plain and plain[0])


def test_page_hinkley_tells_the_direction_and_the_beginning() -> None:
    rng = np.random.default_rng(7)
    calm = rng.normal(size=300)
    for shift, direction in ((1.5, "up"), (-1.5, "down")):
        found = page_hinkley(np.concatenate([calm, calm + shift]), 0.25, 15.0, mean=0.0)
        assert found is not None
        assert found.direction == direction
        assert 290 <= found.began <= 305
        assert 300 < found.index < 330
    assert page_hinkley(calm, 0.25, 25.0, mean=0.0) is None
    with pytest.raises(DriftError, match="without gaps"):
        page_hinkley([1.0, math.nan], 0.1, 1.0)


def test_days_with_several_cases_are_walked_together() -> None:
    found = cusum(np.array([0.0, 10.0, 10.0]), np.array([5.0, 10.0, 10.0]), 0.25, 12.0)
    assert found is not None
    assert (found.index, found.direction, found.began) == (2, "up", 1)


def test_the_threshold_keeps_its_promise() -> None:
    rng = np.random.default_rng(8)
    threshold = threshold_for(500, 0.25, 0.05)
    rang = sum(page_hinkley(rng.normal(size=500), 0.25, threshold, mean=0.0) is not None for _ in range(1000))
    low, high = wilson(rang, 1000)
    assert low <= 0.05
    assert high >= 0.02


def test_calibration_is_that_of_scikit_learn() -> None:
    rng = np.random.default_rng(9)
    probability = rng.beta(3, 2, 4000)
    odds = 0.6 * np.log(probability / (1 - probability)) + 0.3
    right = (rng.random(4000) < 1 / (1 + np.exp(-odds))).astype(np.float64)
    sums = Sums()
    for part in (slice(0, 1500), slice(1500, None)):
        sums.add(probability[part], right[part])
    found = calibration(sums, 50)
    assert found.brier == pytest.approx(brier_score_loss(right, probability))
    logits = np.log(probability / (1 - probability))[:, None]
    fitted = LogisticRegression(C=1e9, tol=1e-10).fit(logits, right)
    assert found.slope == pytest.approx(fitted.coef_[0][0], rel=0.01)
    assert found.intercept == pytest.approx(fitted.intercept_[0], abs=0.01)
    assert found.slope_low is not None
    assert found.slope_high is not None
    assert found.slope_low < 0.6 < found.slope_high
    assert found.overconfidence == pytest.approx((probability - right).mean())
    place = np.minimum((probability * 10).astype(int), 9)
    by_hand = sum(abs((probability - right)[place == k].sum()) for k in range(10)) / 4000
    assert found.ece == pytest.approx(by_hand, abs=0.002)


def test_calibration_that_cannot_be_fitted_says_nothing_of_the_slope() -> None:
    sums = Sums()
    sums.add(np.full(60, 0.8), np.ones(60))
    found = calibration(sums, 50)
    assert found.slope is None
    assert found.brier == pytest.approx(0.04)
    assert calibration(sums, 61).brier is None
