"""The saved file of Canada's tool comes in and goes out with every answer accounted for."""

import json

import pytest

from minga.instruments import saved
from minga.instruments.workbook import Unreadable
from tests.instruments import aia
from tests.instruments.surveyjs.forms import survey

FORM = survey(
    {"type": "radiogroup", "name": "pick", "choices": ["a", "b"]},
    {"type": "text", "name": "line", "visibleIf": "{pick} = 'a'"},
)


def file(data, **more):
    return json.dumps({"version": "1", "currentPage": 2, "data": data, "translationsOnResult": {}, **more}).encode()


def test_every_answer_is_used_or_refused_with_its_value():
    found = saved.read(file({"pick": "b", "line": "hidden", "stranger": [1], "x" * 201: 1, "blank": ""}), FORM)
    assert found.given == {"pick": "b", "line": "hidden", "stranger": [1]}
    assert found.unknown == ["stranger"]
    assert [(each.value, each.reason) for each in found.rejected] == [(1, "its name is too long to keep")]
    assert found.rows_in == found.used + len(found.rejected) == 5
    wrong = saved.read(file({"pick": "c"}), FORM)
    assert [(each.question, each.value) for each in wrong.rejected] == [("pick", "c")]
    assert "Choose from: a, b" in wrong.rejected[0].reason


def test_what_goes_out_comes_back():
    answers = {"pick": "b", "line": "hidden", "stranger": {"any": [1]}}
    content = saved.write(FORM, answers, page=3)
    assert json.loads(content).keys() == {"version", "currentPage", "data", "translationsOnResult"}
    assert json.loads(content)["currentPage"] == 3
    assert saved.read(content, FORM).given == answers
    assert saved.version_of(content) == "1"


@pytest.mark.parametrize("version", ["0.10.0", "0.9.1"])
def test_published_assessments_keep_every_answer_on_the_way_through(version):
    form = aia.made(version)
    for case in aia.cases(version):
        found = saved.read(file(case["answers"], version=f"v{version}"), form)
        assert found.rows_in == len(case["answers"]) == found.used + len(found.rejected)
        kept = {**found.given, **{each.question: each.value for each in found.rejected}}
        assert json.loads(saved.write(form, kept))["data"] == case["answers"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"{", "not valid JSON"),
        (b"[]", "no saved assessment"),
        (b'{"data": 3}', "no saved assessment"),
        (b'{"pages": []}', "the questionnaire itself"),
        (file({}, version="v0.9"), "saved with version 0.9, and here it is version 1"),
        (bytes(200_000_000), "at most 20,000,000 are read"),
    ],
)
def test_other_files_are_refused_in_words(content, words):
    with pytest.raises(Unreadable, match=words):
        saved.read(content, FORM)
