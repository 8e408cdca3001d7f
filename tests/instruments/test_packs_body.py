"""The sets about an organisation, its purchases and its audits: every outcome and every task is reached, and leaves."""

from typing import Any

import pytest

from minga.instruments import library
from minga.instruments.definition import Computed, Definition, Scale, every_question
from minga.instruments.duties import duties, is_high
from minga.instruments.evaluate import completeness, problems, read
from minga.instruments.scores import scores

CHECKLISTS = ["audit_gao", "audit_ml", "audit_nl", "oecd_principles", "p3119_stages", "uk_procurement"]
OTHERS = ["body_survey", "funding_stages", "ie_acceptable_use", "nl_governance", "oecd_classification", "open_call",
          "procurement_terms", "readiness", "techfar_iterations", "what_who_why", "workforce"]  # fmt: skip
SETS = CHECKLISTS + OTHERS
CHECKED_AGAINST_THEIR_SOURCE = {"open_call", "readiness", "what_who_why"}
BARRIERS = ["data", "rules", "trust", "budget", "expertise", "literacy", "legacy", "fear"]
STEPS = ["need", "screen", "data", "build", "test", "release", "use", "complaints", "end"]
CLAUSES = ["jobs", "training", "surveillance", "overrule", "workload", "refuse", "again"]


def load(name: str) -> Definition:
    return library.shipped(name)


def items(name: str) -> list[str]:
    """The points of a checklist: its questions that are met, partly met or not."""
    return [id for id, question in load(name).questions.items()
            if "partly" in [option.value for option in getattr(question, "options", [])]]  # fmt: skip


def all_points(name: str, value: str, **changed: str) -> dict[str, Any]:
    return {**dict.fromkeys(items(name), value), **changed}


def barriers(value: int, **changed: int) -> dict[str, Any]:
    return {**dict.fromkeys(BARRIERS, value), **changed}


def measures(**sections: int) -> dict[str, Any]:
    """Every question of each section of the self-assessment at one value."""
    return {question.id: sections[section.id] for section in load("what_who_why").sections
            if section.id in sections for question in section.questions}  # fmt: skip


def matrix(**without: str) -> dict[str, Any]:
    """Deciding, doing and checking at every step, but for the step named for each."""
    return {id: {step: "lead" for step in STEPS if step != without.get(id)} for id in ("decides", "does", "checks")}


def agreed(value: str = "agreed", **changed: str) -> dict[str, Any]:
    signed = {f"{side}_{what}": word for side in ("staff", "employer")
              for what, word in (("signs", "yes"), ("name", "A. Person, office"), ("day", "2026-12-01"))}  # fmt: skip
    return {"tool": "Desk 2", "consulted": "yes", **signed, **{f"clause_{c}": value for c in CLAUSES}, **changed}


CALL: dict[str, Any] = {
    "challenge": "Potholes", "closes": "2027-03-01", "conflicts": "yes", "reasons": "yes",
    "published": ["scores", "money"],
    "criteria": [{"name": "Need", "weight": 60}, {"name": "Team", "weight": 40}], "seed_all": "yes", "staged": "yes",
    "jury": [{"function": f"Field {n}", "side": "outside"} for n in range(3)],
}  # fmt: skip
MONEY: dict[str, Any] = {
    "ripeness": "works", "first_share": 50, "apart": "yes", "independent": "yes", "failure": "yes",
    "stages": [{"name": n, "question": "?", "proof": "gate", "amount": 1, "until": "2027-01-01"} for n in "ab"],
}  # fmt: skip
ROUNDS: dict[str, Any] = {"scope_fixed": "aim", "works": "yes", "users": "yes", "paid": "accepted", "stop": "yes",
                          "handover": "yes", "team_kept": "yes", "owner_hours": 8}  # fmt: skip
RULES: dict[str, Any] = {"free_tools": "no", "checked": "yes", "decisions": "no", "trained": "yes",
                         "contact": "Help desk", "never": ["personal"], "review_day": "2027-06-01"}  # fmt: skip
PLAIN: dict[str, Any] = {"rights": "no", "acts": "informs", "identity": "none", "affected": ["staff"], "critical": "no"}
MATRIX = {**matrix(), "separate": "yes", "deputies": "yes", "published": "yes"}

