"""The invented contracting data: repeatable, with the promised shares, and every planted case truly there."""

import gzip
import json
from collections import Counter, defaultdict
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import orjson
import pytest

from minga.tools.base import ToolError
from minga.tools.intake import IntakeError, strict_json
from minga.tools.redflags.generate import (
    CASES,
    DEFECTS,
    ODDITIES,
    Generated,
    generate,
    main,
    plant_short_calls,
    read_labels,
    write,
)
from minga.tools.redflags.generate_world import SPLIT_THRESHOLD
from tests.shared import shared

COUNT, SEED = 12_000, 7
Release = dict[str, Any]


@cache
def sample() -> list[tuple[Generated, Release]]:
    return [(row, orjson.loads(row.line)) for row in generate(COUNT, SEED)]


def labelled(label: str) -> list[Release]:
    found = [release for row, release in sample() if row.label == label]
    assert found
    return found


def days(release: Release) -> int | None:
    period = release["tender"]["tenderPeriod"]
    if len(period) < 2:
        return None
    return (datetime.fromisoformat(period["endDate"]) - datetime.fromisoformat(period["startDate"])).days


def amounts(release: Release, status: str = "valid") -> list[int]:
    return sorted(bid["value"]["amount"] for bid in release["bids"]["details"] if bid["status"] == status)


def suppliers(release: Release) -> set[str]:
    return {party["id"] for award in release["awards"] for party in award["suppliers"]}


def test_the_same_seed_gives_the_same_bytes_and_another_does_not() -> None:
    first, again, other = (list(generate(200, seed, broken=0.2)) for seed in (3, 3, 4))
    assert first == again != other


def test_rows_are_counted_in_order_of_time_and_clearly_invented() -> None:
    rows = sample()
    assert len(rows) == COUNT
    assert all(row.ocid.startswith("ocds-ex4mpl-") and row.ocid == release["ocid"] for row, release in rows)
    assert len({row.ocid for row, _ in rows}) == COUNT
    starts = [release["tender"]["tenderPeriod"].get("startDate", "")[:10] for _, release in rows]
    years = Counter(start[:4] for start in starts)
    assert years["2024"] > COUNT * 0.45
    assert years["2025"] > COUNT * 0.45


def test_open_for_fewer_than_15_days_fires_on_about_half() -> None:
    by_method: dict[str, list[bool]] = defaultdict(list)
    for _, release in sample():
        length = days(release)
        if length is not None:
            by_method[release["tender"]["procurementMethodDetails"]].append(length < 15)
    everything = [short for found in by_method.values() for short in found]
    share = {method: sum(found) / len(found) for method, found in by_method.items()}
    assert 0.43 < sum(everything) / len(everything) < 0.52
    assert 0.57 < share["Menor cuantía nacional"] < 0.64
    assert 0.15 < share["Licitación Pública Nacional"] < 0.22


def test_other_shares_are_those_of_the_specification() -> None:
    releases = [release for _, release in sample()]
    methods = Counter(release["tender"]["procurementMethod"] for release in releases)
    statuses = Counter(release["tender"]["status"] for release in releases)
    details = Counter(release["tender"]["procurementMethodDetails"] for release in releases)
    assert methods["open"] / COUNT > 0.96
    assert set(methods) == {"open", "direct", "limited", "selective"}
    assert 0.86 < statuses["complete"] / COUNT < 0.92
    assert 0.01 < statuses["cancelled"] / COUNT < 0.025
    assert 0.02 < statuses["unsuccessful"] / COUNT < 0.05
    assert 0.5 < details["Menor cuantía nacional"] / COUNT < 0.6
    assert 3_500 < sum(len(row.line) for row, _ in sample()) / COUNT < 4_600
    assert max(len(release["bids"]["details"]) for release in releases) == 14
    currencies = Counter(release["tender"]["value"]["currency"] for release in releases)
    assert 0.005 < currencies["USD"] / COUNT < 0.02


@pytest.mark.parametrize("label", [*CASES])
def test_every_case_is_planted_about_as_often_as_said(label: str) -> None:
    expected = CASES[label] * COUNT * (4 if label == "split_contract" else 1)
    assert 0.6 * expected < len(labelled(label)) < 1.4 * expected


def test_cover_bids_lie_within_0_4_percent() -> None:
    for release in labelled("cover_bids"):
        low, *others = amounts(release)
        assert others
        assert all(0 < (other - low) / low < 0.0041 for other in others)


def test_always_losing_bidders_never_win_and_bid_often() -> None:
    bids: Counter[str] = Counter()
    for _, release in sample():
        for bid in release["bids"]["details"]:
            bids.update(party["id"] for party in bid["tenderers"] if party["id"].startswith("EX-RUC-81"))
        for award in release.get("awards", []):
            assert not any(party["id"].startswith("EX-RUC-81") for party in award.get("suppliers", []))
    assert bids
    assert min(bids.values()) > 20


def test_only_the_winner_is_left_where_the_buyer_disqualifies_the_others() -> None:
    for release in labelled("all_but_one_disqualified"):
        assert len(amounts(release)) == 1
        assert len(amounts(release, "disqualified")) == len(release["bids"]["details"]) - 1 >= 2


def test_the_late_bid_wins() -> None:
    for release in labelled("late_winning_bid"):
        deadline = datetime.fromisoformat(release["tender"]["tenderPeriod"]["endDate"])
        late = [bid for bid in release["bids"]["details"] if datetime.fromisoformat(bid["date"]) > deadline]
        assert [{party["id"] for party in bid["tenderers"]} for bid in late] == [suppliers(release)]


