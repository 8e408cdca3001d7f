"""Cases changed in ways that should not matter, and how often a tool's answer stays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from minga.tools.base import Advice
from minga.tools.measure import KINDS, MeasureError, Setting, perturb, robustness

CASES = [
    {
        "id": f"c{number}",
        "text": f"My street lamp number {number} is broken since Tuesday",
        "text_es": f"La farola número {number} está rota desde el martes",
        "place": "Old Town",
        "age": 30 + number,
        "contact": {"phone": "1", "mail": "2"},
    }
    for number in range(60)
]


def advise_all(cases: Sequence[Mapping[str, Any]]) -> list[Advice]:
    """Lamps by a word in English, as written; abstains without a text."""

    def one(case: Mapping[str, Any]) -> Advice:
        if "text" not in case:
            return Advice(case["id"], abstained_because="there is no text")
        return Advice(case["id"], proposal="lamps" if "lamp" in case["text"] else "other")

    return [one(case) for case in cases]


@pytest.mark.parametrize("kind", list(KINDS))
def test_the_same_seed_makes_the_same_changes_whatever_the_other_cases(kind: str) -> None:
    whole = {case["id"]: case for case in perturb(CASES, kind, Setting(seed=5)).cases}
    part = {case["id"]: case for case in perturb(CASES[40:], kind, Setting(seed=5)).cases}
    assert all(repr(whole[case]) == repr(changed) for case, changed in part.items())
    assert set(whole) == {case["id"] for case in CASES}
    assert all("text_es" not in case for case in whole.values())


def test_typos_are_few_and_keep_the_rest() -> None:
    changed = perturb(CASES, "typos").cases
    for old, new in zip(CASES, changed, strict=True):
        assert new["text"] != old["text"]
        assert abs(len(str(new["text"])) - len(str(old["text"]))) <= 2
        assert (new["id"], new["age"], new["contact"]) == (old["id"], old["age"], old["contact"])
    only = perturb(CASES, "typos", Setting(fields=("place",))).cases
    assert [case["text"] for case in only] == [case["text"] for case in CASES]
    assert [case["text"] for case in perturb(CASES, "typos", Setting(seed=2)).cases] != [c["text"] for c in changed]


def test_one_field_goes_missing_and_never_a_kept_one() -> None:
    changed = perturb(CASES, "missing", Setting(keep=("text",))).cases
    gone = [set(CASES[0]) - {"text_es"} - set(case) for case in changed]
    assert all(len(fields) == 1 for fields in gone)
    assert set.union(*gone) == {"place", "age", "contact"}


def test_order_changes_fields_and_rows_and_nothing_else() -> None:
    changed = perturb(CASES, "order").cases
    assert [case["id"] for case in changed] != [case["id"] for case in CASES]
    for case in changed:
        old = {name: value for name, value in CASES[int(case["id"][1:])].items() if name != "text_es"}
        assert case == old
        assert list(case) != list(old)


def test_language_takes_the_translation_that_the_dataset_holds() -> None:
    found = perturb([*CASES[:2], {"id": "x", "text": "only English"}], "language")
    assert [case["text"] for case in found.cases] == [case["text_es"] for case in CASES[:2]]
    assert found.unchanged == ("x",)


def test_letter_case_changes_nothing_but_capitals() -> None:
    changed = perturb(CASES, "case").cases
    assert {str(case["text"]).isupper() for case in changed} == {True, False}
    assert [str(case["text"]).lower() for case in changed] == [str(case["text"]).lower() for case in CASES]


def test_robustness_counts_and_lists_what_changed() -> None:
    found = {one.kind: one for one in robustness(advise_all, CASES, seed=3)}
    assert (found["order"].row.value, found["order"].changed) == (1, ())
    language = found["language"]
    assert (language.row.count, language.row.of, language.row.value) == (0, 60, 0)
    assert language.changed[0].before == "lamps"
    assert language.changed[0].after == "other"
    missing = found["missing"]
    without = sum("text" not in case for case in perturb(CASES, "missing", Setting(seed=3)).cases)
    assert 60 - missing.row.count == len(missing.changed) == without
    assert {one.after for one in missing.changed} == {None}
    upper = sum(str(case["text"]).isupper() for case in perturb(CASES, "case", Setting(seed=3)).cases)
    assert 60 - found["case"].row.count == upper
    assert found["typos"].row.low is not None


def test_cases_that_a_change_does_not_touch_or_that_fail_are_counted() -> None:
    cases = [*CASES[:40], *({"id": f"n{number}", "age": number} for number in range(5))]

    def forgetful(asked: Sequence[Mapping[str, Any]]) -> list[Advice]:
        return [one for one in advise_all(asked) if one.case != "c7"]

    (found,) = robustness(forgetful, cases, ["typos"])
    assert (found.rows_in, found.row.of, found.unchanged, found.failed) == (45, 39, 5, 1)


def test_too_few_changed_cases_prove_nothing() -> None:
    (found,) = robustness(advise_all, CASES[:5], ["order"])
    assert found.row.value is None
    assert "5 cases, 30 needed" in found.row.why
    (none,) = robustness(advise_all, [{"id": "a", "age": 3}], ["typos"])
    assert (none.row.value, none.unchanged, none.row.of) == (None, 1, 0)


def test_unknown_changes_and_cases_without_an_id_are_refused() -> None:
    with pytest.raises(MeasureError, match="typos, missing, order"):
        perturb(CASES, "magic")
    with pytest.raises(MeasureError, match="“number”"):
        perturb(CASES, "typos", Setting(id_field="number"))
