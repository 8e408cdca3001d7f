"""The record laid on the canonical record: every field goes somewhere or is listed as lost, in both languages."""

from typing import Any

import msgspec
import pytest
from django.utils import translation

from minga.register.actions import describe, publish
from minga.register.canonical import NO_FIELD, canonical, of_project
from minga.register.canonical.texts import code_of, codes_in, leading_code
from minga.register.collect import build
from minga.register.document import FIELDS, TYPED, Record
from minga.register.queries import last_version
from minga.register.rows import (
    Affected,
    Choice,
    Consultation,
    DataUse,
    Gain,
    Gate,
    Group,
    IncidentRow,
    Known,
    Provider,
    ReviewRow,
    Source,
    StopRow,
)
from minga.tools.registers import as_json, fields, lists, stated
from minga.tools.registers.canonical import NAMES
from tests.conftest import by
from tests.deliver.conftest import Desk

# A value for each field that the project of these tests does not fill by itself.
MORE: dict[str, Any] = {
    "outcome": "ended",
    "end_date": "2026-10-01",
    "not_deploying": "It was too slow.",
    "provider": [Provider(name="Datos SA", brings="The model")],
    "teams_involved": ["Audit office"],
    "affected_groups": [Affected(who="Firms", kind="direct", low=3, high=9, share=0.5, source="Census")],
    "alternatives": [Choice(title="A list", kind="non_ai", verdict="combine", reason="Cheap", risk="Forgotten")],
    "override_and_failsafe": [
        StopRow(version="0.1", metric="flag_share", bound="0.2", minimum=30, step_back_to="off", state="within",
                fired=0)
    ],
    "exceptions": [{"criterion": "C-01", "version": "0.1", "reason": "Late", "expires": "2026-12-01"}],
    "compensation": [{"party": "Union", "group": "frontline", "brings": "Time", "pay": "paid", "band": ""}],
    "silent_groups": [{"phase": "design", "group": "provider", "reason": "None is under contract."}],
    "gates": [
        Gate(step=1, passed=True, rule="lead", reason="Yes", dissent="Not yet", against_ballot=False,
             decided="2026-01-01")
    ],
    "evaluations": [
        ReviewRow(version="0.1", opened="2026-01-01", due="2026-02-01", state="closed", overdue=False, outcome="keep",
                  reason="It earns its place.", groups=["residents"])
    ],
    "review_due": "2026-12-31",
    "gains": [
        Gain(kind="efficiency", name="Days", unit="days", baseline="20", low="9", high="12", measured="", events=0,
             reached=False)
    ],
    "data_uses": [DataUse(none=True, data="", use="", earner="")],
    "consultations": [Consultation(method="panel", times=2, last="2026-03-01")],
    "incidents": [
        IncidentRow(code="I-0001", summary="A firm was flagged twice.", happened="2026-04-01", severity="incident",
                    harm="economic", affected="Firms", action="Mended", state="closed", path="/incidents/I-0001/")
    ],
    "participation_events": [Group(group="frontline", took_part=True, persons=12, entries=30, phases=["deliver"])],
    "overseers": 2,
    "why_it_matters": ["Small shops are shut out."],
}  # fmt: skip
SAID = {
    "org_type": "Municipality or local authority", "policy_theme": "Public finance and procurement",
    "technique": "Reading language",
    "eu_risk_class": "Minimal. It sorts calls.", "us_high_impact": "Not high-impact", "publication_scope": "All of it",
    "development_origin": "both", "service_process_url": "https://example.org/service",
    "source_code_url": "https://example.org/code", "assessments": "Security: tested in May.",
}  # fmt: skip


def known(value: Any) -> Known[Any]:
    return Known(value, [Source(kind="ledger", action="need.stated", seq=1, happened="2026-01-02T00:00:00+00:00")])


