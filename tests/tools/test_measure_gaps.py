"""Groups, intersections and gaps: against fairlearn, Newcombe and simulations."""

from __future__ import annotations

import math

import numpy as np
import pytest
from fairlearn.metrics import (
    MetricFrame,
    demographic_parity_difference,
    demographic_parity_ratio,
    equalized_odds_difference,
    equalized_odds_ratio,
    selection_rate,
)
from scipy.stats.contingency import relative_risk
from sklearn.metrics import accuracy_score, f1_score, recall_score, roc_auc_score

from minga.tools.measure import Answers, MeasureError, gap, measure
from minga.tools.stats import wilson
from tests.tools.measure_worlds import binary, shares

LAX = {"minimum_group": 1, "minimum_events": 1}


def columns(answers: Answers, attribute: str) -> dict[str, object]:
    grouping = answers.groups[attribute]
    return {
        "y_true": (answers.truth_texts == "yes").astype(int),
        "y_pred": (answers.proposal_texts == "yes").astype(int),
        "sensitive_features": [grouping.names[code] for code in grouping.codes],
    }


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("attribute", ["region", "sex"])
def test_gaps_agree_with_fairlearn(seed: int, attribute: str) -> None:
    answers = binary(seed=seed)
    theirs = columns(answers, attribute)
    parity = gap("selection_rate", answers, attribute, positive="yes", **LAX)
    assert parity.value == pytest.approx(demographic_parity_difference(**theirs))
    ratio = gap("selection_rate", answers, attribute, "ratio", positive="yes", **LAX)
    assert ratio.value == pytest.approx(demographic_parity_ratio(**theirs))
    odds = gap("equalized_odds", answers, attribute, positive="yes", **LAX)
    assert odds.value == pytest.approx(equalized_odds_difference(**theirs))
    odds = gap("equalized_odds", answers, attribute, "ratio", positive="yes", **LAX)
    assert odds.value == pytest.approx(equalized_odds_ratio(**theirs))


def test_groups_and_intersections_agree_with_fairlearn() -> None:
    answers = binary(size=800, seed=9)
    peers = {"accuracy": accuracy_score, "recall": recall_score, "f1": f1_score, "selection_rate": selection_rate}
    theirs = columns(answers, "region")
    features = {
        name: [grouping.names[code] for code in grouping.codes] for name, grouping in sorted(answers.groups.items())
    }
    frame = MetricFrame(
        metrics=peers, y_true=theirs["y_true"], y_pred=theirs["y_pred"], sensitive_features=features
    ).by_group
    for metric in peers:
        found = measure(metric, answers, by=["region", "sex"], positive="yes", **LAX)
        assert len(found.rows) == 1 + 3 + 2 + 6
        for row in found.of("region", "sex"):
            assert row.value == pytest.approx(frame.loc[tuple(row.groups.values()), metric])


def test_scores_by_group_agree_with_scikit_learn() -> None:
    answers = binary(size=600, seed=4)
    for row in measure("auc", answers, by=["region"], positive="yes").of("region"):
        grouping = answers.groups["region"]
        mine = answers.take(grouping.codes == grouping.names.index(row.groups["region"]))
        assert row.value == pytest.approx(roc_auc_score(mine.truth_texts == "yes", mine.probability))
        assert row.of == len(mine)


def test_two_shares_have_newcombes_interval() -> None:
    """Newcombe (1998), Statistics in Medicine 17, 873-890, example (a): 56/70 - 48/80, method 10: .0524 to .3339."""
    found = gap("recall", shares({"a": (56, 70), "b": (48, 80)}), "group", positive="yes")
    assert found.value == pytest.approx(0.2)
    assert (found.low, found.high) == pytest.approx((0.0524, 0.3339), abs=5e-5)
    assert (found.highest, found.lowest, found.of) == ("group=a", "group=b", 70)


def test_ratio_of_two_shares_is_near_the_known_interval() -> None:
    found = gap("recall", shares({"a": (200, 400), "b": (300, 400)}), "group", "ratio", positive="yes")
    peer = relative_risk(200, 400, 300, 400).confidence_interval()
    assert found.value == pytest.approx(2 / 3)
    assert (found.low, found.high) == pytest.approx((peer.low, peer.high), abs=0.005)


