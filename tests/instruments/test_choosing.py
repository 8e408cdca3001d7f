"""Projects and the body take sets up, drop them, and keep the version they chose."""

import pytest

from minga.instruments import library, queries
from minga.instruments.actions import answer, choose_set, drop_set, share_questions
from minga.instruments.models import ChosenSet
from minga.ledger.action import BODY
from minga.ledger.models import Entry
from minga.ledger.refusals import Conflict, Invalid, NotAllowed
from tests.conftest import by
from tests.instruments.test_adding import add, toml

pytestmark = pytest.mark.django_db


def test_a_set_is_taken_up_in_its_newest_version_and_stays_in_it(cast, project):
    add(cast.bea, toml("1"))
    row = choose_set(by(cast.lena), project, "ours")
    add(cast.bea, toml("2"))
    assert (row.version, row.about_kind) == ("1", "project")
    assert queries.filled(project, "ours").definition.version == "1"
    assert library.load("ours").version == "2"
    assert [each.set for each in queries.choices(project)] == ["ours"]
    answer(by(cast.flor), project, "ours", {"a": "x"})
    assert queries.current(project, "ours")["a"].set_version == "1"


def test_a_version_can_be_named_and_must_exist(cast, project):
    add(cast.bea, toml("1"))
    add(cast.bea, toml("2"))
    assert choose_set(by(cast.dario), project, "ours", version="1").version == "1"
    with pytest.raises(Invalid, match="There is: 2, 1"):
        choose_set(by(cast.dario), project, "ours", about=("tool", 3), version="7")
    with pytest.raises(Invalid, match="no question set of this name"):
        choose_set(by(cast.dario), project, "nothing")


def test_the_same_set_is_taken_up_once_and_again_after_it_was_dropped(cast, project):
    row = choose_set(by(cast.lena), project, "oecd")
    with pytest.raises(Conflict, match="in use here already"):
        choose_set(by(cast.ada), project, "oecd")
    asked = share_questions(by(cast.lena), project, "oecd", cast.flor)
    answer(by(cast.rosa), project, "oecd", first(project, "oecd"))
    drop_set(by(cast.fabia), project, row, reason="Not our case")
    asked.refresh_from_db()
    assert asked.ended is not None
    with pytest.raises(Conflict, match="not in use"):
        drop_set(by(cast.lena), project, row)
    choose_set(by(cast.lena), project, "oecd")
    assert queries.filled(project, "oecd").reading.answers == first(project, "oecd")
    assert ChosenSet.objects.count() == 2
    entry = Entry.objects.get(action="instrument.dropped")
    assert '"reason":"Not our case"' in entry.payload


def first(project, set_id):
    """An answer to the first single choice of a set."""
    questions = library.load(set_id).questions.values()
    chosen = next(question for question in questions if hasattr(question, "options") and not question.when)
    value = chosen.options[0].value
    return {chosen.id: [value] if type(chosen).__name__ == "Multiple" else value}


def test_two_who_take_it_up_at_the_very_same_moment_make_one_choice(cast, project, monkeypatch):
    choose_set(by(cast.lena), project, "oecd")
    monkeypatch.setattr(queries, "choice", lambda *place: None)
    with pytest.raises(Conflict, match="in use here already"):
        choose_set(by(cast.ada), project, "oecd")
    assert ChosenSet.objects.count() == 1


def test_another_projects_row_is_refused(cast, project):
    row = choose_set(by(cast.bea), BODY, "oecd")
    with pytest.raises(Conflict, match="belongs elsewhere"):
        drop_set(by(cast.lena), project, row)


def test_the_body_itself_is_answered_about(cast, offices):
    choose_set(by(cast.chela), BODY, "oecd")
    answer(by(cast.bento), BODY, "oecd", first(BODY, "oecd"))
    (row,) = queries.current(BODY, "oecd").values()
    assert (row.chain, row.about_kind, row.about_id) == ("body", "body", "body")
    assert row.get_absolute_url() == ""
    assert row.ledger_title.startswith("Answers to “")
    assert queries.about_of(BODY) == queries.about_of(BODY, BODY) == ("body", "body")
    assert queries.filled(BODY, "oecd").reading.answers == first(BODY, "oecd")
    assert Entry.objects.filter(chain="body", action="instrument.answered").count() == 1


@pytest.mark.parametrize("name", ["flor", "rosa", "olga", "remi", "nadie"])
def test_others_may_not_choose(name, cast, project):
    with pytest.raises(NotAllowed):
        choose_set(by(getattr(cast, name)), project, "oecd")


def test_the_board_may_not_choose_for_the_body(cast, offices):
    with pytest.raises(NotAllowed):
        choose_set(by(cast.bento), BODY, "oecd")