def test_identical_prices_come_from_different_tenderers() -> None:
    for release in labelled("identical_prices"):
        low, second, *_ = amounts(release)
        assert low == second


def test_a_generalist_wins_in_more_than_20_classes_and_nobody_else_does() -> None:
    classes: dict[str, set[str]] = defaultdict(set)
    for _, release in sample():
        for award in release.get("awards", []):
            for party in award.get("suppliers", []):
                classes[party["id"]] |= {item["classification"]["id"][:2] for item in award["items"]}
    assert {party for party, found in classes.items() if len(found) > 20} == {
        "EX-RUC-82100001",
        "EX-RUC-82100002",
    }


def test_split_contracts_stay_under_the_threshold_with_one_buyer_and_supplier() -> None:
    groups: dict[tuple[str, str], list[Release]] = defaultdict(list)
    for release in labelled("split_contract"):
        groups[release["buyer"]["id"], *suppliers(release)].append(release)
        assert 0.9 * SPLIT_THRESHOLD < release["tender"]["value"]["amount"] < SPLIT_THRESHOLD
    assert all(len(found) >= 3 for found in list(groups.values())[:-1])


def test_short_calls_are_open_for_one_to_three_days() -> None:
    assert {days(release) for release in labelled("short_call")} == {1, 2, 3}
    others = [days(release) for row, release in sample() if row.label != "short_call"]
    assert sum(length is not None and length <= 3 for length in others) < 10


def test_labels_are_never_in_the_release() -> None:
    for row, _ in sample():
        assert not row.label or row.label.encode() not in row.line


def test_awkward_but_valid_data_are_there() -> None:
    found = {kind: [release for row, release in sample() if row.defect == kind] for kind in ODDITIES}
    assert all(len(releases) > 40 for releases in found.values())
    assert not any(release["bids"]["details"] for release in found["zero_bids"])
    assert any(len(bid["tenderers"]) == 2 for release in found["consortium"] for bid in release["bids"]["details"])
    assert any(len(release.get("awards", [])) == 2 for release in found["two_active_awards"])
    assert all(len(release["tender"]["lots"]) == 2 for release in found["lots"])


def test_broken_rows_are_broken_as_named_and_never_hold_a_planted_case() -> None:
    rows = list(generate(6_000, 1, broken=0.05))
    broken = [row for row in rows if row.broken]
    assert 0.04 < len(broken) / len(rows) < 0.06
    kinds = Counter(row.defect for row in broken)
    assert set(kinds) == set(DEFECTS)
    assert not any(row.label for row in broken)
    ocids = Counter(row.ocid for row in rows)
    assert sum(count - 1 for count in ocids.values()) == kinds["duplicated_ocid"]
    for row in broken:
        if row.defect in ("cut_line", "wrong_encoding"):
            with pytest.raises(IntakeError):
                strict_json(row.line)
        else:
            release = orjson.loads(row.line)
            assert (row.defect == "not_an_object") == isinstance(release, list)
            assert (row.defect in ("missing_id", "not_an_object")) == ("ocid" not in release)
    assert any(b'"tenderers":{' in row.line for row in broken if row.defect == "object_for_array")


def test_a_set_is_written_with_its_labels(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    done = write(tmp_path / "set", 400, 2, broken=0.1, start=date(2020, 1, 1), days=30)
    lines = done.data.read_bytes().splitlines()
    assert (done.rows, done.bytes) == (400, done.data.stat().st_size)
    assert lines == [row.line for row in generate(400, 2, broken=0.1, start=date(2020, 1, 1), days=30)]
    labels = read_labels(done.labels)
    assert set(labels.values()) <= set(CASES)
    planted = json.loads(done.planted.read_text(encoding="utf-8"))
    assert sum(kind in DEFECTS for kind in planted["rows"].values()) == done.broken > 0
    assert "EX-RUC-81100001" in planted["parties"]
    assert main([str(tmp_path / "x.jsonl.gz"), "--count", "20", "--seed", "3"]) == 0
    assert "20 rows (0 broken)" in capsys.readouterr().out
    assert len(gzip.decompress((tmp_path / "x.jsonl.gz").read_bytes()).splitlines()) == 20


def test_wrong_wishes_and_labels_are_explained(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path), "--broken", "2"]) == 2
    assert "between 0 and 0.9" in capsys.readouterr().err
    (tmp_path / "labels.json").write_text("[]", encoding="utf-8")
    for name in ("labels.json", "absent.json"):
        with pytest.raises(ToolError, match=r"not a labels file|cannot be read"):
            read_labels(tmp_path / name)


def test_short_calls_are_planted_in_copies_of_real_calls() -> None:
    with gzip.open(shared("data/procurement/real/paraguay_dncp_12738_tenders.jsonl.gz")) as file:
        lines = [*file.readlines()[:3000], b"not json\n", b"[]\n", b'{"ocid": "x"}\n']
    originals = {orjson.loads(line)["ocid"]: orjson.loads(line) for line in lines[:3000]}
    planted = list(plant_short_calls(lines, 0.1, 5))
    assert 200 < len(planted) < 400
    for row in planted:
        copy = orjson.loads(row.line)
        original = originals[row.ocid.removeprefix("planted-")]
        assert row.label == "short_call"
        assert copy["ocid"] == row.ocid
        assert 1 <= (days(copy) or 0) <= 3
        assert copy["tender"]["title"] == original["tender"]["title"]
    assert planted == list(plant_short_calls(lines, 0.1, 5))
