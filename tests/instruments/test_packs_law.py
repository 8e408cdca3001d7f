"""The European sets on law and rights: tier and role, notices, assessments, checklists."""

import re

import pytest

from minga.instruments import library
from minga.instruments.definition import cited
from minga.instruments.duties import duties
from minga.instruments.evaluate import case, read
from minga.instruments.scores import scores

from .law import high, items, outcome, stopped, to_do
from .reach import reach

LAW = [
    "ai_act_high_risk", "ai_act_notice", "ai_act_tier", "au_adm", "au_ethics", "ca_adm", "ca_genai", "co_ethics",
    "dpia", "fr_explain", "gba_plus", "ibero_charter", "jp_business", "rights_assessment", "us_practices",
]  # fmt: skip
LISTS = [name for name in LAW if "state" in {field.id for field in library.load(name).computed}]
COUNTRIES = {"au_adm": "AU", "au_ethics": "AU", "ca_adm": "CA", "ca_genai": "CA", "gba_plus": "CA", "co_ethics": "CO",
             "fr_explain": "FR", "jp_business": "JP", "us_practices": "US"}  # fmt: skip


# The tier of the AI Act and the role

PLAIN = {"is_ai": "yes", "outside": "no", "screen": "clear", "product": "no", "areas": ["none"], "contact": ["none"]}
LISTED = {**PLAIN, "areas": ["services"], "services": ["benefits"], "profiling": "no", "ground": "none"}
TRIAGE = {**LISTED, "product": "third_party", "services": ["emergency"]}
"""A medical product that an outside body checks, used in a listed area: high risk on both grounds."""
BODY = {"builds": "no", "changes": ["none"], "uses": "yes", "public": "body"}


@pytest.mark.parametrize(
    ("answers", "tier"),
    [
        ({**PLAIN, "is_ai": "no"}, "outside"),
        ({**PLAIN, "outside": "yes"}, "outside"),
        ({**PLAIN, "screen": "forbidden"}, "forbidden"),
        ({**PLAIN, "is_ai": "no", "screen": "forbidden"}, "forbidden"),
        ({**PLAIN, "product": "third_party"}, "high_product"),
        ({**PLAIN, "product": "own_check"}, "minimal"),
        (LISTED, "high"),
        ({**LISTED, "profiling": "yes"}, "high_profiling"),
        ({**LISTED, "areas": ["services", "none"]}, "high"),
        ({**LISTED, "ground": "preparatory"}, "minimal"),
        ({**LISTED, "ground": "narrow", "contact": ["talks"]}, "limited"),
        ({**LISTED, "ground": "unsure"}, "unsure"),
        ({**PLAIN, "product": "unsure"}, "unsure"),
        ({**PLAIN, "contact": ["generates", "news"]}, "limited"),
        (PLAIN, "minimal"),
        ({**PLAIN, "areas": []}, None),
        ({key: value for key, value in PLAIN.items() if key != "screen"}, None),
    ],
)
def test_the_tier_of_risk(answers, tier):
    assert outcome("ai_act_tier", "tier", answers) == tier


@pytest.mark.parametrize("area", ["biometrics", "infrastructure", "education", "employment", "services", "police",
                                  "migration", "justice"])  # fmt: skip
def test_every_listed_area_is_high_risk_unless_an_exception_applies(area):
    answers = {**PLAIN, "areas": [area], "profiling": "no"}
    assert outcome("ai_act_tier", "tier", {**answers, "ground": "none"}) == "high"
    for ground in ("narrow", "improves", "patterns", "preparatory"):
        assert outcome("ai_act_tier", "tier", {**answers, "ground": ground}) == "minimal"


def test_profiling_leaves_no_exception():
    answers = {**LISTED, "profiling": "yes", "ground": "narrow"}
    assert outcome("ai_act_tier", "tier", answers) == "high_profiling"
    assert outcome("ai_act_tier", "exception", answers) == "none"
    assert "ground" not in read(library.load("ai_act_tier"), answers).visible


