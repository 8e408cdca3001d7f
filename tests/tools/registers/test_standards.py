"""Each mapping file against what its body publishes: names, order, lengths, values, what is required."""

import json
from pathlib import Path
from typing import Any

import pytest

from minga.tools.base import OECD_FUNCTIONS, OECD_IMPACTS, OECD_TASKS, ToolError
from minga.tools.registers import Canonical, Standard, export, lists, read, standard, standards
from minga.tools.registers.canonical import NAMES, fields, groups, part_words
from minga.tools.registers.convert import to_record
from minga.tools.registers.lens import ACode, Codes
from minga.tools.registers.parts import Code, Day, Part, Text, Url
from minga.tools.registers.paths import hints, is_part, item_type
from minga.tools.registers.standards import HERE, load
from tests.shared import shared

NL = "data/registers/nl-register/schema_v{}.json"
DUTCH = {"nl": "1_0", "nl_0_4": "0_4", "nl_0_3_1": "0_3_1", "nl_0_2_3": "0_2_3", "nl_0_1": "0_1"}


def told(path: str) -> Any:
    return json.loads(shared(path).read_bytes())


def test_the_record_has_the_86_fields_of_the_crosswalk() -> None:
    rows = shared("data/registers/crosswalk.csv").read_text(encoding="utf-8").splitlines()[1:]
    assert list(NAMES) == [row.split(",")[0] for row in rows]
    assert len(NAMES) == 86
    assert list(fields()) == list(NAMES)


def test_every_field_part_and_code_has_words_in_both_languages() -> None:
    kinds = [kind for kind in Part.__subclasses__() if kind.__module__.endswith("registers.parts")]
    assert {name for kind in kinds for name in kind.__struct_fields__} == set(part_words())
    phrases = [*part_words().values(), *groups().values()]
    phrases += [words for field in fields().values() for words in (field.label, field.about)]
    phrases += [words for each in lists().values() for words in each.words.values()]
    phrases += [each.title for each in standards().values()] + [each.note for each in standards().values() if each.note]
    assert all(set(words) == {"en", "es"} and all(words.values()) for words in phrases)
    assert {field.group for field in fields().values()} == set(groups())
    assert {name for field in fields().values() for name in field.codes.values()} <= set(lists())


def kind(hint: Any) -> str:
    inner = item_type(hint)
    if inner is not None:
        return f"list of {kind(inner)}"
    named = {Text: "text", Code: "code", Day: "day", Url: "address", str: "text"}
    return hint.__name__ if is_part(hint) else named.get(hint, "ids")


def test_the_words_of_a_field_give_its_type() -> None:
    types = {name: kind(hint) for name, hint in hints(Canonical).items() if name in NAMES}
    names = {"org_unit": "name", "public_contact": "contact"}
    assert types | names == {name: field.type for name, field in fields().items()}


def test_the_words_of_the_oecd_are_those_of_the_tools() -> None:
    known = {"task": OECD_TASKS, "function": OECD_FUNCTIONS, "impact": OECD_IMPACTS}
    assert {name: tuple(lists()[name].words) for name in known} == known


@pytest.mark.parametrize(("key", "version"), DUTCH.items())
def test_the_dutch_fields_are_those_of_each_version_of_the_schema(key: str, version: str) -> None:
    properties = told(NL.format(version))["properties"]
    lines = standard(key).by_name
    assert set(lines) == set(properties)
    for name, asked in properties.items():
        assert lines[name].max == asked.get("max_length", 0), name
        assert lines[name].required == (asked["required"] is True), name
        assert lines[name].array == (asked.get("type") == "array"), name
        assert lines[name].html == bool(asked.get("allowed_html_tags")), name
        if "permitted_values" in asked and name != "lang":
            assert set(lines[name].values) == set(asked["permitted_values"]), name


def test_the_us_columns_are_those_of_the_data_dictionary() -> None:
    dictionary = told("data/registers/us-inventory/2025_data_dictionary.json")
    path = shared("data/registers/us-inventory/2025_individually_reported_AI_use_cases.csv")
    with path.open(encoding="utf-8-sig") as file:
        head = file.readline().strip().split(",")
    lines = standard("us").by_name
    assert list(lines) == head
    assert set(dictionary) == set(head) - {"agency", "agency_name"}
    for name, asked in dictionary.items():
        assert lines[name].required == ("Required: Yes" in asked["instructions"].rstrip()[-13:]), name
        assert bool(lines[name].required_if) == ("Required: Yes, " in asked["instructions"]), name
        for choice in asked.get("valid_selections") or ():
            lens = lines[name].lens
            assert isinstance(lens, ACode | Codes), name
            assert lens.codes.allows(choice.strip()), (name, choice)
            assert lens.codes.read(choice) is not None, (name, choice)
            short = (asked.get("short_hand_recodings") or {}).get(choice)
            assert short is None or lens.codes.allows(short), (name, short)


def test_the_columns_of_2024_are_those_of_its_file() -> None:
    found = read(shared("data/registers/us-inventory/2024_consolidated_ai_inventory_raw_v2.csv"))
    made = export(found.records[0], "us_2024")
    assert list(made.fields) == list(standard("us_2024").by_name)
    head = made.write().decode("utf-8-sig").splitlines()[0]
    raw = shared("data/registers/us-inventory/2024_consolidated_ai_inventory_raw_v2.csv").read_bytes()
    assert head == raw.decode("cp1252").splitlines()[0]


def test_the_uk_fields_are_the_65_of_version_3() -> None:
    published = told("data/registers/uk-atrs/atrs_v3_fields.json")["fields"]
    lines = standard("atrs").lines
    assert [(line.name, line.attribute) for line in lines] == [(each["ref"], each["attribute"]) for each in published]
    assert len(lines) == 65
    assert {line.name for line in lines if line.required} == {
        each["ref"] for each in published if each["required"] == "TRUE"
    }


