"""Rows in = used + rejected + failed; evidence points where it says; lots and consortia are told."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from minga.tools.base import ToolError
from minga.tools.redflags import Result, Settings, flag
from minga.tools.redflags.fences import Quartiles, quantile
from minga.tools.redflags.generate import generate
from minga.tools.stats import wilson


def bid(tenderer: str | list[str], amount: Any = 1, status: str = "valid", **more: Any) -> dict[str, Any]:
    names = [tenderer] if isinstance(tenderer, str) else tenderer
    value = {"amount": amount, "currency": "USD"}
    return {"status": status, "tenderers": [{"id": name} for name in names], "value": value} | more


def award(*suppliers: str, status: str = "active", **more: Any) -> dict[str, Any]:
    return {"status": status, "suppliers": [{"id": name} for name in suppliers]} | more


def release(ocid: Any = "A", bids: Any = (), awards: Any = (), **tender: Any) -> dict[str, Any]:
    return {"ocid": ocid, "bids": {"details": list(bids)}, "awards": list(awards), "tender": tender}


def run(*releases: Any, settings: Settings | None = None) -> Result:
    return flag(b"\n".join(orjson.dumps(one) for one in releases), settings)


def fired(result: Result, ocid: str = "A") -> set[str]:
    return {reason.code for reason in result.explain(ocid).reasons}


def states(result: Result) -> list[tuple[int, str]]:
    return [(problem.row, problem.state) for problem in result.account.problems]


@pytest.mark.parametrize(
    ("amount", "state", "words"),
    [
        ("12,5", "repaired", "decimal comma"),
        ("12.50", "repaired", "read as a number"),
        ("1.234.567", "repaired", "left out"),
        (True, "repaired", "left out"),
        ({"x": 1}, "repaired", "left out"),
    ],
)
def test_odd_amount_is_never_silent(amount: Any, state: str, words: str) -> None:
    result = run(release(bids=[bid("W", amount), bid("L", 20)], awards=[award("W")]))
    [problem] = result.account.problems
    assert problem.state == state
    assert problem.row == 1
    assert problem.reason.startswith("/bids/details/0/value/amount")
    assert words in problem.reason
    assert result.account.used == 1


def test_decimal_comma_is_compared_as_its_number() -> None:
    result = run(release(bids=[bid("W", "12,5", "disqualified"), bid("L", 13)], awards=[award("L")]))
    [reason] = [r for r in result.explain("A").reasons if r.code == "R036"]
    assert (reason.measured, reason.bound) == (12.5, 13.0)


def test_object_for_array_and_integer_ids() -> None:
    one = release(awards=[award("7")], bids=[])
    one["bids"]["details"] = {"status": "valid", "tenderers": {"id": 7}, "date": "2020-02-01T00:00:00Z"}
    one["tender"] = {"tenderPeriod": {"endDate": "2020-01-01T00:00:00Z"}}
    result = run(one)
    assert fired(result) == {"R030"}
    [problem] = result.account.problems
    assert problem.reason.count("read as an array of one") == 2
    assert "/bids/details/0/tenderers/0/id: the number 7 read as text" in problem.reason


def test_rows_add_up() -> None:
    lines = [
        orjson.dumps(release("A")),
        b"",
        b'{"ocid": "B", "tender": {"sta',
        orjson.dumps({"tender": {}}),
        orjson.dumps({"ocid": 5}),
        b"[1, 2]",
        b'{"ocid": "\xff\xfe"}',
        b'{"ocid":"D","tender":{"lots":' + b"[" * 100_000 + b"]" * 100_000 + b"}}",
        orjson.dumps(release("A", title="later")),
        b'{"ocid":"C","awards":null,"tender":null}',
    ]
    account = flag(b"\n".join(lines)).account
    assert account.rows_in == 9
    assert account.rows_in == account.used + account.rejected + account.failed
    told = {problem.row: problem for problem in account.problems}
    assert told[3].state == "failed"
    assert "not JSON" in told[3].reason
    assert told[4].reason == "no ocid"
    assert told[5].reason == "the ocid is a number, not text"
    assert told[6].state == "rejected"
    assert told[7].state == "failed"
    assert 8 in told
    assert told[1].reason.startswith("repeated ocid: A stands again in row 9")
    assert account.used == 2


def test_generated_broken_rows_are_all_accounted_for() -> None:
    rows = list(generate(3_000, 5, broken=0.1))
    result = flag(b"\n".join(row.line for row in rows))
    account = result.account
    assert account.rows_in == 3_000 == account.used + account.rejected + account.failed
    told = {problem.row for problem in account.problems}
    told |= {row for row, one in enumerate(rows, 1) if b'"details":[]' in one.line}  # nothing in it to break
    elsewhere = {"bad_date", "duplicated_ocid", "wrong_encoding"}
    missed = [n for n, row in enumerate(rows, 1) if row.broken and row.defect not in elsewhere and n not in told]
    assert missed == []


@pytest.mark.parametrize("kind", ["records", "releases", "array", "lines of records", "pretty", "single"])
def test_containers(kind: str, tmp_path: Path) -> None:
    ones = [release("A", procurementMethod="open", numberOfTenderers=1), release("B")]
    records = [{"ocid": one["ocid"], "compiledRelease": one} for one in ones]
    data: Any = {
        "records": {"records": records},
        "releases": {"releases": ones},
        "array": ones,
        "pretty": {"releases": ones},
        "single": ones[0],
    }.get(kind)
    text = json.dumps(data, indent=2 if kind == "pretty" else None)
    if kind == "lines of records":
        text = "\n".join(json.dumps(record) for record in records)
    path = tmp_path / "data.json.gz"
    path.write_bytes(gzip.compress(text.encode()))
    result = flag(path)
    assert result.account.used == (1 if kind == "single" else 2)
    assert result.cardinal() == {"OCID": {"A": {"R018": 1.0}}}


def test_record_without_compiled_release_is_rejected() -> None:
    account = run({"ocid": "A", "releases": [{"url": "x"}]}, release("B")).account
    assert (account.used, account.rejected) == (1, 1)
    assert "compile" in account.problems[0].reason


@pytest.mark.parametrize("content", [b"", b"  \n", b"not json at all", b"\xff\xfe{\x00"])
def test_unreadable_source(content: bytes) -> None:
    if content == b"not json at all":
        assert flag(content).account.failed == 1
        return
    with pytest.raises(ToolError):
        flag(content)


def value_at(data: Any, path: str) -> Any:
    for part in path.strip("/").split("/"):
        data = data[int(part)] if isinstance(data, list) else data[part]
    return data


def test_every_evidence_row_points_at_its_value() -> None:
    rows = list(generate(2_000, 3))
    found = {one["ocid"]: one for one in (orjson.loads(row.line) for row in rows)}
    result = flag(b"\n".join(row.line for row in rows))
    explained: dict[str, int] = {}
    for row in result.evidence():
        stands = value_at(found[row.ocid], row.path)
        if row.indicator == "R048":
            assert str(stands).startswith(row.value)
        elif isinstance(stands, int | float):
            assert float(row.value) == pytest.approx(float(stands))
        else:
            assert str(stands) == row.value
        explained[row.indicator] = explained.get(row.indicator, 0) + 1
    flagged = {code for code, count in result.counts().items() if count}
    assert flagged == set(explained)
    assert len(flagged) >= 7
    for advice in result.advice():
        for reason in advice.reasons:
            assert reason.evidence, reason.code
        codes = {r.code for r in advice.reasons} | set(advice.tested) | set(advice.not_computed)
        assert codes == set(result.settings.enabled)


def test_lots_are_reported_or_ignored() -> None:
    one = release(bids=[bid("D", 1, "disqualified"), bid("V", 2)], awards=[award("V")], lots=[{"id": "1"}, {"id": "2"}])
    advice = run(one).explain("A")
    assert {"R028", "R035", "R036", "R058"} <= {c for c, why in advice.not_computed.items() if "lots" in why}
    assert {"R035", "R036"} <= fired(run(one, settings=Settings(lots="ignore")))


def test_consortia_and_several_awards_are_told() -> None:
    settings = Settings.read("[R058]\nthreshold = 0.5\n[R028]\n")
    joint_award = run(release(bids=[bid("W"), bid("L", 2)], awards=[award("W", "X")]), settings=settings)
    assert "consortium" in joint_award.explain("A").not_computed["R058"]
    two = run(release(bids=[bid("W"), bid("L", 2)], awards=[award("W"), award("L")]), settings=settings)
    assert "several active awards" in two.explain("A").not_computed["R058"]
    joint_bid = run(release(bids=[bid("W"), bid(["L", "M"], 9)], awards=[award("W")]), settings=settings)
    assert "R058" in joint_bid.explain("A").not_computed
    same = run(release(bids=[bid(["L", "M"]), bid(["M", "L"]), bid("K")]), settings=settings)
    assert same.cardinal()["Tenderer"].keys() == {"K", "L", "M"}


def test_only_joint_bids_of_the_same_group_are_no_flag() -> None:
    assert run(release(bids=[bid(["L", "M"]), bid(["M", "L"])])).cardinal() == {}


def test_late_bid_with_another_offset() -> None:
    def late(date: str) -> set[str]:
        period = {"endDate": "2020-01-01T12:00:00-04:00"}
        return fired(run(release(bids=[bid("W", date=date)], awards=[award("W")], tenderPeriod=period)))

    assert "R030" not in late("2020-01-01T15:59:00Z")
    assert "R030" in late("2020-01-01T16:01:00Z")
    assert "R030" in late("2020-01-01T12:00:01-04:00")


def test_currency_is_the_first_seen_or_the_one_set() -> None:
    other = bid("L", 5)
    other["value"]["currency"] = "EUR"
    one = release("A", [bid("D", 9, "disqualified"), other, bid("W", 10)], [award("W")])
    only = Settings().only(["R036"])
    assert run(one, settings=only).currency == "USD"
    assert fired(run(one, settings=only)) == {"R036"}
    assert run(one).currency == "EUR", "R024 looks first, and only at valid bids"
    assert run(one, settings=Settings(currency="GBP")).counts()["R036"] == 0


def test_price_comparison_lists_and_exclusions() -> None:
    def codes(text: str) -> set[str]:
        one = release(bids=[bid("V"), bid("D")], procurementMethodDetails="it's an auction")
        return fired(run(one, settings=Settings.read(text)))

    assert codes("[R028]") == {"R028"}
    assert codes("price_comparison_procurement_methods = other\n[R028]") == set()
    assert codes("price_comparison_procurement_methods = it's an auction\n[R028]") == {"R028"}
    assert codes("no_price_comparison_procurement_methods = it's an auction\n[R028]") == set()
    assert codes("[exclusions]\nprocurement_method_details = it's an auction\n[R028]") == set()
    assert codes('[R028]\nexclude_method_details = ["it\'s an auction"]') == set()


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=40), st.floats(0, 1))
def test_quantile_stays_among_its_values(values: list[float], tau: float) -> None:
    assert min(values) <= quantile(sorted(values), tau) <= max(values)


def test_quantile_of_type_8() -> None:
    """R: quantile(c(1, 2, 4, 8, 16), c(.25, .5, .75), type = 8)."""
    values = [1.0, 2.0, 4.0, 8.0, 16.0]
    assert [quantile(values, tau) for tau in (0.25, 0.5, 0.75)] == pytest.approx([5 / 3, 4, 32 / 3])
    assert Quartiles.of([]).figures() == {"count": 0}


def test_wilson_interval() -> None:
    """Newcombe (1998), table I: 81 of 263."""
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=1e-4)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "status", "amount"]), inner),
    max_leaves=6,
)
FIELDS = ("ocid", "buyer", "tender", "bids", "awards", "compiledRelease", "releases", "records", "details", "tenderers")


@hypothesis_settings(max_examples=60)
@given(st.lists(st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=5), min_size=1, max_size=6))
def test_any_json_is_accounted_for(rows: list[dict[str, Any]]) -> None:
    account = run(*rows).account
    assert account.rows_in == account.used + account.rejected + account.failed
    assert account.rejected + account.failed == sum(p.state != "repaired" for p in account.problems)


@pytest.mark.parametrize("ending", [b"", b"\n", b"\r\n"])
def test_lines_of_every_length_are_read_across_blocks(
    ending: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("minga.tools.redflags.read.BLOCK", 64)
    monkeypatch.setattr("minga.tools.redflags.read.PEEK", 300)
    lines = [b'{"ocid":"o-%d","title":"%s"}' % (n, b"x" * (n * 7 % 400)) for n in range(200)]
    data = tmp_path / "lines.jsonl"
    data.write_bytes(b"\n".join(lines) + ending)
    taken: list[int] = []
    for source in (data, data.read_bytes()):
        account = flag(source, progress=taken.append).account
        assert (account.rows_in, account.used, account.problems) == (200, 200, [])
    assert sum(taken) == 2 * data.stat().st_size