@pytest.mark.parametrize(
    ("answers", "role"),
    [
        (BODY, "deployer"),
        ({"builds": "yes", "uses": "no"}, "provider"),
        ({"builds": "yes", "uses": "yes"}, "both"),
        ({**BODY, "uses": "no"}, "neither"),
        ({**BODY, "changes": ["substantial"]}, "both"),
        ({**BODY, "changes": ["name"], "uses": "no"}, "provider"),
        ({**BODY, "changes": ["purpose", "none"]}, "both"),
        ({"builds": "no"}, None),
    ],
)
def test_who_changes_a_tool_becomes_its_provider(answers, role):
    assert outcome("ai_act_tier", "role", answers) == role


def test_only_a_forbidden_use_stops_the_project():
    assert stopped("ai_act_tier", {**PLAIN, "screen": "forbidden"}) == ["forbidden"]
    for answers in (PLAIN, LISTED, {**PLAIN, "product": "unsure"}):
        assert stopped("ai_act_tier", answers) == []


@pytest.mark.parametrize(("answers", "counts"), [(LISTED, True), ({**PLAIN, "product": "third_party"}, True),
                                                 ({**PLAIN, "is_ai": "unsure"}, True), (PLAIN, False),
                                                 ({**PLAIN, "contact": ["talks"]}, False)])  # fmt: skip
def test_high_risk_counts_and_what_is_unsure_counts_as_high(answers, counts):
    assert high("ai_act_tier", answers) is counts


def test_each_tier_names_its_article():
    definition = library.load("ai_act_tier")
    taken = case(definition, read(definition, {**LISTED, "profiling": "yes"}), "tier")
    assert taken is not None
    assert cited(taken.source, "en") == "Regulation (EU) 2024/1689, Article 6(3), last part, and Annex III"
    assert cited(taken.source, "es").startswith("Reglamento (UE) 2024/1689, artículo 6(3)")
    tier = next(field for field in definition.computed if field.id == "tier")
    assert all("Article" in cited(found.source, "en") for found in tier.cases)


@pytest.mark.parametrize(
    ("answers", "needed"),
    [
        ({**LISTED, **BODY}, "needed"),
        ({**LISTED, **BODY, "public": "service"}, "needed"),
        ({**LISTED, **BODY, "public": "no"}, "own_choice"),
        ({**LISTED, **BODY, "public": "no", "services": ["credit"]}, "needed"),
        ({**LISTED, **BODY, "areas": ["infrastructure"]}, "own_choice"),
        ({**LISTED, **BODY, "areas": ["infrastructure", "police"]}, "needed"),
        ({**LISTED, "builds": "yes", "uses": "no"}, "own_choice"),
        ({**PLAIN, **BODY}, "own_choice"),
        ({**LISTED, **BODY, "ground": "unsure"}, None),
        ({**TRIAGE, **BODY}, "needed"),
        ({**TRIAGE, **BODY, "profiling": "yes"}, "needed"),
        ({**TRIAGE, **BODY, "ground": "narrow"}, "own_choice"),
        ({**TRIAGE, **BODY, "ground": "unsure"}, None),
        ({**TRIAGE, **BODY, "areas": ["infrastructure"]}, "own_choice"),
        ({**TRIAGE, **BODY, "areas": ["none"]}, "own_choice"),
    ],
)
def test_who_must_assess_rights(answers, needed):
    assert outcome("ai_act_tier", "rights", answers) == needed


