"""One survey, many bodies: private links, reminders, and counts that tell on nobody."""

import csv
import html
import io
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from minga.instruments import library
from minga.instruments.actions import answer
from minga.instruments.definition import Date, LongText, Matrix, Multiple, Number, Question, Scale, ShortText, Single
from minga.instruments.models import Answer
from minga.instruments.queries import filled
from minga.jobs.models import Outbox
from minga.ledger import guard
from minga.ledger.action import BODY, By
from minga.ledger.refusals import Blocked, Conflict, Invalid, NotAllowed
from minga.steering import clock, counting
from minga.steering.actions import answer_survey, close_survey, invite, open_survey, remind
from minga.steering.models import Survey, SurveyedBody
from tests.conftest import Cast, by

TO_COME = timezone.localdate() + timedelta(days=20)


@pytest.fixture
def survey(cast: Cast, offices: dict[str, Any]) -> Survey:
    return open_survey(
        by(cast.saul), BODY, set_id="body_survey", title="AI in use 2026", purpose="To know who uses what.",
        closes=TO_COME,
    )  # fmt: skip


def simplest(question: Question) -> Any:
    """An answer that a question takes: its first choice, a word, a number, a day."""
    match question:
        case Matrix():
            return {row.value: question.columns[0].value for row in question.rows}
        case Single():
            return question.options[0].value
        case Multiple():
            return [question.options[0].value]
        case Scale():
            return 0
        case Number():
            return 1
        case Date():
            return "2026-01-01"
    return "Words"


def hand_in(body: SurveyedBody, **changed: Any) -> None:
    """Answer whatever must be answered as the body, ``changed`` first, and hand it in."""
    about = (counting.ABOUT, body.pk)
    given = changed
    for _round in range(6):
        if given:
            answer(By(body.actor), BODY, body.survey.set, given, about=about)
        found = filled(BODY, body.survey.set, about)
        questions = (found.definition.questions[id] for id in found.reading.visible if id not in found.current)
        given = {question.id: simplest(question) for question in questions if question.required}
    answer_survey(by(None), BODY, body.token)


def bodies(count: int) -> list[tuple[str, str]]:
    return [(f"Office {number}", f"office{number}@example.org") for number in range(count)]


def test_each_body_gets_a_link_of_its_own_by_mail(survey: Survey, cast: Cast) -> None:
    invite(by(cast.saul), BODY, survey, [*bodies(2), ("Without mail", "")])
    mails = list(Outbox.objects.order_by("pk"))
    assert [mail.content["to"] for mail in mails] == ["office0@example.org", "office1@example.org"]
    first, second = survey.bodies.order_by("pk")[:2]
    assert first.get_private_url() in mails[0].content["text"]
    assert first.token != second.token
    assert first.token not in first.link


def test_a_list_with_a_fault_asks_nobody_and_names_the_line(survey: Survey, cast: Cast) -> None:
    wrong = [("A", "a@example.org"), ("A", ""), ("", "b@example.org"), ("C", "no address")]
    with pytest.raises(Invalid) as refused:
        invite(by(cast.saul), BODY, survey, wrong)
    assert [reason.split(":")[0] for reason in refused.value.reasons] == ["Line 2", "Line 3", "Line 4"]
    assert not survey.bodies.exists()
    assert not Outbox.objects.exists()


def test_only_those_who_have_not_answered_are_reminded_and_not_every_day(survey: Survey, cast: Cast) -> None:
    invite(by(cast.saul), BODY, survey, bodies(2))
    with pytest.raises(Blocked):
        remind(by(cast.saul), BODY, survey)
    first, second = survey.bodies.order_by("pk")
    hand_in(first)
    later = timezone.now() + timedelta(days=4)
    remind(by(cast.saul, happened=later), BODY, survey)
    assert Outbox.objects.order_by("-pk")[0].content["to"] == second.email
    assert Outbox.objects.count() == 3
    with pytest.raises(Blocked):
        remind(by(cast.saul, happened=later + timedelta(days=1)), BODY, survey)


def test_half_a_form_is_not_handed_in(survey: Survey, cast: Cast) -> None:
    invite(by(cast.saul), BODY, survey, bodies(1))
    body = survey.bodies.get()
    required = [q for q in library.load(survey.set).questions.values() if q.required]
    assert required, "the set asks something that must be answered"
    with pytest.raises(Blocked):
        answer_survey(by(None), BODY, body.token)
    hand_in(body)
    assert SurveyedBody.objects.get().answered


def test_a_closed_survey_takes_no_answers_and_forgets_addresses(survey: Survey, cast: Cast) -> None:
    invite(by(cast.saul), BODY, survey, bodies(2))
    token = survey.bodies.order_by("pk")[0].token
    close_survey(by(cast.saul), BODY, survey)
    assert set(survey.bodies.values_list("email", "link")) == {("", "")}
    with pytest.raises(Invalid, match="link does not work"):
        answer_survey(by(None), BODY, token)
    with pytest.raises(Conflict):
        invite(by(cast.saul), BODY, survey, [("Late", "")])


