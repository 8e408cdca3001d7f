"""Invented rows: like the data where they should be, unlike it where they must be, and honest about both."""

from __future__ import annotations

import csv
import inspect
import json
import re
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minga.design.profile import Profile as DesignProfile
from minga.tools.redflags.generate import generate
from minga.tools.synthetic import (
    Profile,
    SyntheticError,
    check,
    making,
    profile,
    rows,
    synthesise,
    synthesise_releases,
)
from minga.tools.synthetic.cli import main
from minga.tools.synthetic.filler import filler
from minga.tools.synthetic.formats import amounts_of, date_format_of
from tests.shared import shared

Row = dict[str, Any]


def people(count: int, seed: int) -> list[Row]:
    """Letters to a body: a rare town, a secret in the text, some cells missing."""
    rng = np.random.default_rng(seed)
    made = []
    for number in range(count):
        town = str(rng.choice(["Asunción", "Luque", "Lambaré"], p=[0.6, 0.3, 0.1]))
        made.append(
            {
                "id": f"P-{seed}-{number:05}",
                "received": f"{rng.integers(1, 29):02}/{rng.integers(1, 13):02}/2025",
                "town": "Isla Umbú" if number in (3, 4) else town,
                "bus": ("route 1" if town == "Luque" else "route 2") if number % 9 else "",
                "amount": f"₲ {int(rng.lognormal(14, 1)):,}".replace(",", "."),
                "children": str(rng.integers(0, 4)),
                "share": f"{rng.random():.2f}",
                "text": " ".join(["secreto"] * int(rng.integers(3, 40))) + f" {number}",
            }
        )
    return made


def column(held: Profile, name: str) -> Any:
    return next(each for each in held.columns if each.name == name)


def test_types_and_formats_are_found() -> None:
    held = profile(people(2000, 1))
    assert {each.name: each.type for each in held.columns} == {
        "id": "identifier",
        "received": "date",
        "town": "category",
        "bus": "category",
        "amount": "number",
        "children": "number",
        "share": "number",
        "text": "text",
    }
    assert column(held, "received").date_format == "%d/%m/%Y"
    assert column(held, "amount").amounts.write(1234567) == "₲ 1.234.567"
    assert column(held, "share").amounts.decimals == 2
    assert column(held, "bus").missing == pytest.approx(1 / 9, abs=0.001)
    assert (held.rows_in, held.rows, held.failed, held.read) == (2000, 2000, 0, 2000)


def test_what_is_rare_is_in_neither_profile_nor_rows() -> None:
    real = people(2000, 1)
    held = profile(real)
    text = json.dumps(held.as_json(), ensure_ascii=False)
    assert "Isla Umbú" not in text
    assert "secreto" not in text
    assert "P-1-" not in text
    made = list(rows(held, 3000, 1))
    assert {row["town"] for row in made} <= {"Asunción", "Luque", "Lambaré"}
    assert not any("secreto" in row["text"] or row["id"].startswith("P-") for row in made)


cells = st.one_of(st.none(), st.sampled_from(["a", "b", "c c", "7", "7.5", "-3", "2026-01-05", "x" * 40, "é"]))


@settings(max_examples=150, deadline=None)
@given(st.lists(st.fixed_dictionaries({"one": cells, "two": cells}), min_size=3, max_size=60), st.integers(2, 6))
def test_no_value_below_the_minimum_survives(data: Sequence[Row], minimum: int) -> None:
    if len(data) < minimum:
        with pytest.raises(SyntheticError, match="at least"):
            profile(data, minimum)
        return
    held = profile(data, minimum)
    for each in held.columns:
        read = each.amounts.read if each.amounts else str  # a number may be written otherwise than in its row
        counts = Counter(read(row[each.name]) for row in data if row[each.name])
        assert all(counts[read(value)] >= minimum for value in each.values)
        assert all(count >= minimum for count in each.values.values())
        assert each.others == 0 or each.others >= minimum
        assert all(count >= minimum for *_, count in each.periods)
    made = list(rows(held, 20, 3))
    assert len(made) == 20
    assert all(set(row) == {"synthetic", "one", "two"} and row["synthetic"] == "yes" for row in made)
    assert Profile.from_json(json.loads(json.dumps(held.as_json()))) == held


