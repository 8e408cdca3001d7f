"""What is read from a register goes back as it was, and what is exported is compared with what returns."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from minga.tools.registers import (
    Canonical,
    as_json,
    export,
    files,
    from_json,
    read,
    standard,
    standards,
    stated,
    validate,
)
from minga.tools.registers.convert import leaves, take, to_record
from tests.shared import shared
from tests.tools.registers.worlds import cell, retold, rich

LISTING = "data/registers/nl-register/algoritmes_listing_2026-08.json"
US = "data/registers/us-inventory/2025_individually_reported_AI_use_cases.csv"
US_2024 = "data/registers/us-inventory/2024_consolidated_ai_inventory_raw_v2.csv"
TEMPLATES = "data/registers/nl-register/vendor_template_records_v1.0"
CASES = "data/registers/ca-aia/completed_aia_check_cases.json"
READABLE = [key for key, each in standards().items() if each.kind != "canonical"]
EXPORTED = ["nl", "us", "atrs", "atrs_4", "eu", "ca", "oecd", "cl"]
slow = settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.too_slow])


def without(row: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in names}


@pytest.mark.parametrize(
    ("file", "key", "rows", "used"),
    [(LISTING, "nl_listing", 1530, 1530), (US, "us", 3611, 3608), (US_2024, "us_2024", 2133, 2130)],
)
def test_a_published_file_goes_out_as_it_came_in(file: str, key: str, rows: int, used: int) -> None:
    path = shared(file)
    found = read(path)
    assert (found.standard.key, found.rows_in, found.used) == (key, rows, used)
    assert {problem.why for problem in found.rejected} <= {"repeated", "no_name"}
    raw = dict(files.rows(path.read_bytes(), found.standard))
    assert len(raw) == rows
    for number, (record, line) in enumerate(zip(found.records, found.lines, strict=True)):
        back = export(record, key).fields
        assert without(back, found.left_out[number]) == without(raw[line], found.left_out[number])  # type: ignore[arg-type]


def test_persons_of_the_us_file_are_left_out_and_named_as_a_loss() -> None:
    found = read(shared(US))
    addresses = [record.public_contact for record in found.records if record.public_contact]
    assert addresses
    assert all(each.startswith("https://") for each in addresses)
    assert not any("contact_email" in record.foreign.get("us", {}) for record in found.records)
    assert found.losses["left_out", "contact_email"] == sum("contact_email" in each for each in found.left_out) > 2000


def test_most_of_a_row_is_in_the_record_and_not_kept_beside_it() -> None:
    for file, least in ((LISTING, 1.0), (US, 0.96)):
        path = shared(file)
        found = read(path)
        raw = dict(files.rows(path.read_bytes(), found.standard))
        said = kept = 0
        for record, line in zip(found.records, found.lines, strict=True):
            filled = {name for name, value in raw[line].items() if value not in ("", "[]")}  # type: ignore[union-attr]
            said += len(filled)
            kept += len(filled & set(record.foreign.get(found.standard.key, {})))
        assert 1 - kept / said >= least


def test_the_templates_of_suppliers_go_out_as_they_came_in() -> None:
    count = 0
    for path in sorted(shared(TEMPLATES).glob("*.json")):
        found = read(path)
        rows = json.loads(path.read_bytes())
        assert found.standard.key == "nl"
        assert [export(record, "nl").fields for record in found.records] == rows
        count += found.used
    assert count == 27


def test_saved_assessments_go_out_with_every_answer() -> None:
    cases = json.loads(shared(CASES).read_bytes())["cases"]
    assert len(cases) == 16
    for case in cases:
        saved = {"version": case["questionnaire_version"], "currentPage": 4, "data": case["answers"]}
        found = read(json.dumps(saved).encode())
        assert found.standard.key == "ca"
        record = found.records[0]
        assert record.phase in {"design", "in_use"}
        assert export(record, "ca").document == saved
        assert record.ca_impact is not None
        assert not set(record.ca_impact.answers or ()) & set(found.standard.by_name)


def test_a_table_of_the_uk_standard_is_read_as_it_is_published() -> None:
    made = export(rich(), "atrs")
    table = files.markdown(made.document, standard("atrs")).encode()
    found = read(table)
    assert found.standard.key == "atrs"
    assert export(found.records[0], "atrs").fields == made.fields
    rows = "\n".join(f'{row["ref"]},{row["attribute"]},"{row["value"]}"' for row in made.document["fields"])
    as_csv = read(f"reference number,attribute,value\n{rows}\n".encode(), "atrs")
    assert export(as_csv.records[0], "atrs").fields == made.fields


def test_the_published_template_of_the_uk_standard_holds_no_values() -> None:
    path = shared("data/registers/uk-atrs/atrs-v3.0-template_table.md")
    found = read(path, "atrs")
    assert found.rows_in == 1


def test_a_text_with_some_other_table_is_no_record() -> None:
    found = read(b"# Report\n\n| Column | Meaning |\n|---|---|\n| Agency | Who uses it |\n", "atrs")
    assert (found.rows_in, found.records) == (1, [])
    assert [problem.why for problem in found.failed] == ["no_known_field"]


@st.composite
def a_row(draw: st.DrawFn, key: str) -> dict[str, Any]:
    lines = draw(st.lists(st.sampled_from(standard(key).lines), unique_by=lambda line: line.name, max_size=12))
    strange = draw(st.dictionaries(st.sampled_from(["extra", "x y", "zz"]), cell(""), max_size=2))
    of_lists = st.lists(st.one_of(cell(""), st.fixed_dictionaries({"title": cell(""), "link": cell("")})), max_size=3)
    row = {line.name: draw(of_lists if line.array else cell(line.name)) for line in lines} | strange
    if standard(key).kind != "csv":
        row |= draw(st.dictionaries(st.sampled_from([line.name for line in lines] or ["extra"]), st.none(), max_size=2))
    return row


@pytest.mark.parametrize("key", READABLE)
@slow
@given(data=st.data())
def test_any_row_goes_out_as_it_came_in(key: str, data: st.DataObject) -> None:
    row = data.draw(a_row(key))
    record, left_out = to_record(row, standard(key))
    back = export(record, key).fields
    assert without(back, left_out) == without(row, left_out)
    assert all(standard(key).by_name[name].person for name in left_out)


@pytest.mark.parametrize("key", READABLE)
@slow
@given(data=st.data())
def test_only_what_the_record_cannot_say_is_kept(key: str, data: st.DataObject) -> None:
    row = data.draw(a_row(key))
    record, _left_out = to_record(row, standard(key))
    bare = Canonical(**{name: getattr(record, name) for name in record.__struct_fields__ if name != "foreign"})
    alone = export(bare, key).fields
    for name, kept in record.foreign.get(key, {}).items():
        assert kept.absent != (name in row)
        same = name in alone and name in row and alone[name] == row[name]
        assert not (same and type(alone[name]) is type(row[name]))


@pytest.mark.parametrize("key", EXPORTED)
@slow
@given(data=st.data())
def test_nothing_gets_lost_without_a_loss_that_names_it(key: str, data: st.DataObject) -> None:
    whole = rich()
    names = data.draw(st.sets(st.sampled_from(stated(whole)), max_size=8))
    record = Canonical(**{name: getattr(whole, name) for name in names})
    if data.draw(st.booleans()):
        record = from_json(retold(as_json(record), data.draw))
    made = export(record, key)
    back = take(made.fields, standard(key), standard(key).language, persons=True)
    returned: dict[str, list[Any]] = {}
    for place, value in leaves(back):
        returned.setdefault(place, []).append(set(value.values()) if isinstance(value, dict) else value)
    named = {loss.field for loss in made.losses}
    for place, value in leaves(record):
        there = returned.get(place, [])
        if isinstance(value, dict):
            same = any(set(value.values()) & each for each in there if isinstance(each, set))
        else:
            same = value in there
        assert same or place.split(".")[0] in named, place


@pytest.mark.parametrize("key", EXPORTED)
def test_an_export_is_valid_but_for_what_nobody_stated(key: str) -> None:
    made = export(rich(), key)
    assert {fault.kind for fault in validate(made.document, key)} <= {"missing"}
    assert {fault.field for fault in validate(made.document, key)} == {
        loss.target for loss in made.losses if loss.kind == "missing"
    }


def test_our_own_form_loses_nothing() -> None:
    made = export(rich(), "json")
    assert made.losses == ()
    found = read(made.write())
    assert found.standard.key == "json"
    assert found.records == [rich()]
    assert validate(made.document, "json") == []
    assert read(b'{"format": "minga-canonical-1", "phase": 7}').failed[0].why == "wrong_type"