OUTCOMES: list[tuple[str, str, str, dict[str, Any]]] = [
    *[(name, "outcome", "met", all_points(name, "yes")) for name in CHECKLISTS if name != "p3119_stages"],
    *[(name, "outcome", "gaps", all_points(name, "na", **{items(name)[-1]: "partly"}))
      for name in CHECKLISTS if name != "p3119_stages"],
    ("p3119_stages", "stage", "need", {"problem_first": "no"}),
    ("p3119_stages", "stage", "solicitation", all_points("p3119_stages", "yes", weights_out="partly")),
    ("p3119_stages", "stage", "evaluation", all_points("p3119_stages", "yes", run_here="no")),
    ("p3119_stages", "stage", "contract", all_points("p3119_stages", "yes", in_contract="no", leave="no")),
    ("p3119_stages", "stage", "monitoring", all_points("p3119_stages", "yes", checked_again="no")),
    ("p3119_stages", "stage", "exit", all_points("p3119_stages", "yes", lessons="no")),
    ("p3119_stages", "stage", "done", all_points("p3119_stages", "yes")),
    ("readiness", "verdict", "stuck", barriers(4, fear=0)),
    ("readiness", "verdict", "weak", barriers(4, legacy=2)),
    ("readiness", "verdict", "ready", barriers(3)),
    ("what_who_why", "balance", "ahead", measures(enablers=3, guardrails=2, engagement=3)),
    ("what_who_why", "balance", "closed", measures(enablers=3, guardrails=3, engagement=2)),
    ("what_who_why", "balance", "level", measures(enablers=2, guardrails=2, engagement=2)),
    ("techfar_iterations", "kind", "waterfall", {**ROUNDS, "paid": "end"}),
    ("techfar_iterations", "kind", "rounds", ROUNDS),
    ("techfar_iterations", "kind", "half", {**ROUNDS, "stop": "no"}),
    ("open_call", "outcome", "ready", CALL),
    ("open_call", "outcome", "closed", {**CALL, "published": ["list"]}),
    ("procurement_terms", "version", "high", {"high_risk": "yes"}),
    ("procurement_terms", "version", "other", {"high_risk": "no"}),
    ("funding_stages", "outcome", "tied", MONEY),
    ("funding_stages", "outcome", "loose", {**MONEY, "first_share": 50.5}),
    ("oecd_classification", "care", "close", {**PLAIN, "rights": "direct", "choice": "none"}),
    ("oecd_classification", "care", "some", {**PLAIN, "identity": "coded"}),
    ("oecd_classification", "care", "usual", PLAIN),
    *[("nl_governance", f"open_{step}", "nobody", matrix(decides=step)) for step in STEPS],
    *[("nl_governance", f"open_{step}", "unchecked", matrix(checks=step)) for step in STEPS],
    ("nl_governance", "coverage", "gaps", matrix(does="test")),
    ("nl_governance", "coverage", "full", matrix()),
    ("ie_acceptable_use", "outcome", "open", {**RULES, "never": ["tenders"]}),
    ("ie_acceptable_use", "outcome", "firm", RULES),
    ("workforce", "agreement", "signed", agreed()),
    ("workforce", "agreement", "refused", agreed(staff_signs="refuses")),
    ("workforce", "agreement", "open", agreed(employer_signs="not_yet")),
    ("body_survey", "uses", "in_use", {"deployed": 1, "piloted": 4, "planned": 0}),
    ("body_survey", "uses", "trying", {"deployed": 0, "piloted": 1, "planned": 3}),
    ("body_survey", "uses", "planning", {"deployed": 0, "piloted": 0, "planned": 3}),
    ("body_survey", "uses", "none", {"deployed": 0, "piloted": 0, "planned": 0}),
]  # fmt: skip

WORST: dict[str, list[dict[str, Any]]] = {
    **{name: [all_points(name, "no")] for name in CHECKLISTS},
    "body_survey": [{"deployed": 3}],
    "funding_stages": [{"first_share": 80, "apart": "no", "independent": "no", "failure": "no", "ripeness": "idea"}],
    "ie_acceptable_use": [{"free_tools": "yes", "checked": "no", "decisions": "yes", "never": ["tenders"],
                           "trained": "no", "from_day": "2027-01-01", "contact": "Help desk"}],
    "nl_governance": [*[matrix(checks=step) for step in STEPS],
                      {"separate": "no", "deputies": "no", "published": "no"}],
    "oecd_classification": [{"users": "none", "choice": "none", "work": "posts", "identity": "unknown",
                             "fit": "unknown", "reasons": "no", "rights": "direct", "learns": "itself",
                             "evaluated": "maker"}],
    "open_call": [{"conflicts": "no", "reasons": "no", "published": ["list"], "seed_all": "no", "staged": "no"}],
    "procurement_terms": [{"high_risk": "yes", "personal_data": "yes", "training_use": "yes",
                           "source_access": "documents"}],
    "readiness": [barriers(2)],
    "techfar_iterations": [{"scope_fixed": "all", "works": "no", "paid": "time", "handover": "no", "team_kept": "no",
                            "owner_hours": 7}],
    "what_who_why": [measures(enablers=1, guardrails=1, engagement=1, impact=1)],
    "workforce": [{"consulted": "no", "clause_jobs": "open", "staff_signs": "not_yet"}, agreed()],
}  # fmt: skip
BEST: dict[str, tuple[dict[str, Any], set[str]]] = {
    **{name: (all_points(name, "yes"), set()) for name in CHECKLISTS},
    "body_survey": ({"deployed": 0}, set()),
    "funding_stages": (MONEY, set()),
    "ie_acceptable_use": ({**RULES, "from_day": "2027-01-01"}, {"tell_staff"}),
    "nl_governance": (MATRIX, set()),
    "oecd_classification": ({**PLAIN, "users": "trained", "choice": "before", "work": "same", "fit": "yes",
                             "reasons": "yes", "learns": "released", "evaluated": "outside"}, set()),
    "open_call": (CALL, {"publish_results"}),
    "procurement_terms": ({"high_risk": "yes", "personal_data": "no", "training_use": "asked",
                           "source_access": "escrow"}, set()),
    "readiness": (barriers(3), {"repeat"}),
    "techfar_iterations": (ROUNDS, set()),
    "what_who_why": (measures(enablers=2, guardrails=2, engagement=2, impact=2), set()),
    "workforce": (agreed(), {"review"}),
}  # fmt: skip