def test_nobody_against_somebody_is_a_ratio_of_zero_with_an_upper_end() -> None:
    found = gap("recall", shares({"a": (0, 50), "b": (40, 50)}), "group", "ratio", positive="yes")
    assert (found.value, found.low) == (0, 0)
    assert found.high == pytest.approx(wilson(0, 50)[1] / wilson(40, 50)[0])
    even = gap("recall", shares({"a": (0, 50), "b": (0, 50)}), "group", "ratio", positive="yes")
    assert (even.value, even.low, even.high) == (None, None, None)
    assert "at 0" in even.why


def test_all_alike_is_no_gap_but_not_a_certain_one() -> None:
    found = gap("recall", shares({"a": (40, 40), "b": (40, 40)}), "group", positive="yes")
    assert (found.value, found.low) == (0, 0)
    assert found.high is not None
    assert 0.05 < found.high < 0.15


def test_small_groups_are_left_out_by_name_and_never_silently() -> None:
    answers = shares({"a": (30, 40), "b": (10, 40), "tiny": (0, 5)})
    found = gap("recall", answers, "group", positive="yes")
    assert (found.value, found.compared, found.left_out) == (0.5, 2, ("group=tiny",))
    row = measure("recall", answers, by=["group"], positive="yes").of("group")[2]
    assert (row.value, row.low, row.high, row.count, row.of) == (None, None, None, 0, 5)
    assert row.why == "not enough evidence: 5 cases, 30 needed"
    alone = gap("recall", shares({"a": (30, 40), "tiny": (0, 5)}), "group", positive="yes")
    assert alone.value is None
    assert "1 of 2 groups" in alone.why


def test_a_minimum_of_events_holds_by_group() -> None:
    answers = binary(size=300, seed=1)
    found = measure("auc", answers, by=["region"], positive="yes", minimum_events=40)
    judged = {row.groups["region"]: row.value is not None for row in found.of("region")}
    events = {row.groups["region"]: row.events for row in found.of("region")}
    assert judged == {region: count >= 40 for region, count in events.items()}
    assert set(judged.values()) == {True, False}


@pytest.mark.parametrize("groups", [2, 5])
def test_the_interval_of_the_largest_gap_holds_whatever_the_true_gap(groups: int) -> None:
    """400 worlds of groups of 60 that are the same, and as many that differ by .2: at least 95 % less chance."""
    rng = np.random.default_rng(groups)
    for apart in (0.0, 0.2):
        chances = np.linspace(0.5, 0.5 + apart, groups)
        held = 0
        for _world in range(400):
            right = rng.binomial(60, chances)
            answers = shares({f"g{place}": (int(count), 60) for place, count in enumerate(right)})
            found = gap("recall", answers, "group", positive="yes")
            held += found.low is not None and found.high is not None and found.low <= apart + 1e-12 <= found.high
        assert held / 400 >= 0.93


def test_gaps_of_figures_that_are_no_shares() -> None:
    answers = binary(size=900, seed=2)
    found = gap("brier", answers, "region", positive="yes")
    rows = {row.group: row.value for row in measure("brier", answers, by=["region"], positive="yes").of("region")}
    assert found.value == pytest.approx(max(filter(None, rows.values())) - min(filter(None, rows.values())))
    assert found.low is not None
    assert found.high is not None
    assert 0 <= found.low <= found.value <= found.high
    assert not math.isclose(found.low, found.high)
    with pytest.raises(MeasureError, match="ratio says nothing"):
        gap("calibration_slope", answers, "region", "ratio", positive="yes")


def test_intersections_have_gaps_of_their_own() -> None:
    answers = binary(size=900, seed=2)
    found = gap("accuracy", answers, ["region", "sex"])
    assert found.compared == 6
    assert " & " in found.highest


def test_unknown_attributes_are_named() -> None:
    with pytest.raises(MeasureError, match="region, sex"):
        measure("accuracy", binary(), by=["age"])
    with pytest.raises(MeasureError, match="twice"):
        measure("accuracy", binary(), by=["sex", "sex"])
    with pytest.raises(MeasureError, match="identifier"):
        measure("accuracy", shares({f"g{number}": (1, 1) for number in range(1001)}), by=["group"])
    with pytest.raises(MeasureError, match="one or two"):
        gap("accuracy", binary(), [])
