"""The opinion map of a conversation, from its votes to what to ask next."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from minga.tools.base import ToolError
from minga.tools.opinion import clusters, groups, parts, reality, uncertainty
from minga.tools.opinion.clusters import Base
from minga.tools.opinion.ground import Ground, laid
from minga.tools.opinion.groups import Grouping
from minga.tools.opinion.priority import priorities
from minga.tools.opinion.reality import Reality
from minga.tools.opinion.representative import consensus, group_aware, representative
from minga.tools.opinion.result import Moment, OpinionMap
from minga.tools.opinion.settings import Settings
from minga.tools.opinion.table import Floats, Ints
from minga.tools.opinion.uncertainty import Uncertainty
from minga.tools.opinion.votes import Statement, Votes


def map_opinions(votes: Votes, statements: Sequence[Statement] = (), settings: Settings | None = None) -> OpinionMap:
    """Map the opinions in ``votes``: places, groups and how real they are, what unites and divides, what to ask next.

    ``statements`` says what is rejected, meta or not yet looked at; a statement that is not listed counts as not yet
    looked at. Works for any number of votes, none included. With the same votes and settings the result is the same;
    with ``mode`` "minga" it does not depend on the order of arrival of people and statements either. Raises ToolError
    where the settings do not fit (unknown mode, a negative weight).
    """
    chosen = settings or Settings()
    _check(chosen)
    rng = np.random.default_rng(chosen.seed)
    ground = laid(votes, statements, chosen)
    ground, grouping, names, unknown = _grouped(votes, ground, chosen, rng)
    sure, real = _doubted(ground, grouping, chosen, rng)
    tallies, shown = _tallies(ground, grouping), ~ground.zeroed
    agreed, disagreed = consensus(ground.tallies, shown)
    new, new_priorities = _new(votes, statements)
    constituencies, reweighted = _parts(votes, ground, chosen)
    return OpinionMap(
        participants=votes.participants,
        statements=votes.statements,
        ground=ground,
        grouping=grouping,
        group_names=names,
        reality=real,
        tallies=tallies,
        representative=representative(tallies, shown),
        agreed=agreed,
        disagreed=disagreed,
        group_aware=group_aware(tallies),
        priorities=priorities(tallies.sum(1), ground.axes.extremity, ground.meta),
        new=new,
        new_priorities=new_priorities,
        uncertainty=sure,
        constituencies=constituencies,
        reweighted=reweighted,
        stability=_over_time(votes, statements, chosen),
        mode=chosen.mode,
        unknown=unknown,
    )


def _check(settings: Settings) -> None:
    if settings.mode not in ("minga", "polis"):
        raise ToolError(f"There is no mode {settings.mode!r}: choose minga or polis.")
    if settings.k is not None and settings.k < 1:
        raise ToolError(f"{settings.k} groups cannot be: ask for one or more.")
    if settings.resamples < 0 or settings.base < 2 or settings.most_groups < 2:
        raise ToolError("Resamples must be 0 or more, base clusters and the most groups 2 or more.")


Found = tuple[Ground, Grouping | None, tuple[str, ...], int]
"""(the ground, the groups, their names, how many ids in given groups nobody voted under)"""


def _grouped(votes: Votes, ground: Ground, settings: Settings, rng: np.random.Generator) -> Found:
    if settings.groups is not None:
        return _given(votes, ground, settings.groups, settings, rng)
    if not len(ground.included):
        return ground, None, (), 0
    grouping = groups.find(ground.points, np.ones(len(ground.included)), settings, rng)
    return ground, grouping, tuple(str(number) for number in range(grouping.k)), 0


def _given(
    votes: Votes, ground: Ground, given: Mapping[Any, Any], settings: Settings, rng: np.random.Generator
) -> Found:
    """The groups as given; just the grouped people are included."""
    voters = {each: row for row, each in enumerate(votes.participants)}
    named = {each: str(name) for each, name in given.items() if name is not None and str(name) != ""}
    rows = np.array(sorted(voters[each] for each in named if each in voters), np.int64)
    ground = replace(ground, included=rows)
    unknown = sum(each not in voters for each in named)
    if not len(rows):
        return ground, None, (), unknown
    own = [named[votes.participants[row]] for row in rows]
    names = tuple(sorted(set(own), key=lambda name: (len(name), name) if name.isdigit() else (1_000, name)))
    label = np.array([names.index(name) for name in own])
    points, ones = ground.points, np.ones(len(rows))
    base = clusters.base_clusters(points, ones, settings.base)
    pair, cell = np.unique(base.label * len(names) + label, return_inverse=True)
    count = np.bincount(cell).astype(np.float64)
    centre = clusters.moved(points, ones, cell, np.zeros((len(pair), 2)))
    middles = clusters.moved(points, ones, label, np.zeros((len(names), 2)))
    found = groups.find(points, ones, replace(settings, mode="minga", k=None), rng)
    grouping = Grouping(Base(cell, centre, count), pair % len(names), middles, found.best, found.silhouettes)
    return ground, grouping, names, unknown


def _doubted(
    ground: Ground, grouping: Grouping | None, settings: Settings, rng: np.random.Generator
) -> tuple[Uncertainty | None, Reality]:
    if grouping is None:
        return None, reality.judged(ground.points, 0.0, settings, rng)
    if not settings.resamples:
        return None, reality.GIVEN if settings.groups is not None else reality.NOT_TESTED
    sure = uncertainty.resampled(ground, grouping, settings, rng)
    if settings.groups is not None:
        return sure, reality.GIVEN
    return sure, reality.judged(ground.points, float(sure.agreement.mean()), settings, rng)


def _tallies(ground: Ground, grouping: Grouping | None) -> Floats:
    if grouping is None:
        return np.zeros((3, 0, ground.table.statements))
    member = np.full(ground.table.people, -1, np.int64)
    member[ground.included] = grouping.label
    return ground.table.tallies_by(member, grouping.k)


def _parts(
    votes: Votes, ground: Ground, settings: Settings
) -> tuple[parts.Constituencies | None, parts.Reweighted | None]:
    table, people, shown = ground.table, votes.participants, ~ground.zeroed
    within = weighted = None
    if settings.constituencies is not None:
        within = parts.by_constituency(table, people, settings.constituencies, shown, settings.smallest)
    if settings.weights is not None:
        weighted = parts.reweighted(table, people, settings.weights, shown)
    return within, weighted


def _new(votes: Votes, statements: Sequence[Statement]) -> tuple[tuple[Hashable, ...], Floats]:
    """Shown statements that nobody has voted on, and their priorities."""
    voted = set(votes.statements)
    new = [each for each in statements if each.id not in voted and each.moderated >= 0]
    meta = np.array([each.meta for each in new], bool)
    return tuple(each.id for each in new), priorities(np.zeros((3, len(new))), np.zeros(len(new)), meta)


def _over_time(votes: Votes, statements: Sequence[Statement], settings: Settings) -> list[Moment]:
    if votes.time is None or settings.cut_points < 1 or not len(votes):
        return []
    plain = replace(settings, resamples=0, constituencies=None, weights=None, cut_points=0, groups=None)
    history: list[tuple[int, int, OpinionMap]] = []
    for moment, rows in parts.cuts(votes.time, settings.cut_points):
        so_far = replace(
            votes, person=votes.person[rows], statement=votes.statement[rows], value=votes.value[rows], time=None
        )
        history.append((moment, len(rows), map_opinions(so_far, statements, plain)))
    last = history[-1][2]
    found = []
    for number, (moment, cast, then) in enumerate(history):
        before = history[number - 1][2] if number else None
        found.append(
            Moment(
                moment,
                cast,
                len(then.ground.included),
                then.grouping.k if then.grouping is not None else 0,
                _agreement(then, before),
                _agreement(then, last),
            )
        )
    return found


def _agreement(one: OpinionMap, other: OpinionMap | None) -> float | None:
    if other is None or one.grouping is None or other.grouping is None:
        return None
    labels: list[Ints] = []
    for each in (one, other):
        label = np.full(each.ground.table.people, -1, np.int64)
        label[each.ground.included] = each.grouping.label if each.grouping is not None else -1
        labels.append(label)
    both = (labels[0] >= 0) & (labels[1] >= 0)
    return clusters.adjusted_rand(labels[0][both], labels[1][both]) if int(both.sum()) > 1 else None
