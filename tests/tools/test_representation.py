"""Coverage, weights and influence against known formulas and simulations."""

from __future__ import annotations

import json
import math
import random
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import bootstrap, norm
from scipy.stats.contingency import relative_risk

from minga.tools.base import Card
from minga.tools.representation import (
    Reference,
    RepresentationError,
    coverage,
    effective_n,
    final_say,
    gini,
    influence,
    rake,
    weighted_share,
)
from minga.tools.stats import wilson, wilson_of_share

REGISTER = Reference({"tenants": 800, "owners": 200, "homeless": 0}, "Housing register 2025")


def test_card_is_whole() -> None:
    card = Card.read(Path("src/minga/tools/representation/card.toml"))
    assert {"en", "es"} == set(card.title) == set(card.summary) == set(card.known_failures)
    assert len(card.known_failures["en"]) == len(card.known_failures["es"])


def test_coverage_and_gap_are_shares_against_shares() -> None:
    found = coverage({"tenants": 30, "owners": 30, "visitors": 4}, REGISTER, seed="s", unknown=6)
    tenants, owners, homeless = found.groups
    assert (found.taking_part, found.used, found.unknown, found.outside) == (70, 60, 6, {"visitors": 4})
    assert tenants.share.value == 0.5
    assert (tenants.share.low, tenants.share.high) == wilson(30, 60)
    assert tenants.gap.value == pytest.approx(-30)
    assert tenants.gap.low == pytest.approx(100 * (wilson(30, 60)[0] - 0.8))
    assert owners.coverage.value == pytest.approx(2.5)
    assert owners.coverage.high == pytest.approx(wilson(30, 60)[1] / 0.2)
    assert tenants.differs
    assert homeless.coverage.value is None
    assert found.representativeness.value == pytest.approx(0.7)
    assert found.silent == ()
    json.dumps(found.as_json())


def test_in_proportion_is_one_and_a_small_meeting_is_judged_by_chance() -> None:
    same = coverage({"tenants": 80, "owners": 20}, REGISTER, seed="s")
    assert same.representativeness.value == same.representativeness.high == pytest.approx(1.0)
    assert not any(group.differs for group in same.groups)
    small = coverage({"tenants": 4, "owners": 1}, REGISTER, seed="s")
    assert small.by_chance.value is not None
    assert same.by_chance.value is not None
    assert small.by_chance.value < same.by_chance.value < 1


def test_chance_index_is_the_exact_expectation() -> None:
    """Two groups: E|K/n - q| over the binomial, summed by hand."""
    n, q = 20, 0.8
    exact = 1 - sum(math.comb(n, k) * q**k * (1 - q) ** (n - k) * abs(k / n - q) for k in range(n + 1))
    found = coverage({"tenants": 16, "owners": 4}, REGISTER, seed="s", resamples=40_000)
    assert found.by_chance.value == pytest.approx(exact, abs=0.002)


def test_interval_of_the_index_holds_the_truth() -> None:
    random_source = np.random.default_rng(3)
    true, affected = np.array([0.5, 0.3, 0.2]), {"a": 30.0, "b": 30.0, "c": 40.0}
    index = 1 - 0.5 * (0.2 + 0.0 + 0.2)
    held = 0
    for run in range(300):
        a, b, c = (int(n) for n in random_source.multinomial(80, true))
        found = coverage({"a": a, "b": b, "c": c}, Reference(affected, "x"), seed=str(run), resamples=400)
        assert found.representativeness.low is not None
        assert found.representativeness.high is not None
        held += found.representativeness.low <= index <= found.representativeness.high
    assert held / 300 > 0.92


def test_nobody_and_silent_groups() -> None:
    nobody = coverage({}, REGISTER, seed="s", unknown=3)
    assert nobody.representativeness.value is None
    assert nobody.groups[0].gap.value is None
    assert nobody.silent == ("tenants", "owners")


def test_seed_fixes_every_figure() -> None:
    first = coverage({"tenants": 30, "owners": 31}, REGISTER, seed="s")
    assert first.as_json() == coverage({"tenants": 30, "owners": 31}, REGISTER, seed="s").as_json()
    assert first.by_chance != coverage({"tenants": 30, "owners": 31}, REGISTER, seed="t").by_chance


@pytest.mark.parametrize(("sizes", "source"), [({}, "x"), ({"a": 0}, "x"), ({"a": -1, "b": 2}, "x"), ({"a": 1}, " ")])
def test_reference_without_sense_or_source_is_refused(sizes: dict[str, float], source: str) -> None:
    with pytest.raises(RepresentationError):
        Reference(sizes, source)


