"""What cannot be done is explained; people who declined are replaced; the command line."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from minga.cli import main as minga
from minga.tools.base import Card
from minga.tools.panel import Infeasible, Member, PanelError, lottery, replace, select
from minga.tools.panel.fairness import fairness, gini
from minga.tools.panel.model import Quotas

AGE: Quotas = {"age": {"y": (2, 2), "o": (2, 2)}}


def people(*ages: str) -> list[Member]:
    return [Member(f"p{i:02d}", {"age": age}) for i, age in enumerate(ages)]


def test_card_is_whole() -> None:
    card = Card.read(Path("src/minga/tools/panel/card.toml"))
    assert {"en", "es"} == set(card.title) == set(card.summary) == set(card.known_failures)
    assert len(card.known_failures["en"]) == len(card.known_failures["es"])


def test_too_few_in_the_pool_says_how_many_stand_there() -> None:
    with pytest.raises(Infeasible, match="At most 3 of the 5 wanted from age 'y' can be had") as caught:
        lottery(people(*"yyy", *"o" * 20), {"age": {"y": (5, 6), "o": (3, 10)}}, 10)
    (relaxation,) = caught.value.relaxations
    assert (relaxation.new_low, relaxation.in_pool) == (3, 3)
    assert caught.value.conflict == (("age", "y"),)


def test_relaxations_make_it_feasible_and_none_smaller_does() -> None:
    found = 0
    for seed in range(40):
        rng = random.Random(seed)
        pool = [Member(str(i), {"sex": rng.choice("ffm"), "age": rng.choice("yooo")}) for i in range(14)]
        quotas = {"sex": {"f": (1, 3), "m": (3, 4)}, "age": {"y": (4, 6), "o": (1, 2)}}
        try:
            lottery(pool, quotas, 6)
        except Infeasible as error:
            found += 1
            changed = {feature: dict(values) for feature, values in quotas.items()}
            for one in error.relaxations:
                changed[one.feature][one.value] = (one.new_low, one.new_high)
            lottery(pool, changed, 6)
            for one in error.relaxations:
                tighter = {feature: dict(values) for feature, values in changed.items()}
                low, high = quotas[one.feature][one.value]
                nearer = (min(one.new_low + 1, low), max(one.new_high - 1, high))
                tighter[one.feature][one.value] = nearer
                with pytest.raises(Infeasible):
                    lottery(pool, tighter, 6)
    assert found > 10


def test_conflict_across_features_names_only_the_quotas_that_clash() -> None:
    pool = [Member(str(i), {"sex": "f", "age": "y", "area": "ab"[i % 2]}) for i in range(6)]
    pool += [Member(f"m{i}", {"sex": "m", "age": "o", "area": "ab"[i % 2]}) for i in range(6)]
    quotas = {
        "sex": {"f": (3, 4), "m": (0, 4)}, "age": {"y": (0, 4), "o": (3, 4)}, "area": {"a": (0, 4), "b": (0, 4)},
    }  # fmt: skip
    with pytest.raises(Infeasible) as caught:
        lottery(pool, quotas, 4)
    assert set(caught.value.conflict) == {("sex", "f"), ("age", "o")}


@pytest.mark.parametrize(
    ("pool", "quotas", "size", "message"),
    [
        ([], AGE, 4, "pool is empty"),
        (people("y"), {}, 1, "no quotas"),
        (people("y"), AGE, 0, "size of at least 1"),
        (people("y") * 2, AGE, 1, "occurs twice"),
        ([Member("", {"age": "y"})], AGE, 1, "is empty"),
        ([Member("a", {})], AGE, 1, "has no value for 'age'"),
        ([Member("a", {"age": "z"})], AGE, 1, "no quota"),
        (people("y"), {"age": {"y": (2, 1)}}, 1, "runs from 2 to 1"),
        (people("y"), {"age": {}}, 1, "has no values"),
        (people(*"yyo"), AGE, 4, "pool has 3 people"),
    ],
)
def test_bad_input_is_refused_with_its_cause(pool: list[Member], quotas: Quotas, size: int, message: str) -> None:
    with pytest.raises(PanelError, match=message):
        lottery(pool, quotas, size)


def test_no_seed_no_draw() -> None:
    with pytest.raises(PanelError, match="no seed"):
        select(people(*"yyyooo"), AGE, 4, "")


def test_replacement_keeps_the_quotas_and_is_fixed_by_the_seed() -> None:
    pool = people(*"yyyyyoooooo")
    panel = select(pool, AGE, 4, "s")
    ages = {member.id: member.features["age"] for member in pool}
    gone = panel.members[0]
    after = replace(panel, [gone], pool)
    (step,) = after.replacements
    assert ages[step.added[0]] == ages[gone]
    assert step.gaps == ()
    assert len(after.members) == 4
    assert gone not in after.members
    assert replace(panel, [gone], list(reversed(pool))).as_json() == after.as_json()
    again = replace(after, [step.added[0]], pool, unavailable=[])
    assert gone not in again.members
    assert len(again.replacements) == 2


def test_replacement_says_which_quota_is_missed_when_nobody_fits() -> None:
    pool = people(*"yyoooo")
    panel = select(pool, AGE, 4, "s")
    young = next(who for who in panel.members if who in ("p00", "p01"))
    (step,) = replace(panel, [young], pool).replacements
    assert [(gap.value, gap.by) for gap in step.gaps] == [("y", -1), ("o", 1)]


def test_replacement_is_a_fair_draw_among_equally_good_people() -> None:
    pool = people(*"yy", *"o" * 10)
    added: set[str] = set()
    for seed in range(60):
        panel = select(pool, AGE, 4, str(seed))
        old = next(who for who in panel.members if who not in ("p00", "p01"))
        added.update(replace(panel, [old], pool).replacements[0].added)
    assert added == {f"p{i:02d}" for i in range(2, 12)}


def test_replacement_keeps_households_apart() -> None:
    pool = [Member(f"p{i}", {"age": "y"}, f"h{i // 2}") for i in range(8)]
    panel = select(pool, {"age": {"y": (3, 3)}}, 3, "s", one_per_household=True)
    after = replace(panel, [panel.members[0]], pool)
    assert len({member.household for member in pool if member.id in after.members}) == 3


def test_replacing_strangers_or_without_people_left_is_refused() -> None:
    pool = people(*"yyoo")
    panel = select(pool, AGE, 4, "s")
    with pytest.raises(PanelError, match="Not on the panel: nobody"):
        replace(panel, ["x"][:0], pool)
    with pytest.raises(PanelError, match="Not on the panel: x"):
        replace(panel, ["x"], pool)
    with pytest.raises(PanelError, match="1 replacements are wanted and 0"):
        replace(panel, ["p00"], pool)
    with pytest.raises(PanelError, match="alternates are wanted"):
        select(pool, AGE, 4, "s", alternates=1)


def test_gini_and_fairness_by_their_definitions() -> None:
    rng = random.Random(1)
    values = [rng.random() for _ in range(37)]
    pairs = sum(abs(a - b) for a in values for b in values)
    assert gini(values) == pytest.approx(pairs / (2 * len(values) * sum(values)))
    assert gini([0, 0, 0, 1]) == pytest.approx(0.75)
    assert gini([0, 0]) == 0.0
    assert fairness([0.2, 0.8], 1).geometric_mean == pytest.approx(0.4)


POOL = "id,age,household\n" + "".join(f"p{i:02d},{'y' if i < 5 else 'o'},h{i}\n" for i in range(12))
QUOTA_FILE = "feature,value,low,high\nage,y,2,2\nage,o,2,2\n"


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    (tmp_path / "pool.csv").write_text("\ufeff" + POOL + "p00,y,\n,o,\nq1,z,\nq2\n", encoding="utf-8")
    (tmp_path / "quotas.csv").write_text(QUOTA_FILE)
    return str(tmp_path / "pool.csv"), str(tmp_path / "quotas.csv")


def test_command_accounts_for_every_row(files: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert minga(["panel", *files, "--size", "4", "--seed", "s", "--format", "json", "--alternates", "2"]) == 0
    out, err = capsys.readouterr()
    found = json.loads(out)
    assert found["rows"] == {"in": 16, "used": 12, "rejected": 4}
    assert [problem["row"] for problem in found["problems"]] == [14, 15, 16, 17]
    assert len(found["members"]) == 4
    assert len(found["alternates"]) == 2
    assert found["fairness"]["lowest"] == pytest.approx(2 / 7)
    assert "16 rows in: 12 used, 4 rejected" in err
    assert "no quota" in err


def test_command_writes_the_lottery_before_the_draw(
    files: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "lottery.json"
    assert minga(["panel", *files, "--size", "4", "--lottery", str(target)]) == 0
    published = json.loads(target.read_text())
    assert published["hash"] in capsys.readouterr().out
    assert minga(["panel", *files, "--size", "4", "--seed", "s"]) == 0
    text = capsys.readouterr().out
    assert published["hash"] in text
    assert "age: y  2  (2 to 2)" in text


def test_command_explains_infeasible_quotas(files: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    Path(files[1]).write_text("category,feature,min,max\nage,y,7,9\nage,o,0,9\n")
    assert minga(["panel", *files, "--size", "9", "--seed", "s", "--format", "json"]) == 1
    out, err = capsys.readouterr()
    assert json.loads(out)["relaxations"][0]["new_low"] == 5
    assert "At most 5 of the 7 wanted" in err


@pytest.mark.parametrize(
    ("pool", "quotas", "message"),
    [
        (POOL, "feature,value,low,high\nage,y,2,two\n", "is no quota"),
        (POOL, "feature,value,low,high\nage,y,1,2\nage,y,1,2\n", "has a quota already"),
        (POOL, "a,b\n1,2\n", "It needs: feature, value, low, high"),
        ("name,age\nx,y\n", QUOTA_FILE, "no column id"),
        ("id,age;household\nx,y\n", QUOTA_FILE, "two kinds of separators"),
        ("id,age,age\nx,y,y\n", QUOTA_FILE, "two columns age"),
        ("", QUOTA_FILE, "is empty"),
        ("\n\n", QUOTA_FILE, "has no header"),
        ("id,age\n", QUOTA_FILE, "pool is empty"),
        (b"id,age\n\xff,y\n", QUOTA_FILE, "not UTF-8"),
    ],
)
def test_bad_files_get_a_clear_message(
    tmp_path: Path, pool: str | bytes, quotas: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path, rules = tmp_path / "pool.csv", tmp_path / "quotas.csv"
    path.write_bytes(pool if isinstance(pool, bytes) else pool.encode())
    rules.write_text(quotas)
    assert minga(["panel", str(path), str(rules), "--size", "2", "--seed", "s"]) == 1
    assert message in capsys.readouterr().err
    assert minga(["panel", str(path), str(rules), "--size", "2"]) == 2
