"""Our release schema against the official one, on real data, and what a problem says."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from minga.tools import ocds
from minga.tools.base import ToolError
from minga.tools.ocds import load_schema, validate
from minga.tools.redflags.generate import generate
from tests.shared import shared

OURS = json.loads((Path(ocds.__file__).parent / "release.schema.json").read_text(encoding="utf-8"))
OFFICIAL = "data/procurement/ocds-schema/release-schema.json"
EXTENSIONS = {"/bids", "/tender/lots", "/tender/items/relatedLot", "/awards/relatedLots"}


def properties(schema: dict[str, Any], node: dict[str, Any], path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Path and resolved node of every property; items of an array carry the path of the array."""
    node = schema["definitions"][node["$ref"].rsplit("/", 1)[1]] if "$ref" in node else node
    yield path, node
    for name, child in node.get("properties", {}).items():
        if path.count("/") < 6:
            yield from properties(schema, child, f"{path}/{name}")
    if "items" in node:
        yield from ((place, inner) for place, inner in properties(schema, node["items"], path) if place != path)


def types(node: dict[str, Any]) -> set[str]:
    return {node["type"]} if isinstance(node["type"], str) else set(node["type"])


def test_our_schema_agrees_with_the_official_one_on_all_that_it_covers() -> None:
    schema = json.loads(shared(OFFICIAL).read_text(encoding="utf-8"))
    official = dict(properties(schema, schema))
    compared = 0
    for path, node in properties(OURS, OURS):
        if any(path.startswith(extension) or path.endswith("/relatedLot") for extension in EXTENSIONS):
            continue
        assert types(node) == types(official[path]), path
        assert set(node.get("required", ())) == set(official[path].get("required", ())), path
        if "enum" in node:
            assert set(node["enum"]) == set(official[path]["enum"]), path
        for rule in ("minLength", "minItems", "uniqueItems", "format"):
            assert node.get(rule) == official[path].get(rule), (path, rule)
        compared += 1
    assert compared > 100


@pytest.mark.parametrize("name", ["portugal_base_100_releases", "paraguay_dncp_12738_tenders"])
def test_both_schemas_judge_real_data_alike(name: str) -> None:
    official = load_schema(shared(OFFICIAL))
    with gzip.open(shared(f"data/procurement/real/{name}.jsonl.gz")) as lines:
        releases = [orjson.loads(line) for line in lines][:2000]
    for release in releases:
        ours, theirs = validate(release), official.validate(release)
        assert [(one.path, one.rule) for one in ours] == [(one.path, one.rule) for one in theirs]
        assert bool(ours) == name.startswith("paraguay")


def test_generated_releases_follow_our_schema() -> None:
    assert [problem for row in generate(300, 5) for problem in validate(orjson.loads(row.line))] == []


BID = {"bids": {"details": [{"id": 1, "value": {"amount": "12,5"}}]}}
GOOD = {
    "ocid": "o",
    "id": "1",
    "date": "2026-01-31T09:00:00Z",
    "tag": ["compiled"],
    "initiationType": "tender",
}


@pytest.mark.parametrize(
    ("change", "path", "rule", "words"),
    [
        ({"tender": {}}, "/tender/id", "required", "/tender/id is missing"),
        ({"awards": {"id": 1}}, "/awards", "type", "/awards is an object, not array"),
        (BID, "/bids/details/0/value/amount", "type", "is text"),
        ({"awards": [{"id": 1, "status": "Active"}]}, "/awards/0/status", "enum", "not one of: pending"),
        ({"date": "2026"}, "/date", "format", "not a date-time"),
        ({"contracts": [{"id": 1, "awardID": 1}] * 2}, "/contracts", "uniqueItems", "Remove the repeated"),
        ({"buyer": {"id": True}}, "/buyer/id", "type", "true or false"),
        ({"buyer": None}, "/buyer", "type", "is null"),
    ],
)
def test_a_problem_names_the_place_the_rule_and_what_to_do(change: dict, path: str, rule: str, words: str) -> None:
    problems = validate({**GOOD, **change})
    assert [(problem.path, problem.rule, problem.blocks) for problem in problems] == [(path, rule, False)]
    assert words in problems[0].message


@pytest.mark.parametrize("release", [{**GOOD, "ocid": ""}, {**GOOD, "ocid": 5}, {**GOOD, "ocid": None}, [], "x", None])
def test_only_a_process_without_ocid_or_that_is_no_object_is_blocked(release: Any) -> None:
    assert [problem.blocks for problem in validate(release)] == [True]


def test_problems_are_limited_and_pointers_escaped(tmp_path: Path) -> None:
    assert len(validate({**GOOD, "awards": [{}] + [{"id": None, "n": n} for n in range(200)]})) == 100
    own = tmp_path / "own.json"
    own.write_text('{"properties": {"a/b~c": {"type": "null"}}}', encoding="utf-8")
    assert load_schema(own).validate({"a/b~c": 1})[0].path == "/a~1b~0c"


def test_a_schema_that_cannot_be_used_is_explained(tmp_path: Path) -> None:
    path = tmp_path / "schema.json"
    for text in (
        "not json",
        '{"type": 5}',
        '{"$ref": "https://example.org/other.json"}',
        '{"$ref": "other.json"}',
    ):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(ToolError, match=r"cannot be read|not a JSON schema"):
            load_schema(path)
    with pytest.raises(ToolError, match="cannot be read"):
        load_schema(tmp_path / "absent")
