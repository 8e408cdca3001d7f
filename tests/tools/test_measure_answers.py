"""Answers from columns, from advice and from files: every row is used, rejected or failed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from minga.tools.base import Advice
from minga.tools.measure import NOT_STATED, Answers, ColumnNames, MeasureError, measure, read_answers


def test_advice_becomes_answers_and_silence_is_a_failure() -> None:
    advice = [
        Advice("a", proposal="pay", probability=0.8),
        Advice("b", abstained_because="the letter cannot be read"),
        Advice("c", proposal="refuse"),
    ]
    answers = Answers.from_advice(
        advice, {"a": "pay", "b": "pay"}, groups={"sex": {"a": "f"}}, asked=["a", "b", "c", "d"], seconds={"a": 0.5}
    )
    assert answers.truth_texts.tolist() == ["pay", "pay", None]
    assert answers.proposal_texts.tolist() == ["pay", None, "refuse"]
    assert (answers.rows_in, len(answers), answers.failed) == (4, 3, 1)
    assert answers.problems[0].case == "d"
    found = measure("accuracy", answers, by=["sex"], minimum_group=1, minimum_events=1)
    assert (found.used, found.rejected, found.failed, found.rows_in) == (2, 1, 1, 4)
    assert found.reasons == {"no known truth": 1, "no answer came back": 1}
    assert [(row.group, row.count, row.of) for row in found.of("sex")] == [("sex=f", 1, 1), ("sex=not stated", 0, 1)]


def test_a_case_that_comes_twice_is_rejected_and_impossible_numbers_fail() -> None:
    answers = Answers.from_columns(
        cases=["a", "b", "a", "c", "d", "c"],
        truth=["x"] * 6,
        proposal=["x"] * 6,
        probability=[0.5, 1.5, 0.5, -1, None, 0.9],
        seconds=[1, 1, 1, 1, -2, 1],
    )
    assert answers.cases.tolist() == ["a", "c"]
    assert answers.probability.tolist() == [0.5, 0.9]
    assert (answers.rejected, answers.failed, answers.rows_in) == (1, 3, 6)


def test_a_group_that_is_not_known_is_a_group() -> None:
    answers = Answers.from_columns(truth=["x"] * 3, proposal=["x"] * 3, groups={"sex": [None, "f", ""]})
    assert answers.groups["sex"].names == ("f", NOT_STATED)
    assert answers.groups["sex"].codes.tolist() == [1, 0, 1]


@pytest.mark.parametrize("several", [["f", "m"], ("f", "m"), {"f"}])
def test_several_groups_at_once_are_refused(several: object) -> None:
    with pytest.raises(MeasureError, match="several values"):
        Answers.from_columns(truth=["x"], proposal=["x"], groups={"sex": [several]})  # type: ignore[list-item]


def test_columns_of_unequal_length_and_words_for_numbers_are_refused() -> None:
    with pytest.raises(MeasureError, match="“truth” has 1 rows"):
        Answers.from_columns(truth=["x"], proposal=["x", "y"])
    with pytest.raises(MeasureError, match="“cost” holds something that is no number"):
        Answers.from_columns(truth=["x"], proposal=["x"], cost=["dear"])  # type: ignore[list-item]


def test_the_blank_of_data_frames_is_unknown_too() -> None:
    blank = float("nan")
    answers = Answers.from_columns(
        truth=[blank, "x"],  # type: ignore[list-item]
        proposal=["x", blank],  # type: ignore[list-item]
        groups={"sex": [blank, "f"]},  # type: ignore[list-item]
    )
    assert answers.labels == ("x",)
    assert (answers.truth.tolist(), answers.proposal.tolist()) == ([-1, 0], [0, -1])
    assert answers.groups["sex"].names == ("f", NOT_STATED)


def test_labels_need_not_be_text() -> None:
    answers = Answers.from_columns(truth=[1, 0, None], proposal=np.array([1, 1, 0]))  # type: ignore[arg-type, list-item]
    assert answers.labels == ("0", "1")
    assert answers.truth_texts.tolist() == ["1", "0", None]


def test_a_file_is_read_and_its_bad_rows_are_counted(tmp_path: Path) -> None:
    file = tmp_path / "answers.csv"
    file.write_text(
        "\ufeffid,was,said,p,who\n1,yes,yes,0.9,f\n2,no,,,m\n3,,yes,0.4,\n4,yes,no,high,f\n5,yes\n\n6,no,no,inf,m\n1,no,no,0,f\n",
        encoding="utf-8",
    )
    answers = read_answers(file, ColumnNames("was", "said", "id", probability="p", by=("who",)))
    assert answers.cases.tolist() == ["1", "2", "3"]
    assert answers.proposal_texts.tolist() == ["yes", None, "yes"]
    assert answers.truth_texts.tolist() == ["yes", "no", None]
    assert answers.groups["who"].names == ("f", "m", NOT_STATED)
    assert (answers.rows_in, len(answers), answers.rejected, answers.failed) == (7, 3, 1, 3)


def test_files_that_cannot_be_read_say_why(tmp_path: Path) -> None:
    file = tmp_path / "answers.csv"
    file.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(MeasureError, match="Its columns: a, b"):
        read_answers(file, ColumnNames())
    file.write_bytes("truth,proposal\nsí,no\n".encode("latin-1"))
    with pytest.raises(MeasureError, match="not UTF-8"):
        read_answers(file, ColumnNames())
    file.write_text('truth,proposal\n"a"b,c\n', encoding="utf-8")
    with pytest.raises(MeasureError, match="not a well-formed CSV"):
        read_answers(file, ColumnNames())
