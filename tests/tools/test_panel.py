"""Selecting a panel: optimal chances, the draw, households."""

from __future__ import annotations

import hashlib
import itertools
import random
from collections import Counter

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import linprog

from minga.tools.panel import Member, PanelError, draw, lottery, select
from minga.tools.panel.leximin import _by_columns, fractional
from minga.tools.panel.lots import TICKETS
from minga.tools.panel.model import Quotas
from minga.tools.panel.programme import Master, best_panel
from minga.tools.panel.space import build


def feasible(pool: list[Member], quotas: Quotas, ids: tuple[int, ...], households: bool) -> bool:
    homes = [pool[i].household for i in ids if pool[i].household]
    if households and len(set(homes)) < len(homes):
        return False
    return all(
        low <= sum(pool[i].features[feature] == value for i in ids) <= high
        for feature, values in quotas.items()
        for value, (low, high) in values.items()
    )


def by_brute_force(pool: list[Member], quotas: Quotas, size: int, households: bool) -> NDArray[np.float64] | None:
    """Leximin over the list of all feasible panels, person by person: no kinds, no columns, no integer programme."""
    panels = [c for c in itertools.combinations(range(len(pool)), size) if feasible(pool, quotas, c, households)]
    if not panels:
        return None
    holds = np.array([[float(i in panel) for panel in panels] for i in range(len(pool))])
    count, fixed = len(panels), np.full(len(pool), np.nan)

    def solve(goal: NDArray[np.float64], exactly: float | None) -> float:
        free = np.isnan(fixed)
        found = linprog(
            goal,
            A_ub=np.c_[-holds, free.astype(float)],
            b_ub=-np.where(free, 0.0, fixed) + 1e-11,
            A_eq=np.r_[np.ones(count), 0.0][None, :],
            b_eq=[1.0],
            bounds=[(0, 1)] * count + [(-1, 1) if exactly is None else (exactly, exactly)],
        )
        return -float(found.fun)

    while np.isnan(fixed).any():
        lowest = solve(np.r_[np.zeros(count), -1.0], None)
        places = np.flatnonzero(np.isnan(fixed))
        stuck = [i for i in places if solve(np.r_[-holds[i], 0.0], lowest - 1e-10) <= lowest + 1e-7]
        fixed[stuck] = lowest
    return fixed


def some_instance(seed: int) -> tuple[list[Member], Quotas, int, bool]:
    rng = random.Random(seed)
    people, households = rng.randint(5, 10), rng.random() < 0.4
    size = rng.randint(2, min(5, people - 1))
    values = [rng.randint(2, 3) for _ in range(rng.randint(1, 4))]
    pool = [
        Member(
            f"m{i}",
            {f"f{j}": f"v{rng.randrange(count)}" for j, count in enumerate(values)},
            f"h{rng.randrange(people)}" if households else None,
        )
        for i in range(people)
    ]
    quotas: dict[str, dict[str, tuple[int, int]]] = {}
    for j, count in enumerate(values):
        lows = [rng.randint(0, 1) for _ in range(count)]
        quotas[f"f{j}"] = {f"v{k}": (low, low + rng.randint(0, 2)) for k, low in enumerate(lows)}
    return pool, quotas, size, households


def test_equals_brute_force_over_all_panels() -> None:
    methods: Counter[str] = Counter()
    for seed in range(250):
        pool, quotas, size, households = some_instance(seed)
        expected = by_brute_force(pool, quotas, size, households)
        if expected is None:
            with pytest.raises(PanelError):
                lottery(pool, quotas, size, one_per_household=households)
            methods["infeasible"] += 1
            continue
        found = lottery(pool, quotas, size, one_per_household=households)
        assert [found.chances[m.id] for m in pool] == pytest.approx(expected, abs=1e-6)
        methods[found.method] += 1
    assert methods["fractional"] > 30
    assert methods["columns"] > 0
    assert methods["infeasible"] > 30