def test_wilson_of_a_share_is_wilson_for_whole_counts() -> None:
    for of in (1, 7, 50):
        for count in range(of + 1):
            assert wilson_of_share(count / of, of) == pytest.approx(wilson(count, of))
    assert wilson_of_share(0.5, 0) == (0.0, 1.0)


def sample(people: int, seed: int) -> list[dict[str, str]]:
    rng = random.Random(seed)
    return [{"sex": rng.choices("fm", (1, 2))[0], "age": rng.choices("abc", (3, 2, 1))[0]} for _ in range(people)]


MARGINS = {"sex": {"f": 510.0, "m": 490.0}, "age": {"a": 0.3, "b": 0.3, "c": 0.4}}


def test_raking_meets_every_margin_and_keeps_the_odds_ratios() -> None:
    rows = sample(200, 1)
    found = rake(rows, MARGINS)
    weights = np.array([weight for weight in found.values if weight is not None])
    assert found.converged
    assert weights.mean() == pytest.approx(1)
    for name, sizes in MARGINS.items():
        for value, size in sizes.items():
            share = weights[[row[name] == value for row in rows]].sum() / weights.sum()
            assert share == pytest.approx(size / sum(sizes.values()), abs=1e-8)
    cell = {
        key: weights[[(r["sex"], r["age"]) == key for r in rows]][0] for key in [(s, a) for s in "fm" for a in "abc"]
    }
    assert cell["f", "a"] * cell["m", "b"] == pytest.approx(cell["f", "b"] * cell["m", "a"])
    assert cell["f", "a"] * cell["m", "c"] == pytest.approx(cell["f", "c"] * cell["m", "a"])


def test_one_margin_is_post_stratification() -> None:
    found = rake([{"sex": "f"}] * 20 + [{"sex": "m"}] * 80, {"sex": {"f": 1, "m": 1}})
    assert found.values[0] == pytest.approx(2.5)
    assert found.values[-1] == pytest.approx(0.625)
    assert found.effective_n == pytest.approx(100**2 / (20 * 2.5**2 + 80 * 0.625**2))
    assert found.design_effect == pytest.approx(1 + np.var([2.5] * 20 + [0.625] * 80))


def test_rows_without_a_value_are_rejected_and_counted() -> None:
    found = rake([*sample(50, 2), {"sex": "f"}, {"sex": "x", "age": "a"}], MARGINS)
    assert (found.rows_in, found.used, found.rejected) == (52, 50, 2)
    assert found.values[-2:] == (None, None)


def test_exploding_weights_warn_and_trimming_tames_them() -> None:
    rows = [{"age": "old"}] * 97 + [{"age": "young"}] * 3
    wild = rake(rows, {"age": {"old": 0.5, "young": 0.5}})
    assert wild.largest_over_median > 5
    assert wild.design_effect > 2
    assert len(wild.warnings) == 2
    tame = rake(rows, {"age": {"old": 0.5, "young": 0.5}}, trim=5)
    assert tame.largest_over_median == pytest.approx(5)
    assert tame.trimmed == 3
    assert tame.design_effect < wild.design_effect
    assert tame.error == pytest.approx(0.5 - 15 / 112)
    assert any("miss a margin by up to 36.6%" in warning for warning in tame.warnings)
    assert rake(sample(400, 3), {"sex": {"f": 0.4, "m": 0.6}}).warnings == ()


def test_margins_that_contradict_each_other_are_reported() -> None:
    rows = [{"a": "x", "b": "x"}] * 30 + [{"a": "y", "b": "y"}] * 30
    found = rake(rows, {"a": {"x": 3, "y": 1}, "b": {"x": 1, "y": 3}})
    assert not found.converged
    assert found.error == pytest.approx(0.5)
    assert any("No weights meet all margins" in warning for warning in found.warnings)


def test_values_without_anybody_are_named() -> None:
    found = rake([{"age": "a"}] * 40, {"age": {"a": 3, "b": 1}})
    assert found.missing == (("age", "b"),)
    assert "Nobody took part from age 'b'" in found.warnings[-1]
    with pytest.raises(RepresentationError, match="No row has values"):
        rake([{"age": "z"}], {"age": {"a": 1}})
    with pytest.raises(RepresentationError, match="at least one margin"):
        rake([], {})
    with pytest.raises(RepresentationError, match="trimmed"):
        rake([{"age": "a"}], {"age": {"a": 1}}, trim=0.5)


