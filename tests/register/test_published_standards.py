"""Our documents beside what the registers published: names, order, values, required fields, and what is lost."""

import csv
import io
import json
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from minga.register.canonical import NO_FIELD, canonical
from minga.register.collect import build
from minga.register.document import FIELDS, Record
from minga.register.exports import KEYS, Made, make
from minga.tools import registers
from minga.tools.registers import validate
from minga.tools.registers.canonical import NAMES
from tests.deliver.conftest import Desk
from tests.register.test_canonical import full
from tests.register.test_hostile_record import HOSTILE, hostile
from tests.shared import shared

KINDS = ("as it is", "full", *HOSTILE)


def _told(path: str) -> Any:
    return json.loads(shared(f"data/registers/{path}").read_bytes())


def _record(told: Desk, kind: str) -> Record:
    if kind in HOSTILE:
        return hostile(told.project, HOSTILE[kind])
    found = build(told.project)
    return full(found) if kind == "full" else found


def _made(told: Desk, kind: str, key: str) -> Made:
    return make(told.project, None, key, draft=_record(told, kind))


def test_the_dutch_document_fits_the_schema(told: Desk) -> None:
    schema = _told("nl-register/schema_v1_0.json")
    for kind in KINDS:
        made = _made(told, kind, "nl")
        missing = {loss.target for loss in made.missing}
        faults = [fault for fault in validate(made.document, "nl", schema) if fault.field not in missing]
        assert [fault.say() for fault in faults] == [], kind


def test_the_american_row_has_the_columns_in_order_and_values_of_the_dictionary(told: Desk) -> None:
    dictionary = _told("us-inventory/2025_data_dictionary.json")
    path = shared("data/registers/us-inventory/2025_individually_reported_AI_use_cases.csv")
    with path.open(encoding="utf-8-sig", newline="") as file:
        head = next(csv.reader(file))
    for kind in KINDS:
        rows = list(csv.DictReader(io.StringIO(_made(told, kind, "us").file().decode("utf-8-sig"), newline="")))
        assert len(rows) == 1
        assert list(rows[0]) == head
        for name, asked in dictionary.items():
            short = asked.get("short_hand_recodings") or {}
            allowed = {choice.strip() for choice in asked.get("valid_selections") or ()} | set(short.values())
            if allowed and rows[0][name] and asked["data_type"] == "multiple_choice":
                assert rows[0][name] in allowed, (kind, name)


def test_the_british_record_has_the_fields_of_version_3(told: Desk) -> None:
    asked = {row["ref"]: row for row in _told("uk-atrs/atrs_v3_fields.json")["fields"]}
    assert len(asked) == 65
    required = {ref for ref, row in asked.items() if row["required"] == "TRUE"}
    for kind in KINDS:
        made = _made(told, kind, "atrs")
        assert set(made.exported.fields) <= set(asked)
        empty = {ref for ref in asked if made.exported.fields.get(ref) in (None, "", [])}
        assert required & empty <= {loss.target for loss in made.missing}, kind
        assert {line.name for line in made.standard.of.lines} == set(asked)


def test_version_4_is_version_3_with_its_changes_and_says_that_it_is_a_draft(told: Desk) -> None:
    third, fourth = (_made(told, "full", key) for key in ("atrs", "atrs_4"))
    assert fourth.standard.draft
    assert fourth.standard.note
    assert set(third.exported.fields) & set(fourth.exported.fields)


def test_every_field_of_annex_viii_has_a_place(told: Desk) -> None:
    sections = _told("eu-ai-act/eu_ai_act_register_fields.json")["annex_viii"]
    names = {line.name for line in _made(told, "full", "eu").standard.of.lines}
    for section, count in (("A", 13), ("B", 9), ("C", 5)):
        assert len(sections[section]) == count
        for number in sections[section]:
            assert any(name == f"{section}{number}" or name.startswith(f"{section}{number}.") for name in names), number


@pytest.fixture
def whole(told: Desk) -> Record:
    return full(build(told.project))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=8, deadline=None)
@given(data=st.data())
def test_what_is_stated_is_exported_or_listed_as_lost(data: st.DataObject, whole: Record, told: Desk) -> None:
    """Take a stated field away: the document or the list of losses changes, or what is left of it is listed as lost."""
    optional = [name for name in FIELDS if getattr(msgspec.structs.replace(whole), name) is not None]
    name = data.draw(st.sampled_from([name for name in optional if name not in ALWAYS]))
    key = data.draw(st.sampled_from([key for key in KEYS if key != "json"]))
    without = msgspec.structs.replace(whole, **{name: None})
    before, after = (make(told.project, None, key, draft=record) for record in (whole, without))
    changed = before.exported.document != after.exported.document
    lost = before.losses != after.losses
    told_before, told_after = canonical(whole), canonical(without)
    differs = {one for one in NAMES if getattr(told_before, one) != getattr(told_after, one)}
    assert changed or lost or differs <= {loss.field for loss in after.losses}, (key, name)
    if name in NO_FIELD:
        assert name in {loss.field for loss in before.losses}
        assert name not in {loss.field for loss in after.losses}


ALWAYS = {"record_id", "name", "summary", "languages", "phase", "public_url", "deploying_org", "limits"}


def test_each_canonical_field_has_a_place_or_is_listed(whole: Record, told: Desk) -> None:
    """What is stated and no line of the standard reads stands in the list of losses."""
    stated = set(registers.stated(canonical(whole)))
    for key in KEYS:
        made = make(told.project, None, key, draft=whole)
        lines = [line.lens for line in made.standard.of.lines if line.lens]
        read = {place.partition(".")[0].partition("[")[0] for lens in lines for place in lens.reads}
        named = {loss.field for loss in made.losses}
        if key != "json":
            assert stated - read - named <= OURS, key
        else:
            assert named == set()


# What is about our form alone: where each value is known from, and which version of the form it is.
OURS = {"standard_versions"}