def test_knots_are_means_of_several_so_no_extreme_is_shown() -> None:
    data = [{"income": str(number)} for number in [*range(1000, 2000, 2), 987_654_321.0]]
    held = column(profile(data), "income")
    assert max(held.knots) == pytest.approx(1990, abs=10)
    assert min(held.knots) == pytest.approx(1009, abs=2)


def test_shares_spread_dates_and_lengths_are_kept() -> None:
    real = people(4000, 1)
    made = list(rows(profile(real), 4000, 7))
    for name in ("town", "bus"):
        before, now = (Counter(row[name] for row in side) for side in (real, made))
        assert all(abs(now[value] - before[value]) < 150 for value in ("Luque", "Asunción", "route 1", ""))

    def numbers(side: list[Row], name: str) -> np.ndarray:
        return np.array([float(re.sub(r"[₲. ]", "", row[name]) if name == "amount" else row[name]) for row in side])

    for name in ("amount", "share", "children"):
        before, now = (
            np.quantile(numbers(real, name), [0.1, 0.5, 0.9]),
            np.quantile(numbers(made, name), [0.1, 0.5, 0.9]),
        )
        assert now == pytest.approx(before, rel=0.15, abs=0.1)
    assert all(re.fullmatch(r"₲ \d{1,3}(\.\d{3})*", row["amount"]) for row in made)
    assert all(datetime.strptime(row["received"], "%d/%m/%Y").year == 2025 for row in made)
    lengths = [np.median([len(row["text"]) for row in side]) for side in (real, made)]
    words = [np.median([len(row["text"].split()) for row in side]) for side in (real, made)]
    assert lengths[1] == pytest.approx(lengths[0], rel=0.1)
    assert words[1] == pytest.approx(words[0], rel=0.15)


def test_the_same_seed_gives_the_same_rows_and_another_others() -> None:
    held = profile(people(500, 1))
    assert list(rows(held, 50, 1)) == list(rows(held, 50, 1))
    assert list(rows(held, 50, 1)) != list(rows(held, 50, 2))


def test_relations_only_where_the_profile_has_them(tmp_path: Path) -> None:
    real = people(3000, 1)
    for pairs, least in (((), 0), ((("town", "bus"),), 1)):
        held = profile(real, pairs=pairs)
        made = [row for row in rows(held, 3000, 1) if row["bus"] and row["town"]]
        together = np.mean([(row["bus"] == "route 1") == (row["town"] == "Luque") for row in made])
        assert together >= 0.999 if least else together < 0.8
        assert all(count % 10 == 0 and count > 0 for pair in held.pairs for *_, count in pair.rows)
        done = synthesise(held, 10, 1, tmp_path)
        assert done.relations == (("town and bus",) if least else ())
        assert any(("The relation of town and bus was kept" if least else "No relation") in line for line in done.words)
    with pytest.raises(SyntheticError, match="not a column of categories"):
        profile(real, pairs=[("town", "text")])
    with pytest.raises(SyntheticError, match="chain"):
        profile(real, pairs=[("town", "bus"), ("bus", "town")])


def test_the_file_says_that_it_is_invented(tmp_path: Path) -> None:
    held = profile([{"synthetic": "no", "=cmd": "+1+1" if n % 2 else "plain"} for n in range(100)])
    done = synthesise(held.as_json(), 200, 5, tmp_path / "new")
    path = Path(done.path)
    assert path.name.startswith("synthetic-")
    with path.open(encoding="utf-8", newline="") as file:
        found = list(csv.reader(file))
    assert found[0] == ["synthetic", "'=cmd"]
    assert {row[0] for row in found[1:]} == {"yes"}
    assert {row[1] for row in found[1:]} == {"'+1+1", "plain"}
    assert (done.rows, done.seed, done.profile_hash) == (200, 5, held.hash)


def test_making_reads_nothing_but_the_profile() -> None:
    """By construction: the module that invents names no reader, and its functions take a profile."""
    source = inspect.getsource(making)
    assert not re.search(r"\.read|profiling|open\((?!\"w\")", source)
    assert list(inspect.signature(rows).parameters) == ["profile", "count", "seed"]
    assert list(inspect.signature(synthesise).parameters) == ["profile", "count", "seed", "folder"]


