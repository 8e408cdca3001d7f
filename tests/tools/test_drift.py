"""A watch as a whole: what it finds, what it lets pass, that every row is accounted for, and the command."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
import pytest
from fairlearn.metrics import MetricFrame

from minga.tools.base import Card
from minga.tools.drift import Columns, DriftError, Settings, Watched, watch
from minga.tools.drift.cli import main
from minga.tools.stats import wilson


def table(rows: int, seed: int, start: str = "2026-01-01", **changed: Any) -> pa.Table:
    """Advice over 90 days on four queues; ``changed`` replaces columns."""
    rng = np.random.default_rng(seed)
    day = np.sort(rng.integers(0, 90, rows)) + np.datetime64(start)
    probability = rng.beta(6, 2, rows)
    queues = np.array(["parks", "roads", "waste", "water"])
    proposal = rng.integers(0, 4, rows)
    truth = np.where(rng.random(rows) < probability, proposal, (proposal + 1) % 4)
    abstained = rng.random(rows) < 0.1
    columns: dict[str, Any] = {
        "case": [f"c{number}" for number in range(rows)],
        "at": pa.array(day.astype("datetime64[D]")),
        "proposal": pa.array(queues[proposal], mask=abstained),
        "probability": pa.array(probability, mask=abstained),
        "truth": queues[truth],
        "determination": rng.choice(["accept", "edit", "reject"], rows, p=[0.8, 0.1, 0.1]),
        "appealed": rng.random(rows) < 0.05,
        "group_area": rng.choice(["north", "south"], rows),
        "pages": rng.integers(1, 9, rows),
        "value": rng.lognormal(8, 1, rows),
        "channel": rng.choice(["web", "phone", "post"], rows, p=[0.6, 0.3, 0.1]),
    }
    return pa.table(columns | changed)


def one(found: Watched, name: str) -> Any:
    return next(each for each in found.series if each.name == name)


def rate(found: Watched, name: str, group: str = "") -> Any:
    return next(each for each in found.rates if each.rate == name and each.group == group)


def test_nothing_moved() -> None:
    found = watch(table(3000, 1), table(2000, 2))
    assert found.verdict == "steady"
    assert found.alerts == ()
    assert {each.verdict for each in (*found.series, *found.rates, found.calibration)} == {"steady"}
    assert {each.name: (each.kind, each.type) for each in found.series} == {
        "proposal": ("output", "category"),
        "probability": ("output", "number"),
        "pages": ("feature", "number"),
        "value": ("feature", "number"),
        "channel": ("feature", "category"),
        "group_area": ("group", "category"),
    }
    json.dumps(found.as_json())


def test_a_number_that_moved_names_cases_of_the_fullest_bin() -> None:
    value = np.random.default_rng(3).lognormal(9, 1, 2000)
    found = watch(table(3000, 1), table(2000, 2, value=value))
    moved = one(found, "value")
    assert (found.verdict, moved.verdict) == ("alert", "alert")
    assert moved.psi.value > 0.25
    assert moved.p_adjusted < 0.01
    assert moved.page_hinkley.direction == "up"
    alert = next(alert for alert in found.alerts if alert.about == "value")
    bound = float(alert.where.removeprefix("above "))
    assert len(alert.cases) == 20
    assert all(value[int(case[1:])] > bound * 0.999 for case in alert.cases)
    assert alert.of == pytest.approx((value > bound).sum(), abs=2)
    assert all(each.verdict == "steady" for each in found.series if each.name != "value")


def test_a_new_category_is_counted_and_named() -> None:
    channel = np.where(np.arange(2000) % 3 == 0, "chat", "web")
    found = watch(table(3000, 1), table(2000, 2, channel=channel))
    moved = one(found, "channel")
    cell = next(cell for cell in moved.psi.cells if cell.label == "chat")
    assert (cell.reference, cell.window) == (0, 667)
    assert moved.psi.smoothed == 3
    alert = next(alert for alert in found.alerts if alert.about == "channel")
    assert (alert.where, alert.of) == ("chat", 667)
    assert all(int(case[1:]) % 3 == 0 for case in alert.cases)


def test_a_column_that_went_missing_is_an_alert_and_a_strange_one_a_note() -> None:
    window = table(2000, 2).drop_columns(["value"]).append_column("colour", pa.array(["red"] * 2000))
    found = watch(table(3000, 1), window)
    assert one(found, "value").verdict == "alert"
    assert next(alert for alert in found.alerts if alert.about == "value").where == "(missing)"
    assert any("'colour'" in note for note in found.notes)


def test_page_hinkley_tells_when_it_began() -> None:
    rng = np.random.default_rng(4)
    window = table(2000, 2)
    late = np.asarray(window["at"]) >= np.datetime64("2026-03-01")
    found = watch(table(3000, 1), table(2000, 2, value=rng.lognormal(8, 1, 2000) * np.where(late, 2.0, 1.0)))
    rang = one(found, "value").page_hinkley
    assert rang.direction == "up"
    assert "2026-02-22" <= rang.began <= "2026-03-05"
    assert rang.began <= rang.noticed <= "2026-03-20"


def test_without_dates_page_hinkley_follows_the_rows() -> None:
    value = np.random.default_rng(4).lognormal(8, 1, 2000) * np.where(np.arange(2000) >= 1000, 3.0, 1.0)
    window = table(2000, 2, value=value).drop_columns(["at"])
    found = watch(table(3000, 1).drop_columns(["at"]), window)
    assert one(found, "value").page_hinkley.began in ("row 900", "row 1,000")
    assert any("no dates" in note for note in found.notes)
    assert [month.month for month in found.months] == [""]


def test_very_many_rows_do_not_make_a_trifle_an_alert_and_few_rows_no_word() -> None:
    rng = np.random.default_rng(5)
    before, now = ({"case": np.arange(n).astype(str), "x": rng.normal(shift, 1, n)} for n, shift in
                   ((200_000, 0), (200_000, 0.05)))  # fmt: skip
    found = watch(pa.table(before), pa.table(now))
    assert one(found, "x").ks.p < 1e-6
    assert found.verdict == "steady"
    assert "too little to matter" in one(found, "x").sentence
    few = watch(pa.table(before), pa.table({"case": ["a"] * 49, "x": np.full(49, 99.0)}))
    assert (few.verdict, one(few, "x").verdict) == ("not_enough", "not_enough")


def test_shares_by_month_and_group_are_those_of_fairlearn() -> None:
    window = table(3000, 6)
    found = watch(table(3000, 1), window)
    overruled = np.asarray(window["determination"]) != "accept"
    month = np.asarray(window["at"]).astype("datetime64[M]").astype(str)
    frame = MetricFrame(
        metrics=lambda _, values: float(np.mean(values)), y_true=overruled, y_pred=overruled.astype(int),
        sensitive_features={"area": np.asarray(window["group_area"])}, control_features={"month": month},
    )  # fmt: skip
    for held in found.months:
        here = overruled[month == held.month]
        share = held.shares["override"]
        assert (share.count, share.of) == (here.sum(), len(here)) == (share.count, held.rows)
        assert (share.low, share.high) == wilson(int(here.sum()), len(here))
        for area, shares in held.groups["group_area"].items():
            assert shares["override"].value == pytest.approx(frame.by_group.loc[held.month, area].item())
        gap = next(gap for gap in held.gaps if gap.rate == "override")
        assert gap.value == pytest.approx(frame.difference().loc[held.month].item())
        assert gap.low <= gap.value <= gap.high
        assert held.coverage.value == pytest.approx(1 - (held.shares["abstention"].value or 0))


def test_a_share_that_moved_in_one_group_names_cases_of_that_group() -> None:
    window = table(2000, 2)
    area = np.asarray(window["group_area"])
    rng = np.random.default_rng(7)
    determination = np.where((area == "north") & (rng.random(2000) < 0.5), "reject", "accept")
    found = watch(table(3000, 1), table(2000, 2, determination=determination))
    moved = rate(found, "override", "north")
    assert moved.verdict == "alert"
    assert moved.low > 0.2
    alert = next(alert for alert in found.alerts if "north" in alert.about)
    assert all(determination[int(case[1:])] == "reject" and area[int(case[1:])] == "north" for case in alert.cases)
    fell = next(alert for alert in found.alerts if "south" in alert.about)
    assert fell.where == "overridden is no, group_area is south"


def test_a_rare_outcome_that_doubles_is_watched() -> None:
    rng = np.random.default_rng(8)
    found = watch(
        table(20_000, 1, appealed=rng.random(20_000) < 0.01), table(20_000, 2, appealed=rng.random(20_000) < 0.03)
    )
    assert abs(rate(found, "appeal").difference) < 0.05
    assert rate(found, "appeal").verdict == "watch"


def test_small_groups_have_no_share() -> None:
    area = np.where(np.arange(2000) < 9, "tiny", "north")
    found = watch(table(3000, 1, group_area=np.where(np.arange(3000) < 9, "tiny", "north")),
                  table(2000, 2, group_area=area))  # fmt: skip
    tiny = rate(found, "override", "tiny")
    assert (tiny.verdict, tiny.window.value, tiny.window.of) == ("not_enough", None, 9)
    assert not any(gap.lowest == "tiny" or gap.highest == "tiny" for gap in found.gaps)


def test_overconfidence_is_found() -> None:
    window = table(3000, 2)
    raised = np.asarray(window["probability"].to_numpy()) ** 0.3
    found = watch(table(3000, 1), table(3000, 2, probability=pa.array(raised, from_pandas=True)))
    fit = found.calibration
    assert fit.verdict == "alert"
    assert fit.window.overconfidence > 0.1
    assert fit.window.brier > fit.reference.brier
    assert "higher" in fit.sentence


def test_the_interval_of_a_number_is_counted() -> None:
    rng = np.random.default_rng(9)

    def priced(rows: int, width: float) -> pa.Table:
        truth = rng.normal(100, 10, rows)
        case = np.arange(rows).astype(str)
        said = truth + rng.normal(0, 5, rows)
        return pa.table({"case": case, "proposal": said, "low": said - width, "high": said + width, "truth": truth})

    found = watch(priced(2000, 8.2), priced(2000, 5.0))
    moved = rate(found, "inside_interval")
    assert moved.reference.value == pytest.approx(0.9, abs=0.02)
    assert moved.verdict == "alert"
    assert one(found, "proposal").type == "number"


def test_every_row_is_used_rejected_or_failed() -> None:
    window = table(60, 2).to_pylist()
    window[0]["case"] = " "
    window[1]["probability"] = 1.5
    window[2] |= {"proposal": None, "abstained": "no"}
    window[3]["abstained"] = "perhaps"
    window[4]["determination"] = "burn"
    window[5]["when"] = "31/12/2026"
    for row in window:
        row["when"] = row.get("when", str(row["at"]))
        row["abstained"] = row.get("abstained")
    rows = watch(
        pa.Table.from_pylist(table(60, 1).to_pylist()).rename_columns(renamed()),
        pa.Table.from_pylist(window),
        Settings(columns=Columns(at="when")),
    ).rows
    assert rows["window"]["in"] == 60
    assert (rows["window"]["used"], rows["window"]["rejected"], rows["window"]["failed"]) == (54, 4, 2)
    reasons = {each["reason"]: each["first"] for each in rows["window"]["reasons"]}
    assert reasons["the case has no id"] == [1]
    assert sorted(first for places in reasons.values() for first in places) == [1, 2, 3, 4, 5, 6]


def renamed() -> list[str]:
    return ["when" if name == "at" else name for name in table(1, 1).column_names]


def test_files_and_batches_give_the_same(tmp_path: Path) -> None:
    before, now = table(3000, 1), table(2000, 2)
    settings = Settings(seed=5)
    found = []
    for name, held in (("before", before), ("now", now)):
        pyarrow.parquet.write_table(held, tmp_path / f"{name}.parquet", row_group_size=700)
        pyarrow.csv.write_csv(held, tmp_path / f"{name}.csv")
        (tmp_path / f"{name}.csv.gz").write_bytes(gzip.compress((tmp_path / f"{name}.csv").read_bytes()))
    for kind in ("parquet", "csv", "csv.gz"):
        found.append(watch(tmp_path / f"before.{kind}", tmp_path / f"now.{kind}", settings).as_json())
    found.append(
        watch(before.to_batches(max_chunksize=100), iter(now.to_batches(max_chunksize=333)), settings).as_json()
    )
    for other in found[1:]:
        assert other["series"] == found[0]["series"]
        assert other["rates"] == found[0]["rates"]
        assert [month["shares"] for month in other["months"]] == [month["shares"] for month in found[0]["months"]]


def test_the_order_of_rows_on_a_day_and_names_of_cases_change_no_figure() -> None:
    now = table(2000, 2)
    shuffled = now.take(pa.array(np.random.default_rng(1).permutation(2000)))
    first, second = watch(table(3000, 1), now), watch(table(3000, 1), shuffled)
    assert [each.psi for each in first.series] == [each.psi for each in second.series]
    assert first.rates == second.rates
    assert first.gaps == second.gaps


def test_torn_rows_open_quotes_and_bad_cells_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "torn.csv"
    lines = [f"c{number},{number}" for number in range(200)]
    lines[10], lines[20], lines[30] = "c10,1,2", "c20", "c30,about 5"
    path.write_text("\ufeffcase,pages\n" + "\n".join(lines) + '\nc200,1,"open\nc201,1\n', encoding="utf-8")
    found = watch(path, path)
    rows = found.rows["window"]
    assert rows["in"] == rows["used"] + rows["failed"] == 202
    assert rows["failed"] == 4
    assert rows["unreadable_cells"] == {"pages": 1}
    assert one(found, "pages").type == "number"
    assert one(found, "pages").psi.cells[-1].label == "(missing)"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty or has no header"),
        (b"case,x\n", "none of its 0 rows"),
        (b"case,x,x\n1,2,3\n", "'x' twice"),
        (b"name,x\n1,2\n", "no column 'case'"),
        (b"case,x\n1,\xff\n", "not in UTF-8"),
        ("case,x\n1,2\n".encode("utf-16"), "not UTF-8"),
        (b"case,x\n,2\n", "the case has no id"),
    ],
)
def test_what_cannot_be_used_is_said(content: bytes, words: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    path.write_bytes(content)
    with pytest.raises(DriftError, match=f"^The reference: .*{words}"):
        watch(path, path)


def test_other_things_that_are_no_table() -> None:
    with pytest.raises(DriftError, match="not dict"):
        watch([{"case": "a"}], table(60, 1))
    nested = pa.table({"case": ["a"], "tags": [["x", "y"]]})
    with pytest.raises(DriftError, match="column 'tags' holds list"):
        watch(nested, nested)
    with pytest.raises(DriftError, match="cannot be read"):
        watch("nowhere.csv", "nowhere.csv")
    with pytest.raises(DriftError, match="more than 240 different months"):
        watch(
            pa.table(
                {"case": np.arange(300).astype(str), "month": [f"{1980 + n // 12}-{1 + n % 12:02}" for n in range(300)]}
            ),
            table(60, 1),
        )
    with pytest.raises(DriftError, match="do not fit together"):
        Settings(psi_watch=0.5)


def test_too_many_categories_are_a_note_in_the_reference_and_a_finding_in_the_window() -> None:
    settings = Settings(most_categories=50)
    texts = np.array([f"t{number}" for number in range(2000)])
    calm = np.array([f"t{number % 30}" for number in range(2000)])
    found = watch(table(2000, 1, channel=texts), table(2000, 2, channel=texts), settings)
    assert not any(each.name == "channel" for each in found.series)
    assert any("'channel' has more than 50" in note for note in found.notes)
    burst = watch(table(2000, 1, channel=calm), table(2000, 2, channel=texts), settings)
    assert one(burst, "channel").verdict == "alert"


def test_a_category_called_as_the_missing_ones_is_not_mistaken_for_them() -> None:
    window = table(2000, 2, channel=["(missing)"] * 2000)
    found = watch(table(3000, 1), window)
    alert = next(alert for alert in found.alerts if alert.about == "channel")
    assert (alert.where, alert.of, len(alert.cases)) == ("'(missing)'", 2000, 20)


def test_codes_are_categories_where_told() -> None:
    postcode = np.random.default_rng(1).choice([1011, 2022, 3033], 2000)
    settings = Settings(columns=Columns(categories=("postcode",)))
    before, now = (table(2000, seed, pages=postcode).rename_columns({"pages": "postcode"}) for seed in (1, 2))
    assert one(watch(before, now, settings), "postcode").type == "category"
    assert one(watch(before, now), "postcode").type == "number"


def test_no_drift_raises_no_alarm_more_often_than_promised() -> None:
    """1 % for all comparisons and 1 % for Page-Hinkley; 200 windows leave room for chance."""
    alarms = sum(watch(table(1000, 2 * n), table(150, 2 * n + 1)).verdict != "steady" for n in range(1000, 1200))
    assert wilson(alarms, 200)[0] <= 0.02


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    value = np.random.default_rng(3).lognormal(10, 1, 800)
    pyarrow.csv.write_csv(table(800, 1), tmp_path / "before.csv")
    pyarrow.csv.write_csv(table(800, 2, value=value), tmp_path / "now.csv")
    return str(tmp_path / "before.csv"), str(tmp_path / "now.csv")


def test_command_in_json_and_words(files: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*files, "--format", "json", "--seed", "4"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert {"verdict", "seed", "seconds", "cpu_seconds", "peak_memory_mib", "rows", "alerts"} <= set(found)
    assert (found["verdict"], found["seed"]) == ("alert", 4)
    assert main(list(files)) == 0
    words = capsys.readouterr().out
    assert words.startswith("ALERT: 1 thing moved")
    assert "800 rows in = 800 used + 0 rejected + 0 failed" in words
    assert main([*files, "--fail"]) == 3


def test_command_says_what_is_wrong(files: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([files[0], "nowhere.csv"]) == 1
    assert "The window: nowhere.csv cannot be read" in capsys.readouterr().err
    with pytest.raises(SystemExit) as stopped:
        main([*files, "--column", "colour=x"])
    assert stopped.value.code == 2


def test_command_as_a_module(files: tuple[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "minga.tools.drift", *files, "--feature", "pages"],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    assert done.stdout.startswith("STEADY")


@pytest.mark.parametrize("name", ["drift", "synthetic"])
def test_cards_are_whole(name: str) -> None:
    card = Card.read(Path("src/minga/tools") / name / "card.toml")
    assert {"en", "es"} == set(card.title) == set(card.summary) == set(card.known_failures)
    assert len(card.known_failures["en"]) == len(card.known_failures["es"])