def test_full_search_agrees_with_the_fractional_shortcut() -> None:
    pool, quotas = mixed_pool(60, seed=3), {"sex": {"f": (5, 5), "m": (5, 5)}, "age": {"y": (3, 4), "o": (6, 7)}}
    space = build(sorted(pool, key=lambda m: m.id), quotas, 10, False)
    master = Master(space)
    first = best_panel(space, np.zeros(len(space.kinds)))
    assert first is not None
    master.add(first)
    assert _by_columns(space, master)[0] == pytest.approx(fractional(space), abs=1e-7)


def mixed_pool(people: int, seed: int) -> list[Member]:
    rng = random.Random(seed)
    return [
        Member(f"p{i:03d}", {"sex": rng.choice("fm"), "age": rng.choices("yo", (1, 3))[0]}, f"h{rng.randrange(people)}")
        for i in range(people)
    ]


def alternate(people: int, size: int) -> tuple[list[Member], Quotas]:
    """Alternate(n, k) of the supplement of Flanigan et al. 2021, section S6: one woman is the only conservative one."""
    half, low = people // 2, size // 2 - 1
    kinds = [("female", "conservative")] + [("female", "liberal")] * (half - 1) + [("male", "conservative")] * half
    pool = [Member(f"{i:04d}", {"gender": g, "leaning": lean}) for i, (g, lean) in enumerate(kinds)]
    pair = (low, size)
    return pool, {"gender": {"female": pair, "male": pair}, "leaning": {"liberal": pair, "conservative": pair}}


@pytest.mark.parametrize(("people", "size"), [(200, 20), (2000, 200)])
def test_published_examples_of_the_paper(people: int, size: int) -> None:
    """Its reference output: minimum 10.0 %, Gini 0.0 %, geometric mean 10.0 % (the greedy method: at most 1.21 %)."""
    figures = lottery(*alternate(people, size), size).fairness
    assert figures.lowest == pytest.approx(0.1, abs=1e-6)
    assert figures.highest == pytest.approx(0.1, abs=1e-6)
    assert figures.gini == pytest.approx(0.0, abs=1e-6)
    assert figures.geometric_mean == pytest.approx(0.1, abs=1e-6)


def test_one_feature_gives_quota_over_pool_share() -> None:
    pool = [Member(str(i), {"age": "y" if i < 7 else "o"}) for i in range(30)]
    found = lottery(pool, {"age": {"y": (4, 4), "o": (6, 6)}}, 10)
    assert found.chances["0"] == pytest.approx(4 / 7, abs=1e-8)
    assert found.chances["29"] == pytest.approx(6 / 23, abs=1e-8)
    assert sum(found.chances.values()) == pytest.approx(10)


def test_equal_chances_wherever_quotas_allow_them() -> None:
    pool = mixed_pool(80, seed=1)
    wide = {"sex": {"f": (1, 12), "m": (1, 12)}, "age": {"y": (1, 12), "o": (1, 12)}}
    figures = lottery(pool, wide, 12).fairness
    assert (figures.lowest, figures.highest) == pytest.approx((12 / 80, 12 / 80), abs=1e-8)
    assert figures.equal == 12 / 80


def test_somebody_whom_no_panel_can_hold_has_chance_zero_and_is_counted() -> None:
    pool = [Member(str(i), {"age": "y"}) for i in range(5)] + [Member("x", {"age": "o"})]
    found = lottery(pool, {"age": {"y": (3, 3), "o": (0, 0)}}, 3)
    assert found.chances["x"] == 0.0
    assert found.fairness.never == 1
    assert found.fairness.geometric_mean == 0.0
    assert found.chances["0"] == pytest.approx(3 / 5)


QUOTAS: Quotas = {"sex": {"f": (5, 5), "m": (5, 5)}, "age": {"y": (3, 4), "o": (6, 7)}}