@pytest.mark.parametrize(
    ("answers", "duties_of_it"),
    [
        ({**LISTED, **BODY}, {"literacy", "high_duties", "rights_assessment", "register_use"}),
        ({**LISTED, "builds": "yes", "uses": "no"}, {"literacy", "high_duties", "register_system"}),
        ({**TRIAGE, **BODY}, {"literacy", "high_duties", "rights_assessment", "register_use"}),
        ({**TRIAGE, **BODY, "profiling": "yes"}, {"literacy", "high_duties", "rights_assessment", "register_use"}),
        ({**TRIAGE, "builds": "yes", "uses": "no"}, {"literacy", "high_duties", "register_system"}),
        ({**TRIAGE, **BODY, "ground": "narrow"}, {"literacy", "high_duties"}),
        ({**TRIAGE, **BODY, "ground": "unsure"}, {"settle", "literacy", "high_duties"}),
        ({**PLAIN, **BODY, "product": "third_party"}, {"literacy", "high_duties"}),
        ({**PLAIN, "product": "third_party", "builds": "yes", "uses": "no"}, {"literacy", "high_duties"}),
        ({**LISTED, **BODY, "ground": "narrow"}, {"literacy", "ask_exception"}),
        ({**LISTED, "ground": "narrow", "builds": "yes", "uses": "no"}, {"literacy", "write_exception"}),
        ({**PLAIN, **BODY, "contact": ["talks"]}, {"literacy", "notice"}),
        ({**PLAIN, **BODY, "is_ai": "no", "contact": ["talks"]}, set()),
        ({**PLAIN, **BODY, "screen": "unsure"}, {"settle", "literacy"}),
        ({**PLAIN, **BODY, "changes": ["name"]}, {"literacy", "agree_parts"}),
        ({**PLAIN, "screen": "forbidden"}, set()),
    ],
)
def test_the_duties_follow_from_tier_and_role(answers, duties_of_it):
    assert to_do("ai_act_tier", answers) == duties_of_it


def test_the_role_decides_which_duties_for_high_risk_are_asked():
    definition = library.load("ai_act_high_risk")
    asked = {role: set(read(definition, {"role": role}).visible) for role in ("provider", "deployer", "both")}
    assert {"risks", "quality", "watching"} <= asked["provider"]
    assert {"workers", "keep_logs", "rights"} <= asked["deployer"]
    assert asked["provider"] & asked["deployer"] == {"role"}
    assert asked["both"] == asked["provider"] | asked["deployer"]


def test_the_duties_for_high_risk_reach_access_authorities_and_courts():
    definition = library.load("ai_act_high_risk")
    articles = {duty.id: cited(duty.source, "en").partition("Article ")[2] for duty in definition.duties}
    assert {articles["do_name"], articles["do_accessible"], articles["do_answer"]} == {"16(b)", "16(l)", "21"}
    assert articles["do_judge"] == "26(10)"
    assert {"name", "accessible", "answer"} <= set(read(definition, {"role": "provider"}).visible)
    assert "judge" in read(definition, {"role": "deployer"}).visible


def test_the_state_of_both_roles_is_the_worse_of_the_two():
    definition = library.load("ai_act_high_risk")
    asked = read(definition, {"role": "both"}).visible
    met = {"role": "both", **{id: "met" for id in asked if id != "role"}}
    states = ("made", "used", "state")
    assert [outcome("ai_act_high_risk", id, met) for id in states] == ["met", "met", "met"]
    planned = {**met, "judge": "planned"}
    assert [outcome("ai_act_high_risk", id, planned) for id in states] == ["met", "planned", "planned"]
    missing = {**planned, "accessible": "not_met"}
    assert [outcome("ai_act_high_risk", id, missing) for id in states] == ["missing", "planned", "missing"]


# Checklists


@pytest.mark.parametrize("name", LISTS)
def test_a_checklist_says_what_is_missing_planned_or_in_place(name):
    definition = library.load(name)
    field = next(field for field in definition.computed if field.id == "state")
    full = reach(definition, field.cases[2].when, but_not=(field.cases[0].when, field.cases[1].when))
    assert full is not None
    asked = [id for id in items(definition) if id in read(definition, full).visible]
    met = {**full, **dict.fromkeys(asked, "met")}
    assert outcome(name, "state", met) == "met"
    assert outcome(name, "state", {**met, asked[0]: "planned"}) == "planned"
    assert outcome(name, "state", {**met, asked[0]: "planned", asked[1]: "not_met"}) == "missing"
    assert outcome(name, "state", {**met, asked[0]: "not_applicable"}) == "met"
    assert outcome(name, "state", {id: value for id, value in met.items() if id != asked[0]}) is None
    assert scores(definition, {**met, asked[0]: "planned"})["in_place"].value == len(asked) - 1