def test_privacy_of_invented_rows_and_of_copies() -> None:
    data = people(3000, 1)
    real, holdout = data[:1500], data[1500:]
    held = profile(real)
    good = check(held, rows(held, 1500, 1), real, holdout)
    assert good.passed
    assert good.closer_low is not None
    assert good.closer_high is not None
    assert good.closer_low <= 0.5 <= good.closer_high + 0.02
    assert (good.rare_values, good.rare_leaks) == (1, 0)
    copied = check(held, real, real, holdout)
    assert not copied.passed
    assert copied.exact_matches == 1500
    assert copied.exact_matches_holdout is not None
    assert copied.exact_matches_holdout < 20
    assert copied.closer == 1.0
    assert copied.rare_leaks == 1
    assert copied.nearest == 0.0
    some = check(held, [*real[:150], *rows(held, 1350, 1)], real)
    assert not some.passed
    assert (some.exact_matches, some.closer, some.exact_matches_holdout) == (150, None, None)
    assert any("not differential privacy" in line for line in good.words)
    json.dumps(good.as_json())


def test_matches_without_a_holdout_are_left_open() -> None:
    data = [{"colour": "red" if n % 2 else "blue"} for n in range(100)]
    held = profile(data)
    assert check(held, rows(held, 20, 1), data).passed is None
    assert check(held, rows(held, 20, 1), data, data).passed is True
    assert check(held, [{"colour": "green"}] * 20, data).passed is True


def test_the_last_and_the_first_years_and_small_numbers() -> None:
    data = [{"until": "9999-12-31", "born": "0099-01-05", "tiny": n * 1e-7} for n in range(100)]
    held = profile(data)
    assert [each.type for each in held.columns] == ["date", "date", "number"]
    made = list(rows(held, 50, 1))
    assert all(row["until"].startswith("9999-12-") and row["born"].startswith("0099-01-") for row in made)
    assert all("e" not in row["tiny"] and 0 <= float(row["tiny"]) <= 1e-5 for row in made)


def test_privacy_needs_something_to_compare() -> None:
    held = profile([{"text": f"many words here {n}"} for n in range(50)])
    with pytest.raises(SyntheticError, match="nothing to compare"):
        check(held, rows(held, 5, 1), [{"text": "x"}])


def test_contracting_data_are_refused_kindly_and_made_by_their_own_generator(tmp_path: Path) -> None:
    counted = DesignProfile()
    for made in generate(30, 1):
        counted.add(orjson.loads(made.line))
    held = counted.as_json()
    with pytest.raises(SyntheticError, match=r"minga\.tools\.redflags\.generate"):
        synthesise(held, 10, 1, tmp_path)
    done = synthesise_releases(held, 40, 1, tmp_path)
    path = Path(done.path)
    assert path.name == "synthetic-releases.jsonl"
    releases = [orjson.loads(line) for line in path.read_bytes().splitlines()]
    assert len(releases) == done.rows == 40
    assert all(release["ocid"].startswith("ocds-ex4mpl-") for release in releases)
    months = [month for month, _ in held["months"]]
    assert all(months[0] <= release["tender"]["tenderPeriod"]["startDate"][:7] <= months[-1] for release in releases)
    with pytest.raises(SyntheticError, match="has no ocid"):
        synthesise_releases({"fields": []}, 10, 1, tmp_path)


@pytest.mark.parametrize(
    ("values", "written"),
    [
        (["1,234.50", "12.00", "999,999.99"], "12,345.68"),
        (["1.234,50", "12,00", "999.999,99"], "12.345,68"),
        (["EUR 12.5", "EUR 1200.25"], "EUR 12345.68"),
        (["12 %", "7 %"], "12346 %"),
        (["$5", "$1,000,000"], "$12,346"),
        (["1234567.8", "3.25"], "12345.68"),
        (["0012", "0450"], None),
        (["k1", "k2"], None),
        (["1.2.3", "4.5.6"], None),
    ],
)
def test_how_amounts_are_written(values: list[str], written: str | None) -> None:
    found = amounts_of(values)
    assert (found.write(12345.678) if found else None) == written
    if found:
        assert all(found.read(value) is not None for value in values)