def test_weighted_share_with_equal_weights_is_wilson() -> None:
    answers = [True] * 12 + [False] * 8
    plain = weighted_share([*answers, None], [1.0] * 21)
    assert (plain.value, plain.of) == (0.6, 20)
    assert (plain.low, plain.high) == pytest.approx(wilson(12, 20))
    skewed = weighted_share(answers, [5.0] * 4 + [1.0] * 16)
    assert skewed.value == pytest.approx(28 / 36)
    assert skewed.of == pytest.approx(36**2 / (4 * 25 + 16))
    assert skewed.of == effective_n(np.array([5.0] * 4 + [1.0] * 16))
    assert weighted_share([None], [1.0]).value is None
    with pytest.raises(RepresentationError, match="one weight per answer"):
        weighted_share([True], [])


def test_influence_ratio_has_katz_interval() -> None:
    """Against SciPy's relative risk, with so many affected people that their share is as good as exact."""
    found = influence({"tenants": 9, "owners": 15, "suppliers": 6}, REGISTER)
    tenants, owners, homeless, suppliers = found
    many = 10**12
    katz = relative_risk(9, 30, int(0.8 * many), many)
    assert tenants.ratio.value == pytest.approx(katz.relative_risk)
    interval = katz.confidence_interval(0.95)
    assert (tenants.ratio.low, tenants.ratio.high) == pytest.approx((interval.low, interval.high))
    spread = math.exp(norm.ppf(0.975) * math.sqrt(1 / 15 - 1 / 30))
    assert owners.ratio.high == pytest.approx(2.5 * spread)
    assert suppliers.affected == 0
    assert suppliers.share.value == pytest.approx(0.2)
    assert suppliers.ratio.method == "not among the affected"
    assert homeless.adopted == 0


def test_group_with_no_or_all_changes_still_has_an_interval() -> None:
    tenants, owners, _ = influence({"tenants": 0, "owners": 12}, REGISTER)
    assert (tenants.ratio.low, tenants.ratio.high) == (0.0, pytest.approx(wilson(0, 12)[1] / 0.8))
    assert (owners.ratio.value, owners.ratio.high) == (pytest.approx(5.0), pytest.approx(5.0))
    assert owners.ratio.low == pytest.approx(wilson(12, 12)[0] / 0.2)


def test_too_few_changes_are_not_judged() -> None:
    found = influence({"tenants": 5, "owners": 4}, REGISTER)
    assert {one.ratio.value for one in found} == {None}
    assert found[0].ratio.method == "too few to judge"
    assert influence({}, REGISTER)[0].adopted == 0
    with pytest.raises(RepresentationError):
        influence({"tenants": -1}, REGISTER)


def test_gini_by_definition_and_interval_near_scipys() -> None:
    rng = np.random.default_rng(5)
    values = rng.exponential(size=120)

    def plain(data: np.ndarray) -> float:
        return float(np.abs(data[:, None] - data[None, :]).sum() / (2 * len(data) ** 2 * data.mean()))

    found = gini(list(values), seed="s", resamples=4000)
    assert found.value == pytest.approx(plain(values))
    reference = bootstrap((values,), plain, method="percentile", n_resamples=1500, vectorized=False, rng=1)
    assert found.low == pytest.approx(reference.confidence_interval.low, abs=0.01)
    assert found.high == pytest.approx(reference.confidence_interval.high, abs=0.01)
    assert gini(list(values), seed="s") == gini(list(values), seed="s")


def test_gini_at_its_ends_and_with_too_few() -> None:
    assert gini([3.0] * 20, seed="s").value == pytest.approx(0.0)
    assert gini([0.0] * 19 + [5.0], seed="s").value == pytest.approx(0.95)
    assert gini([1.0] * 9, seed="s").value is None
    assert gini([0.0] * 20, seed="s").value is None
    with pytest.raises(RepresentationError):
        gini([-1.0], seed="s")


def test_final_say_lists_groups_that_never_had_it() -> None:
    found = final_say(["agency"] * 9 + ["residents"] * 3, groups=["residents", "suppliers"])
    assert [(one.group, one.decisions) for one in found] == [("agency", 9), ("residents", 3), ("suppliers", 0)]
    assert (found[0].share.low, found[0].share.high) == wilson(9, 12)
    assert found[2].share.value == 0
    assert final_say(["agency"])[0].share.value is None
    assert found[0].as_json()["share"]["method"] == "Wilson"