def test_a_survey_closes_by_itself_after_its_day(survey: Survey, cast: Cast) -> None:
    assert clock.close_surveys() == "0 surveys closed"
    with guard.open_for_action():
        Survey.objects.update(closes=timezone.localdate() - timedelta(days=1))
    assert clock.close_surveys() == "1 surveys closed"
    survey.refresh_from_db()
    assert survey.closed is not None


def test_counts_are_public_from_ten_bodies_on(survey: Survey, cast: Cast) -> None:
    invite(by(cast.saul), BODY, survey, bodies(12))
    asked = list(survey.bodies.order_by("pk"))
    choices = (q for q in library.load(survey.set).questions.values() if isinstance(q, Single))
    question = next(q for q in choices if q.required and not q.when)
    for body in asked[:9]:
        hand_in(body)
    few = counting.counts(survey, public=True)
    assert (few.asked, few.answered, few.shown, few.questions) == (12, 9, False, ())
    assert counting.counts(survey, public=False).shown
    hand_in(asked[9], **{question.id: question.options[1].value})
    enough = counting.counts(survey, public=True)
    assert enough.rate == pytest.approx(10 / 12)
    assert enough.low < 10 / 12 < enough.high
    found = next(one for one in enough.questions if one.question == question.id)
    assert found.answered == 10
    assert [cell.count for cell in found.cells[:2]] == [None, None], "one body's choice follows from the other nine"
    exact = next(one for one in counting.counts(survey, public=False).questions if one.question == question.id)
    assert [cell.count for cell in exact.cells[:2]] == [9, 1]
    hand_in(asked[10])
    assert counting.counts(survey, public=True).questions == enough.questions, "two readings do not tell one body"
    assert counting.counts(survey, public=True).answered == 11
    close_survey(by(cast.saul), BODY, survey)
    survey.refresh_from_db()
    found = next(one for one in counting.counts(survey, public=True).questions if one.question == question.id)
    assert found.answered == 11


@given(st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 40), min_size=1))
def test_no_small_count_can_be_worked_out_from_the_rest(found: dict[str, int]) -> None:
    """One withheld choice never stands alone, unless all others are 0."""
    of = sum(found.values())
    hidden = counting.withheld(found, of)
    small = {value for value, count in found.items() if 0 < count < counting.FEWEST}
    assert small <= hidden
    if len(hidden) == 1:
        assert all(count == 0 for value, count in found.items() if value not in hidden)


def test_who_has_no_office_opens_and_closes_nothing(survey: Survey, cast: Cast) -> None:
    for person in (cast.lena, cast.bento, cast.nadie):
        with pytest.raises(NotAllowed):
            close_survey(by(person), BODY, survey)
        with pytest.raises(NotAllowed):
            invite(by(person), BODY, survey, bodies(1))


@pytest.mark.parametrize(
    ("changed", "field"), [({"set_id": "no_such_set"}, "set_id"), ({"closes": timezone.localdate()}, "closes")]
)
def test_a_survey_needs_a_set_and_a_day(cast: Cast, changed: dict[str, Any], field: str) -> None:
    told: dict[str, Any] = {"set_id": "body_survey", "title": "T", "purpose": "P", "closes": TO_COME}
    with pytest.raises(Invalid) as refused:
        open_survey(by(cast.bea), BODY, **(told | changed))
    assert field in refused.value.fields


def test_a_wrong_link_leads_nowhere(client: Client, db: None) -> None:
    assert client.get("/survey/no-such-token/").status_code == 404


def test_the_form_behind_the_link_saves_in_the_name_of_the_body(survey: Survey, cast: Cast, client: Client) -> None:
    invite(by(cast.saul), BODY, survey, [("City of Lima", "")])
    body = survey.bodies.get()
    form = client.get(body.get_private_url()).context["form"]
    question = next(q for q in form.questions() if isinstance(q, Single))
    sent = {"seen": form.initial["seen"], question.id: question.options[0].value, "once": "1"}
    assert client.post(body.get_private_url(), sent).status_code == 302
    saved = Answer.objects.get(about_kind=counting.ABOUT, about_id=str(body.pk))
    assert (saved.value, saved.author, saved.group) == (question.options[0].value, None, "agency")
    close_survey(by(cast.saul), BODY, survey)
    assert client.post(body.get_private_url(), sent).status_code == 404


