"""``minga instruments`` lists, shows and checks question sets."""

import json

import pytest

from minga.instruments.cli import main
from minga.instruments.library import SETS, load, names
from minga.instruments.policies import write
from tests.shared import shared

pytestmark = pytest.mark.django_db


def test_list_names_every_set(capsys):
    assert main(["list", "--language", "es"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == names()
    assert any("El problema" in line for line in lines)


@pytest.mark.parametrize("name", names())
def test_show_prints_every_question(name, capsys):
    assert main(["show", name]) == 0
    assert f"({name} {load(name).version}," in capsys.readouterr().out


def test_show_takes_a_file(capsys):
    assert main(["show", str(SETS / "problem.toml"), "--language", "es"]) == 0
    assert "¿Por qué importa?" in capsys.readouterr().out


def test_check_accepts_a_good_file_and_names_what_is_wrong_with_a_bad_one(tmp_path, capsys):
    assert main(["check", str(SETS / "data.toml")]) == 0
    bad = tmp_path / "bad.toml"
    bad.write_text((SETS / "data.toml").read_text().replace('"unknown"', '"full"', 1))
    assert main(["check", str(bad)]) == 1
    assert 'question "standard"' in capsys.readouterr().err


def test_show_of_an_unknown_set_names_those_there_are(capsys):
    assert main(["show", "nothing"]) == 1
    assert "problem" in capsys.readouterr().err


RULES = {
    "covers": ["everyone"], "from_day": "2026-12-01", "approver": "The office of data", "contact": "ai@example.org",
}  # fmt: skip


def written(tmp_path, answers):
    path = tmp_path / "answers.json"
    path.write_text(json.dumps(answers), encoding="utf-8")
    return str(path)


def some_rules():
    """Valid answers to the set that the rules of use are written from, as far as it takes them."""
    asked = load("ie_acceptable_use").questions["covers"].options
    return {**RULES, "covers": [asked[0].value]}


def test_policy_prints_the_page_that_the_answers_give(tmp_path, capsys):
    answers = some_rules()
    assert main(["policy", "acceptable_use", written(tmp_path, answers), "--language", "es"]) == 0
    page = capsys.readouterr().out
    for title, text in write("acceptable_use", answers, "es").clauses:
        assert f"## {title}" in page
        assert text in page
    assert "# Reglas de uso de la IA" in page
    assert "2026-12-01" in page
    assert "Todavía no está escrito, porque faltan estas respuestas" in page


@pytest.mark.parametrize(
    ("name", "answers", "words"),
    [
        ("nothing", {}, "no rules of this name. Use one of: acceptable_use"),
        ("acceptable_use", {"from_day": "tomorrow"}, "from_day: needs a day"),
        ("acceptable_use", {"__class__": 1}, "is not a question of ie_acceptable_use"),
        ("acceptable_use", [], "answers are an object"),
        ("acceptable_use", {"approver": [["x"]]}, "approver: needs words"),
    ],
)
def test_policy_refuses_in_words_what_it_cannot_use(name, answers, words, tmp_path, capsys):
    assert main(["policy", name, written(tmp_path, answers)]) == 1
    assert words in capsys.readouterr().err


def test_a_level_that_must_be_higher_is_said_beside_the_official_one(tmp_path, capsys):
    form = {"pages": [{"elements": [
        {"type": "radiogroup", "name": name, "choices": ["x-2", "y-2"]} for name in ("a-RS", "b-MS")]}]}  # fmt: skip
    (tmp_path / "form.JSON").write_text(json.dumps(form), encoding="utf-8")
    assert main(["score", str(tmp_path / "form.JSON"), written(tmp_path, {"data": {}, "version": "1"})]) == 0
    assert "when all is answered: 2 to 2" in capsys.readouterr().out


def test_score_of_an_unknown_set_names_those_there_are(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("minga.instruments.cli._database", lambda: False)
    assert main(["score", "nothing", written(tmp_path, {})]) == 1
    assert "no question set of this name. Use one of: ai_act_high_risk" in capsys.readouterr().err


@pytest.mark.parametrize(("version", "told"), [("v0.10.0", True), ("v1.0.1", False)])
def test_answers_of_another_version_are_told_before_anybody_trusts_the_level(version, told, tmp_path, capsys):
    definition = str(shared("data/registers/ca-aia/survey-enfr.json"))
    saved = {"version": version, "currentPage": 0, "data": {"impact30": "item2-2"}, "translationsOnResult": {}}
    assert main(["score", definition, written(tmp_path, saved)]) == 0
    words = "saved with version 0.10.0, and this is version 1.0.1"
    assert (words in capsys.readouterr().out) is told


def test_score_prints_what_a_set_without_scores_comes_to(tmp_path, capsys):
    answers = written(tmp_path, {"social_scoring": "yes"})
    assert main(["score", "prohibited", answers, "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    (forbidden,) = found["cases"]
    assert (forbidden["field"], forbidden["value"], forbidden["blocks"]) == ("stop_social_scoring", "forbidden", True)
    assert forbidden["text"] == "It scores people socially"
    assert "Article 5(1)(c)" in forbidden["article"]
    assert (found["blocks"], found["high"], found["scores"]) == (True, False, {})
    assert main(["score", "prohibited", answers]) == 0
    assert "stop_social_scoring forbidden, blocks: It scores people socially" in capsys.readouterr().out


def test_score_prints_duties_and_whether_it_counts_as_high(tmp_path, capsys):
    made = load("dpia")
    given = {"personal": "yes", "dpo": "not_asked"}
    assert main(["score", "dpia", written(tmp_path, given), "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    wanted = made.follows(made.read(given))
    assert [duty["id"] for duty in found["duties"]] == [duty.id for duty in wanted]
    assert all(duty["text"] for duty in found["duties"])
    assert {"cases", "high", "blocks"} <= found.keys()
