"""The same results as the npm package survey-core: expressions, visibility, completed data."""

import json
import math
import random

import pytest

from minga.instruments.surveyjs import answers, reading
from minga.instruments.surveyjs.expressions import Plain, compiled
from minga.instruments.surveyjs.grammar import ExpressionError
from tests.instruments.surveyjs import kinds, oracle, randomly
from tests.shared import shared

pytestmark = pytest.mark.xdist_group("surveyjs")

VERSIONS = {
    "survey-enfr.json": 500,
    "survey-enfr_v0.10.0.json": 100,
    "survey-enfr_v0.9.1.json": 100,
    "survey-enfr_v0.9.json": 100,
}


def _small_forms(rich):
    chance = random.Random(20 + rich)
    for _ in range(18):
        form = randomly.form(chance, rich)
        yield {"definition": form, "answers": [randomly.answers(chance, form) for _ in range(3)]}


def _assessments():
    chance = random.Random(7)
    for name, how_many in VERSIONS.items():
        form = reading.load(shared(f"data/registers/ca-aia/{name}"))
        yield {
            "definition": form.raw,
            "answers": [randomly.assessment(chance, form) for _ in range(how_many)],
            "reuse": True,
        }


@pytest.fixture(scope="module")
def compared():
    """Everything asked, with what survey-core answered."""
    asked = {
        "expressions": list(randomly.expressions(11, 3000)),
        "surveys": [*kinds.forms(), *_small_forms(rich=False), *_small_forms(rich=True), *_assessments()],
    }
    return asked, oracle.ask(asked)


def _ours(asked):
    try:
        value = compiled(asked["text"]).run(Plain(asked["values"]), oracle.NOW)
    except ExpressionError:
        return {"readable": False}
    return {"readable": True, "value": oracle.shown(value)}


def _same(ours, theirs):
    if json.dumps(ours, sort_keys=True) == json.dumps(theirs, sort_keys=True) or ours == theirs:
        return True
    a, b = ours.get("value"), theirs.get("value")
    numbers = all(isinstance(each, int | float) and not isinstance(each, bool) for each in (a, b))
    return numbers and math.isclose(a, b, rel_tol=1e-14)


def test_expressions(compared):
    asked, answered = compared
    pairs = [(each, theirs) for each, theirs in zip(asked["expressions"], answered["expressions"], strict=True)
             if "raised" not in theirs and "GMT" not in str(theirs.get("value"))]  # fmt: skip
    assert len(pairs) > 2700
    different = [(each, _ours(each), theirs) for each, theirs in pairs if not _same(_ours(each), theirs)]
    assert different == []


def test_visible_questions_and_completed_data(compared):
    asked, answered = compared
    different = []
    for survey, results in zip(asked["surveys"], answered["surveys"], strict=True):
        form = reading.read(survey["definition"], "random")
        for data, theirs in zip(survey["answers"], results, strict=True):
            ours = answers.read(form, data, oracle.NOW)
            got = {
                "visible": list(ours.visible),
                "pages": list(ours.pages),
                "before": ours.data,
                "after": ours.completed,
            }
            if got != theirs:
                different.append((survey["definition"] if "reuse" not in survey else form.title, data, got, theirs))
    assert different == []
