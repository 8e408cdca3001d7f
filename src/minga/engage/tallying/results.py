"""The results of a set of votes, from an opinion map to what a page shows."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from minga.engage.counting import SMALLEST_SHOWN
from minga.engage.tallying.ordering import Floats, Order, enough_votes, ordered
from minga.engage.tallying.reading import Cast
from minga.engage.tallying.shapes import Counts, Figures, Group, Point, Results, Telling
from minga.tools.opinion import OpinionMap, Settings, map_opinions
from minga.tools.opinion.parts import Constituencies, by_constituency
from minga.tools.opinion.representative import representative

LETTERS = "ABCDE"
SURE = 0.7
# On a larger map people who stand together are one point.
ONE_BY_ONE = 2_000
CELLS = 160


@dataclass(frozen=True, slots=True)
class Split:
    """The people divided in one way: ``names`` (V,), tallies (3, V, S), ``withheld`` (V, S) and ``hidden`` (V,)."""

    names: tuple[str, ...]
    tallies: Floats
    withheld: NDArray[np.bool_]
    hidden: NDArray[np.bool_]

    @classmethod
    def of(cls, found: Constituencies) -> "Split":
        return cls(found.names, found.tallies, found.withheld, found.hidden)

    def counts(self, at: int) -> dict[str, Counts | None]:
        """The counts of each name on the statement at one position."""
        return {
            name: None if self.withheld[number, at] else _counts(self.tallies[:, number, at])
            for number, name in enumerate(self.names)
        }


def repetitions(votes: int) -> int:
    """How often the votes are drawn anew: fewer times where it costs more and people are many."""
    return 200 if votes <= 100_000 else 50 if votes <= 400_000 else 20


def mapped(cast: Cast, k: int | None) -> OpinionMap:
    """The map with ``k`` groups, or with as many as fit best."""
    constituencies = dict(enumerate(cast.constituency.tolist()))
    settings = Settings(
        k=k, resamples=repetitions(len(cast.votes)), constituencies=constituencies, smallest=SMALLEST_SHOWN
    )
    return map_opinions(cast.votes, cast.statements, settings)


def results_of(cast: Cast, found: OpinionMap | None) -> Results:
    """What a page shows of ``found``, the map of ``cast``; None where too few people voted for a map."""
    if found is None or cast.people < SMALLEST_SHOWN:
        return Results(enough=False, people=cast.people, votes=len(cast.votes))
    real = bool(found.reality.real)
    groups, constituencies = _groups(found) if real else None, _constituencies(found)
    by_groups = _compared(groups) if groups else None
    voices = by_groups or _compared(constituencies)
    tallies = found.ground.tallies
    few = enough_votes(cast.people)
    judged = (tallies[2] >= few) & ~found.ground.zeroed
    if voices is not None:
        judged &= ~voices.withheld.any(0)
    order = ordered(tallies[:, None] if voices is None else voices.tallies, tallies, judged)
    keys = [str(pk) for pk in found.statements]
    times = found.uncertainty.best if found.uncertainty else {}
    return Results(
        enough=True,
        people=cast.people,
        votes=len(cast.votes),
        few=few,
        real=real,
        code=found.reality.code,
        reason=_reason(found),
        k=found.grouping.k if found.grouping else 0,
        k_best=found.grouping.best if found.grouping else 0,
        resamples=found.uncertainty.resamples if found.uncertainty else 0,
        k_times={str(k): times[k] for k in sorted(times)},
        voices="groups" if by_groups else "constituencies" if voices else "all",
        groups=_portraits(found, groups, keys, judged) if groups else [],
        points=points(found, real),
        statements=_figures(keys, tallies, groups, constituencies, order, judged),
        agreed=[keys[at] for at in order.agreed],
        rejected=[keys[at] for at in order.rejected],
        divides=[keys[at] for at in order.divides],
    )


def _counts(cell: Floats) -> Counts:
    agreed, disagreed, seen = (int(number) for number in cell)
    return [agreed, disagreed, seen - agreed - disagreed]


def _groups(found: OpinionMap) -> Split | None:
    """The opinion groups, small cells withheld like those of constituencies."""
    if found.grouping is None:
        return None
    letters = {int(row): LETTERS[label] for row, label in zip(found.ground.included, found.grouping.label, strict=True)}
    everybody = range(found.ground.table.people)
    return Split.of(by_constituency(found.ground.table, everybody, letters, ~found.ground.zeroed, SMALLEST_SHOWN))


def _constituencies(found: OpinionMap) -> Split:
    if found.constituencies is None:
        raise ValueError("The map was made without constituencies. Make it with mapped().")
    return Split.of(found.constituencies)


def _compared(split: Split) -> Split | None:
    """The voices that agreement is compared across: those large enough to be shown, if there are two or more."""
    shown = ~split.hidden
    if int(shown.sum()) < 2:
        return None
    names = tuple(name for name, kept in zip(split.names, shown, strict=True) if kept)
    return Split(names, split.tallies[:, shown], split.withheld[shown], split.hidden[shown])


def _reason(found: OpinionMap) -> dict[str, float]:
    """The figures behind the verdict on the groups, rounded as they are told."""
    reality = found.reality
    given = {"chance": reality.chance, "silhouette": reality.silhouette, "cloud": reality.cloud}
    told = {name: round(value, 3) for name, value in given.items() if value is not None}
    if found.uncertainty is not None:
        told["agreement"] = round(float(found.uncertainty.agreement.mean()), 3)
    return told | {"people": float(len(found.ground.included))}


def sure(found: OpinionMap) -> NDArray[np.bool_]:
    """(n,) which of the grouped people stay in their group in at least 7 of 10 repetitions."""
    if found.grouping is None:
        return np.zeros(0, bool)
    label = found.grouping.label
    if found.uncertainty is None:
        return np.ones(len(label), bool)
    kept: NDArray[np.bool_] = found.uncertainty.probability[np.arange(len(label)), label] >= SURE
    return kept


def _portraits(found: OpinionMap, groups: Split, keys: list[str], judged: NDArray[np.bool_]) -> list[Group]:
    """Each group in the statements that tell it apart, of those with enough votes in every group."""
    if found.grouping is None:
        return []
    label, kept = found.grouping.label, sure(found)
    picks = representative(groups.tallies, judged)
    together = groups.tallies.sum(1)
    listed: list[Group] = []
    for number, letter in enumerate(groups.names):
        own = label == LETTERS.index(letter)
        people = int(own.sum())
        telling = [
            _telling(pick.agree, pick.statement, groups.tallies[:, number], together, keys)
            for pick in picks[number]
            if not groups.hidden[number]
        ]
        listed.append(Group(letter=letter, people=people, between=int((own & ~kept).sum()), telling=telling))
    return listed


def _telling(agree: bool, at: int, own: Floats, together: Floats, keys: list[str]) -> Telling:
    side = 0 if agree else 1
    others = together[:, at] - own[:, at]
    return Telling(
        statement=keys[at],
        agree=agree,
        count=int(own[side, at]),
        of=int(own[2, at]),
        others=int(others[side]),
        others_of=int(others[2]),
    )


def _figures(
    keys: list[str],
    tallies: Floats,
    groups: Split | None,
    constituencies: Split,
    order: Order,
    judged: NDArray[np.bool_],
) -> dict[str, Figures]:
    return {
        key: Figures(
            all=_counts(tallies[:, at]),
            groups=groups.counts(at) if groups else {},
            constituencies=constituencies.counts(at),
            consensus=round(float(order.consensus[at]), 6),
            judged=bool(judged[at]),
        )
        for at, key in enumerate(keys)
    }


def points(found: OpinionMap, real: bool) -> list[Point]:
    """Everybody's place, rounded and ordered by place, so that neither order nor decimals lead to a participant."""
    places = found.ground.places
    label, kept = np.full(len(places), -1), np.ones(len(places), bool)
    if real and found.grouping is not None:
        label[found.ground.included] = found.grouping.label
        kept[found.ground.included] = sure(found)
    span = float(np.ptp(places, axis=0).max(initial=0.0)) or 1.0
    step = span / (1_000 if len(places) <= ONE_BY_ONE else CELLS)
    cells = np.column_stack([np.round(places / step), label, kept]).astype(np.int64)
    if len(places) <= ONE_BY_ONE:
        ordered_cells, count = cells[np.lexsort(cells.T)], np.ones(len(cells), np.int64)
    else:
        ordered_cells, count = np.unique(cells, axis=0, return_counts=True)
    return [
        Point(
            x=round(x * step, 4),
            y=round(y * step, 4),
            group=LETTERS[group] if group >= 0 else "",
            sure=bool(firm),
            people=people,
        )
        for (x, y, group, firm), people in zip(ordered_cells.tolist(), count.tolist(), strict=True)
    ]
