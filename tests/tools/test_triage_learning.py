"""How triage learns: grams counted once, the optimum whatever the solver, the same numbers for the same data."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from minga.tools.triage import solving, tool
from minga.tools.triage.confidence import _logistic, _warmth
from minga.tools.triage.corpus import Corpus
from minga.tools.triage.solving import merged, newton, solve
from tests.tools.test_triage_tool import letters

TEXTS = st.lists(st.text("aåb c\n1", max_size=25), min_size=1, max_size=12)


@settings(max_examples=40, deadline=None)
@given(TEXTS, st.data())
def test_a_part_of_a_corpus_is_as_if_cut_alone(texts: list[str], data: st.DataObject) -> None:
    """Nothing of the texts that are held out enters the vocabulary, the weights or the shares known."""
    places = data.draw(st.lists(st.sampled_from(range(len(texts))), unique=True, min_size=1))
    part, whole = Corpus.of([texts[place] for place in places]), Corpus.of(texts)
    alone, shared = part.vocabulary(np.arange(len(places))), whole.vocabulary(np.array(places))
    assert np.array_equal(alone.keys, shared.keys)
    assert np.array_equal(alone.block, shared.block)
    assert np.array_equal(alone.idf, shared.idf)
    rows, known = whole.matrix(shared, np.arange(len(texts)))
    cut, known_cut = shared.matrix(texts)
    assert np.allclose(rows.toarray(), cut.toarray())
    assert np.allclose(known, known_cut)


def test_equal_texts_have_equal_numbers() -> None:
    assert Corpus.of(["one", "two", "one"]).same.tolist() == [0, 1, 0]


def problem(rows: int, columns: int, routes: int) -> tuple[csr_array, np.ndarray, np.ndarray]:
    """A made-up matrix in which many columns are equal, with routes and penalties of its rows."""
    rng = np.random.default_rng(rows)
    target = np.arange(rows) % routes
    dense = rng.random((rows, columns)) * (rng.random((rows, columns)) < 0.2)
    dense[:, :routes] += np.eye(routes)[target] * (rng.random((rows, routes)) < 0.7)
    return csr_array(np.hstack([dense, dense[:, ::2]]).astype(np.float32)), target, 0.2 + rng.random(rows)


def optimum(matrix: csr_array, target: np.ndarray, penalty: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    machine = LinearSVC(tol=1e-8, max_iter=100_000).fit(matrix, target, sample_weight=penalty)
    if len(machine.intercept_) == 1:
        return np.vstack([-machine.coef_, machine.coef_]).T, np.array([-1, 1]) * machine.intercept_
    return machine.coef_.T, machine.intercept_


@pytest.mark.parametrize("routes", [2, 5])
def test_every_way_leads_to_the_optimum(monkeypatch: pytest.MonkeyPatch, routes: int) -> None:
    matrix, target, penalty = problem(120, 40, routes)
    weights, offset = optimum(matrix, target, penalty)
    few = newton(matrix, target, penalty)
    assert few is not None
    assert np.allclose(few[0], weights, atol=1e-4)
    assert np.allclose(few[1], offset, atol=1e-4)
    monkeypatch.setattr(solving, "FEW", 0)
    for most in (100, 1):  # after one descent in the dual it goes on in the primal
        monkeypatch.setattr(solving, "DESCENTS", most)
        monkeypatch.setattr(solving, "TOLERANCE", 1e-4)
        many = solve(matrix, target, penalty, 0)
        assert np.allclose(many[0], weights, atol=0.01)
        assert np.allclose(many[1], offset, atol=0.01)


def test_heavy_rows_end_without_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    """Thousands of cases under one title and two queues, as in Boston: the dual alone would not end."""
    monkeypatch.setattr(solving, "FEW", 0)
    matrix = csr_array(np.repeat(np.eye(6, 9, dtype=np.float32) + 0.1, 2, axis=0))
    penalty = np.array([4000.0, 3000, 5, 900, 1, 2000] * 2)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        weights, offset = solve(matrix, np.arange(12) % 2, penalty, 0)
    guess = (matrix @ weights + offset).argmax(axis=1)
    heavier = (penalty[1::2] > penalty[::2]).astype(int)
    assert guess.tolist() == np.repeat(heavier, 2).tolist()


def test_equal_columns_are_merged() -> None:
    matrix = csr_array(np.array([[1, 2, 1, 0, 1], [0, 1, 0, 3, 0], [2, 2, 2, 0, 2]], np.float32))
    small, group, size = merged(matrix)
    assert sorted(size.tolist()) == [1, 1, 3]
    assert group[0] == group[2] == group[4]
    assert np.allclose((small @ small.T).toarray(), (matrix @ matrix.T).toarray())


def test_logistic_regression_is_that_of_scikit_learn() -> None:
    rng = np.random.default_rng(5)
    signals, weight = rng.normal(size=(300, 4)), rng.random(300) * 2
    right = signals @ [2, -1, 0.5, 0] + rng.logistic(size=300) > 0.3
    slopes, start = _logistic(signals, right, weight)
    usual = LogisticRegression(tol=1e-8, max_iter=1000).fit(signals, right, sample_weight=weight)
    assert np.allclose(slopes, usual.coef_[0], atol=1e-3)
    assert start == pytest.approx(usual.intercept_[0], abs=1e-3)


def test_logistic_regression_ends_where_a_line_divides() -> None:
    signals = np.linspace(-1, 1, 40)[:, None] * 1e3
    slopes, start = _logistic(signals, signals[:, 0] > 0, np.ones(40))
    assert np.isfinite([*slopes, start]).all()
    assert slopes[0] > 0


def test_warmth_has_the_least_loss() -> None:
    rng = np.random.default_rng(6)
    scores = rng.normal(size=(4000, 3))
    heated = np.exp(2.5 * scores)
    labels = (rng.random(4000)[:, None] > np.cumsum(heated / heated.sum(1, keepdims=True), axis=1)).sum(axis=1)
    assert _warmth(scores, labels) == pytest.approx(2.5, rel=0.1)


def test_the_number_of_threads_changes_nothing(tmp_path: Path) -> None:
    path = letters(tmp_path / "letters.csv", 700, 4)
    hashes = set()
    for threads in (1, 2):
        with threadpool_limits(limits=threads):
            hashes.add(tool.train(path, 1).content_hash)
    assert len(hashes) == 1
