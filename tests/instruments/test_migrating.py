"""From one version to another: every answer is carried or kept and listed, and both levels are told."""

import pytest

from minga.instruments import changes, queries
from minga.instruments.actions import answer, choose_set, migrate
from minga.instruments.models import Answer
from minga.ledger.models import Entry
from minga.ledger.refusals import Conflict, Invalid, NotAllowed
from tests.conftest import by
from tests.instruments import aia
from tests.instruments.sets import HEAD, options, question, section, small
from tests.instruments.surveyjs.forms import survey, survey_file
from tests.instruments.test_adding import SetFile, add

pytestmark = pytest.mark.django_db


def version(number, *questions):
    head = HEAD.format(version=number).replace('id = "small"', 'id = "ours"')
    return SetFile("ours.toml", (head + section(*questions)).encode())


OLD = version("1", question("kept"), question("old_name"), question("gone"),
              question("pick", "single", options=options(yes=1, maybe=2)))  # fmt: skip
NEW = version("2", question("kept", help='{ en = "More" }'), question("new_name", was='["old_name"]'),
              question("added"), question("pick", "single", options=options(yes=1, no=0)))  # fmt: skip
ANSWERS = {"kept": "k", "old_name": "n", "gone": "g", "pick": "maybe"}


@pytest.fixture
def chosen(cast, project):
    add(cast.bea, OLD)
    row = choose_set(by(cast.lena), project, "ours")
    answer(by(cast.flor), project, "ours", ANSWERS, evidence={"old_name": ("A list", "")})
    add(cast.bea, NEW)
    return row


def test_answers_are_carried_under_the_names_of_their_authors(chosen, cast, project):
    migrate(by(cast.lena), project, chosen, "2")
    found = queries.filled(project, "ours")
    assert found.definition.version == "2"
    assert found.reading.answers == {"kept": "k", "new_name": "n"}
    moved = found.current["new_name"]
    assert (moved.author, moved.set_version, moved.evidence, moved.version) == (cast.flor, "2", "A list", 1)
    assert moved.created == Answer.objects.get(question="old_name").created
    assert found.current["kept"].version == 2


def test_an_answer_saved_while_others_are_moved_is_not_lost_and_nothing_moves(chosen, cast, project, monkeypatch):
    stale = queries.current(project, "ours")
    answer(by(cast.rosa), project, "ours", {"kept": "newer"})
    with monkeypatch.context() as at_that_moment:
        at_that_moment.setattr(queries, "current", lambda *place: stale)
        with pytest.raises(Conflict, match="nothing was moved"):
            migrate(by(cast.lena), project, chosen, "2")
    chosen.refresh_from_db()
    assert chosen.version == "1"
    assert queries.current(project, "ours")["kept"].value == "newer"
    migrate(by(cast.lena), project, chosen, "2")
    assert queries.filled(project, "ours").reading.answers["kept"] == "newer"


def test_what_has_no_place_is_kept_and_listed(chosen, cast, project):
    migrate(by(cast.lena), project, chosen, "2")
    assert queries.values_under(project, "ours", "1") == ANSWERS
    found = queries.filled(project, "ours")
    assert set(found.reading.unknown) == {"old_name", "gone"}
    assert found.current["pick"].value is None
    assert [row.value for row in queries.history(project, "ours", "pick")] == [None, "maybe"]
    payload = Entry.objects.get(action="answers.migrated").payload
    for words in ('"dropped":["gone","pick"]', '"renamed":[["old_name","new_name"]]', '"carried":2', '"to_ask":1'):
        assert words in payload


def test_the_way_back_is_open_too(chosen, cast, project):
    migrate(by(cast.lena), project, chosen, "2")
    answer(by(cast.rosa), project, "ours", {"pick": "yes"})
    migrate(by(cast.lena), project, chosen, "1")
    found = queries.filled(project, "ours").reading
    assert found.answers == {"kept": "k", "old_name": "n", "gone": "g", "pick": "yes"}
    assert set(found.unknown) == {"new_name"}


def test_what_cannot_be_migrated_is_refused(chosen, cast, project):
    with pytest.raises(Invalid, match="in that version already"):
        migrate(by(cast.lena), project, chosen, "1")
    with pytest.raises(Invalid, match="There is: 2, 1"):
        migrate(by(cast.lena), project, chosen, "9")
    with pytest.raises(NotAllowed):
        migrate(by(cast.flor), project, chosen, "2")
    chosen.ended = chosen.chosen
    migrated = queries.choice(project, "ours")
    assert migrated.version == "1"


