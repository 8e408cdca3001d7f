"""Scores lean towards routes that are missed, only where texts that took no part in it confirm the gain."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from minga.tools.triage import confidence, tool
from minga.tools.triage.advising import forced
from minga.tools.triage.leaning import LEAST_TEXTS, MOST_ROUTES, leaning
from minga.tools.triage.metrics import macro_f1
from tests.tools.test_triage_tool import SUBJECTS, letters


def made(rows: int, seed: int, low: float) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Noisy scores of four routes of which the last is rare and its score too low by ``low``."""
    rng = np.random.default_rng(seed)
    labels = rng.choice(4, rows, p=[0.5, 0.3, 0.15, 0.05])
    scores = rng.normal(0, 0.25, (rows, 4)) + np.eye(4)[labels]
    scores[:, 3] -= low
    return scores, labels


def test_a_route_that_is_missed_is_found_on_texts_not_seen_before() -> None:
    towards = leaning(*made(1500, 1, 0.6), 0)
    scores, labels = made(1500, 2, 0.6)
    assert towards[3] > towards[:3].max() + 0.1
    assert macro_f1(labels, (scores + towards).argmax(1)) > macro_f1(labels, scores.argmax(1)) + 0.02
    assert np.array_equal(towards, leaning(*made(1500, 1, 0.6), 0))


@pytest.mark.parametrize(("rows", "routes"), [(LEAST_TEXTS - 1, 4), (900, 2), (900, MOST_ROUTES + 1)])
def test_nothing_is_moved_where_there_is_too_little_to_judge_by(rows: int, routes: int) -> None:
    rng = np.random.default_rng(3)
    labels = rng.integers(0, routes, rows)
    scores = np.eye(routes)[labels] + rng.normal(0, 1, (rows, routes))
    assert not leaning(scores, labels, 0).any()


def test_nothing_is_moved_where_nothing_is_wrong() -> None:
    labels = np.arange(900) % 4
    assert not leaning(np.eye(4)[labels] * 1.0, labels, 0).any()


def test_what_is_learned_leans(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = letters(tmp_path / "letters.csv", 200, 4)
    monkeypatch.setattr(confidence, "leaning", lambda scores, labels, seed: np.array([0.0, 0, 9, 0, 0]))
    model = tool.train(data, 1)
    assert forced(model, ["pension widow", "a quite unknown sentence"])[0] == [sorted(SUBJECTS)[2]] * 2
