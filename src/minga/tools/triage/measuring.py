"""How good the routing is: forced and with abstention, per group, beside baselines without and with less learning."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from minga.tools.base import Figure
from minga.tools.stats import wilson
from minga.tools.triage.advising import forced
from minga.tools.triage.metrics import Floats, Ints, auroc, brier, ece, macro_f1
from minga.tools.triage.model import Model
from minga.tools.triage.reading import Table

SMALLEST = 30

type Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Tried:
    """What the model did with n labelled texts. ``truth`` and ``guess`` (n,) are numbers of ``names``; ``chance`` (n,)
    that the guess is right; ``proposed`` and ``ruled`` (n,) whether a route is proposed, and by a rule; ``home`` (n,)
    whether the true route can be proposed at all.
    """

    names: tuple[str, ...]
    truth: Ints
    guess: Ints
    chance: Floats
    chances: Floats
    proposed: Bools
    ruled: Bools
    home: Bools

    @property
    def right(self) -> Bools:
        return self.truth == self.guess


def tried(model: Model, texts: Sequence[str], labels: Sequence[str]) -> Tried:
    """Route every text. Routes of the model come first in ``names``, so that they number its chances too."""
    best, chance, chances, ruled = forced(model, texts)
    own = list(model.learned.routes) if model.learned else []
    names = tuple(dict.fromkeys([*own, *(rule.route for rule in model.settings.rules), *best, *labels]))
    number = {name: place for place, name in enumerate(names)}
    truth, guess = (np.array([number[name] for name in some], np.int64) for some in (labels, best))
    reachable = {number[rule.route] for rule in model.settings.rules} | set(range(len(own)))
    home = np.isin(truth, sorted(reachable))
    proposed = ruled | (chance >= model.settings.threshold) if own else ruled
    return Tried(names, truth, guess, chance, chances, proposed, ruled, home)


def measure(model: Model, table: Table, labels: Sequence[str] | None = None) -> dict[str, Any]:
    """Figures by name. Forced, on texts whose true route the model knows: macro_f1, accuracy, brier, ece. With
    abstention, on all: coverage, abstention_rate, accuracy_proposed, macro_f1_proposed; ``confidence_ece`` compares the
    chance of being right that is told with what came out.

    A text whose label the model does not know is out of scope: proposing any route for it is wrong.
    """
    found = tried(model, table.texts, labels or table.labels)
    home, right, proposed = found.home, found.right, found.proposed
    routes = found.chances.shape[1]
    numbered = np.where(found.truth < routes, found.truth, -1)
    return {
        "macro_f1": _or_none(macro_f1(found.truth[home], found.guess[home])),
        "accuracy": _share(right[home]),
        "brier": _or_none(brier(numbered[home], found.chances[home])) if routes else None,
        "ece": _or_none(ece(right[home], found.chances[home].max(axis=1))) if routes else None,
        "coverage": _share(proposed),
        "abstention_rate": _share(~proposed),
        "accuracy_proposed": _share(right[proposed]),
        "macro_f1_proposed": _or_none(macro_f1(found.truth[proposed], found.guess[proposed])),
        "threshold": model.settings.threshold,
        "confidence_ece": _or_none(ece(right & home, found.chance)),
        "auroc_right": _or_none(auroc(right & home, found.chance)),
        "decided_by_rules": _share(found.ruled),
        "out_of_scope": _out_of_scope(found),
        "groups": groups_of(table, found),
        "per_route": _per_route(found),
    }


def _out_of_scope(found: Tried) -> dict[str, Any]:
    strange = ~found.home
    return {
        "cases": int(strange.sum()),
        "proposed": int(found.proposed[strange].sum()),
        "auroc": _or_none(auroc(found.home, found.chance)),
    }


def groups_of(table: Table, found: Tried) -> dict[str, dict[str, Any]]:
    """For each group column and value: its size, coverage and accuracy; None for a share of fewer than ``SMALLEST``."""
    return {
        column: {
            value: _group(found, np.array([one == value for one in values])) for value in sorted(set(values))
        }
        for column, values in table.groups.items()
    }  # fmt: skip


def _group(found: Tried, member: Bools) -> dict[str, Any]:
    size = int(member.sum())
    if size < SMALLEST:
        return {"size": size, "coverage": None, "accuracy": None, "accuracy_proposed": None}
    within = found.proposed & member
    rows = {"coverage": found.proposed[member], "accuracy": found.right[member]}
    shares: dict[str, Any] = {}
    for name, flags in (*rows.items(), ("accuracy_proposed", found.right[within])):
        shares[name] = _share(flags)
        shares[f"{name}_interval"] = list(wilson(int(flags.sum()), len(flags)))
    return {"size": size, **shares}


def _per_route(found: Tried) -> dict[str, dict[str, Any]]:
    present = sorted(set(found.truth.tolist()))
    rows = {}
    for place in present:
        true, guessed = found.truth == place, found.guess == place
        both = int((true & guessed).sum())
        rows[found.names[place]] = {"size": int(true.sum()), "f1": 2 * both / int(true.sum() + guessed.sum())}
    return rows


def figures(found: Tried, table: Table) -> tuple[Figure, ...]:
    """Shares with their 95 % intervals, for the whole and per group value ("column=value")."""
    rows = [
        figure("accuracy", "", found.right & found.home),
        figure("coverage", "", found.proposed),
        figure("accuracy_proposed", "", found.right[found.proposed]),
        figure("decided_by_rules", "", found.ruled),
        _plain("macro_f1", found.home, macro_f1(found.truth[found.home], found.guess[found.home])),
    ]
    for column, values in table.groups.items():
        for value in sorted(set(values)):
            member = np.array([one == value for one in values])
            rows.append(figure("coverage", f"{column}={value}", found.proposed[member]))
            rows.append(figure("accuracy_proposed", f"{column}={value}", found.right[member & found.proposed]))
    return tuple(rows)


def figure(metric: str, group: str, flags: Bools) -> Figure:
    count, of = int(flags.sum()), len(flags)
    if of < SMALLEST:
        return Figure(metric, group, count, of, None, None, None)
    low, high = wilson(count, of)
    return Figure(metric, group, count, of, count / of, low, high)


def _plain(metric: str, flags: Bools, value: float) -> Figure:
    """A figure that is no share of cases has no count and no interval."""
    of = int(flags.sum())
    return Figure(metric, "", 0, of, value if of >= SMALLEST else None, None, None)


def majority(labels: Sequence[str]) -> tuple[str, int]:
    """The most frequent label, the first in the alphabet of several, and how often it stands."""
    counts = Counter(labels)
    best = min(counts, key=lambda label: (-counts[label], label))
    return best, counts[best]


def plain_svc(train: Table, test: Table, seed: int) -> dict[str, float]:
    """scikit-learn's LinearSVC on TF-IDF of one to two words and runs of two to four characters, as it comes."""
    from scipy.sparse import hstack
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.svm import LinearSVC

    makers = (TfidfVectorizer(ngram_range=(1, 2)), TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4)))
    matrix = hstack([maker.fit_transform(train.texts) for maker in makers], format="csr")
    machine = LinearSVC(random_state=seed).fit(matrix, train.labels)
    guessed = machine.predict(hstack([maker.transform(test.texts) for maker in makers], format="csr"))
    return scored(test.labels, guessed.tolist())


def scored(truth: Sequence[str], guess: Sequence[str]) -> dict[str, float]:
    """macro_f1 and accuracy of names."""
    number: Mapping[str, int] = {name: place for place, name in enumerate(sorted({*truth, *guess}))}
    true, guessed = (np.array([number[name] for name in some], np.int64) for some in (truth, guess))
    return {"macro_f1": macro_f1(true, guessed), "accuracy": float(np.mean(true == guessed))}


def _share(flags: Bools) -> float | None:
    return float(flags.mean()) if len(flags) else None


def _or_none(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