def test_the_uk_values_are_those_of_the_finder() -> None:
    facets = told("data/registers/uk-atrs/specialist-publisher-finder-schema.json")["facets"]
    asked = {each["key"].rpartition("record_")[2]: each.get("allowed_values", ()) for each in facets}
    lines = {line.attribute: line for line in standard("atrs").lines}
    for name in ("organisation_type", "function", "phase", "capability"):
        allowed = {value["label"] for value in asked[name]}
        assert set(lines[name].values) == allowed, name
        assert allowed, name


def test_the_eu_sections_have_the_fields_of_annex_viii() -> None:
    annex = told("data/registers/eu-ai-act/eu_ai_act_register_fields.json")["annex_viii"]
    names = [f"{section}{number}" for section, rows in annex.items() for number in rows]
    assert [line.name for line in standard("eu").lines] == ["0", *names]
    assert standard("eu").draft


def test_the_canadian_questions_and_values_exist_in_every_version() -> None:
    lines = [line for line in standard("ca").lines if line.name != "version" and not line.name.startswith("/")]
    for version in ("", "_v0.10.0", "_v0.9.1"):
        asked = questions(told(f"data/registers/ca-aia/survey-enfr{version}.json"))
        known = [line for line in lines if line.name in asked]
        assert version or len(known) == len(lines)
        for line in known:
            if isinstance(line.lens, ACode | Codes) and not version:
                assert set(line.values) <= asked[line.name], line.name


def questions(at: Any) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for each in [*at.get("elements", ()), *at.get("pages", ())]:
        if "elements" in each:
            found |= questions(each)
        elif "name" in each:
            found[each["name"]] = {choice["value"] for choice in each.get("choices", ()) if isinstance(choice, dict)}
    return found


def test_the_oecd_criteria_are_all_there_and_marked_as_a_draft() -> None:
    dimensions = told("data/registers/oecd/oecd_classification_criteria.json")["dimensions"]
    assert [line.title for line in standard("oecd").lines] == [each for rows in dimensions.values() for each in rows]
    assert len(standard("oecd").lines) == 36
    assert standard("oecd").draft
    assert standard("cl").draft


@pytest.mark.parametrize("each", standards().values(), ids=standards())
def test_a_mapping_file_says_where_it_is_from(each: Standard) -> None:
    assert each.source
    assert len(each.date) == 10
    assert len(each.by_name) == len(each.lines)
    assert len((HERE / f"{each.key}.toml").read_text(encoding="utf-8").splitlines()) < 400


MOON = """
title = { en = "Moon", es = "Luna" }
version = "1"
date = "2026-11-21"
source = "a test"
language = "en"
kind = "json"
lines = [
  { f = "what", to = "name", required = true, max = 20 },
  { f = "stage", to = "phase", codes = "phase.us" },
  { f = "why", to = [ { to = "problem" }, { to = "risks", label = "Risks" } ] },
]
"""


def test_a_new_standard_is_one_file(tmp_path: Path) -> None:
    (tmp_path / "moon.toml").write_text(MOON, encoding="utf-8")
    moon = load(tmp_path / "moon.toml")
    row = {"what": "Crater finder", "stage": "Pilot", "why": "Craters.\n\nRisks: – Dust\n  severity: low"}
    record, _persons = to_record(row, moon)
    assert record.foreign == {}
    assert record.risks is not None
    assert record.risks[0].severity == {"en": "low"}
    assert record.phase == "private_pilot"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [('to = "nome"', "nome"), ('to = "phase", codes = "phase.mars"', "phase.mars"), ('to = "name[]"', "name"),
     ('to = "risks", items = { a = "colour" }', "colour")],
)  # fmt: skip
def test_a_mapping_file_with_a_fault_is_refused_by_name(tmp_path: Path, wrong: str, said: str) -> None:
    (tmp_path / "moon.toml").write_text(MOON.replace('to = "name"', wrong), encoding="utf-8")
    with pytest.raises(ToolError, match=said.replace("[", r"\[")):
        load(tmp_path / "moon.toml")


def test_an_unknown_standard_is_refused_with_those_there_are() -> None:
    with pytest.raises(ToolError, match="atrs"):
        export(Canonical(), "mars")


@pytest.mark.parametrize("each", lists().values(), ids=lists())
def test_every_code_map_holds_codes_of_its_list_and_reads_what_it_writes(each: Any) -> None:
    for name, found in each.maps.items():
        assert set(found.to) <= set(each.words), name
        assert set(found.back.values()) <= set(each.words), name
        blind = {("task", "atrs"): {"Other"}, ("eu_risk", "eu"): {"none"}}.get((each.name, name), set())
        assert all(found.read(value) for value in set(found.to.values()) - blind), name
        survivors = [code for code in found.to if found.coarser(code) is None]
        assert len(survivors) == len({found.to[code] for code in found.to} - blind) or each.name == "us_impact", name


def test_losses_of_code_lists_are_computed() -> None:
    phase = lists()["phase"]
    assert phase.many_to_one("atrs")["Retired"] == ("suspended", "retired")
    assert len(set(phase.maps["nl"].to.values())) == 3
    assert len(set(phase.maps["ca"].to.values())) == 2
    assert phase.without("ca") == ("suspended", "retired")
    assert phase.maps["us"].coarser("public_pilot") == "private_pilot"
    assert phase.maps["us"].coarser("in_use") is None
    assert phase.maps["us"].read(" deployed  ") == "in_use"
    assert phase.say("in_use", "es") == "En uso"
    assert phase.say("in_use", "nl") == "In use"
