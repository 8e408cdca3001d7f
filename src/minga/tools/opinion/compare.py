"""What Polis computed beside what Minga computes from the same votes: every difference, statement by statement.

Given the same groups there should be none: centre, components, projections, extremity, group votes, representative and
consensus lists, group-aware consensus and priorities follow Polis's formulas. ``KNOWN`` lists what is done otherwise on
purpose and why; none of it touches those figures.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

TOLERANCE = 1e-9

KNOWN = (
    {
        "where": "groups",
        "polis": "start from the first people who voted, so the same votes in another order give other groups",
        "minga": "groups depend on where people lie only; mode polis keeps Polis's way",
    },
    {
        "where": "groups",
        "polis": "always shows at least two groups, also where the votes are one cloud",
        "minga": "groups.real and groups.reason say whether there are any",
    },
    {
        "where": "participants",
        "polis": "whoever has once had enough votes stays included, which the votes alone do not tell",
        "minga": "counts the votes as they are; Settings.included_before carries the history",
    },
    {
        "where": "participants",
        "polis": "fills up to 15 people in the order in which they came",
        "minga": "takes all of those who are equally active",
    },
    {
        "where": "groups",
        "polis": "changes the number of groups only after four agreeing computations",
        "minga": "reports k_best; Settings.k keeps the number that is shown",
    },
    {
        "where": "sign",
        "polis": "agree is -1 inside and +1 in its exports",
        "minga": "agree is +1 everywhere; components are turned so that their largest entry is positive",
    },
)


@dataclass(frozen=True, slots=True)
class Deviation:
    """One figure of one ``statement`` (of ``group``, where it has one) that differs."""

    statement: str
    figure: str
    minga: Any
    polis: Any
    group: str = ""


def deviations(found: Mapping[str, Any], polis: Mapping[str, Any]) -> list[Deviation]:
    """Every difference between an opinion map as JSON and Polis's math-pca2 object for the same votes and groups.

    Polis's sign is turned (its agree is -1), and each component of ours is turned to point as Polis's does. Numbers
    count as equal to 1e-9; lists must have the same statements, directions and counts in the same order.
    """
    place = {str(id): number for number, id in enumerate(polis["tids"])}
    missing = [Deviation(id, "statement", None, id) for id in place if id not in set(found["statements"])]
    missing += [Deviation(id, "statement", id, None) for id in found["statements"] if id not in place]
    if missing:
        return missing
    order = [place[id] for id in found["statements"]]
    return [*_places(found, polis["pca"], order), *_shares(found, polis), *_lists(found, polis)]


def _places(found: Mapping[str, Any], theirs: Mapping[str, Any], order: list[int]) -> list[Deviation]:
    ours = found["pca"]
    pairs = [("center", np.array(ours["center"]), -np.array(theirs["center"])[order])]
    pairs.append(
        ("comment_extremity", np.array(ours["comment_extremity"]), np.array(theirs["comment-extremity"])[order])
    )
    for axis in range(2):
        component = np.array(theirs["comps"][axis])[order]
        turn = 1.0 if np.dot(ours["components"][axis], component) >= 0 else -1.0
        # Polis's projection has the sign of -1 = agree once more, so it turns against the component.
        pairs.append((f"component {axis}", turn * np.array(ours["components"][axis]), component))
        projection = np.array(theirs["comment-projection"][axis])[order]
        pairs.append((f"comment_projection {axis}", -turn * np.array(ours["comment_projection"][axis]), projection))
    return [
        Deviation(id, figure, float(mine), float(polis))
        for figure, own, other in pairs
        for id, mine, polis in zip(found["statements"], own, other, strict=True)
        if abs(mine - polis) > TOLERANCE
    ]


def _shares(found: Mapping[str, Any], theirs: Mapping[str, Any]) -> list[Deviation]:
    figures = (("group_aware_consensus", "group-aware-consensus"), ("priorities", "comment-priorities"))
    differing = [
        Deviation(id, ours, found[ours].get(id), theirs[polis][id])
        for ours, polis in figures
        for id in theirs[polis]
        if id not in found[ours] or abs(found[ours][id] - theirs[polis][id]) > TOLERANCE
    ]
    for group, tallies in theirs["group-votes"].items():
        own = found["group_votes"].get(group, {"votes": {}})["votes"]
        for id, counts in tallies["votes"].items():
            mine = own.get(id)
            counted = None if mine is None else {"A": mine["agree"], "D": mine["disagree"], "S": mine["seen"]}
            if counted != counts:
                differing.append(Deviation(id, "group_votes", counted, counts, group))
    return differing


def _lists(found: Mapping[str, Any], theirs: Mapping[str, Any]) -> list[Deviation]:
    differing = []
    for group, picks in theirs["repness"].items():
        own = [_own(pick) for pick in found["representative"].get(group, [])]
        differing += _unlike("representative", own, [_polis(pick, pick["repful-for"]) for pick in picks], group)
    for direction, picks in theirs["consensus"].items():
        own = [_own(pick) for pick in found["consensus"][direction]]
        differing += _unlike("consensus", own, [_polis(pick, direction) for pick in picks], "")
    return differing


Line = tuple[str, str, int, int, float, float]


def _own(pick: Mapping[str, Any]) -> Line:
    return pick["statement"], pick["direction"], pick["count"], pick["of"], pick["share"], pick["z"]


def _polis(pick: Mapping[str, Any], direction: str) -> Line:
    return str(pick["tid"]), direction, pick["n-success"], pick["n-trials"], pick["p-success"], pick["p-test"]


def _unlike(figure: str, ours: list[Line], theirs: list[Line], group: str) -> list[Deviation]:
    found = []
    for number in range(max(len(ours), len(theirs))):
        mine = ours[number] if number < len(ours) else None
        other = theirs[number] if number < len(theirs) else None
        same = mine is not None and other is not None and mine[:4] == other[:4]
        if not (same and mine and other and np.allclose(mine[4:], other[4:], rtol=0, atol=1e-6)):
            either = mine or other
            found.append(Deviation(either[0] if either else "", f"{figure} {number + 1}", mine, other, group))
    return found