def test_a_dropped_set_is_not_migrated(chosen, cast, project):
    from minga.instruments.actions import drop_set

    drop_set(by(cast.lena), project, chosen)
    with pytest.raises(Conflict, match="not in use"):
        migrate(by(cast.lena), project, chosen, "2")


def test_choices_with_other_values_keep_their_meaning_by_their_words():
    old = survey(
        {
            "type": "radiogroup",
            "name": "q",
            "choices": [{"value": "y-3", "text": "Yes"}, {"value": "n-0", "text": "No"}],
        }
    )
    new = survey(
        {
            "type": "radiogroup",
            "name": "q",
            "choices": [{"value": "y-1", "text": "Yes"}, {"value": "n-0", "text": "No"}],
        }
    )
    moved = changes.migrate(old, new, {"q": "y-3"})
    assert (moved.answers, moved.converted) == ({"q": "y-1"}, ["q"])
    twins = survey(
        {"type": "radiogroup", "name": "q", "choices": [{"value": "a", "text": "Yes"}, {"value": "b", "text": "Yes"}]}
    )
    assert changes.migrate(old, twins, {"q": "y-3"}).dropped[0].value == "y-3"


def test_the_report_has_both_scores_side_by_side():
    levels = """
[[scores]]
id = "s"
title = {{ en = "S" }}
questions = ["pick"]
levels = [{{ id = "low", text = {{ en = "L" }}, up_to = {} }}, {{ id = "high", text = {{ en = "H" }}, up_to = 9 }}]
"""
    pick = section(question("pick", "single", options=options(yes=2, no=0)))
    report = changes.report(
        small(pick + levels.format(1)), small(pick + levels.format(5), version="2"), {"pick": "yes"}
    )
    assert (report.before.levels, report.after.levels) == ({"s": ("high",)}, {"s": ("low",)})
    assert report.level_changes
    assert (report.before.version, report.after.version) == ("1", "2")


@pytest.mark.parametrize(("old", "new"), [("0.9.1", "0.10.0"), ("0.10.0", "1.0.1"), ("0.9", "0.9.1")])
def test_no_answer_of_a_published_assessment_is_lost_between_versions(old, new):
    before, after = aia.made(old), aia.made(new)
    levels = set()
    for case in aia.cases(old) or aia.cases("0.9.1"):
        stored = before.from_form(case["answers"])
        report = changes.report(before, after, stored)
        assert len(report.moved.answers) + len(report.moved.dropped) == len(stored)
        assert len(report.moved.answers) > len(stored) * 0.7
        assert set(report.before.levels) == set(report.after.levels) == {"current"}
        levels.add((report.before.levels["current"], report.after.levels["current"]))
    assert levels


def test_an_official_assessment_is_migrated_in_the_database(cast, project):
    case = aia.cases("0.10.0")[0]
    aia.add(cast.bea, "0.10.0")
    row = choose_set(by(cast.lena), project, "canada-aia")
    stored = aia.made("0.10.0").from_form(case["answers"])
    answer(by(cast.flor), project, "canada-aia", stored, keep=True)
    before = queries.filled(project, "canada-aia")
    assert before.scores["current"].value == case["official"]["current_score"]
    aia.add(cast.bea, "1.0.1")
    migrate(by(cast.lena), project, row, "1.0.1")
    after = queries.filled(project, "canada-aia")
    kept = set(queries.values(after.current))
    assert set(stored) <= kept | {id for id, each in after.current.items() if each.value is None}
    assert queries.values_under(project, "canada-aia", "0.10.0") == stored
    assert after.scores["current"].maximum == 167


def test_answers_of_a_whole_file_are_kept_hidden_or_unknown_as_they_are(cast, project):
    hidden = survey_file({"type": "text", "name": "a"}, {"type": "text", "name": "b", "visibleIf": "{a} = 1"})
    add(cast.bea, hidden, version="1")
    answer(by(cast.flor), project, "form", {"a": "2", "b": "hidden", "stranger": [1]}, keep=True)
    found = queries.filled(project, "form").reading
    assert (found.answers, found.dropped, found.unknown) == ({"a": "2"}, {"b": "hidden"}, {"stranger": [1]})
    with pytest.raises(Invalid) as refused:
        answer(by(cast.flor), project, "form", {"x" * 201: 1}, keep=True)
    assert "is not a question of form 1" in " ".join(refused.value.reasons)