def owed(name: str, answers: dict[str, Any]) -> set[str]:
    return {duty.id for duty in duties(load(name), read(load(name), answers))}


def cases(field: Computed) -> list[str]:
    return [case.value for case in field.cases]


@pytest.mark.parametrize(("name", "field", "value", "answers"), OUTCOMES)
def test_an_outcome_is_reached_by_valid_answers(name, field, value, answers):
    assert problems(load(name), answers) == []
    assert read(load(name), answers).computed[field] == value


def test_no_outcome_is_left_without_answers_that_reach_it():
    reached = {(name, field, value) for name, field, value, _ in OUTCOMES}
    assert reached == {
        (name, field.id, value) for name in SETS for field in load(name).computed for value in cases(field)
    }


@pytest.mark.parametrize("name", SETS)
def test_an_empty_form_comes_to_nothing_and_asks_for_nothing(name):
    reading = read(load(name), {})
    assert set(reading.computed.values()) <= {None}
    assert owed(name, {}) == set()


@pytest.mark.parametrize("name", SETS)
def test_every_task_follows_from_some_answers_and_vanishes_with_better_ones(name):
    for answers in WORST[name]:
        assert problems(load(name), answers) == []
    assert set().union(*(owed(name, answers) for answers in WORST[name])) == {duty.id for duty in load(name).duties}
    better, standing = BEST[name]
    assert owed(name, better) == standing


@pytest.mark.parametrize("name", SETS)
def test_every_task_names_who_it_is_for_in_both_languages(name):
    for duty in load(name).duties:
        assert duty.help["en"].startswith("For "), duty.id
        assert duty.help["es"].startswith("A cargo de"), duty.id
        assert duty.days > 0, duty.id


@pytest.mark.parametrize("name", SETS)
def test_a_set_says_what_was_not_checked(name):
    definition = load(name)
    assert definition.draft is (name not in CHECKED_AGAINST_THEIR_SOURCE)
    assert definition.topics
    if definition.draft:
        assert definition.source.date
        assert definition.draft_note["es"]


@pytest.mark.parametrize("name", SETS)
def test_a_set_is_short_and_its_questions_too(name):
    definition = load(name)
    assert 7 <= len(definition.questions) <= 30
    for question, _group in every_question(definition):
        assert all(len(words) <= 140 for words in question.ask.values()), question.id


@pytest.mark.parametrize(("name", "point"), [(name, point) for name in CHECKLISTS for point in items(name)])
def test_each_point_of_a_checklist_becomes_its_own_task(name, point):
    assert load(name).question(point).evidence
    assert owed(name, {point: "partly"}) == owed(name, {point: "no"}) == {point}
    assert owed(name, {point: "yes"}) == owed(name, {point: "na"}) == set()


@pytest.mark.parametrize("name", CHECKLISTS)
def test_open_points_are_counted_up_to_each_level(name):
    points = items(name)
    few = next(level.up_to for level in load(name).scores[0].levels if level.id == "few")
    for count, level in ((0, "none"), (1, "few"), (int(few), "few"), (int(few) + 1, "many"), (len(points), "many")):
        answers = all_points(name, "yes", **dict.fromkeys(points[:count], "no"))
        result = scores(load(name), answers)["open_points"]
        assert (result.value, result.level, result.settled) == (count, level, True)


def test_open_points_stay_a_range_while_something_is_unanswered():
    result = scores(load("audit_gao"), {"goals": "no"})["open_points"]
    assert (result.low, result.high) == (1, 18)
    assert result.levels == ("few", "many")