def full(record: Record) -> Record:
    """The record with every field known."""
    given: dict[str, Any] = {name: known(SAID.get(name, f"Text of {name}.")) for name in TYPED if name != "limits"}
    given |= {name: known(value) for name, value in MORE.items()}
    return msgspec.structs.replace(record, **given)


def test_each_field_goes_somewhere_or_is_listed_as_lost(told: Desk) -> None:
    whole = full(build(told.project))
    unknown = [name for name in FIELDS if getattr(whole, name) is None]
    assert unknown == []
    before = as_json(canonical(whole))
    before.pop("evidence_links")
    always = {"record_id", "name", "summary", "languages", "phase", "public_url", "deploying_org", "limits"}
    silent = set()
    for name in set(FIELDS) - always:
        after = as_json(canonical(msgspec.structs.replace(whole, **{name: None})))
        after.pop("evidence_links")
        if after == before:
            silent.add(name)
    # Of the gates only the dissent is carried, as an open concern.
    assert silent | {"gates"} == set(NO_FIELD)


def test_all_86_fields_are_stated_or_not_stated(told: Desk) -> None:
    publish(by(told.cast.lena), told.project)
    found = of_project(told.project, last_version(told.project))
    assert len(NAMES) == 86
    assert set(stated(found)) <= set(NAMES)
    assert {"name", "phase", "performance", "appeal_route", "participation_effect", "change_log"} <= set(stated(found))
    whole = canonical(full(build(told.project)))
    missing = set(NAMES) - set(stated(whole))
    # Nobody is named, no assessment of Canada was answered, and nothing was asked about this draft.
    assert missing == {"record_author", "ca_impact", "record_feedback", "change_log"}


def test_codes_are_codes_of_their_lists(told: Desk) -> None:
    found = as_json(canonical(full(build(told.project))))
    for name, field in fields().items():
        for side, of in field.codes.items():
            values = found.get(name)
            for each in values if isinstance(values, list) else [values]:
                code = each.get(side) if isinstance(each, dict) else each if not side else None
                assert code is None or code in lists()[of], (name, side, code)


def test_what_is_generated_is_in_both_languages(told: Desk) -> None:
    with translation.override("es"):
        found = canonical(build(told.project))
    assert found.human_oversight is not None
    assert set(found.human_oversight) == {"en", "es"}
    assert found.human_oversight["en"].startswith("A named person decides each case.")
    assert found.human_oversight["en"] != found.human_oversight["es"]
    assert translation.get_language() == "en"


def test_limits_and_known_failures_are_carried(told: Desk) -> None:
    describe(by(told.cast.lena), told.project, "limits", "It reads no paper calls.")
    found = canonical(build(told.project))
    assert found.out_of_scope_uses is not None
    assert "It reads no paper calls." in found.out_of_scope_uses["en"]
    risks = [row.risk["en"] for row in found.risks or () if row.risk]
    assert {"It does not see floods.", "It reads no paper calls."} <= set(risks)


def test_no_name_of_a_person_is_in_it(told: Desk) -> None:
    text = str(as_json(canonical(build(told.project))))
    for name in ("Flor", "Rosa", "Lena", "Olga", "Fidel"):
        assert name not in text


@pytest.mark.parametrize(
    ("of", "text", "code"),
    [
        ("answer", "No, nothing about persons.", "no"),
        ("answer", "Sí: los nombres.", "yes"),
        ("answer", "Nobody has been asked", None),
        ("answer", "Not applicable", "not_applicable"),
        ("eu_risk", "High-risk, annex III", "high"),
        ("us_impact", "Not high-impact. It only sorts.", "not_high"),
        ("answer", "", None),
    ],
)
def test_the_first_words_say_the_code(of: str, text: str, code: str | None) -> None:
    assert leading_code(of, text) == code


def test_words_of_any_language_are_codes() -> None:
    assert code_of("org_type", "municipio o entidad local") == "municipality"
    assert codes_in("theme", "Health and care, Something of ours; work") == (["health", "work"], ["Something of ours"])
