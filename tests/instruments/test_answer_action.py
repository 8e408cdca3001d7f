"""Answers are kept as versions with who, when and evidence; nobody overwrites another's answer unseen."""

import pytest

from minga.instruments import queries
from minga.instruments.actions import answer
from minga.instruments.models import Answer
from minga.ledger.models import Entry
from minga.ledger.refusals import Conflict, Invalid, NotAllowed
from tests.conftest import by

pytestmark = pytest.mark.django_db
FIRST = {"statement": "Calls close too soon.", "how_known": ["figures"]}


def test_a_batch_is_one_entry_with_its_questions_and_no_answer_in_plain(project, cast):
    made = answer(by(cast.flor), project, "problem", FIRST)
    entry = Entry.objects.get(action="instrument.answered")
    assert (made.author, made.group, made.version, made.set_version) == (cast.flor, "frontline", 1, "1.0")
    assert '"questions":["statement","how_known"]' in entry.payload
    assert '"set":"problem"' in entry.payload
    assert "too soon" not in entry.payload
    assert made.ledger_title == "Answers to “The problem”"


def test_a_changed_answer_is_a_new_version_and_the_old_one_stays(project, cast):
    answer(by(cast.flor), project, "problem", FIRST)
    proof = {"statement": ("Count of 2025", "https://example.org/count")}
    answer(by(cast.lena), project, "problem", {"statement": "Half of the calls close too soon."}, evidence=proof)
    newest, oldest = queries.history(project, "problem", "statement")
    assert (oldest.value, oldest.version, oldest.author) == (FIRST["statement"], 1, cast.flor)
    assert (newest.version, newest.author, newest.evidence) == (2, cast.lena, "Count of 2025")
    assert newest.evidence_url == "https://example.org/count"
    assert queries.values(queries.current(project, "problem"))["how_known"] == ["figures"]


def test_an_answer_can_be_taken_back(project, cast):
    answer(by(cast.flor), project, "problem", FIRST)
    answer(by(cast.flor), project, "problem", {"statement": None})
    assert "statement" not in queries.values(queries.current(project, "problem"))
    assert len(queries.history(project, "problem", "statement")) == 2


def test_two_people_changing_one_answer_are_shown_both_texts(project, cast):
    answer(by(cast.flor), project, "problem", FIRST)
    seen = {"statement": 1, "how_known": 1}
    answer(by(cast.lena), project, "problem", {"statement": "Lena's words"}, seen=seen)
    with pytest.raises(Conflict) as refused:
        answer(
            by(cast.rosa),
            project,
            "problem",
            {"statement": "Rosa's words", "how_known": ["audit"]},
            seen=seen,
        )
    assert "Lena's words" in refused.value.fields["statement"]
    assert "Rosa's words" in refused.value.fields["statement"]
    assert queries.values(queries.current(project, "problem"))["how_known"] == ["figures"]


def test_an_answer_left_as_it_was_does_not_undo_what_another_wrote(project, cast):
    answer(by(cast.flor), project, "problem", FIRST)
    seen = {"statement": 1, "how_known": 1}
    answer(by(cast.lena), project, "problem", {"statement": "Lena's words"}, seen=seen)
    answer(by(cast.rosa), project, "problem", {**FIRST, "how_known": ["audit"]}, seen=seen)
    now = queries.values(queries.current(project, "problem"))
    assert now == {"statement": "Lena's words", "how_known": ["audit"]}


def test_a_wrong_answer_names_its_question_and_nothing_is_saved(project, cast):
    with pytest.raises(Invalid) as refused:
        answer(by(cast.flor), project, "problem", {**FIRST, "searched": "maybe", "why": [{"rung": 3}], "nope": 1})
    assert set(refused.value.fields) == {"searched", "why__0__rung", "nope"}
    assert not Answer.objects.exists()


def test_an_address_that_is_none_is_refused(project, cast):
    with pytest.raises(Invalid) as refused:
        answer(by(cast.flor), project, "problem", FIRST, evidence={"statement": ("", "javascript:alert(1)")})
    assert set(refused.value.fields) == {"statement__url"}


def test_nothing_changed_is_said(project, cast):
    answer(by(cast.flor), project, "problem", FIRST)
    with pytest.raises(Invalid, match="Nothing was changed"):
        answer(by(cast.flor), project, "problem", FIRST)


def test_answers_about_different_things_stay_apart(project, cast):
    answer(by(cast.flor), project, "partner", {"capacity": 1}, about=("stakeholder", 7))
    answer(by(cast.flor), project, "partner", {"capacity": 4}, about=("stakeholder", 8))
    assert queries.filled(project, "partner", ("stakeholder", 7)).scores["capacity"].level == "low"
    assert queries.filled(project, "partner", ("stakeholder", 8)).scores["capacity"].level == "high"
    assert queries.current(project, "partner") == {}
    assert '["stakeholder","7"]' in Entry.objects.filter(action="instrument.answered").first().because


def test_the_same_request_twice_writes_once(project, cast):
    request = by(cast.flor)
    assert answer(request, project, "problem", FIRST) == answer(request, project, "problem", FIRST)
    assert Answer.objects.count() == 2


def test_who_has_no_part_in_the_project_may_not_answer(project, cast):
    with pytest.raises(NotAllowed):
        answer(by(cast.nadie), project, "problem", FIRST)


def test_an_answer_that_is_not_asked_any_more_is_left_out(project, cast):
    answer(by(cast.flor), project, "problem", {"searched": "none", "difference": "It is ours."})
    assert set(queries.values(queries.current(project, "problem"))) == {"searched"}


def test_two_saves_at_the_very_same_moment_never_give_two_newest_versions(project, cast, monkeypatch):
    answer(by(cast.flor), project, "problem", FIRST)
    monkeypatch.setattr(queries, "current", lambda *place: {})
    with pytest.raises(Conflict, match="at this very moment"):
        answer(by(cast.lena), project, "problem", {"statement": "Lena's words"})
    monkeypatch.undo()
    assert queries.current(project, "problem")["statement"].version == 1