def test_same_seed_and_pool_give_the_same_panel_in_any_order() -> None:
    pool = mixed_pool(60, seed=3)
    first = select(pool, QUOTAS, 10, "07 12 33", alternates=4)
    for shuffle in range(3):
        random.Random(shuffle).shuffle(pool)
        again = select(pool, QUOTAS, 10, "07 12 33", alternates=4)
        assert again.as_json() == first.as_json()
    others = {select(pool, QUOTAS, 10, str(seed)).members for seed in range(5)}
    assert len(others | {first.members}) == 6


def test_every_panel_meets_its_quotas_and_alternates_are_other_people() -> None:
    pool = mixed_pool(60, seed=4)
    published = lottery(pool, QUOTAS, 10)
    values = {member.id: member.features for member in pool}
    for seed in range(40):
        panel = draw(published, pool, str(seed), alternates=5)
        assert len(set(panel.members)) == 10
        assert len(set(panel.members) | set(panel.alternates)) == 15
        for feature, wanted in QUOTAS.items():
            have = Counter(values[who][feature] for who in panel.members)
            assert all(low <= have[value] <= high for value, (low, high) in wanted.items())
            assert panel.counts[feature] == {value: have[value] for value in wanted}


def test_draw_can_be_redone_by_hand_from_what_is_published() -> None:
    pool, seed = mixed_pool(40, seed=5), "07 12 33"
    panel = select(pool, QUOTAS, 10, seed)
    published = panel.lottery.published()
    assert sum(entry["tickets"] for entry in published["panels"]) == TICKETS == 1_000_000_000

    def number(*parts: str) -> str:
        text = '["minga-panel-1",' + ",".join(f'"{part}"' for part in parts) + "]"
        return hashlib.sha256(text.encode()).hexdigest()

    ticket, place = int(number(seed, "ticket"), 16) % TICKETS, 0
    while ticket >= published["panels"][place]["tickets"]:
        ticket -= published["panels"][place]["tickets"]
        place += 1
    chosen: list[str] = []
    for kind, count in zip(published["kinds"], published["panels"][place]["counts"], strict=True):
        people = sorted((who for home in kind["people"] for who in home), key=lambda who: number(seed, "lot", who))
        chosen += people[:count]
    assert tuple(sorted(chosen)) == panel.members
    assert panel.drawn == place


@pytest.mark.parametrize("households", [False, True])
def test_draws_over_many_seeds_follow_the_chances(households: bool) -> None:
    rng = random.Random(9)
    pool = [Member(f"p{i}", {"sex": rng.choice("fm")}, f"h{i // 2}" if i < 8 else None) for i in range(14)]
    found = lottery(pool, {"sex": {"f": (2, 2), "m": (2, 2)}}, 4, one_per_household=households)
    draws, times = 4000, Counter[str]()
    homes = {member.id: member.household for member in pool}
    for seed in range(draws):
        members = draw(found, pool, f"seed {seed}").members
        shared = [homes[who] for who in members if homes[who]]
        assert not households or len(set(shared)) == len(shared)
        times.update(members)
    for who, chance in found.chances.items():
        spread = 4.5 * (chance * (1 - chance) / draws) ** 0.5
        assert abs(times[who] / draws - chance) < spread


def test_household_limit_changes_what_is_possible() -> None:
    pool = [Member("a", {"sex": "f"}, "home"), Member("b", {"sex": "m"}, "home"), Member("c", {"sex": "m"}, None)]
    quotas: Quotas = {"sex": {"f": (1, 1), "m": (1, 1)}}
    assert lottery(pool, quotas, 2).chances == pytest.approx({"a": 1.0, "b": 0.5, "c": 0.5})
    assert lottery(pool, quotas, 2, one_per_household=True).chances == {"a": 1.0, "b": 0.0, "c": 1.0}


def test_hash_commits_to_the_lottery() -> None:
    pool = mixed_pool(30, seed=6)
    first = lottery(pool, {"sex": QUOTAS["sex"]}, 10).hash
    assert first == lottery(list(reversed(pool)), {"sex": QUOTAS["sex"]}, 10).hash
    assert first != lottery(pool[:-1], {"sex": QUOTAS["sex"]}, 10).hash
