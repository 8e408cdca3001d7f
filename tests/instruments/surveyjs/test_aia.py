"""Canada's assessment: published cases, bounds, open questions, the command."""

import json

import pytest

from minga.instruments import cli
from minga.instruments.surveyjs import aia, answers, reading, rules
from tests.instruments.surveyjs.oracle import NOW
from tests.shared import shared

VERSIONS = {
    "v1.0.1": ("survey-enfr.json", 167, 154),
    "v0.10.0": ("survey-enfr_v0.10.0.json", 126, 92),
    "v0.9.1": ("survey-enfr_v0.9.1.json", 107, 90),
    "v0.9": ("survey-enfr_v0.9.json", 107, 90),
}


def path(version):
    return shared(f"data/registers/ca-aia/{VERSIONS[version][0]}")


def score(version, data):
    return aia.score(answers.read(reading.load(path(version)), data, NOW))


def cases():
    return json.loads(shared("data/registers/ca-aia/completed_aia_check_cases.json").read_text())["cases"]


@pytest.mark.parametrize("version", VERSIONS)
def test_maxima_and_the_rule_set_follow_from_the_structure(version):
    form = reading.load(path(version))
    _, raw, mitigation = VERSIONS[version]
    assert aia.maxima(form) == {"raw": raw, "mitigation": mitigation}
    assert rules.rules_for(form).name == "canada-aia"


def test_other_forms_are_not_scored_this_way():
    form = reading.read({"elements": [{"type": "radiogroup", "name": "a-RS", "choices": ["x-1"]}]}, "form")
    assert rules.rules_for(form) is None


def test_fifteen_published_cases_are_exact_and_the_sixteenth_is_not():
    exact = []
    for case in cases():
        found = score(case["questionnaire_version"], case["answers"])
        official = case["official"]
        ours = (found["raw"].value, found["mitigation"].value, found["current"].value, int(found["current"].level))
        theirs = tuple(official[f"{name}_score"] for name in ("raw_impact", "mitigation", "current"))
        exact.append(ours == (*theirs, official["impact_level"]))
        assert exact[-1] == case["agrees_with_reference_port"]
    assert (len(exact), sum(exact)) == (16, 15)


@pytest.mark.parametrize(
    ("raw", "mitigation", "expected"), [(28, 36, 24), (28, 35.9, 28), (10, 36, 9), (30, 36, 26), (50, 90, 43)]
)
def test_the_reduction_rounds_half_up(raw, mitigation, expected):
    assert aia.current(raw, mitigation, 90) == expected


@pytest.mark.parametrize(("value", "expected"), [(0, 1), (25, 1), (25.5, 2), (50, 2), (75, 3), (76, 4)])
def test_a_boundary_belongs_to_the_lower_level(value, expected):
    assert aia.level(value, 100) == expected


def test_nothing_answered_leaves_every_level_open():
    found = score("v1.0.1", {})
    assert found["current"].levels == ("1", "2", "3", "4")
    assert (found["raw"].value, found["raw"].high) == (0, 167)
    assert "riskProfile1" in found["raw"].unanswered


def test_open_questions_widen_the_range_and_hidden_ones_do_not():
    case = next(case for case in cases() if case["questionnaire_version"] == "v0.10.0" and len(case["answers"]) == 74)
    full = score("v0.10.0", case["answers"])
    assert full["raw"].settled
    assert full["mitigation"].settled
    less = {key: value for key, value in case["answers"].items() if key != "riskProfile1"}
    open_end = score("v0.10.0", less)
    assert open_end["raw"].unanswered == ("riskProfile1",)
    assert (open_end["raw"].low, open_end["raw"].high) == (full["raw"].value - 3, full["raw"].value)


def test_the_true_score_lies_in_the_range_while_answers_come_in():
    case = max(cases(), key=lambda each: len(each["answers"]) if each["agrees_with_reference_port"] else 0)
    given, version = case["answers"], case["questionnaire_version"]
    truth = score(version, given)
    for many in range(0, len(given), 7):
        part = score(version, dict(list(given.items())[:many]))
        for area in ("raw", "mitigation", "current"):
            assert part[area].low <= truth[area].value <= part[area].high
        assert truth["current"].level in part["current"].levels


def test_the_command_takes_the_saved_file(tmp_path, capsys):
    case = cases()[0]
    saved = tmp_path / "saved.json"
    saved.write_text(
        json.dumps({"version": "v0.10.0", "currentPage": 9, "data": case["answers"], "translationsOnResult": {}})
    )
    assert cli.main(["score", str(path("v0.10.0")), str(saved), "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["raw"], found["mitigation"], found["current"], found["level"]) == (41, 35, 41, 2)
    assert found["answers_version"] == "v0.10.0"
    assert sum(part["points"] for part in found["scores"]["raw"]["contributions"]) == 41
    assert found["unanswered"][0] == "businessDrivers5"


def test_the_command_reports_published_scores_that_do_not_fit(tmp_path, capsys):
    case = next(case for case in cases() if not case["agrees_with_reference_port"])
    file = tmp_path / "case.json"
    file.write_text(json.dumps(case))
    assert cli.main(["score", str(path("v0.10.0")), str(file)]) == 0
    assert "inconsistent with these answers: raw 30, these answers give 35" in capsys.readouterr().out


def test_the_command_scores_our_own_sets_in_the_same_shape(tmp_path, capsys):
    file = tmp_path / "answers.json"
    file.write_text(json.dumps({"capacity": 3, "stranger": 1}))
    assert cli.main(["score", "partner", str(file), "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["scores"]["capacity"]["value"] == 3
    assert found["unknown"] == ["stranger"]
    assert found["unanswered"] == ["willingness"]


def test_the_command_refuses_in_words(tmp_path, capsys):
    file = tmp_path / "answers.json"
    file.write_text("[1]")
    assert cli.main(["score", "partner", str(file)]) == 1
    assert "answers are an object" in capsys.readouterr().err