def test_after_its_day_a_link_says_that_the_survey_is_over(survey: Survey, cast: Cast, client: Client) -> None:
    invite(by(cast.saul), BODY, survey, [("City of Lima", "")])
    with guard.open_for_action():
        Survey.objects.update(closes=timezone.localdate() - timedelta(days=1))
    body = survey.bodies.get()
    reply = client.post(body.get_private_url(), {"seen": "{}", "once": "1"})
    assert "This survey is over" in reply.content.decode()
    assert not Answer.objects.filter(about_kind=counting.ABOUT).exists()


def test_what_was_saved_after_handing_in_counts_only_when_handed_in_again(survey: Survey, cast: Cast) -> None:
    invite(by(cast.saul), BODY, survey, bodies(1))
    body = survey.bodies.get()
    question = next(q for q in library.load(survey.set).questions.values() if isinstance(q, Single) and not q.when)
    first, second = (option.value for option in question.options[:2])
    hand_in(body, **{question.id: first})
    body.refresh_from_db()
    answer(By(body.actor), BODY, survey.set, {question.id: second}, about=(counting.ABOUT, body.pk))
    assert counting.given(survey, [body])[body.pk][question.id] == first
    answer(By(body.actor), BODY, survey.set, {question.id: None}, about=(counting.ABOUT, body.pk))
    assert counting.given(survey, [body])[body.pk][question.id] == first
    hand_in(body, **{question.id: second})
    body.refresh_from_db()
    assert counting.given(survey, [body])[body.pk][question.id] == second


def test_saving_after_handing_in_says_what_counts(survey: Survey, cast: Cast, client: Client) -> None:
    invite(by(cast.saul), BODY, survey, bodies(1))
    body = survey.bodies.get()
    hand_in(body)
    form = client.get(body.get_private_url()).context["form"]
    question = next(q for q in form.questions() if isinstance(q, Single))
    sent = {"seen": form.initial["seen"], question.id: question.options[1].value, "once": "1"}
    text = client.post(body.get_private_url(), sent, follow=True).content.decode()
    assert "What you handed in before counts until you hand in again." in text
    assert "Nothing is handed in yet" not in text


def test_a_title_of_two_lines_is_one_line_in_the_mail(cast: Cast) -> None:
    """A line break in a subject would stop the mail from being sent."""
    made = open_survey(
        by(cast.bea), BODY, set_id="body_survey", title="In use\r\nBcc: all@example.org", purpose="P", closes=TO_COME
    )
    invite(by(cast.bea), BODY, made, bodies(1))
    assert "\n" not in Outbox.objects.get().content["subject"]
    assert made.title == "In use Bcc: all@example.org"


@pytest.mark.parametrize("token", ["0" * 40, "a", "%ED%A0%80", "%00", "..%2f..", "x" * 5000, "é"])
def test_a_guessed_link_is_not_found_and_hands_nothing_in(
    survey: Survey, cast: Cast, client: Client, token: str
) -> None:
    invite(by(cast.saul), BODY, survey, bodies(1))
    close_survey(by(cast.saul), BODY, survey)
    assert client.get(f"/survey/{token}/").status_code == 404
    assert client.post(f"/survey/{token}/hand-in/", {"once": "1"}).status_code == 404
    assert not SurveyedBody.objects.exclude(answered=None).exists()


def test_formulas_that_bodies_write_are_text_in_the_table(survey: Survey, cast: Cast, client: Client) -> None:
    evil = '=HYPERLINK("http://x.example")'
    invite(by(cast.saul), BODY, survey, [("=cmd()", ""), ("@SUM(1)", "")])
    words = [
        q for q in library.load(survey.set).questions.values() if isinstance(q, LongText | ShortText) and not q.when
    ]
    for body in survey.bodies.all():
        hand_in(body, **{question.id: evil for question in words})
    client.force_login(cast.saul)
    rows = list(csv.reader(io.StringIO(client.get(f"/body/surveys/{survey.pk}.csv?bodies=yes").content.decode())))
    assert sorted(row[0] for row in rows[1:]) == ["'=cmd()", "'@SUM(1)"]
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "@"))]
    assert words


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("", "Fill this in"),
        (" ; a@b.example", "Line 1: give a name"),
        ("x" * 201, "Line 1: give a name"),
        ("A\nA", "Line 2: “A” is asked already"),
        ("A; no mail", "Line 1: “no mail” is no mail address"),
        ("A; a@b.example; c@d.example", "is no mail address"),
        ("A\0B", "Error: Whom do you ask?"),
        ("\n".join(str(n) for n in range(5001)), "at most 5000 bodies"),
    ],
)
def test_a_list_of_bodies_with_faults_asks_nobody(
    survey: Survey, cast: Cast, client: Client, given: str, words: str
) -> None:
    client.force_login(cast.saul)
    reply = client.post(f"/body/surveys/{survey.pk}/invite/", {"bodies": given, "once": "1"})
    assert reply.status_code == 422
    assert words in html.unescape(reply.content.decode())
    assert not survey.bodies.exists()
    assert not Outbox.objects.exists()
