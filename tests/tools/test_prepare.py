"""Repairs of contracting releases: Cardinal's fixtures, the list of repairs, rows that cannot be read."""

import csv
import io
import json
from pathlib import Path

import pytest

from minga.tools.intake import IntakeError
from minga.tools.redflags.prepare import main, prepare, run
from minga.tools.redflags.prepare_repairs import number_as_text
from minga.tools.redflags.prepare_settings import PrepareSettings
from tests.shared import SHARED, shared

FIXTURES = "data/procurement/cardinal-fixtures/prepare"
NAMES = sorted(path.stem for path in (SHARED / FIXTURES).glob("*.ini")) or ["amount"]


@pytest.mark.parametrize("name", NAMES)
def test_cardinal_fixture(name: str, tmp_path: Path) -> None:
    folder, output = shared(FIXTURES), tmp_path / "output"
    settings, source = folder / f"{name}.ini", folder / f"{name}.jsonl"
    assert (
        main(
            [
                str(source),
                "--settings",
                str(settings),
                "--output",
                str(output),
                "--errors",
                str(tmp_path / "e"),
            ]
        )
        == 0
    )
    expected = (folder / f"{name}.output").read_text(encoding="utf-8")
    assert output.read_text(encoding="utf-8") == expected


def prepared(text: str, ini: str = "") -> tuple[list[object], list[list[str]], list[list[str]], str]:
    output, issues, repairs = io.BytesIO(), io.StringIO(), io.StringIO()
    tally = run(io.BytesIO(text.encode()), PrepareSettings.parse(ini), output, issues, repairs)
    assert tally.rows == tally.written + tally.rejected
    releases = [json.loads(line) for line in output.getvalue().splitlines()]
    return (
        releases,
        *(list(csv.reader(io.StringIO(file.getvalue()))) for file in (issues, repairs)),
        tally.sentence(),
    )


def test_what_is_left_has_cardinals_six_columns() -> None:
    release = {
        "ocid": "o",
        "bids": {
            "details": [
                {},
                {"status": "qualified", "value": {"amount": 0}, "items": [{"classification": {}}]},
            ]
        },
        "awards": [{"status": 5, "items": [{}, {"classification": {"id": 7}}]}, {}],
    }
    releases, issues, repairs, _ = prepared(json.dumps(release))
    assert issues == [
        ["1", "o", "/bids/details[]/status", "0", "", "not set"],
        ["1", "o", "/bids/details[]/value/amount", "1", "", "is zero"],
        ["1", "o", "/bids/details[]/value/currency", "1", "", "not set"],
        ["1", "o", "/bids/details[]/items[]/classification/scheme", "1.0", "", "not set"],
        ["1", "o", "/bids/details[]/status", "1", "qualified", "invalid"],
        ["1", "o", "/awards[]/items[]/classification/scheme", "0.1", "", "not set"],
        ["1", "o", "/awards[]/status", "1", "", "not set"],
    ]
    assert repairs[1:] == [
        ["1", "o", "/awards[]/items[]/classification/id", "0.1", "7", "is a number", "written as text"]
    ]
    assert releases[0]["awards"][0]["items"][1]["classification"]["id"] == "7"  # type: ignore[index]


INI = """
; a comment
currency = USD
[defaults]
bid_status = valid
party_roles = true
[redactions]
amount = 0|x|99999999
organization_id = null|
[modifications]
prefix_tenderer_or_supplier_id = EX:
split_procurement_method_details = -
move_auctions = true
[codelists.award_status]
Active = active
[corrections]
award_status_by_contract_status = 1
"""


def test_each_repair_is_listed() -> None:
    release = {
        "ocid": "o",
        "parties": {"id": "EX:1"},
        "buyer": {"id": "null"},
        "tender": {"procurementMethodDetails": "small - roads"},
        "auctions": [{"stages": [{"bids": [{"tenderers": {"id": 1}, "value": {"amount": 0.0, "currency": "A"}}]}]}],
        "awards": [{"id": 1.5, "status": "Active"}],
        "contracts": [{"awardID": 1.5, "status": "cancelled"}],
    }
    releases, issues, repairs, sentence = prepared(json.dumps(release), INI)
    assert [row[2:] for row in repairs[1:]] == [
        ["/parties", "", "", "is an object", "put into an array"],
        ["/buyer/id", "", "null", "is a placeholder", "removed"],
        ["/tender/procurementMethodDetails", "", "small - roads", "carries a detail", "set to small"],
        ["/auctions[]/stages[]/bids", "", "", "is not the standard place", "1 moved to /bids/details"],
        ["/bids/details[]/value/amount", "0", "0.0", "is a placeholder", "removed"],
        ["/bids/details[]/status", "0", "", "not set", "set to valid"],
        ["/bids/details[]/tenderers", "0", "", "is an object", "put into an array"],
        ["/bids/details[]/tenderers[]/id", "0.0", "1", "is a number", "written as text"],
        ["/bids/details[]/tenderers[]/id", "0.0", "1", "lacks its prefix", "set to EX:1"],
        ["/contracts[]/awardID", "0", "1.5", "is a number", "written as text"],
        ["/awards[]/id", "0", "1.5", "is a number", "written as text"],
        ["/awards[]/status", "0", "Active", "is not the standard code", "set to active"],
        ["/awards[]/status", "0", "active", "all its contracts are cancelled", "set to cancelled"],
        ["/parties[]/roles", "0", "", "not set", "added tenderer"],
    ]
    assert not issues
    assert sentence == "1 rows in = 1 written + 0 rejected; 14 repairs, 0 issues left."
    assert releases == [
        {
            "ocid": "o",
            "parties": [{"id": "EX:1", "roles": ["tenderer"]}],
            "buyer": {},
            "tender": {"procurementMethodDetails": "small"},
            "auctions": [{"stages": [{}]}],
            "bids": {"details": [{"tenderers": [{"id": "EX:1"}], "value": {"currency": "A"}, "status": "valid"}]},
            "awards": [{"id": "1.5", "status": "cancelled"}],
            "contracts": [{"awardID": "1.5", "status": "cancelled"}],
        }
    ]
    assert PrepareSettings.parse(INI).notes == ("[redactions] amount: 'x' is not a number and is passed over.",)


