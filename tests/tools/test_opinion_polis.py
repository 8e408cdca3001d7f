"""Polis's own figures on its own fixtures: identical given its groups, and close groups in its mode."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from minga.tools.opinion import Settings, map_opinions
from minga.tools.opinion.clusters import adjusted_rand
from minga.tools.opinion.compare import KNOWN, deviations
from minga.tools.opinion.reading import Conversation, read
from tests.shared import shared

FIXTURES = ("below-100-ptpts", "25ptpt-3gp-no-strict-with-meta", "150ptpt-3gp-no-strict-no-meta")
DATA = "data/deliberation"


def polis_math(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "math-pca2.json").read_text(encoding="utf-8"))
    return found


def polis_groups(math: dict[str, Any]) -> dict[str, str]:
    """participant -> group, from Polis's groups of base clusters of participants."""
    members = dict(zip(math["base-clusters"]["id"], math["base-clusters"]["members"], strict=True))
    return {
        str(person): str(group["id"])
        for group in math["group-clusters"]
        for base in group["members"]
        for person in members[base]
    }


def mapped(name: str, **settings: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    folder = shared(f"{DATA}/polis-math-fixtures/{name}")
    conversation, math = read(folder), polis_math(folder)
    chosen = Settings(groups=polis_groups(math), **settings)
    return map_opinions(conversation.votes, conversation.statements, chosen).as_json(), math


@pytest.mark.parametrize("mode", ["minga", "polis"])
@pytest.mark.parametrize("name", FIXTURES)
def test_given_polis_groups_every_figure_is_that_of_polis(name: str, mode: str) -> None:
    found, math = mapped(name, mode=mode)
    assert deviations(found, math) == []
    assert set(found["representative"]) == set(math["repness"])
    assert {id for id, person in found["participants"].items() if person["in"]} == set(map(str, math["in-conv"]))


@pytest.mark.parametrize("name", FIXTURES)
def test_participants_lie_where_polis_has_them(name: str) -> None:
    found, math = mapped(name)
    base = math["base-clusters"]
    for axis, key in enumerate("xy"):
        ours = np.array([np.mean([found["participants"][str(id)][key] for id in ids]) for ids in base["members"]])
        theirs = np.array(base[key])
        turn = np.sign(ours @ theirs)
        assert np.abs(turn * ours - theirs).max() < 1e-9, axis


@pytest.mark.parametrize("name", FIXTURES)
def test_vote_counts_are_those_of_polis(name: str) -> None:
    found, math = mapped(name)
    assert {id: person["votes"] for id, person in found["participants"].items()} == math["user-vote-counts"]


def test_a_changed_figure_is_reported_with_its_statement() -> None:
    found, math = mapped(FIXTURES[0])
    math["comment-priorities"]["3"] += 1e-6
    math["pca"]["center"][math["tids"].index(5)] += 1e-6
    math["group-votes"]["1"]["votes"]["7"]["A"] += 1
    math["repness"]["0"][0]["n-success"] += 1
    math["consensus"]["agree"].pop()
    listed = {(each.statement, each.figure, each.group) for each in deviations(found, math)}
    first, last = str(math["repness"]["0"][0]["tid"]), found["consensus"]["agree"][-1]["statement"]
    number = len(found["consensus"]["agree"])
    assert listed == {
        ("3", "priorities", ""),
        ("5", "center", ""),
        ("7", "group_votes", "1"),
        (first, "representative 1", "0"),
        (last, f"consensus {number}", ""),
    }


def test_other_statements_are_reported_and_nothing_else_compared() -> None:
    found, math = mapped(FIXTURES[0])
    math["tids"] = [*math["tids"][1:], 9_999]
    assert {each.figure for each in deviations(found, math)} == {"statement"}
    assert {each.statement for each in deviations(found, math)} == {"0", "9999"}


def test_what_is_done_otherwise_is_listed() -> None:
    assert all(entry["where"] and entry["polis"] and entry["minga"] for entry in KNOWN)


def export_groups(folder: Path) -> dict[str, int]:
    with (folder / "participants-votes.csv").open(newline="", encoding="utf-8") as file:
        return {row["participant"]: int(row["group-id"]) for row in csv.DictReader(file) if row["group-id"]}


def exported(name: str) -> tuple[Conversation, dict[str, int]]:
    folder = shared(f"{DATA}/{name}")
    return read(folder), export_groups(folder)


@pytest.mark.parametrize(("name", "bar"), [("scoop-hivemind.biodiversity", 0.95), ("vtaiwan.uberx", 0.85)])
def test_polis_mode_finds_nearly_the_groups_of_polis(name: str, bar: float) -> None:
    conversation, theirs = exported(name)
    found = map_opinions(conversation.votes, conversation.statements, Settings(mode="polis"))
    ours = {
        str(found.participants[row]): int(group)
        for row, group in zip(found.ground.included, found.grouping.label, strict=True)  # type: ignore[union-attr]
    }
    both = sorted(set(ours) & set(theirs))
    assert len(both) >= 0.99 * len(theirs)
    assert adjusted_rand(np.array([ours[id] for id in both]), np.array([theirs[id] for id in both])) >= bar
