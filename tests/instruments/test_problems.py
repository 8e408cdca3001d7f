"""A wrong answer is named with its question and what to do, in each language."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minga.instruments import library, messages
from minga.instruments.evaluate import completeness, problems

from .sets import YES_NO, question, section, small

LABELS = "[" + ", ".join(f'{{ en = "{n}" }}' for n in range(5)) + "]"
ROWS = '[{ value = "r1", text = { en = "R1" } }, { value = "r2", text = { en = "R2" } }]'
PARTS = '[{ id = "p", type = "number", required = true, ask = { en = "p?" } }]'
ALL = small(
    section(
        question("single", "single", options=YES_NO, required="true"),
        question("multiple", "multiple", options=YES_NO),
        question("text", "text", longest=5),
        question("longtext", "longtext"),
        question("number", "number", lowest=1, highest=9, whole="true"),
        question("date", "date", earliest="2020-01-01"),
        question("file", "file", kinds='["pdf"]', largest=100),
        question("scale", "scale", labels=LABELS),
        question("matrix", "matrix", rows=ROWS, columns=YES_NO, required="true"),
        question("group", "repeated", entry='{ en = "G" }', questions=PARTS, fewest=1, most=2),
    )
)
GOOD = {
    "single": "yes",
    "multiple": ["yes"],
    "text": "abc",
    "longtext": "a\nb",
    "number": 5,
    "date": "2026-03-12",
    "file": {"name": "a.pdf", "sha256": "0" * 64, "size": 10},
    "scale": 0,
    "matrix": {"r1": "yes", "r2": "no"},
    "group": [{"p": 1}],
}


def test_good_answers_have_no_problem():
    assert problems(ALL, GOOD, complete=True) == []
    assert completeness(ALL, GOOD).complete


@pytest.mark.parametrize(
    ("id", "value", "code"),
    [
        ("single", "maybe", "not_option"),
        ("single", ["yes"], "not_option"),
        ("multiple", "yes", "not_list"),
        ("multiple", ["yes", "yes"], "twice"),
        ("text", "abcdef", "too_long"),
        ("text", "a\nb", "one_line"),
        ("text", 3, "not_text"),
        ("number", "many", "not_number"),
        ("number", True, "not_number"),
        ("number", float("nan"), "not_number"),
        ("number", 2.5, "not_whole"),
        ("number", 0, "too_low"),
        ("number", 10, "too_high"),
        ("date", "12/3/2026", "not_date"),
        ("date", "2026-02-30", "not_date"),
        ("date", "2019-12-31", "too_low"),
        ("file", "a.pdf", "not_file"),
        ("file", {"name": "a.exe", "sha256": "0" * 64, "size": 1}, "file_kind"),
        ("file", {"name": "a.pdf", "sha256": "0" * 64, "size": 101}, "file_size"),
        ("scale", 5, "not_scale"),
        ("scale", True, "not_scale"),
        ("matrix", {"r3": "yes"}, "unknown_row"),
        ("matrix", "yes", "not_table"),
        ("matrix", {"r1": "maybe"}, "not_option"),
        ("group", [{"q": 1}], "unknown_part"),
        ("group", [{"p": 1}] * 3, "too_many"),
        ("group", {"p": 1}, "not_entries"),
        ("other", 1, "unknown_question"),
    ],
)
def test_a_wrong_value_is_named(id, value, code):
    found = problems(ALL, {**GOOD, id: value})
    assert [(problem.question, problem.code) for problem in found] == [(id, code)]
    for language in ("en", "es"):
        assert found[0].text(language).endswith((".", "?"))


def test_what_is_missing_counts_only_when_all_is_asked_for():
    assert problems(ALL, {"matrix": {"r1": "yes"}}) == []
    found = {problem.question: problem.code for problem in problems(ALL, {"matrix": {"r1": "yes"}}, complete=True)}
    assert found == {"single": "required", "matrix": "rows_missing", "group": "required"}
    assert completeness(ALL, {"matrix": {"r1": "yes"}}).missing == ("single", "matrix", "group")


def test_a_problem_inside_a_group_names_entry_and_part():
    (found,) = problems(ALL, {**GOOD, "group": [{"p": 1}, {"p": "x"}]})
    assert (found.question, found.entry, found.part, found.code) == ("group", 1, "p", "not_number")
    assert found.sentence("en").startswith("p? (2) needs a number")


def test_every_message_has_every_language_with_the_same_gaps():
    for code, texts in messages.catalogue().items():
        gaps = [{name for _, name, _, _ in string.Formatter().parse(text) if name} for text in texts.values()]
        assert set(texts) == {"en", "es"}, code
        assert all(gap == gaps[0] for gap in gaps), code


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.sampled_from(["yes", "no"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from([*ALL.questions, "x"]), values))
def test_no_answer_whatever_breaks_the_engine(answers):
    for problem in problems(ALL, answers, complete=True):
        assert problem.sentence("en")
        assert problem.sentence("es")
    completeness(ALL, answers)


@pytest.mark.parametrize("name", library.names())
@given(data=st.data())
def test_no_answer_whatever_breaks_a_shipped_set(name, data):
    definition = library.load(name)
    answers = data.draw(st.dictionaries(st.sampled_from(list(definition.questions)), values, max_size=4))
    known = set(definition.questions)
    assert all(problem.question in known for problem in problems(definition, answers, complete=True))