def test_rows_that_cannot_be_read_are_rejected_with_the_reason_and_the_others_written() -> None:
    text = '{"ocid": "a"}\n{"ocid": "b", "ocid": "c"}\n["d"]\n{"ocid": \n\n{"ocid": "e"}'
    releases, issues, _, sentence = prepared(text)
    assert releases == [{"ocid": "a"}, {"ocid": "e"}]
    assert [row[0] for row in issues] == ["2", "3", "4"]
    assert "the key 'ocid' is repeated" in issues[0][5]
    assert sentence.startswith("5 rows in = 2 written + 3 rejected")


@pytest.mark.parametrize("odd", [None, 1, "x", [], [None], ["x"], [1, [2]], {"details": [3, None]}, {"id": None}, True])
@pytest.mark.parametrize("key", ["parties", "buyer", "tender", "bids", "awards", "contracts", "auctions"])
def test_values_of_the_wrong_kind_never_stop_the_repairs(key: str, odd: object) -> None:
    if key == "tender":
        odd = {"procuringEntity": odd, "procurementMethodDetails": odd}
    releases, _, _, _ = prepared(json.dumps({"ocid": "o", key: odd}), INI)
    assert len(releases) == 1


def test_an_amount_written_as_text_is_reported() -> None:
    bid = {"status": "valid", "value": {"amount": "12,5", "currency": "USD"}}
    _, issues, _, _ = prepared(json.dumps({"ocid": "o", "bids": {"details": [bid]}}))
    assert issues == [["1", "o", "/bids/details[]/value/amount", "0", "12,5", "is not a number"]]


def test_formulas_in_values_are_defused_in_the_list() -> None:
    _, issues, _, _ = prepared(json.dumps({"ocid": "=HYPERLINK()", "awards": [{"status": "@x"}]}))
    assert issues == [["1", "'=HYPERLINK()", "/awards[]/status", "0", "'@x", "invalid"]]


def test_a_package_is_prepared_release_by_release() -> None:
    stream = io.BytesIO(b'{"releases": [\n{"buyer": {"id": 1}},\n{"buyer": {"id": 2}}\n]}')
    rows = list(prepare(stream, PrepareSettings()))
    assert [(row.line, row.release) for row in rows] == [
        (2, {"buyer": {"id": "1"}}),
        (3, {"buyer": {"id": "2"}}),
    ]


def test_large_integers_are_kept() -> None:
    releases, _, _, _ = prepared('{"ocid": "a", "x": 123456789012345678901234567890}')
    assert releases == [{"ocid": "a", "x": 123456789012345678901234567890}]


@pytest.mark.parametrize(("number", "text"), [(1, "1"), (-2, "-2"), (1.0, "1.0"), (1e20, "1e20"), (1.5e-7, "1.5e-7")])
def test_numbers_become_their_shortest_text(number: float, text: str) -> None:
    assert number_as_text(number) == text


def test_bad_settings_are_explained() -> None:
    with pytest.raises(IntakeError, match="neither true nor false"):
        PrepareSettings.parse("[defaults]\nparty_roles = perhaps")
    with pytest.raises(IntakeError, match="not a valid INI file"):
        PrepareSettings.parse("[defaults\nx")


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "a.jsonl"
    source.write_text('{"ocid":"a","buyer":{"id":1}}\n[]\n', encoding="utf-8")
    output, errors, repairs = (tmp_path / name for name in ("o", "e", "r"))
    options = ["--output", str(output), "--errors", str(errors), "--repairs", str(repairs)]
    assert main([str(source), *options]) == 1
    assert output.read_text() == '{"ocid":"a","buyer":{"id":"1"}}\n'
    assert errors.read_text().startswith("2,,,,,rejected: Line 2 is not a JSON object")
    assert repairs.read_text().splitlines()[1] == "1,a,/buyer/id,,1,is a number,written as text"
    assert "2 rows in = 1 written + 1 rejected; 1 repairs, 0 issues left." in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.jsonl", "e", "o", "r"]
    assert main([str(tmp_path / "absent")]) == 2
    assert "cannot be opened" in capsys.readouterr().err
    assert main([str(source), "--output", str(tmp_path)]) == 2
