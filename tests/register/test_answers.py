"""Answers of question sets fill fields of the record, unless somebody wrote a text; the table names what there is."""

import json
from typing import Any

import pytest

from minga.instruments import library
from minga.instruments.actions import add_set, answer
from minga.ledger.action import BODY
from minga.projects.models import Project
from minga.register.actions import describe
from minga.register.canonical import canonical
from minga.register.canonical.canada import assessed_in_canada
from minga.register.collect import build
from minga.register.collect.answers import table
from minga.register.document import TYPED
from minga.tools.registers import lists
from tests.conftest import Cast, by
from tests.shared import shared


@pytest.mark.parametrize("take", table(), ids=lambda take: f"{take.field}-{take.set}")
def test_each_entry_names_what_there_is(take: Any) -> None:
    definition = library.load(take.set)
    for question in [*take.text, take.row, take.choice]:
        if question:
            assert definition.question(question).id == question
    if take.case:
        computed = next(item for item in definition.computed if item.id == take.case)
        assert set(take.codes) <= {case.value for case in computed.cases}
    if take.row:
        sides = {side.id for side in definition.question(take.row).questions}
        assert {*take.sides, *take.only} <= sides
    assert take.field in TYPED
    coded = "answer" if take.title else take.list
    assert set(take.codes.values()) <= set(lists()[coded].words if coded else ())
    assert not take.title or take.title in lists()["assessment"].words


def test_answers_fill_what_nobody_wrote(project: Project, cast: Cast) -> None:
    given = {"personal": "yes", "describe": "Names of bidders, kept for a year", "processors": "Acme, in Peru"}
    answer(by(cast.lena), project, "dpia", given)
    record = build(project)
    assert record.personal_data is not None
    assert record.personal_data.value == "Yes. Names of bidders, kept for a year."
    assert [source.action for source in record.personal_data.known_from] == ["instrument.answered"]
    laid = canonical(record).personal_data
    assert laid is not None
    assert laid.state == "yes"
    describe(by(cast.lena), project, "personal_data", "No. Only codes.")
    written = build(project).personal_data
    assert written is not None
    assert written.value == "No. Only codes."


def test_an_assessment_that_is_not_finished_says_so(project: Project, cast: Cast) -> None:
    answer(by(cast.lena), project, "rights_assessment", {"verdict": "yes", "reasons": "It only sorts."})
    record = build(project)
    assert record.assessments is not None
    assert record.assessments.value.startswith("Fundamental rights impact assessment: in progress. Not finished")
    (laid,) = canonical(record).assessments or ()
    assert (laid.kind, laid.state) == ("fundamental_rights", "in_progress")


def test_the_risk_class_follows_from_the_answers(project: Project, cast: Cast) -> None:
    assert build(project).eu_risk_class is None
    given = {"is_ai": "yes", "outside": "no", "screen": "clear", "product": "no", "areas": ["none"],
             "contact": ["talks"], "reasons": "It chats with residents."}  # fmt: skip
    answer(by(cast.lena), project, "ai_act_tier", given)
    laid = canonical(build(project)).eu_risk_class
    assert laid is not None
    assert laid.risk_class == "transparency"
    assert laid.text is not None
    assert "It chats with residents." in laid.text["en"]


def test_risks_are_one_line_each(project: Project, cast: Cast) -> None:
    rated = {"likely": 1, "severe": 3, "after": "low"}
    rows = [{"what": "A name leaks", "measure": "Codes"}, {"what": "A wrong flag", "measure": "A person decides"}]
    answer(
        by(cast.lena),
        project,
        "dpia",
        {"personal": "yes", "triggers": ["profiling"], "risks": [{**row, **rated} for row in rows]},
    )
    told = canonical(build(project)).risks or []
    texts = [row.risk["en"] for row in told if row.risk]
    assert texts == ["A name leaks: Codes", "A wrong flag: A person decides"]


def test_answers_of_canada_s_questionnaire_go_out_as_its_saved_file(project: Project, cast: Cast) -> None:
    from minga.instruments.files import SetFile
    from minga.register.exports import make

    assert assessed_in_canada(project) is None
    path = shared("data/registers/ca-aia/survey-enfr.json")
    added = add_set(by(cast.bea), BODY, SetFile(path.name, path.read_bytes()))
    answer(by(cast.lena), project, added.set, {"projectDetailsTitle": "Calls", "impact30": "item2-2"}, keep=True)
    found = assessed_in_canada(project)
    assert found is not None
    assert found.answers == {"projectDetailsTitle": "Calls", "impact30": "item2-2"}
    document = make(project, None, "ca", draft=build(project)).document
    assert document["version"] == "1.0.1"
    assert document["data"]["impact30"] == "item2-2"
    assert (found.raw, found.current, found.level) == (None, None, None)


def test_a_finished_assessment_of_canada_s_states_its_scores_and_its_level(project: Project, cast: Cast) -> None:
    from minga.instruments.files import SetFile
    from minga.instruments.queries import filled
    from minga.register.exports import make

    folder = shared("data/registers/ca-aia")
    every = json.loads((folder / "completed_aia_check_cases.json").read_text())["cases"]
    case = next(
        case for case in every if case["questionnaire_version"] == "v0.10.0" and case["agrees_with_reference_port"]
    )
    file = SetFile("survey-enfr_v0.10.0.json", (folder / "survey-enfr_v0.10.0.json").read_bytes())
    added = add_set(by(cast.bea), BODY, file)
    answers = library.load(added.set).from_form(case["answers"])
    answer(by(cast.lena), project, added.set, answers, keep=True)
    found = assessed_in_canada(project)
    assert found is not None
    official = case["official"]
    results = filled(project, added.set).scores
    for name, theirs in (("raw", "raw_impact_score"), ("mitigation", "mitigation_score"), ("current", "current_score")):
        assert results[name].value == official[theirs]
        assert getattr(found, name) == (official[theirs] if results[name].settled else None)
    assert found.level == official["impact_level"]
    assert found.questionnaire_version == "0.10.0"
    made = make(project, None, "ca", draft=build(project))
    assert made.document["version"] == "0.10.0"
    assert canonical(build(project)).ca_impact is None