@pytest.mark.parametrize(
    ("values", "form"),
    [
        (["2026-01-31", "2026-12-01"], "%Y-%m-%d"),
        (["31/01/2026", "02/03/2026"], "%d/%m/%Y"),
        (["01/31/2026", "02/03/2026"], "%m/%d/%Y"),
        (["2026-01-31T10:20:30Z"], "%Y-%m-%dT%H:%M:%SZ"),
        (["2026-01-31T10:20"], "%Y-%m-%dT%H:%M"),
        (["yesterday", "2026-01-31"], None),
    ],
)
def test_how_dates_are_written(values: list[str], form: str | None) -> None:
    assert date_format_of(values) == form


@given(st.integers(0, 300), st.integers(0, 60), st.integers(0, 1000))
def test_filler_has_the_length_and_words_asked_for(length: int, words: int, start: int) -> None:
    text = filler(length, words, start)
    assert len(text) == length
    assert len(text.split()) == (max(1, min(words, (length + 1) // 2)) if length else 0)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ([{"a": "1"}] * 9, "at least 10"),
        ([{"a": ["nested"]}] * 20, "holds objects or lists"),
    ],
)
def test_what_cannot_be_profiled_is_said(data: list[Row], words: str) -> None:
    with pytest.raises(SyntheticError, match=words):
        profile(data)


def test_bounds_of_what_can_be_asked() -> None:
    held = profile([{"a": "x"}] * 20)
    with pytest.raises(SyntheticError, match="cannot be made"):
        list(rows(held, 0, 1))
    with pytest.raises(SyntheticError, match="minimum of 1"):
        profile([{"a": "x"}] * 20, 1)
    with pytest.raises(SyntheticError, match="not a profile"):
        Profile.from_json({"rows": 3})


def test_commands(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = people(1200, 1)
    for name, part in (("real.csv", data[:600]), ("held.csv", data[600:])):
        with (tmp_path / name).open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(data[0]))
            writer.writeheader()
            writer.writerows(part)
            file.write("torn\n" if name == "real.csv" else "")
    real, held = str(tmp_path / "real.csv"), str(tmp_path / "profile.json")
    assert main(["profile", real, "--out", held, "--pair", "town,bus"]) == 0
    assert "601 rows in: 600 used (600 of them read for the figures), 0 rejected, 1 failed" in capsys.readouterr().err
    assert main(["make", held, "--rows", "500", "--seed", "3", "--out", str(tmp_path)]) == 0
    made = json.loads(capsys.readouterr().out)
    assert made["rows"] == 500
    assert main(["check", held, made["path"], real, "--holdout", str(tmp_path / "held.csv")]) == 0
    assert json.loads(capsys.readouterr().out)["passed"] is True
    assert main(["check", held, real, real]) == 3
    assert main(["make", real, "--rows", "5"]) == 1
    assert "Give the profile, not the data" in capsys.readouterr().err


def test_boston(tmp_path: Path) -> None:
    """121,245 real cases: no rare queue, title or neighbourhood comes out, and dates keep their form."""
    from minga.tools.synthetic.reading import read_csv

    real = [row for row in read_csv(shared("data/oversight/boston_311_2015_casework.csv.gz")) if row]
    held = profile(real[::4])
    assert column(held, "open_dt").date_format == "%Y-%m-%dT%H:%M"
    assert column(held, "case_enquiry_id").type == "identifier"
    found = check(held, rows(held, 2000, 1), real[::4], real[1::4])
    assert found.passed
    assert found.rare_values > 100
    assert found.rare_leaks == 0


def test_what_is_not_shown_cannot_be_worked_out_from_the_totals() -> None:
    rows = [{"answer": "maybe" if n < 3 else "yes" if n < 503 else "no", "fee": 5 if n % 2 else 7} for n in range(1000)]
    rows += [{"answer": "no", "fee": 123.45}]
    answer, fee = profile(rows, minimum=10).columns
    for column in (answer, fee):
        assert column.others == 0
        assert all(count % 10 == 0 for count in column.values.values())
    exact = profile([{"answer": "yes" if n % 3 else "no"} for n in range(1000)], minimum=10).columns[0]
    assert exact.values == {"yes": 666, "no": 334}
