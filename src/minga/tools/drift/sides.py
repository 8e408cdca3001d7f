"""One table of advice, the reference or the window, counted in one pass."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from minga.tools.drift.bins import Bins, Numbers
from minga.tools.drift.reading import Account, Part, Plan, Source, parts, told
from minga.tools.drift.settings import DriftError, Settings
from minga.tools.drift.statistics import Alarm, cusum
from minga.tools.drift.tally import FLAGS, Tally

OTHERS, MISSING = "(others)", "(missing)"
BLOCK = 100
Codes = NDArray[np.int64]


@dataclass(slots=True)
class Words:
    """The categories of one column: each a code, the first ``MISSING``; beyond ``most`` all are ``OTHERS``.

    ``unjudged``: the reference itself had more. Where only the window has, that is a finding.
    """

    most: int
    unjudged: bool = False
    index: dict[str, int] = field(default_factory=lambda: {"": 0})
    full: bool = False

    def codes(self, texts: Any) -> Codes:
        coded = texts.dictionary_encode()
        table = np.array([self._code(word) for word in coded.dictionary.to_pylist()] or [0], np.int64)
        found: Codes = table[coded.indices.to_numpy(zero_copy_only=False)]
        return found

    def _code(self, word: str) -> int:
        code = self.index.get(word)
        if code is None:
            self.full = self.full or len(self.index) > self.most
            code = self.index.setdefault(OTHERS if self.full else word, len(self.index))
        return code

    def names(self) -> list[str]:
        """What is called as the missing ones are is put in quotation marks."""
        return [repr(word) if word == MISSING else word or MISSING for word in self.index]


@dataclass(slots=True)
class Sample:
    """So many rows of the window at random, each as likely: case, day, flags, and its cell of every series."""

    size: int
    seed: int
    chance: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    columns: dict[str, NDArray[Any]] = field(default_factory=dict)
    random: np.random.Generator = field(init=False)

    def __post_init__(self) -> None:
        self.random = np.random.default_rng(self.seed)

    def draw(self, rows: int) -> tuple[NDArray[np.float64], Codes]:
        """(chances, places) of the rows that may stay."""
        chance = self.random.random(rows)
        limit = self.chance.max() if len(self.chance) >= self.size else np.inf
        places = np.flatnonzero(chance < limit)
        return chance[places], places

    def keep(self, chance: NDArray[np.float64], columns: Mapping[str, NDArray[Any]]) -> None:
        both = np.concatenate([self.chance, chance])
        best = np.argsort(both, kind="stable")[: self.size]
        self.chance = both[best]
        held = self.columns
        self.columns = {
            name: np.concatenate([held[name], values])[best] if name in held else values[best]
            for name, values in columns.items()
        }


@dataclass(slots=True)
class Side:
    """``counts`` and ``missing`` by category column and number column; ``walks[moment]`` is (2, number columns): sums
    of rank scores and how many, per day, or per 100 rows where there is no date (window only)."""

    settings: Settings
    plan: Plan
    words: dict[str, Words]
    bins: Mapping[str, Bins] | None = None
    account: Account = field(default_factory=Account)
    numbers: dict[str, Numbers] = field(default_factory=dict)
    missing: dict[str, int] = field(default_factory=dict)
    counts: dict[str, Codes] = field(default_factory=dict)
    tally: Tally = field(default_factory=Tally)
    walks: dict[int, NDArray[np.float64]] = field(default_factory=dict)
    sample: Sample | None = None

    def read(self, source: Source, which: str) -> None:
        if self.bins is not None:
            self.sample = Sample(self.settings.sample, self.settings.seed)
        with told(which):
            for part in parts(source, self.plan, self.account):
                if len(part.day):
                    self._add(part)
            if not self.account.used:
                first = self.account.reasons.most_common(1)
                raise DriftError(
                    f"none of its {self.account.rows_in:,} rows can be used"
                    + (f", most often because {first[0][0]}" if first else ": it is empty")
                    + ". Correct the table or name the columns as they are in it."
                )

    def _add(self, part: Part) -> None:
        codes = {name: self._coded(name, texts) for name, texts in part.texts.items()}
        for name, values in part.numbers.items():
            there = values[~np.isnan(values)]
            self.numbers.setdefault(name, Numbers()).add(there)
            self.missing[name] = self.missing.get(name, 0) + len(values) - len(there)
        groups = {name: (codes[name], self.words[name].names()) for name in self.plan.groups}
        self.tally.add(part, groups)
        if self.bins is not None and self.sample is not None:
            self._walk(part, self.bins)
            self._draw(part, codes, self.bins, self.sample)

    def _coded(self, name: str, texts: Any) -> Codes:
        words = self.words.setdefault(name, Words(self.settings.most_categories))
        codes = words.codes(texts)
        counts = np.bincount(codes, minlength=len(words.index))
        held = self.counts.get(name, np.zeros(0, np.int64))
        counts[: len(held)] += held
        self.counts[name] = counts
        return codes

    def _walk(self, part: Part, bins: Mapping[str, Bins]) -> None:
        moments = part.day
        if not self.plan.dated:
            first = self.account.used - len(part.day)
            moments = (first + np.arange(len(part.day))) // BLOCK
        found, local = np.unique(moments, return_inverse=True)
        table = np.zeros((len(found), 2, len(bins)))
        for place, (name, fixed) in enumerate(bins.items()):
            values = part.numbers[name]
            there = ~np.isnan(values)
            score = fixed.score[np.searchsorted(fixed.fine, values[there])]
            table[:, 0, place] = np.bincount(local[there], score, len(found))
            table[:, 1, place] = np.bincount(local[there], minlength=len(found))
        for number, moment in enumerate(found.tolist()):
            if moment >= 0:
                self.walks[moment] = self.walks.get(moment, 0.0) + table[number]

    def _draw(self, part: Part, codes: dict[str, Codes], bins: Mapping[str, Bins], sample: Sample) -> None:
        chance, places = sample.draw(len(part.day))
        columns: dict[str, NDArray[Any]] = {
            "cases": np.array(part.cases.take(places).to_pylist(), dtype=object),
            "day": part.day[places],
        }
        columns |= {f"flag {name}": part.flags[name][places] for name in FLAGS}
        columns |= {f"cell {name}": held[places] for name, held in codes.items()}
        columns |= {f"cell {name}": fixed.cell(part.numbers[name][places]) for name, fixed in bins.items()}
        sample.keep(chance, columns)

    def cells(self, name: str, fixed: Bins) -> Codes:
        """Rows of a number column per cell of ``fixed``."""
        values, counts = self.numbers[name].held()
        found = np.bincount(np.searchsorted(fixed.cuts, values), counts, len(fixed.cuts) + 2)
        found[-1] = self.missing.get(name, 0)
        return np.rint(found).astype(np.int64)

    def alarm(self, place: int, delta: float, threshold: float) -> tuple[Alarm, int, int] | None:
        """Page-Hinkley over the scores of the number column at ``place``: (alarm, moment it rang, moment it began)."""
        moments = sorted(self.walks)
        table = np.array([self.walks[moment][:, place] for moment in moments])
        if not len(table):
            return None
        found = cusum(table[:, 0], table[:, 1], delta, threshold)
        return (found, moments[found.index], moments[found.began]) if found else None
