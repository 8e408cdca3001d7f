"""What the exports say is what the evidence says: nothing is a yes because somebody wrote something about it."""

from typing import Any

import msgspec
import pytest

from minga.projects.models import Project
from minga.register.canonical import canonical
from minga.register.collect import build
from minga.register.document import Record
from minga.register.exports.making import PREPARE
from minga.register.rows import Limit, Oversight, StopRow, Tried
from minga.tools.registers import Canonical, export
from tests.deliver.conftest import Desk
from tests.register.test_canonical import full, known

RULE = StopRow(version="0.1", metric="flag_share", bound="0.2", minimum=30, step_back_to="off", state="within", fired=0)


@pytest.fixture
def record(project: Project) -> Record:
    return full(build(project))


def laid(record: Record, **given: Any) -> Canonical:
    """The canonical record where these fields say this; None takes a field away."""
    made = {name: None if value is None else known(value) for name, value in given.items()}
    return canonical(msgspec.structs.replace(record, **made))


def oversight(drill: Tried | None) -> Oversight:
    return Oversight(decided=3, waiting=0, unaided=1, aided=2, withheld_share=0.1, choices={}, flags={}, drill=drill)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Nobody has been trained yet.", ""),
        ("Yes, a morning with the auditors.", "Training Established"),
        ("In progress: the first course is in May.", "Training In-progress"),
        ("Planned", ""),
    ],
)
def test_training_is_established_only_where_the_text_says_yes(record: Record, text: str, said: str) -> None:
    found = laid(record, training_of_staff=text)
    assert found.training_of_staff is not None
    assert found.training_of_staff.text == {"en": text}
    assert export(found, "us").fields["hi_training_established"] == said


def test_a_text_about_it_is_no_yes(record: Record) -> None:
    found = laid(
        record, authority_to_operate="It has none.", maintenance_monitoring="Nobody watches it.",
        assessments="Impact assessment of the system: not begun\nSecurity: yes, in May",
    )  # fmt: skip
    fields = export(found, "us").fields
    assert {fields[name] for name in ("have_ato", "hi_ongoing_monitoring", "hi_assessment_completed")} == {""}
    assert [one.state for one in found.assessments or ()] == [None, "yes"]


@pytest.mark.parametrize(
    ("rules", "drill", "code"),
    [
        (None, None, None),
        (None, Tried(day="2026-05-01", hidden=20, looked_at=20), "yes"),
        (None, Tried(day="2026-05-01", hidden=0, looked_at=0), None),
        ([RULE], None, "yes"),
        ([RULE], Tried(day="2026-05-01", hidden=19, looked_at=20), None),
    ],
)
def test_a_failsafe_is_one_that_was_seen_to_work(record: Record, rules: Any, drill: Tried | None, code: str) -> None:
    found = laid(
        record, stage="10", override_and_failsafe=rules, human_oversight=oversight(drill), overseers=None
    ).override_and_failsafe
    assert found is not None
    assert found.text is not None
    assert found.code == code
    assert "overseer" not in found.text["en"]
    assert "stop switch" in found.text["en"]
    assert "interruptor" in found.text["es"]


@pytest.mark.parametrize(("overseers", "said"), [(1, "1 overseer can stop"), (2, "2 overseers can stop")])
def test_as_many_overseers_as_there_are(record: Record, overseers: int, said: str) -> None:
    found = laid(record, stage="10", overseers=overseers, human_oversight=oversight(None))
    assert found.human_oversight is not None
    assert said in found.human_oversight["en"]


def test_only_a_tool_that_never_learned_is_known_not_to_learn_in_use(record: Record) -> None:
    assert laid(record, learns_in_use=False).learns_in_use == "no"
    assert laid(record, learns_in_use=True).learns_in_use is None


def test_the_output_is_what_its_advice_held(record: Record) -> None:
    found = laid(record, provided_information=["proposal", "doubt"])
    assert found.output == {
        "en": "A proposal, or an abstention with its cause.",
        "es": "Una propuesta, o una abstención con su causa.",
    }
    assert laid(record, provided_information=None).output is None
    unexplained = laid(record, provided_information=["proposal"], explainability=None).explainability
    explained = laid(record, provided_information=["proposal", "reasons"], explainability=None).explainability
    assert (unexplained and unexplained.code, explained and explained.code) == ("no", "yes")


