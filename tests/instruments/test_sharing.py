"""Several people fill one set: questions are asked of somebody until a day, answers are commented on and settled."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from minga.instruments import queries
from minga.instruments.actions import answer, comment_answer, end_share, settle_comment, share_questions
from minga.instruments.models import Comment
from minga.ledger.action import BODY
from minga.ledger.models import Entry
from minga.ledger.refusals import Conflict, Invalid, NotAllowed
from tests.conftest import by
from tests.instruments.sets import HEAD, question, section
from tests.instruments.test_adding import SetFile, add

pytestmark = pytest.mark.django_db
TEXT = (
    HEAD.format(version="1").replace('id = "small"', 'id = "ours"')
    + section(question("a", required="true"), question("b", required="true"), question("c"), id="first")
    + section(question("d"), question("e"), id="second")
)


@pytest.fixture
def ours(cast):
    return add(cast.bea, SetFile("ours.toml", TEXT.encode()))


def week():
    return timezone.now().date() + timedelta(days=7)


def test_questions_are_asked_of_a_person_who_sees_how_many_are_open(ours, cast, project):
    share = share_questions(by(cast.rosa), project, "ours", cast.flor, section="first", due=week())
    share_questions(by(cast.lena), project, "ours", cast.flor)
    first, whole = queries.asked_of(cast.flor)
    assert (first.share, first.open, first.total, first.instrument.id) == (share, 3, 3, "ours")
    assert (whole.share.section, whole.open) == ("", 5)
    answer(by(cast.lena), project, "ours", {"a": "x", "d": "y"})
    assert [each.open for each in queries.asked_of(cast.flor.actor)] == [2, 3]
    assert queries.asked_of(cast.rosa) == []
    assert '"due":"' in Entry.objects.filter(action="question.shared").first().payload
    assert "flor" not in Entry.objects.filter(action="question.shared").first().payload


def test_a_request_ends_by_itself_when_all_that_is_required_is_answered(ours, cast, project):
    share = share_questions(by(cast.lena), project, "ours", cast.flor, section="first")
    answer(by(cast.flor), project, "ours", {"a": "x", "c": "z"})
    share.refresh_from_db()
    assert share.ended is None
    answer(by(cast.flor), project, "ours", {"b": "y"})
    share.refresh_from_db()
    assert share.ended is not None
    assert '"requests_fulfilled":1' in Entry.objects.filter(action="instrument.answered").latest("seq").payload


def test_where_nothing_is_required_everything_asked_is(ours, cast, project):
    share = share_questions(by(cast.lena), project, "ours", cast.flor, section="second")
    answer(by(cast.flor), project, "ours", {"d": "x"})
    assert queries.asked_of(cast.flor)[0].open == 1
    answer(by(cast.flor), project, "ours", {"e": "x"})
    share.refresh_from_db()
    assert share.ended is not None


def test_a_section_that_is_hidden_for_a_moment_ends_no_request(cast, project):
    asked = section(question("more", required="true", when="'a == \"yes\"'"), id="second")
    text = HEAD.format(version="1").replace('id = "small"', 'id = "hides"') + section(question("a"), id="first") + asked
    add(cast.bea, SetFile("hides.toml", text.encode()))
    answer(by(cast.lena), project, "hides", {"a": "yes"})
    share = share_questions(by(cast.lena), project, "hides", cast.flor, section="second")
    answer(by(cast.lena), project, "hides", {"a": "no"})
    answer(by(cast.lena), project, "hides", {"a": "yes"})
    share.refresh_from_db()
    assert share.ended is None
    answer(by(cast.flor), project, "hides", {"more": "Said"})
    share.refresh_from_db()
    assert share.ended is not None


@pytest.mark.parametrize(
    ("given", "field"),
    [({"section": "third"}, "section"), ({"due": date(2020, 1, 1)}, "due"), ({"person": "nadie"}, "person")],
)
def test_a_request_that_cannot_be_met_is_refused(given, field, ours, cast, project):
    person = getattr(cast, given.pop("person", "flor"))
    with pytest.raises(Invalid) as refused:
        share_questions(by(cast.lena), project, "ours", person, **given)
    assert field in refused.value.fields


def test_the_same_is_asked_once_of_one_person(ours, cast, project):
    share_questions(by(cast.lena), project, "ours", cast.flor)
    with pytest.raises(Conflict):
        share_questions(by(cast.lena), project, "ours", cast.flor)
    share_questions(by(cast.lena), project, "ours", cast.rosa)
    assert queries.shares(project, "ours").count() == 2


def test_a_request_is_ended_by_who_was_asked_or_who_may_ask(ours, cast, project):
    for person in (cast.flor, cast.lena):
        share = share_questions(by(cast.lena), project, "ours", cast.flor)
        end_share(by(person), project, share)
        with pytest.raises(Conflict, match="ended already"):
            end_share(by(person), project, share)
    share = share_questions(by(cast.lena), project, "ours", cast.flor)
    with pytest.raises(NotAllowed):
        end_share(by(cast.nadie), project, share)
    with pytest.raises(Conflict, match="belongs elsewhere"):
        end_share(by(cast.bea), BODY, share)


def test_questions_of_the_body_are_asked_of_its_offices(ours, cast, offices):
    share_questions(by(cast.chela), BODY, "ours", cast.saul)
    assert queries.asked_of(cast.saul)[0].open == 5
    with pytest.raises(Invalid, match="may not answer"):
        share_questions(by(cast.chela), BODY, "ours", cast.flor)


def test_a_comment_stands_at_the_answer_that_was_seen_and_is_settled(ours, cast, project):
    answer(by(cast.flor), project, "ours", {"a": "x"})
    before = comment_answer(by(cast.rosa), project, "ours", "b", "Who knows this?")
    made = comment_answer(by(cast.olga), project, "ours", "a", "  Where is this from?  ")
    assert (before.answer_version, made.answer_version, made.text) == (0, 1, "Where is this from?")
    assert (made.author, made.group) == (cast.olga, "oversight")
    assert list(queries.comments(project, "ours", question="a")) == [made]
    entry = Entry.objects.filter(action="answer.commented").latest("seq")
    assert "Where is" not in entry.payload
    assert '"answer"' in entry.because
    settled = settle_comment(by(cast.flor), project, made)
    assert settled.settled is not None
    with pytest.raises(Conflict, match="settled already"):
        settle_comment(by(cast.flor), project, made)
    assert not made.is_public


def test_what_is_no_comment_is_refused(ours, cast, project):
    with pytest.raises(Invalid) as refused:
        comment_answer(by(cast.rosa), project, "ours", "a", "  ")
    assert "text" in refused.value.fields
    with pytest.raises(Invalid, match="no such question"):
        comment_answer(by(cast.rosa), project, "ours", "zzz", "x")
    with pytest.raises(Invalid, match="5001 characters"):
        comment_answer(by(cast.rosa), project, "ours", "a", "x" * 5001)
    with pytest.raises(NotAllowed):
        comment_answer(by(cast.nadie), project, "ours", "a", "x")
    assert not Comment.objects.exists()
