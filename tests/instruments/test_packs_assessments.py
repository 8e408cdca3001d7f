"""Effects on rights and data: neither set calls a tool fit while need, people and risks disagree."""

import pytest

from minga.instruments import library
from minga.instruments.evaluate import Answers, problems, read

from .law import high, outcome, stopped, to_do

DONE = {"process": "p", "decides": "d", "since": "2027-01-01", "until": "2028-01-01", "often": "daily", "people": 90,
        "groups": [{"group": "g"}], "voices": "all", "risks": [{"whom": "g"}], "guarded": "yes", "high_left": "no",
        "provider_says": "yes", "watch": "w", "stop": "s", "then": "t", "complain": "c", "dpia": "yes",
        "reasons": "r"}  # fmt: skip
SIGNED = {"decision": "yes", "decided_by": "The mayor", "decided_why": "No other way saves as many."}
HIGH_LEFT = {"high_left": "yes", "which_left": "A missed call for help"}


@pytest.mark.parametrize(
    ("more", "value", "stops"),
    [
        ({"verdict": "yes"}, "ready", []),
        ({"verdict": "conditions"}, "conditions", []),
        ({"verdict": "yes", "guarded": "planned"}, "conditions", []),
        ({"verdict": "no"}, "stop", ["stop"]),
        ({"verdict": "yes", "risks": []}, "open", []),
        ({"verdict": "yes", "dpia": "no"}, "open", []),
        ({"verdict": "yes", "voices": ""}, "open", []),
        ({"verdict": "yes", "high_left": ""}, "open", []),
        ({"verdict": "yes", "high_left": "yes"}, "open", []),
        ({"verdict": "yes", **HIGH_LEFT}, "decide", ["decide"]),
        ({"verdict": "conditions", **HIGH_LEFT}, "decide", ["decide"]),
        ({"verdict": "yes", "voices": "none"}, "decide", ["decide"]),
        ({"verdict": "yes", "guarded": "no"}, "decide", ["decide"]),
        ({"verdict": "yes", "voices": "none", "decision": "yes"}, "decide", ["decide"]),
        ({"verdict": "yes", "voices": "none", **SIGNED}, "decided", []),
        ({"verdict": "yes", **HIGH_LEFT, **SIGNED}, "decided", []),
        ({"verdict": "conditions", **HIGH_LEFT, **SIGNED}, "conditions", []),
        ({"verdict": "yes", **HIGH_LEFT, **SIGNED, "decision": "no"}, "stop", ["stop"]),
        ({}, None, []),
    ],
)
def test_no_high_risk_and_no_silence_passes_without_a_person_who_decides(more, value, stops):
    answers = {**DONE, **more}
    assert outcome("rights_assessment", "outcome", answers) == value
    assert stopped("rights_assessment", answers) == stops
    assert ("decide" in to_do("rights_assessment", answers)) is (value == "decide")


def test_the_assessment_of_rights_is_not_done_before_all_of_it_is_answered():
    assert outcome("rights_assessment", "outcome", {"verdict": "yes"}) == "open"
    for left_out in DONE:
        answers = {id: value for id, value in DONE.items() if id != left_out}
        assert outcome("rights_assessment", "outcome", {**answers, "verdict": "yes"}) == "open", left_out


@pytest.mark.parametrize("name", ["dpia", "rights_assessment"])
def test_a_risk_that_is_likely_and_grave_needs_a_reason_why_it_can_be_borne(name):
    group = library.load(name).question("risks")
    known = {"likely": 4, "severe": 1, "right": "equality"}
    small = {part.id: known.get(part.id, "words") for part in group.questions if part.id not in ("bearable", "after")}
    assert gaps_of_risks(name, small) == []
    assert gaps_of_risks(name, {**small, "severe": 4}) == ["bearable"]
    assert gaps_of_risks(name, {**small, "severe": 4, "bearable": "It is put right on the same day."}) == []


def test_a_risk_that_stays_high_is_said_in_one_place_so_that_nothing_can_contradict_it():
    (found,) = problems(library.load("dpia"), {"personal": "yes", "risks": [{"what": "w", "after": "high"}]})
    assert (found.part, found.code) == ("after", "not_option")
    assert "which_left" in read(library.load("dpia"), {**DATA, "high_left": "yes"}).visible


def gaps_of_risks(name: str, entry: Answers) -> list[str]:
    found = problems(library.load(name), {"personal": "yes", "risks": [entry]}, complete=True)
    return [problem.part for problem in found if problem.question == "risks"]


def test_the_assessment_of_rights_counts_what_it_names_and_tells_the_authority():
    assert outcome("rights_assessment", "risk_count", {**DONE, "risks": [{"whom": "g"}, {"whom": "h"}]}) == 2
    assert "notify" in to_do("rights_assessment", {"notified": "no"})
    assert "notify" not in to_do("rights_assessment", {"notified": "yes"})
    assert "ask_groups" in to_do("rights_assessment", {"voices": "some"})


