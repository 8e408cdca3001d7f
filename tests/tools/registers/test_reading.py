"""Files that are wrong, in part or as a whole: clear words, and every row accounted for."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from minga.tools.base import ToolError
from minga.tools.intake import IntakeError
from minga.tools.registers import Canonical, export, files, from_json, guess, page, read, standard, validate
from minga.tools.registers import parts as p
from minga.tools.registers.canonical import as_json
from minga.tools.registers.parts import Kept
from minga.tools.registers.schema import faults, unchecked
from tests.shared import shared
from tests.tools.registers.worlds import rich

HEAD = ",".join(standard("us").by_name)


def us(**cells: str) -> str:
    return ",".join(f'"{cells.get(name, "")}"' for name in standard("us").by_name)


def test_rows_in_are_used_rejected_and_failed() -> None:
    rows = [us(use_case_name="A", id="1"), us(use_case_name="A", id="1"), us(id="2"), "1,2,3", us(use_case_name="B")]
    found = read("\n".join([HEAD, *rows]).encode())
    assert (found.rows_in, found.used, len(found.rejected), len(found.failed)) == (5, 2, 2, 1)
    assert [(each.line, each.why, each.what) for each in found.rejected] == [
        (3, "repeated", "2"), (4, "no_name", "use_case_name"),
    ]  # fmt: skip
    assert found.failed[0].line == 5
    assert found.lines == [2, 6]


@pytest.mark.parametrize(
    ("content", "key", "said"),
    [(b"", "", "empty"), (b"  \n", "", "empty"), (b"{}", "", "no standard"), (b"a,b\n1,2\n", "", "no standard"),
     (b"a,b\n1,2\n", "us", "lacks the columns"), (b'{"algoritmes": 7}', "nl_listing", "no list"),
     (b'"x"', "nl", "no list"), (HEAD.encode() + b'\n"open', "us", "line"),
     (HEAD.encode() + b"\n\xff\xfe", "us", "Line 2"), (b"a\0b", "us", "zero bytes"),
     (b'{"name": 1, "name": 2}', "nl", "name"), (b"[" * 100 + b"]" * 100, "nl", "deep")],
)  # fmt: skip
def test_a_file_that_cannot_be_used_says_why(content: bytes, key: str, said: str) -> None:
    with pytest.raises(IntakeError, match=said):
        read(content, key)


def test_records_of_the_wrong_kind_fail_alone() -> None:
    found = read(b'[{"name": "A"}, 7, [], {"name": ""}, {"data": 3}]', "nl")
    assert (found.used, len(found.rejected), len(found.failed)) == (1, 2, 2)
    found = read(b'{"fields": [{"ref": "1.1", "value": "a"}, {"ref": "1.1", "value": "b"}]}', "atrs")
    assert (found.failed[0].why, found.failed[0].what) == ("field_twice", "1.1")
    found = read(b'{"version": "1.0.1", "data": []}', "ca")
    assert found.failed[0].why == "no_answers"


@pytest.mark.parametrize(
    ("content", "key"),
    [(b'{"algoritmes": []}', "nl_listing"), (b'[{"standard_version": "0.3.1"}]', "nl_0_3_1"),
     (b'{"standard_version": "1.0"}', "nl"), (b'{"data": {}, "version": "1"}', "ca"), (HEAD.encode(), "us"),
     (b'{"format": "minga-canonical-1"}', "json"), (b'{"standard": "eu", "fields": []}', "eu"), (b"| a |", "atrs"),
     (b'{"x": 1}', ""), (b"[]", ""), (b"[1]", "")],
)  # fmt: skip
def test_a_standard_is_told_by_its_names(content: bytes, key: str) -> None:
    assert guess(content) == key


def test_not_stated_no_and_none_are_three_things() -> None:
    said = Canonical(learns_in_use="no", risks=[], personal_data=p.Personal(state="unknown"))
    back = from_json(json.loads(json.dumps(as_json(said))))
    assert back == said
    assert back.risks == []
    assert back.incidents is None
    found = read("\n".join([HEAD, us(use_case_name="A", has_pii="No"), us(use_case_name="B")]).encode())
    assert [each.personal_data for each in found.records] == [p.Personal(state="no"), None]


def test_a_value_that_claims_more_than_it_says_is_listed() -> None:
    found = read(b'[{"name": "A", "status": "In ontwikkeling", "type": "x"}]', "nl")
    losses = {(loss.kind, loss.target): loss for loss in found.losses_of(0)}
    claim = losses["claims_more", "status"]
    assert claim.figures["codes"] == ("idea", "prototype", "private_pilot")
    assert "Prototipo" in claim.say("es")
    assert ("kept_apart", "type") in losses
    assert found.losses["claims_more", "status"] == 1


def test_what_was_kept_is_dropped_once_the_record_says_something_else() -> None:
    found = read("\n".join([HEAD, us(use_case_name="A", operational_date="Jan-24", link_to_data="none")]).encode())
    record = found.records[0]
    assert set(record.foreign["us"]) == {"operational_date", "link_to_data"}
    assert export(record, "us").fields["operational_date"] == "Jan-24"
    record.start_date = "2025-02-03"
    made = export(record, "us")
    assert made.fields["operational_date"] == "2025-02-03"
    assert ("outdated", "operational_date") in {(loss.kind, loss.target) for loss in made.losses}


def test_what_another_register_said_is_a_loss_in_a_third() -> None:
    record = read(b'[{"name": "A", "standard_version": "0.4", "uuid": "u", "colour": "red"}]').records[0]
    assert record.foreign["nl_0_4"]["colour"] == Kept(value="red")
    targets = {loss.target for loss in export(record, "us").losses if loss.kind == "foreign"}
    assert targets == {"nl_0_4: colour"}
    assert record.record_id == {"nl_uuid": "u"}


def test_persons_are_written_only_where_asked_for() -> None:
    plain = export(rich(), "ca")
    assert "projectDetailsRespondent" not in plain.fields
    assert ("left_out", "record_author") in {(loss.kind, loss.field) for loss in plain.losses}
    assert export(rich(), "ca", persons=True).fields["projectDetailsRespondent"] == "Ana Author"
    assert export(rich(), "eu", persons=True).fields["C2"].startswith("– Ana Author")


def test_the_language_of_an_export_can_be_chosen() -> None:
    assert export(rich(), "atrs", "es").fields["1.1"] == "Ayudas para techos"
    assert "fr" in {loss.figures["wanted"] for loss in export(rich(), "atrs", "fr").losses if loss.kind == "language"}
    found = read(b'[{"title": "Hulp", "id": "7", "organisatie": "x", "doel": "y"}]', "nl_listing", language="de")
    assert found.records[0].name == {"de": "Hulp"}


def test_every_export_names_the_address_of_its_record() -> None:
    for key in ("atrs", "eu", "oecd", "cl"):
        assert export(rich(), key).document["canonical_url"] == "https://body.example/records/roofs"
    assert export(rich(), "nl").document["url"] == "https://body.example/records/roofs"


def test_a_page_in_spanish_says_what_is_not_stated_and_that_it_is_a_draft() -> None:
    record = rich()
    record.legal_basis = None
    record.problem = {"es": "Largas <b>esperas</b>"}
    told = page(export(record, "cl"))
    assert told.startswith("# Ayudas para techos\n\n> El organismo debe comparar")
    assert "## Quién responde" in told
    assert "### Base legal\n\nNo consta." in told
    assert "<b>" not in told
    assert "### Contratación" not in told


def test_a_document_with_faults_is_told_apart_from_a_right_one() -> None:
    right = export(rich(), "nl").document
    wrong: dict[str, Any] = {**right, "status": "Bezig", "name": "x" * 101, "category": "Wonen", "lang": "eng",
                             "goal": "<script>x</script>", "colour": "red"}  # fmt: skip
    del wrong["contact_email"]
    found = {(fault.kind, fault.field) for fault in validate(wrong, "nl")}
    assert found == {
        ("not_allowed", "status"), ("too_long", "name"), ("not_a_list", "category"), ("not_allowed", "lang"),
        ("html", "goal"), ("unknown", "colour"), ("missing", "contact_email"),
    }  # fmt: skip
    assert all(fault.say("es") != fault.say("en") for fault in validate(wrong, "nl"))
    assert validate(7, "nl")[0].kind == "shape"
    row = export(rich(), "us").document
    assert "order" in {fault.kind for fault in validate(dict(reversed(row.items())), "us")}
    assert ("not_allowed", "demographic_features") in {
        (fault.kind, fault.field) for fault in validate({**row, "demographic_features": "['hair']"}, "us")
    }
    required = {
        fault.field for fault in validate({**row, "development_stage": "Deployed"}, "us") if fault.kind == "missing"
    }
    assert "hi_ongoing_monitoring" in required
    assert "hi_ongoing_monitoring" not in {fault.field for fault in validate(row, "us")}


def test_an_export_meets_the_official_dutch_schema() -> None:
    schema = json.loads(shared("data/registers/nl-register/schema_v1_0.json").read_bytes())
    assert validate(export(rich(), "nl").document, "nl", schema) == []
    assert unchecked(schema) == ["allowed_html_tags"]
    openapi = json.loads(shared("data/registers/nl-register/aanleverapi-v1_0-openapi.json").read_bytes())
    whole = {"$ref": "#/components/schemas/AlgorithmIn", **openapi}
    assert validate(export(rich(), "nl").document, "nl", whole) == []
    wrong = {**export(rich(), "nl").document, "name": "x" * 101, "status": "Bezig", "begin_date": "2026-03-01"}
    del wrong["contact_email"]
    places = {"name", "status", "begin_date", "contact_email"}
    assert {place for place, _what in faults(wrong, schema)} == places
    assert {place for place, _what in faults(wrong, whole)} == places


def test_the_schema_checker_agrees_with_a_known_one() -> None:
    import jsonschema_rs

    schema = {
        "type": "object", "required": ["a"], "additionalProperties": False,
        "properties": {
            "a": {"type": "string", "maxLength": 3, "pattern": "^x"},
            "b": {"anyOf": [{"type": "null"}, {"$ref": "#/$defs/list"}]},
            "c": {"enum": [1, "one"]}, "d": {"const": "d"},
        },
        "$defs": {"list": {"type": "array", "items": {"type": "integer"}}},
    }  # fmt: skip
    known = jsonschema_rs.validator_for(schema)
    cases = [
        {"a": "xyz"}, {"a": "xyzz"}, {"a": "y"}, {}, {"a": "x", "z": 1}, {"a": "x", "b": None}, {"a": 1}, 7,
        {"a": "x", "b": [1, "2"]}, {"a": "x", "b": [1, 2]}, {"a": "x", "b": 7}, {"a": "x", "c": 2},
        {"a": "x", "d": "e"},
    ]  # fmt: skip
    for value in cases:
        assert (not faults(value, schema)) == known.is_valid(value), value


def test_a_file_of_several_records_is_written_and_read_again(tmp_path: Path) -> None:
    for key in ("us", "nl", "nl_listing", "ca"):
        public = rich()
        public.public_contact = "https://body.example/contact"
        made = [export(public, key), export(Canonical(name={"en": "Other", "nl": "Other"}), key)]
        path = tmp_path / key
        path.write_bytes(files.write([each.document for each in made], standard(key)))
        found = read(path, key)
        assert [export(record, key).document for record in found.records] == [each.document for each in made]


def test_a_cell_that_a_spreadsheet_would_run_is_made_safe_and_read_again() -> None:
    made = export(Canonical(name={"en": "=1+1"}, problem={"en": "-cost"}, org_unit="-7"), "us")
    assert b"'=1+1" in made.write()
    assert b"'-cost" in made.write()
    assert read(made.write()).records[0].name == {"en": "=1+1"}


@pytest.mark.parametrize(
    "text",
    [
        "<a" * 200_000,
        " " * 400_000 + "x",
        "– a\n" + "\n" * 300_000,
        "– a\n  x: b\n" * 1_500,
        "– a\n  x: b\n" * 50_000,
        "<li " * 200_000,
    ],
)
def test_a_text_made_to_take_for_ever_does_not(text: str) -> None:
    row = json.dumps([{"name": "A", "goal": text, "risks": text, "lawful_basis": text}]).encode()
    found = read(row, "nl")
    assert export(found.records[0], "nl").fields["goal"] == text


def test_a_schema_that_leads_round_and_round_is_refused() -> None:
    schema = {"anyOf": [{"$ref": "#"}, {"$ref": "#"}, {"$ref": "#"}]}
    with pytest.raises(ToolError, match="round and round"):
        faults("a", schema)
    assert "repeats a group" in faults("aaa", {"pattern": "^(a+)+$"})[0][1]
    assert "no pattern" in faults("aaa", {"pattern": "["})[0][1]


@pytest.mark.parametrize("key", ["nl", "us", "atrs", "atrs_4", "eu", "ca", "oecd", "cl"])
def test_every_loss_is_a_sentence_in_both_languages(key: str) -> None:
    record = rich()
    record.summary = {"nl": "Lang. " * 200}
    record.problem = {"fr": "Trop lent."}
    record.policy_theme = ["licensing", "other", "health"]
    record.foreign = {"us_2024": {"x": Kept(value="y")}, key: {"zz": Kept(value="1", over="never")}}
    losses = export(record, key).losses
    assert {"foreign", "outdated", "language", "no_place"} <= {loss.kind for loss in losses}
    for loss in losses:
        assert loss.say("en").endswith(".")
        assert loss.say("es") != loss.say("en")
        assert json.dumps(loss.as_json())


def test_the_library_works_without_django() -> None:
    code = "import sys, minga.tools.registers as r; r.standards(); sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
