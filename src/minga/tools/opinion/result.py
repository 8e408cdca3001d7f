"""What an opinion map holds, and how it is written as JSON."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from minga.tools.opinion.ground import Ground
from minga.tools.opinion.groups import Grouping
from minga.tools.opinion.parts import Constituencies, Reweighted
from minga.tools.opinion.reality import Reality
from minga.tools.opinion.representative import Pick
from minga.tools.opinion.table import Floats
from minga.tools.opinion.uncertainty import Uncertainty


@dataclass(frozen=True, slots=True)
class Moment:
    """The map as it would have been at ``time`` (ms since 1970), over the votes cast by then.

    ``with_previous`` and ``with_last`` are adjusted Rand indices of the groups with those one moment before and at
    the end, over the people grouped at both; None where there is none before or nobody in both.
    """

    time: int
    votes: int
    people: int
    k: int
    with_previous: float | None
    with_last: float | None


@dataclass(frozen=True, slots=True)
class OpinionMap:
    """The whole result, +1 = agree everywhere; P participants, S statements, k groups.

    ``ground`` places people and statements; ``grouping`` is None where nobody could be grouped; ``group_names`` (k,);
    ``tallies`` (3, k, S) agrees, disagrees and votes seen in each group; ``group_aware`` and ``priorities`` (S,);
    ``new`` are ids of statements nobody has voted on, with ``new_priorities``; ``unknown`` counts ids in the given
    groups that nobody voted under.
    """

    participants: Sequence[Hashable] | NDArray[Any]
    statements: Sequence[Hashable] | NDArray[Any]
    ground: Ground
    grouping: Grouping | None
    group_names: tuple[str, ...]
    reality: Reality
    tallies: Floats
    representative: list[list[Pick]]
    agreed: list[Pick]
    disagreed: list[Pick]
    group_aware: Floats
    priorities: Floats
    new: tuple[Hashable, ...]
    new_priorities: Floats
    uncertainty: Uncertainty | None
    constituencies: Constituencies | None
    reweighted: Reweighted | None
    stability: list[Moment]
    mode: str
    unknown: int = 0

    def as_json(self) -> dict[str, Any]:
        """Plain lists, numbers and texts, without NaN; the keys are described in docs/opinion.md."""
        people = [str(each) for each in self.participants]
        statements = [str(each) for each in self.statements]
        return {
            "mode": self.mode,
            "statements": statements,
            "pca": self._pca(),
            "participants": self._participants(people),
            "base_clusters": self._base_clusters(people),
            "groups": self._groups(),
            "group_votes": self._group_votes(statements),
            "representative": {
                name: [_pick(each, statements) for each in picks]
                for name, picks in zip(self.group_names, self.representative, strict=True)
            },
            "consensus": _both(self.agreed, self.disagreed, statements),
            "group_aware_consensus": dict(zip(statements, self.group_aware.tolist(), strict=True))
            if self.grouping is not None
            else {},
            "priorities": dict(zip(statements, self.priorities.tolist(), strict=True))
            | dict(zip(map(str, self.new), self.new_priorities.tolist(), strict=True)),
            "uncertainty": self._uncertainty(),
            "constituencies": self._constituencies(statements),
            "reweighted": self._reweighted(statements),
            "stability": [asdict(each) for each in self.stability],
        }

    def _pca(self) -> dict[str, Any]:
        axes = self.ground.axes
        return {
            "center": axes.centre.tolist(),
            "components": axes.components.tolist(),
            "comment_projection": axes.projection.tolist(),
            "comment_extremity": axes.extremity.tolist(),
            "variance": axes.variance.tolist(),
        }

    def _participants(self, people: list[str]) -> dict[str, dict[str, Any]]:
        group: list[str | None] = [None] * len(people)
        sure: list[float | None] = [None] * len(people)
        if self.grouping is not None:
            label = self.grouping.label
            for place, number in zip(self.ground.included.tolist(), label.tolist(), strict=True):
                group[place] = self.group_names[number]
            if self.uncertainty is not None:
                own = self.uncertainty.probability[np.arange(len(label)), label].tolist()
                for place, probability in zip(self.ground.included.tolist(), own, strict=True):
                    sure[place] = round(probability, 6)
        included = np.zeros(len(people), bool)
        included[self.ground.included] = True
        columns = (
            people,
            self.ground.places.tolist(),
            group,
            self.ground.table.counts.tolist(),
            included.tolist(),
            sure,
        )
        return {
            id: {"x": place[0], "y": place[1], "group": name, "votes": votes, "in": counted, "probability": chance}
            for id, place, name, votes, counted, chance in zip(*columns, strict=True)
        }

    def _base_clusters(self, people: list[str]) -> list[dict[str, Any]]:
        if self.grouping is None:
            return []
        base = self.grouping.base
        members: list[list[str]] = [[] for _ in base.count]
        for place, number in zip(self.ground.included.tolist(), base.label.tolist(), strict=True):
            members[number].append(people[place])
        return [
            {
                "id": number,
                "x": float(base.centre[number, 0]),
                "y": float(base.centre[number, 1]),
                "count": len(own),
                "group": self.group_names[self.grouping.of_base[number]],
                "members": own,
            }
            for number, own in enumerate(members)
        ]

    def _groups(self) -> dict[str, Any]:
        found: dict[str, Any] = asdict(self.reality) | {"k": 0, "k_best": 0, "silhouettes": {}, "list": []}
        found["unknown"] = self.unknown
        if self.grouping is None:
            return found
        sizes = np.bincount(self.grouping.label, minlength=self.grouping.k).tolist()
        found["k"], found["k_best"] = self.grouping.k, self.grouping.best
        found["silhouettes"] = {str(k): value for k, value in self.grouping.silhouettes.items()}
        found["list"] = [
            {"id": name, "members": size, "x": centre[0], "y": centre[1]}
            for name, size, centre in zip(self.group_names, sizes, self.grouping.centres.tolist(), strict=True)
        ]
        return found

    def _group_votes(self, statements: list[str]) -> dict[str, Any]:
        if self.grouping is None:
            return {}
        sizes = np.bincount(self.grouping.label, minlength=self.grouping.k).tolist()
        counts = self.tallies.astype(int)
        return {
            name: {"members": sizes[number], "votes": _counts(counts[:, number], statements)}
            for number, name in enumerate(self.group_names)
        }

    def _uncertainty(self) -> dict[str, Any] | None:
        if self.uncertainty is None:
            return None
        agreement = self.uncertainty.agreement
        low, middle, high = np.quantile(agreement, [0.05, 0.5, 0.95]).tolist()
        return {
            "resamples": self.uncertainty.resamples,
            "k": {str(k): times for k, times in self.uncertainty.best.items()},
            "agreement": {"mean": float(agreement.mean()), "low": low, "median": middle, "high": high},
        }

    def _constituencies(self, statements: list[str]) -> dict[str, Any] | None:
        found = self.constituencies
        if found is None:
            return None
        listed: dict[str, Any] = {}
        for number, name in enumerate(found.names):
            if found.hidden[number]:
                listed[name] = {"suppressed": True}
                continue
            votes = _counts(found.tallies[:, number].astype(int), statements)
            for at in np.flatnonzero(found.withheld[number]).tolist():
                votes[statements[at]] = None
            listed[name] = {
                "suppressed": False,
                "people": found.people[number],
                "votes": votes,
                "consensus": _both(*found.consensus[name], statements),
            }
        across = {} if found.hidden.all() else dict(zip(statements, found.across.tolist(), strict=True))
        return {"list": listed, "across": across}

    def _reweighted(self, statements: list[str]) -> dict[str, Any] | None:
        found = self.reweighted
        if found is None:
            return None
        shares = zip(statements, found.shares.T.tolist(), found.effective.tolist(), strict=True)
        return {
            "people": found.people,
            "missing": found.missing,
            "effective_people": found.effective_people,
            "statements": {id: {"agree": yes, "disagree": no, "effective": size} for id, (yes, no), size in shares},
            "consensus": _both(found.agreed, found.disagreed, statements),
        }


def _counts(tallies: NDArray[np.int64], statements: list[str]) -> dict[str, dict[str, int] | None]:
    return {
        id: {"agree": yes, "disagree": no, "pass": seen - yes - no, "seen": seen}
        for id, (yes, no, seen) in zip(statements, tallies.T.tolist(), strict=True)
    }


def _both(agreed: list[Pick], disagreed: list[Pick], statements: list[str]) -> dict[str, Any]:
    return {
        "agree": [_pick(each, statements) for each in agreed],
        "disagree": [_pick(each, statements) for each in disagreed],
    }


def _pick(pick: Pick, statements: list[str]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "statement": statements[pick.statement],
        "direction": "agree" if pick.agree else "disagree",
        "count": pick.count,
        "of": pick.of,
        "share": pick.share,
        "z": pick.z,
    }
    if pick.ratio is not None:
        found |= {"ratio": pick.ratio, "ratio_z": pick.ratio_z, "best_agree": pick.best_agree}
    return found
