"""Rules of use written from answers: clauses follow the answers, and what is open is listed, never left blank."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minga.instruments import library, policies
from minga.instruments.evaluate import problems

ANSWERS = {
    "covers": ["staff", "suppliers"],
    "approved": [{"tool": "Writer", "uses": "drafts"}, {"tool": "Desk", "uses": "triage"}],
    "approver": "Chief AI officer", "free_tools": "asked", "never": ["personal", "tenders"], "checked": "yes",
    "decisions": "no", "label": "public", "records": "yes", "trained": "yes", "contact": "Help desk", "tell_hours": 24,
    "breach": "As the staff rules say", "from_day": "2027-01-01", "review_day": "2028-01-01",
}  # fmt: skip


def texts(answers, language="en"):
    return dict(policies.write("acceptable_use", answers, language).clauses)


def test_full_answers_make_a_full_page():
    assert problems(library.shipped("ie_acceptable_use"), ANSWERS, complete=True) == []
    page = policies.write("acceptable_use", ANSWERS, "en")
    assert page.missing == ()
    assert texts(ANSWERS)["For whom"] == ("These rules hold from 2027-01-01 for: staff, suppliers who work for us.")
    assert texts(ANSWERS)["Approved tools"].startswith("You may use: Writer – drafts; Desk – triage.")
    assert "24 hours tell: Help desk" in texts(ANSWERS)["When something goes wrong"]


def test_the_page_speaks_spanish():
    page = policies.write("acceptable_use", ANSWERS, "es")
    assert page.title == "Reglas de uso de la IA"
    assert "datos personales" in texts(ANSWERS, "es")["Nunca introduzca"]
    assert len(page.clauses) == len(policies.write("acceptable_use", ANSWERS, "en").clauses)


@pytest.mark.parametrize(
    ("change", "title", "text"),
    [
        ({"free_tools": "no"}, "Free tools from the internet", "Do not use them for work."),
        ({"free_tools": "yes"}, "Free tools from the internet", "You may use them."),
        ({"label": "always"}, "Say so", "also to colleagues"),
        ({"approved": []}, "Approved tools", "No tool is approved yet."),
    ],
)
def test_another_answer_writes_another_clause(change, title, text):
    assert text in texts({**ANSWERS, **change})[title]


@pytest.mark.parametrize(("question", "value", "title"), [
    ("checked", "no", "Check"), ("decisions", "yes", "Decisions about people"), ("label", "no", "Say so"),
    ("records", "no", "In the file"), ("trained", "no", "Training"),
])  # fmt: skip
def test_a_clause_falls_away_with_its_answer(question, value, title):
    assert title in texts(ANSWERS)
    assert title not in texts({**ANSWERS, question: value})


@given(st.sets(st.sampled_from(sorted(ANSWERS))), st.sampled_from(["en", "es"]))
def test_whatever_is_left_open_is_listed_and_no_blank_stays(left_out, language):
    page = policies.write("acceptable_use", {k: v for k, v in ANSWERS.items() if k not in left_out}, language)
    assert all(text and "{" not in text for _, text in page.clauses)
    definition = library.shipped("ie_acceptable_use")
    asked = {definition.question(id).ask[language] for id in left_out if definition.question(id).required}
    assert asked <= set(page.missing)
    assert len(page.missing) == len(set(page.missing))


def test_braces_in_an_answer_stay_what_they_are():
    assert texts({**ANSWERS, "breach": "{contact} decides"})["If the rules are broken"] == "{contact} decides"


def test_the_reader_may_choose_how_a_day_is_written():
    page = policies.write("acceptable_use", ANSWERS, "en", day=lambda day: f"{day.day}/{day.month}/{day.year}")
    assert "from 1/1/2027" in dict(page.clauses)["For whom"]


def test_rules_that_are_not_there_are_refused_with_those_that_are():
    with pytest.raises(LookupError, match="acceptable_use"):
        policies.write("dress_code", {}, "en")
