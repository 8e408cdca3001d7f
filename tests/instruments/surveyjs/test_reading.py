"""Definitions as they are published, and files that are refused."""

import json
import os

import pytest

from minga.instruments.checks import DefinitionError
from minga.instruments.surveyjs import answers, reading
from tests.instruments.surveyjs.oracle import NOW
from tests.shared import shared


def form(*elements, **more):
    return reading.read({"elements": list(elements), **more}, "form.json")


def problems(*elements, **more):
    with pytest.raises(DefinitionError) as error:
        form(*elements, **more)
    return " ".join(error.value.problems)


@pytest.mark.parametrize(
    ("name", "questions"),
    [("survey-enfr.json", 299), ("survey-enfr_v0.10.0.json", 157), ("survey-enfr_v0.9.1.json", 129),
     ("survey-enfr_v0.9.json", 129)],
)  # fmt: skip
def test_the_official_questionnaires_load_unmodified(name, questions):
    path = shared(f"data/registers/ca-aia/{name}")
    read = reading.load(path)
    assert len(list(read.questions())) == questions
    assert read.languages == ("en", "fr")
    assert read.raw == json.loads(path.read_text())
    assert [note.kind for note in read.notes] == ["duplicate"]


def test_what_is_not_reproduced_is_named_with_its_place():
    read = form(
        {"type": "dropdown", "name": "a", "choicesByUrl": {"url": "x"}},
        {"type": "map", "name": "b"},
        {"type": "text", "name": "c", "visibleIf": "mine({a}) = 1"},
        {"type": "text", "name": "d", "visibleIf": "{a} ="},
        {"type": "text", "name": "e", "visibleIf": "{nowhere} = 1"},
    )
    assert [(note.kind, note.path.split(" ")[0]) for note in read.notes] == [
        ("unsupported", "pages[0].elements[0]"),
        ("unsupported", "pages[0].elements[1]"),
        ("unsupported", "pages[0].elements[2]"),
        ("expression", "pages[0].elements[3]"),
        ("name", "pages[0].elements[4]"),
    ]


def test_names_used_twice_are_refused():
    assert 'the name "a" is used by 2 questions' in problems(
        {"type": "text", "name": "a"}, {"type": "text", "name": "a"}
    )


def test_hostile_expressions_refuse_the_definition():
    deep = "(" * 500 + "1" + ")" * 500
    assert "refused" in problems({"type": "text", "name": "a", "visibleIf": deep})


def test_a_ring_is_named():
    read = form(
        {"type": "expression", "name": "a", "expression": "{b} + 1"},
        {"type": "expression", "name": "b", "expression": "{a} + 1"},
    )
    (ring,) = [note for note in read.notes if note.kind == "ring"]
    assert "a -> b -> a" in ring.text or "b -> a -> b" in ring.text
    assert answers.read(read, {}, NOW).completed == {"a": 21, "b": 22}


def test_a_file_of_200_megabytes_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "big.json"
    with path.open("wb") as file:
        os.truncate(file.fileno(), 200_000_000)
    with pytest.raises(DefinitionError, match="200,000,000 bytes") as refused:
        reading.load(path)
    assert "not valid JSON" not in str(refused.value)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"{", "not valid JSON"),
        (b"\xff\xfe", "not UTF-8"),
        (b"[]", "not a form"),
        (b'{"data": {"a": 1}}', "no pages"),
        (b'{"pages": 3}', "must be a list"),
        (b'{"elements": [{"type": "text"}]}', "needs a name"),
        (b'{"elements": [{"type": "text", "name": "a", "visibleIf": 3}]}', "an expression is a text"),
        (b'{"elements": [NaN]}', "no JSON number"),
        (b"[" * 100_000, "nested too deeply"),
        (b"[" * 900 + b"]" * 900, "nested too deeply"),
        (b'{"title": "a\\u0000b"}', "no text can have"),
        (b'{"title": "\\\\\\u0000"}', "no text can have"),
        (b'{"title": "\\ud800"}', "no text can have"),
        (b'{"elements": [' + b"9" * 5_000 + b"]}", "a number with 5,000 digits"),
    ],
)
def test_damaged_files_are_refused_in_words(tmp_path, content, expected):
    path = tmp_path / "form.json"
    path.write_bytes(content)
    with pytest.raises(DefinitionError, match=expected):
        reading.load(path)


def test_a_pattern_that_speaks_of_nul_is_no_nul(tmp_path):
    path = tmp_path / "form.json"
    given = {
        "elements": [{"type": "text", "name": "a", "validators": [{"type": "regex", "regex": r"[^\u0000-\u007f]"}]}]
    }
    path.write_text(json.dumps(given), encoding="utf-8")
    assert [question.name for question, _ in reading.load(path).questions()] == ["a"]


def test_answers_without_a_question_are_kept_and_named():
    read = answers.read(form({"type": "text", "name": "a"}), {"a": "x", "stranger": [1]}, NOW)
    assert read.unknown == {"stranger": [1]}
    assert read.completed == {"a": "x", "stranger": [1]}


def test_a_hidden_answer_still_shows_what_hangs_on_it():
    read = answers.read(
        form(
            {"type": "text", "name": "a"},
            {"type": "text", "name": "b", "visibleIf": "{a} = 1"},
            {"type": "text", "name": "c", "visibleIf": "{b} = 1"},
        ),
        {"a": 2, "b": 1, "c": "kept"},
        NOW,
    )
    assert read.visible == ("a", "c")
    assert read.completed == {"a": 2, "c": "kept"}
    assert read.dropped == {"b": 1}


def test_hidden_answers_inside_entries_are_dropped():
    inner = [{"type": "text", "name": "x"}, {"type": "text", "name": "y", "visibleIf": "{panel.x} = 1"}]
    read = answers.read(
        form({"type": "paneldynamic", "name": "p", "templateElements": inner}),
        {"p": [{"x": 1, "y": "stays"}, {"x": 2, "y": "goes"}]},
        NOW,
    )
    assert read.completed == {"p": [{"x": 1, "y": "stays"}, {"x": 2}]}