@pytest.mark.parametrize("name", LISTS)
def test_each_point_that_is_not_met_is_a_duty_until_it_is(name):
    definition = library.load(name)
    points = items(definition)
    assert len(points) >= 5
    for id in points:
        where = (definition.section_of[id].when, definition.questions[id].when)
        shown = reach(definition, *where, f'{id} == "not_met"')
        assert shown is not None
        assert f"do_{id}" in to_do(name, shown)
        assert f"do_{id}" in to_do(name, {**shown, id: "planned"})
        assert f"do_{id}" not in to_do(name, {**shown, id: "met"})
        assert f"do_{id}" not in to_do(name, {**shown, id: "not_applicable"})


# Other sets

CHAT = {"role": "both", "kinds": ["talks"], "obvious": "no", "crime": "no"}


@pytest.mark.parametrize(
    ("answers", "field", "applies"),
    [
        (CHAT, "d_talks", "applies"),
        ({**CHAT, "obvious": "yes"}, "d_talks", "not"),
        ({**CHAT, "role": "deployer"}, "d_talks", "not"),
        ({**CHAT, "crime": "yes"}, "d_talks", "not"),
        ({**CHAT, "kinds": ["generates"], "editing": "no"}, "d_marks", "applies"),
        ({**CHAT, "kinds": ["generates"], "editing": "yes"}, "d_marks", "not"),
        ({**CHAT, "kinds": ["emotions"], "role": "deployer"}, "d_emotions", "applies"),
        ({**CHAT, "kinds": ["emotions"], "role": "provider"}, "d_emotions", "not"),
        ({**CHAT, "kinds": ["deepfake"]}, "d_deepfake", "applies"),
        ({**CHAT, "kinds": ["news"], "reviewed": "no"}, "d_news", "applies"),
        ({**CHAT, "kinds": ["news"], "reviewed": "yes"}, "d_news", "not"),
        ({"kinds": ["talks"]}, "d_talks", None),
    ],
)
def test_which_notice_is_due(answers, field, applies):
    assert outcome("ai_act_notice", field, answers) == applies


def test_the_notice_is_asked_for_only_where_one_is_due_and_must_be_tested():
    definition = library.load("ai_act_notice")
    assert {"words", "first", "tested"} <= set(read(definition, CHAT).visible)
    assert "words" not in read(definition, {**CHAT, "obvious": "yes"}).visible
    assert "do_tested" in to_do("ai_act_notice", {**CHAT, "tested": "not_met"})
    assert "try_again" in to_do("ai_act_notice", {**CHAT, "tried": "missed"})


# The sets as they stand


@pytest.mark.parametrize("name", LAW)
def test_each_set_of_law_is_a_draft_with_its_source_and_country(name):
    definition = library.load(name)
    assert definition.draft
    assert definition.draft_note["es"]
    assert definition.source.date
    assert definition.source.url.startswith("https://")
    assert definition.country == COUNTRIES.get(name, "")
    assert 8 <= len(definition.questions) <= 30
    assert all(duty.source and duty.evidence["es"] for duty in definition.duties)
    assert any(question.evidence for question in definition.questions.values())


@pytest.mark.parametrize("name", LAW)
def test_an_empty_form_of_law_comes_to_nothing(name):
    definition = library.load(name)
    reading = read(definition, {})
    assert set(reading.computed.values()) <= {None}
    assert duties(definition, reading) == []


ENGLISH = re.compile(
    r"\b(?:to|and|of|the|section|articles?|annex|recital|chapter|part|points?|appendix|inventory)\b", re.I
)


@pytest.mark.parametrize("name", LAW)
def test_every_source_is_cited_in_the_language_of_the_reader(name):
    definition = library.load(name)
    cases = [taken for field in definition.computed for taken in field.cases]
    sources = [item.source for item in (*cases, *definition.duties) if item.source]
    assert [source for source in sources if not isinstance(source, dict)] == []
    words = [cited(source, "es") for source in sources] + [definition.source.place["es"]]
    assert [text for text in words if ENGLISH.search(text)] == []