DATA = {"personal": "yes", "triggers": ["profiling"], "sensitive": "no", "describe": "d", "purpose": "p",
        "basis": "task", "necessary": "met", "minimal": "met", "informed": "met", "person": "met", "secure": "met",
        "risks": [{"what": "w"}], "high_left": "no", "dpo": "go"}  # fmt: skip
UNMET = dict.fromkeys(["necessary", "minimal", "informed", "person", "secure"], "not_met")
OVERRULED = {"decided_by": "The mayor", "decided_why": "The officer did not know of the new law."}
STAYS = {"high_left": "yes", "which_left": "A leak of addresses"}
HEALTH = {"triggers": ["special"], "special_ground": "public_interest"}


@pytest.mark.parametrize(
    ("more", "value", "stops", "counts"),
    [
        ({}, "acceptable", [], False),
        ({"dpo": "exempt"}, "acceptable", [], False),
        ({"dpo": "changes", "followed": "yes"}, "acceptable", [], False),
        ({"minimal": "not_applicable"}, "acceptable", [], False),
        (HEALTH, "acceptable", [], False),
        ({"sensitive": "yes", "special_ground": "care"}, "acceptable", [], False),
        ({"secure": "planned"}, "planned", [], False),
        ({"dpo": "not_asked"}, "open", [], False),
        ({"dpo": "nobody"}, "open", [], False),
        ({"dpo": "changes"}, "open", [], False),
        ({"dpo": "changes", "followed": "not_yet"}, "open", [], False),
        ({"dpo": "changes", "followed": "not"}, "open", [], False),
        ({"secure": "not_met"}, "open", [], False),
        ({"necessary": "planned"}, "open", [], False),
        ({"necessary": "not_applicable"}, "open", [], False),
        ({"risks": []}, "open", [], False),
        ({"sensitive": ""}, "open", [], False),
        ({"triggers": ["special"]}, "open", [], False),
        ({"sensitive": "yes"}, "open", [], False),
        ({"dpo": "changes", "followed": "not", **OVERRULED}, "against", [], True),
        ({"dpo": "stop", **OVERRULED}, "against", [], True),
        ({"dpo": "stop"}, "officer_stop", ["officer_stop"], False),
        ({"dpo": "stop", "decided_by": "The mayor"}, "officer_stop", ["officer_stop"], False),
        ({**UNMET, "dpo": "stop"}, "not_needed", ["not_needed"], False),
        ({**UNMET, "necessary": "met", "dpo": "stop"}, "officer_stop", ["officer_stop"], False),
        ({**HEALTH, "special_ground": "none"}, "no_condition", ["no_condition"], False),
        ({"high_left": "yes"}, "consult", [], True),
        ({**UNMET, "necessary": "met"}, "open", [], False),
        (STAYS, "consult", [], True),
        ({**STAYS, "consulted": "waiting"}, "consult", [], True),
        ({**STAYS, "consulted": "may"}, "high_may", [], True),
        ({**STAYS, "consulted": "may", "secure": "not_met"}, "open", [], False),
        ({**STAYS, "consulted": "must_not"}, "must_not", ["must_not"], False),
        ({"basis": "none"}, "no_ground", ["no_ground"], False),
        ({"high_left": ""}, "open", [], False),
    ],
)
def test_data_are_safe_only_where_need_officer_and_risks_agree(more, value, stops, counts):
    answers = {**DATA, **more}
    assert outcome("dpia", "outcome", answers) == value
    assert stopped("dpia", answers) == stops
    assert high("dpia", answers) is counts
    assert ("ask_authority" in to_do("dpia", answers)) is (value == "consult")


def test_nothing_is_said_of_data_before_all_that_counts_is_answered():
    for left_out in [id for id in DATA if id != "personal"]:
        answers = {id: value for id, value in DATA.items() if id != left_out}
        assert outcome("dpia", "outcome", answers) == "open", left_out
    assert outcome("dpia", "outcome", {"personal": "no"}) is None


def test_sensitive_data_need_a_condition_of_their_own_in_any_amount():
    definition = library.load("dpia")
    assert "special_ground" in read(definition, {**DATA, "triggers": ["special"]}).visible
    assert "special_ground" in read(definition, {**DATA, "sensitive": "yes"}).visible
    assert not {"special_ground", "consulted", "decided_why"} & set(read(definition, DATA).visible)
    assert "name_officer" in to_do("dpia", {**DATA, "dpo": "nobody"})


@pytest.mark.parametrize(("answers", "value"), [({"personal": "no"}, "none"), (DATA, "required"),
                                                ({**DATA, "triggers": ["none"]}, "advised")])  # fmt: skip
def test_when_an_assessment_of_data_protection_is_needed(answers, value):
    assert outcome("dpia", "needed", answers) == value