@pytest.mark.parametrize(
    ("total", "level"), [(0, "held"), (10, "held"), (11, "moving"), (21, "moving"), (22, "ready"), (32, "ready")]
)
def test_readiness_has_three_levels(total, level):
    answers = {id: min(4, max(0, total - 4 * place)) for place, id in enumerate(BARRIERS)}
    result = scores(load("readiness"), answers)["readiness"]
    assert (result.value, result.level, result.maximum) == (total, level, 32)


def test_each_of_the_eight_barriers_has_words_for_every_value_an_owner_and_one_action():
    definition = load("readiness")
    for barrier in BARRIERS:
        question = definition.question(barrier)
        assert isinstance(question, Scale)
        assert len({label["es"] for label in question.labels}) == 5
        weak, strong = read(definition, {barrier: 2}), read(definition, {barrier: 3})
        assert f"{barrier}_owner" in weak.visible
        assert f"{barrier}_owner" not in strong.visible
        assert owed("readiness", {barrier: 2}) == {f"act_{barrier}"}


@pytest.mark.parametrize(
    ("given", "level"),
    [((1, 2), "weak"), ((1, 3), "growing"), ((2, 3), "growing"), ((3, 3), "strong"), ((4, 4), "strong")],
)
def test_a_part_of_the_organisation_has_the_level_of_its_mean(given, level):
    answers = {"inside": given[0], "levels": given[1], "public": given[0], "abroad": given[1]}
    result = scores(load("what_who_why"), answers)["engagement"]
    assert (result.value, result.level) == (sum(given) / 2, level)


def test_a_mean_is_not_told_before_every_part_is_answered():
    answers = measures(enablers=3)
    assert read(load("what_who_why"), answers).computed["mean_enablers"] == 3
    del answers["skills"]
    assert read(load("what_who_why"), answers).computed["mean_enablers"] is None


def test_the_role_matrix_names_the_step_without_anybody():
    reading = read(load("nl_governance"), matrix(decides="complaints"))
    assert [id for id, value in reading.computed.items() if value == "nobody"] == ["open_complaints"]
    assert owed("nl_governance", matrix(decides="complaints")) == {"name_complaints"}


def test_an_agreement_without_the_name_of_a_signatory_is_not_signed():
    answers = agreed()
    del answers["staff_name"]
    assert read(load("workforce"), answers).computed["agreement"] == "open"


def test_a_clause_that_is_disputed_stays_a_task_though_both_have_signed():
    assert owed("workforce", agreed(clause_jobs="disputed")) == {"settle", "review"}


def test_a_side_that_refuses_is_asked_for_its_reasons():
    assert "refusal" in completeness(load("workforce"), agreed(staff_signs="refuses")).missing
    assert "refusal" not in read(load("workforce"), agreed()).visible


def test_the_survey_asks_about_uses_only_where_there_are_some_and_counts():
    survey = load("body_survey")
    assert "for_what" not in read(survey, {"deployed": 0}).visible
    found = read(survey, {"deployed": 2, "piloted": 3, "planned": 5, "staff": 400, "trained": 100})
    assert {"for_what", "touch_people", "registered"} <= set(found.visible)
    assert (found.computed["all_uses"], found.computed["trained_share"]) == (10, 25)
    assert read(survey, {"staff": 0, "trained": 0}).computed["trained_share"] is None


def test_the_survey_and_the_readiness_check_mean_the_same_barriers():
    rows = load("body_survey").question("barriers").rows  # type: ignore[attr-defined]
    assert [row.value for row in rows] == BARRIERS
    titles = {section.id: section.title for section in load("readiness").sections}
    assert [row.text for row in rows] == [titles[id] for id in BARRIERS]


def test_the_call_adds_up_what_it_can_cost():
    assert read(load("open_call"), {"chosen": 7, "seed": 12_500}).computed["budget"] == 87_500


def test_a_purchase_of_high_risk_counts_as_high_risk_for_the_project():
    terms = load("procurement_terms")
    assert is_high(terms, read(terms, {"high_risk": "yes"}))
    assert not is_high(terms, read(terms, {"high_risk": "no"}))


def test_a_jury_of_two_is_too_small():
    two = {**CALL, "jury": CALL["jury"][:2]}
    assert "too_few" in {p.code for p in problems(load("open_call"), two, complete=True) if p.question == "jury"}


@pytest.mark.parametrize(
    ("answers", "tasks"),
    [
        ({"agile_used": "all", "facilitator": "have"}, set()),
        ({"agile_used": "some", "facilitator": "hire"}, {"agile_training", "find_facilitator"}),
        ({"agile_used": "none", "facilitator": "no"}, {"agile_training", "keep_up"}),
        ({"agile_used": "all", "facilitator": "no"}, set()),
    ],
)
def test_partners_who_are_new_to_short_rounds_get_training_and_a_guide(answers, tasks):
    assert owed("build", answers) == tasks
