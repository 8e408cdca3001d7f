"""Course files: those that ship are whole, and what does not fit together is named."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minga.learning import glossary, prose, shelf
from minga.learning.course import CourseError, parse
from tests.learning.conftest import QUESTION, SMALL

SHIPPED = sorted(shelf.shipped())


def test_the_courses_that_the_body_needs_are_there() -> None:
    assert {"deciding_on_ai", "working_with_advice", "what_is_ai", "designing_a_tool", "buying_ai"} <= set(SHIPPED)
    audiences = {course.audience for course in shelf.shipped().values()}
    assert audiences == {"public", "staff", "decision_makers"}


@pytest.mark.parametrize("id", SHIPPED)
def test_each_has_short_pages_in_both_languages_and_its_sources(id: str) -> None:
    course = shelf.shipped()[id]
    assert 6 <= len(course.pages) <= 12
    assert {"en", "es"} == set(course.languages)
    for page in course.pages:
        for language in course.languages:
            assert 60 <= len(page.text[language].split()) <= 260
    assert all(source.title and source.date for source in course.sources)


@pytest.mark.parametrize("id", SHIPPED)
def test_right_answers_pass_and_wrong_ones_do_not(id: str) -> None:
    course = shelf.shipped()[id]
    right = {asked.question.id: asked.right for asked in course.questions}
    assert course.passes(len(course.right(right)))
    assert course.right({}) == []
    everything = {a.question.id: [o.value for o in a.question.options] for a in course.questions}
    assert course.right(everything) == []
    assert not course.passes(0)


@pytest.mark.parametrize("id", SHIPPED)
def test_the_right_option_is_not_always_at_the_same_place(id: str) -> None:
    course = shelf.shipped()[id]
    places = {[o.value for o in a.question.options].index(a.right[0]) for a in course.questions}
    assert len(places) > 1


@pytest.mark.parametrize("id", SHIPPED)
def test_every_link_to_the_glossary_leads_somewhere(id: str) -> None:
    course = shelf.shipped()[id]
    for page in course.pages:
        for text in page.text.values():
            html = prose.html(text)
            assert "[[" not in html
            for term in re.findall(r'href="/glossary/#([^"]+)"', html):
                assert term in glossary.terms()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("pass_mark = 0.6", "pass_mark = 1.6", "pass_mark is 1.6"),
        ("minutes = 5", "minutes = 0", "minutes is 0"),
        ('id = "small"', 'id = "Small One"', "starts with a small letter"),
        ('version = "1"', 'version = "1/2"', "digits, letters and points"),
        ('audience = "staff"', 'audience = "bosses"', "audience"),
        ('right = ["b"]', 'right = ["z"]', 'right names "z", no option of it. Use: a, b.'),
        ('right = ["b"]', 'right = ["a", "b"]', "exactly one"),
        ('right = ["b"]', "right = []", "name the right option"),
        ('page = "one"', 'page = "two"', 'there is no page "two"'),
        (', es = "Lea [[calibration|calibración]]."', "", "the text in es is missing"),
        ('why = {en = "Because 1.", es = "Porque 1."}', 'why = {en = "Because 1."}', "the text in es is missing"),
        ('id = "q2"', 'id = "q1"', "stands 2 times"),
        ("minutes = 5", 'minutes = 5\ncolour = "red"', "unknown key"),
        ("minutes = 5", "", "missing key"),
        ("minutes = 5", "minutes = ", "not valid TOML"),
        ("[[calibration]]", "[[nothing]]", 'page "one": the glossary has no term "nothing"'),
        ('id = "q2"', 'id = "once"', "the form itself uses this id"),
        ('id = "q2"', 'id = "skip"', "the form itself uses this id"),
        ('date = "2026"', 'date = " "', "it needs a title and a date"),
        ('date = "2026"', 'date = "2026"\nurl = "javascript:alert(1)"', "is no web address"),
        ('id = "q1"', 'id = "q1"\nwhen = "q2 == \'a\'"', "a course asks every question"),
    ],
)
def test_a_mistake_is_named(small: str, old: str, new: str, said: str) -> None:
    assert old in small
    with pytest.raises(CourseError, match=re.escape(said)):
        parse(small.replace(old, new, 1), "small.toml")


def test_an_option_named_right_twice_could_never_be_answered(small: str) -> None:
    twice = small.replace('right = ["b"]', 'right = ["b", "b"]', 1).replace('"single"', '"multiple"', 1)
    with pytest.raises(CourseError, match="names an option twice"):
        parse(twice, "small.toml")


def test_a_missing_title_is_named_once(small: str) -> None:
    with pytest.raises(CourseError) as refusal:
        parse(small.replace(', es = "Pequeño"', ""), "small.toml")
    assert refusal.value.problems == ["title: the text in es is missing. Add it."]


def test_a_draft_needs_a_title(small: str) -> None:
    canvas = '[[canvas]]\ntype = "text"\nid = "{id}"\nask = {{en = "Called?", es = "¿Cómo se llama?"}}\n'
    with pytest.raises(CourseError, match='no field "title"'):
        parse(small + canvas.format(id="name"), "small.toml")
    assert parse(small + canvas.format(id="title"), "small.toml").canvas[0].id == "title"


MARKS = [(0.55, 20, 11), (0.07, 100, 7), (0.7, 7, 5), (0.001, 3, 1), (1, 9, 9)]


@pytest.mark.parametrize(("mark", "questions", "needed"), MARKS)
def test_the_pass_mark_is_rounded_up_and_no_further(mark: float, questions: int, needed: int) -> None:
    text = SMALL.replace("0.6", str(mark)) + "".join(QUESTION.format(number=n) for n in range(questions))
    assert parse(text, "small.toml").needed == needed


def test_too_few_questions_measure_nothing() -> None:
    with pytest.raises(CourseError, match="at least 3"):
        parse(SMALL + QUESTION.format(number=1), "small.toml")


@given(st.text(max_size=300))
def test_no_text_is_an_accident(text: str) -> None:
    with pytest.raises(CourseError):
        parse(text, "any.toml")


@given(st.text(alphabet=st.characters(blacklist_characters="[]"), max_size=200))
def test_texts_never_become_markup(text: str) -> None:
    html = prose.html(f"<script>{text}</script>")
    assert "<script" not in html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("One\ntwo.", "<p>One two.</p>"),
        ("- a\n- b", '<ul class="govuk-list govuk-list--bullet"><li>a</li><li>b</li></ul>'),
        ("## Head", "<h2>Head</h2>"),
        ("**so** & so", "<p><strong>so</strong> &amp; so</p>"),
    ],
)
def test_prose(text: str, html: str) -> None:
    assert prose.html(text) == html


def test_a_term_that_the_glossary_lost_is_plain_words() -> None:
    assert prose.html("[[nothing|how <sure>]] and [[calibration]]").startswith("<p>how &lt;sure&gt; and <a ")
    assert prose.unknown_terms("[[nothing]] [[calibration]] [[gone|x]] **so**") == ["nothing", "gone"]
