"""A SurveyJS definition offers what every question set offers: typed questions, sections, reading, scores, duties."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minga.instruments import duties
from minga.instruments.checks import DefinitionError
from minga.instruments.conditions import is_empty
from minga.instruments.definition import Single, say
from minga.instruments.surveyjs import requirements
from minga.instruments.surveyjs.instrument import stated_version
from tests.instruments import aia
from tests.instruments.surveyjs.forms import survey

KINDS = (
    {"type": "radiogroup", "name": "one", "choices": [1, 2, {"value": "x", "text": {"default": "X", "fr": "Iks"}}]},
    {"type": "checkbox", "name": "several", "choices": ["a", 2, True], "showOtherItem": True},
    {"type": "dropdown", "name": "web", "choicesByUrl": {"url": "https://example.org"}},
    {"type": "ranking", "name": "order", "choices": ["a", "b"]},
    {"type": "boolean", "name": "flag"},
    {"type": "boolean", "name": "custom", "valueTrue": "on", "valueFalse": "off"},
    {"type": "rating", "name": "stars"},
    {"type": "rating", "name": "faces", "rateValues": ["low", {"value": 2, "text": "high"}]},
    {"type": "text", "name": "line", "maxLength": 40},
    {"type": "text", "name": "number", "inputType": "number", "min": 0, "max": 10},
    {"type": "text", "name": "day", "inputType": "date"},
    {"type": "comment", "name": "words"},
    {"type": "matrix", "name": "table", "rows": ["r1", "r2"], "columns": [1, 2]},
    {"type": "matrix", "name": "ticks", "rows": ["r1"], "columns": ["c1"], "cellType": "checkbox"},
    {"type": "paneldynamic", "name": "things", "templateElements": [
        {"type": "text", "name": "what"},
        {"type": "radiogroup", "name": "size", "choices": [1, 2]},
        {"type": "paneldynamic", "name": "deeper", "templateElements": [{"type": "text", "name": "x"}]}]},
    {"type": "matrixdynamic", "name": "rows", "columns": [{"name": "c", "cellType": "text"}]},
    {"type": "multipletext", "name": "texts", "items": [{"name": "a"}, {"name": "b"}]},
    {"type": "slider", "name": "slide"},
    {"type": "file", "name": "file"},
    {"type": "map", "name": "strange"},
    {"type": "html", "name": "shown", "html": "<p>Read <b>this</b>.</p>"},
    {"type": "expression", "name": "sum", "expression": "{number} + 1"},
)  # fmt: skip
FORM = survey(*KINDS)


def test_each_kind_has_a_type_of_ours():
    kinds = {id: type(question).__name__ for id, question in FORM.questions.items()}
    assert kinds == {
        "one": "Single", "several": "Multiple", "several-Comment": "LongText", "web": "LongText", "order": "LongText",
        "flag": "Single", "custom": "Single", "stars": "Number", "faces": "Single", "line": "ShortText",
        "number": "Number", "day": "Date", "words": "LongText", "table": "Matrix", "ticks": "LongText",
        "things": "Repeated", "rows": "Repeated", "texts": "LongText", "slide": "Number", "file": "File",
        "strange": "LongText",
    }  # fmt: skip
    assert [option.value for option in FORM.question("several").options] == ["a", "2", "true", "other"]
    assert say(FORM.question("one").options[2].text, "fr") == "Iks"
    assert FORM.sections[0].help == {"en": "Read this."}


plain = st.none() | st.booleans() | st.integers(-99, 99) | st.text(max_size=5)
anything = st.recursive(plain, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner))
data = st.fixed_dictionaries(
    {},
    optional={
        "one": st.sampled_from([1, 2, "x"]),
        "several": st.lists(st.sampled_from(["a", 2, True, "other"]), max_size=4),
        "flag": st.booleans(),
        "custom": st.sampled_from(["on", "off"]),
        "faces": st.sampled_from(["low", 2]),
        "table": st.dictionaries(st.sampled_from(["r1", "r2"]), st.sampled_from([1, 2])),
        "things": st.lists(st.fixed_dictionaries({}, optional={"what": st.text(), "size": st.sampled_from([1, 2]),
                                                               "deeper": anything, "more": anything}), max_size=3),
        "texts": anything, "ticks": anything, "order": anything, "strange": anything, "web": anything,
    },
)  # fmt: skip


def alike(one, other):
    """Equal in type too: for JavaScript 1 and true are different choices."""
    if isinstance(one, dict):
        return isinstance(other, dict) and one.keys() == other.keys() and all(alike(one[k], other[k]) for k in one)
    if isinstance(one, list):
        return isinstance(other, list) and len(one) == len(other) and all(map(alike, one, other))
    return type(one) is type(other) and one == other


@settings(max_examples=150)
@given(data)
def test_the_forms_own_data_come_back_unchanged(given):
    assert alike(FORM.to_form(FORM.from_form(given)), given)


@settings(max_examples=60)
@given(data)
def test_stored_answers_are_read_like_the_forms_data(given):
    stored = FORM.from_form(given)
    before = {**stored}
    reading = FORM.read(stored)
    assert stored == before
    left = {id for id, value in stored.items() if not is_empty(value)} - {*reading.answers, *reading.dropped}
    assert not left
    for id in set(reading.answers) & {"one", "flag", "custom", "faces", "texts", "strange"}:
        assert alike(FORM.mapped[id].to_form(reading.answers[id]), given[id])


def test_pages_with_titled_panels_fall_into_sections_in_every_language():
    panels = [{"type": "panel", "name": name, "title": {"default": name, "fr": f"{name} fr"},
               "elements": [{"type": "text", "name": f"{name}q"}]} for name in ("a", "b")]  # fmt: skip
    form = survey(
        pages=[
            {"name": "start", "elements": [{"type": "html", "name": "h", "html": "<h1>Our form v2.3</h1><p>Why.</p>"}]},
            {"name": "p", "title": "Page", "elements": [{"type": "text", "name": "loose"}, *panels]},
        ],
        elements=None,
    )
    assert [(s.id, s.title) for s in form.sections] == [
        ("p", {"en": "Page"}),
        ("p.a", {"en": "Page: a", "fr": "a fr"}),
        ("p.b", {"en": "Page: b", "fr": "b fr"}),
    ]
    assert form.intro == {"en": "Our form v2.3\n\nWhy."}
    assert stated_version(form.form) == "2.3"
    assert form.section_of["bq"].id == "p.b"


def test_what_is_asked_follows_the_forms_conditions_and_hidden_answers_stay_stored():
    form = survey(
        {"type": "text", "name": "a"},
        {"type": "text", "name": "b", "visibleIf": "{a} = 1"},
        {"type": "text", "name": "c", "visibleIf": "{b} = 1", "isRequired": True},
        {"type": "text", "name": "d", "requiredIf": "{a} = 2"},
    )
    reading = form.read({"a": "2", "b": "1", "c": "kept", "stranger": "x"})
    assert reading.visible == ("a", "c", "d")
    assert reading.answers == {"a": "2", "c": "kept"}
    assert (reading.dropped, reading.unknown) == ({"b": "1"}, {"stranger": "x"})
    assert form.completeness({"a": "2"}).missing == ("d",)
    assert [p.question for p in form.problems({"a": "2"}, complete=True)] == ["d"]
    assert form.completeness({"a": "1"}).missing == ()


def test_the_comment_on_another_choice_is_asked_with_that_choice():
    form = survey({"type": "radiogroup", "name": "q", "choices": ["a"], "showOtherItem": True})
    assert form.read({"q": "a"}).visible == ("q",)
    assert form.read({"q": "other"}).visible == ("q", "q-Comment")


def test_a_shared_value_name_is_one_question():
    form = survey(
        {"type": "text", "name": "a", "valueName": "both", "visibleIf": "{x} = 1"},
        {"type": "text", "name": "b", "valueName": "both", "visibleIf": "{x} = 2"},
        {"type": "text", "name": "x"},
    )
    assert list(form.questions) == ["both", "x"]
    assert form.read({"x": "2", "both": "w"}).answers == {"both": "w", "x": "2"}
    assert "both" not in form.read({"x": "3"}).visible


def test_calculated_questions_are_told_and_not_asked():
    assert "sum" not in FORM.questions
    assert FORM.read({"number": 4}).computed["sum"] == 5


@pytest.mark.parametrize("version", aia.FILES)
def test_every_published_case_is_scored_through_the_instrument(version):
    form = aia.made(version)
    for case in aia.cases(version):
        stored = form.from_form(case["answers"])
        found, official = form.results(stored), case["official"]
        exact = (found["raw"].value, found["mitigation"].value, found["current"].value) == tuple(
            official[f"{name}_score"] for name in ("raw_impact", "mitigation", "current")
        )
        assert exact == case["agrees_with_reference_port"]
        assert form.to_form(stored) == case["answers"]
    assert (form.id, form.version, form.country) == ("canada-aia", version, "CA")
    assert form.source.title["en"] == f"Algorithmic Impact Assessment v{version}"
    assert len(form.questions) == sum(len(section.questions) for section in form.sections) > 120


def test_scored_questions_left_open_are_missing_and_keep_the_level_open():
    form, case = aia.made("0.10.0"), next(c for c in aia.cases("0.10.0") if len(c["answers"]) == 74)
    stored = form.from_form(case["answers"])
    assert form.completeness(stored).complete
    del stored["riskProfile1"]
    assert form.completeness(stored).missing == ("riskProfile1",)
    assert form.results(stored)["raw"].unanswered == ("riskProfile1",)


def test_duties_follow_from_a_settled_level_and_may_apply_before():
    form, case = aia.made("0.10.0"), next(c for c in aia.cases("0.10.0") if len(c["answers"]) == 74)
    reading = form.read(form.from_form(case["answers"]))
    level = int(reading.computed["level"])
    assert level == case["official"]["impact_level"]
    now = duties.duties(form, reading)
    assert duties.may_apply(form, reading) == []
    assert len(now) == {1: 5, 2: 7, 3: 7, 4: 7}[level]
    assert all(duty.text["fr"] and duty.help["en"] and say(duty.text, "es") == duty.text["en"] for duty in now)
    nothing = form.read({})
    assert duties.duties(form, nothing) == []
    assert nothing.computed["level"] is None
    assert {"peer-review-4", "notice-3"} <= {duty.id for duty in duties.may_apply(form, nothing)}


def test_levels_three_and_four_count_as_high_risk():
    form, seen = aia.made("0.10.0"), set()
    for case in aia.cases("0.10.0"):
        stored = form.from_form(case["answers"])
        results = form.results(stored)
        lowest = int(results["current"].levels[0])
        seen.add(lowest)
        assert duties.is_high(form, form.read(stored), results) == (lowest >= 3)
    assert min(seen) < 3


def test_the_worst_answers_are_high_risk_and_an_open_form_is_not_yet():
    form = aia.made()
    asked = {id: one.options for id, one in form.questions.items() if isinstance(one, Single) and one.options}
    worst = {id: max(options, key=lambda one: points(one.value)).value for id, options in asked.items()}
    results = form.results(worst)
    assert int(results["current"].levels[0]) >= 3
    assert duties.is_high(form, form.read(worst), results)
    assert not duties.is_high(form, form.read({}), form.results({}))


def points(value):
    return int(value.rpartition("-")[2]) if value.rpartition("-")[2].isdigit() else 0


def test_a_duty_keeps_its_id_where_two_levels_ask_for_the_same():
    levels = aia.made().requirements
    ids = [[duty.id for duty in level] for level in levels]
    assert [len(level) for level in ids] == [5, 7, 7, 7]
    assert [next(id for id in level if "notice" in id) for level in ids] == ["notice-1"] * 2 + ["notice-3"] * 2
    assert not any("peer-review" in id for id in ids[0])
    assert all(len(set(level)) == len(level) for level in ids)
    assert "<a " not in " ".join(duty.help["en"] for level in levels for duty in level)


def test_two_requirements_of_one_title_stay_two_duties():
    words = [{"text": text} for text in ("a", "b", "c", "d")]
    files = {"en": {"requirements": {"elements": [{"title": "Notice", "elements": words}] * 2}}}
    found = requirements.read(files, "requirements")
    assert [[duty.id for duty in level] for level in found] == [
        [f"notice-{level}", f"notice-2-{level}"] for level in (1, 2, 3, 4)
    ]


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"en": {}}, "one text for each of the four levels"),
        ({"en": {"requirements": {"elements": [{"elements": [{"text": "x"}]}]}}}, "four levels"),
        (
            {code: {"requirements": {"elements": [{"title": "t", "elements": [{"text": "x"}] * 4}] * times}}
             for code, times in (("en", 1), ("fr", 2))},
            "list different requirements",
        ),
    ],
)  # fmt: skip
def test_requirements_of_another_shape_are_refused(files, words):
    with pytest.raises(DefinitionError, match=words):
        requirements.read(files, "requirements")