def test_sharing_and_keeping_are_told_apart(record: Record) -> None:
    both = laid(record, sharing_storage_security="Five years, in the town hall.\nSharing: with nobody.")
    assert both.sharing_storage_security is not None
    assert both.sharing_storage_security.storage == {"en": "Five years, in the town hall."}
    assert both.sharing_storage_security.sharing == {"en": "with nobody."}
    one = laid(record, sharing_storage_security="Five years, in the town hall.")
    assert "2.4.3.10" in {loss.target for loss in export(one, "atrs").losses if loss.kind == "missing"}


def test_what_could_not_be_tested_is_counted(record: Record) -> None:
    notes = [Limit(kind="not_computed", text={"en": f"R{n:03d} not computed"}, reason="note") for n in range(31)]
    said = laid(record, limits=[Limit(kind="typed", text={"": "It reads no paper."}), *notes]).out_of_scope_uses
    assert said is not None
    assert "not computed" not in said["en"]
    assert "31 things could not be tested" in said["en"]
    assert "It reads no paper." in said["es"]


def test_data_read_in_use_leave_as_operational(told: Desk) -> None:
    made = build(told.project)
    assert made.datasets is not None
    assert made.datasets.value[0].uses == ["development", "operational"]
    fields = export(canonical(made), "atrs_4").fields
    assert fields["2.4.4.1"] == made.datasets.value[0].name
    assert made.provided_information is not None
    assert {"proposal", "reasons"} <= set(made.provided_information.value)
    outputs = [bool(one.output) for one in canonical(made).models or ()]
    assert outputs.count(True) == 1


@pytest.mark.parametrize(
    ("risk", "letters", "sections"),
    [
        ("High-risk, annex III point 5.", {"0", "A", "C"}, "A and C"),
        ("In Annex III, yet not high-risk.\nA narrow procedural task: it sorts.", {"0", "B"}, "B"),
        ("Minimal. It sorts calls.", {"0"}, "none"),
        (None, {"C"}, None),
    ],
)
def test_the_european_sections_follow_the_class(
    record: Record, risk: str | None, letters: set[str], sections: str
) -> None:
    made = export(laid(record, eu_risk_class=risk), "eu")
    assert {name[0] for name in made.fields} == letters
    assert made.fields.get("0") == sections
    missing = {loss.target for loss in made.losses if loss.kind == "missing"}
    assert ("0" in missing) is (sections is None)
    assert {name[0] for name in missing} <= letters | {"0"}
    assert made.fields.get("B6") == ("(a)" if sections == "B" else None)


@pytest.mark.parametrize(
    ("risk", "category"),
    [
        ("High-risk, annex III.", "high"),
        ("Transparency duties (Article 50).\nHas an impact, not high-risk: it sorts letters.", "impactful"),
        ("Transparency duties (Article 50).", "transparency"),
    ],
)
def test_the_dutch_category_follows_the_class_or_a_line_of_its_own(record: Record, risk: str, category: str) -> None:
    found = PREPARE["nl"](laid(record, eu_risk_class=risk))
    assert found.eu_risk_class is not None
    assert found.eu_risk_class.risk_class == category
    missing = {loss.target for loss in export(found, "nl").losses if loss.kind == "missing"}
    assert ("publication_category" in missing) is (category == "transparency")


@pytest.mark.parametrize(
    ("assessments", "done"),
    [
        (None, False),
        ("Impact assessment of the system: yes", False),
        ("Fundamental rights impact assessment: in progress", False),
        ("Fundamental rights impact assessment: yes, of May 2026", True),
    ],
)
def test_findings_about_rights_only_of_an_assessment_that_is_done(
    record: Record, assessments: str | None, done: bool
) -> None:
    made = export(laid(record, eu_risk_class="High-risk.", assessments=assessments), "eu")
    assert ("C4" in made.fields) is done
    assert ("C4" in {loss.target for loss in made.losses if loss.kind == "missing"}) is not done
