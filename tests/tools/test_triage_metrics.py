"""Measures against scikit-learn, and whether the chance that is told is the chance that comes out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import f1_score, roc_auc_score

from minga.tools.triage import measure, read, tool
from minga.tools.triage.confidence import Confidence, Seen, shuffled
from minga.tools.triage.metrics import auroc, brier, ece, macro_f1
from tests.tools.test_triage_tool import SUBJECTS, letters

PAIRS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=40)


@given(PAIRS)
def test_macro_f1(pairs: list[tuple[int, int]]) -> None:
    truth, guess = np.array(pairs).T
    assert macro_f1(truth, guess) == pytest.approx(f1_score(truth, guess, average="macro", zero_division=0))


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 9)), min_size=1, max_size=40))
def test_auroc(pairs: list[tuple[bool, int]]) -> None:
    positive = np.array([one for one, _ in pairs])
    score = np.array([float(two) for _, two in pairs])
    if positive.all() or not positive.any():
        assert np.isnan(auroc(positive, score))
    else:
        assert auroc(positive, score) == pytest.approx(roc_auc_score(positive, score))


def test_brier_and_ece_by_hand() -> None:
    chances = np.array([[0.5, 0.5, 0.0], [1.0, 0.0, 0.0]])
    assert brier(np.array([0, 0]), chances) == pytest.approx((0.25 + 0.25) / 2)
    assert brier(np.array([-1]), chances[1:]) == pytest.approx(2.0)
    assert ece(np.array([True, True, False, False]), np.full(4, 0.9)) == pytest.approx(0.4)
    assert ece(np.array([True]), np.array([1.0])) == 0.0


def test_warmth_makes_chances_true() -> None:
    """Scores made so that the softmax of three times them is the truth."""
    rng = np.random.default_rng(5)
    scores = rng.normal(0, 1, (20_000, 4))
    true = np.exp(3 * scores) / np.exp(3 * scores).sum(axis=1, keepdims=True)
    labels = (rng.random((20_000, 1)) > true.cumsum(axis=1)).sum(axis=1)
    right = scores.argmax(axis=1) == labels
    seen = Seen(scores, np.ones((20_000, 2)), right, np.zeros(20_000, bool))
    made = Confidence.fit(seen, labels, 0.1)
    assert made.warmth == pytest.approx(3, rel=0.05)
    assert ece(right, made.chances(scores).max(axis=1)) < 0.02
    assert ece(right, made.right(scores, np.ones((20_000, 2)))) < 0.05


def test_confidence_holds_where_all_are_right() -> None:
    scores = np.eye(3)[np.arange(30) % 3]
    labels = np.arange(30) % 3
    seen = Seen(scores, np.ones((30, 2)), np.ones(30, bool), np.zeros(30, bool))
    chance = Confidence.fit(seen, labels, 0.1).right(scores, np.ones((30, 2)))
    assert (chance > 0.9).all()
    assert (chance < 1).all()


def test_routes_never_seen_and_foreign_words_are_left_to_a_person(tmp_path: Path) -> None:
    model = tool.train(letters(tmp_path / "train.csv", 600, 1), 0)
    strange = {"dogs": "dog leash kennel bark chip collar", "boats": "boat mooring harbour sail canal lock"}
    path = letters(tmp_path / "mixed.csv", 280, 8, SUBJECTS | strange)
    found = measure(model, read(path))
    assert found["out_of_scope"]["cases"] == 80
    assert found["out_of_scope"]["auroc"] > 0.95
    assert found["out_of_scope"]["proposed"] <= 8
    assert found["accuracy_proposed"] > 0.9
    assert found["coverage"] + found["abstention_rate"] == pytest.approx(1)
    assert found["macro_f1"] > 0.95
    dearer = model.with_settings(type(model.settings).read("[costs]\nwrong_route = 100\nreading = 1\n"))
    assert measure(dearer, read(path))["coverage"] <= found["coverage"]


def test_shuffled_keeps_letters() -> None:
    text = "Where is my card"
    other = shuffled(text, np.random.default_rng(0))
    assert [sorted(word) for word in other.split()] == [sorted(word) for word in text.split()]
