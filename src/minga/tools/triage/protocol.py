"""Triage as one of Minga's tools: the protocol of ``minga.tools.base``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from minga.tools.base import Advice, Card, Figure, Phrase, Report, ToolError
from minga.tools.triage.advising import advise, forced, known_share
from minga.tools.triage.columns import cell, text_of
from minga.tools.triage.measuring import SMALLEST, Tried, figure, figures, majority, tried
from minga.tools.triage.model import Learned, Model
from minga.tools.triage.reading import Account, Table, read
from minga.tools.triage.sentences import said, translations
from minga.tools.triage.settings import Settings
from minga.tools.triage.training import train


class Triage:
    """Rules that are tested, then words that were learned, then a person."""

    card = Card.read(Path(__file__).parent / "card.toml")

    def train(self, data: Path | None, seed: int, settings: str = "") -> Model:
        """See ``minga.tools.triage.training.train``; ``settings`` is TOML, see ``Settings.read``."""
        return train(data, seed, Settings.read(settings))

    def advise(self, model: Model, case: Mapping[str, Any]) -> Advice:
        """Advice on one case, an object with the text under the column that the settings name (or "text")."""
        columns = model.settings.columns.found_in(list(case), labelled=False)
        try:
            text, name = text_of(case, columns.text), cell(case, columns.case)
        except TypeError as error:
            raise ToolError(f"The case cannot be read: {error}. Give the text as a JSON string.") from None
        return next(advise(model, [name], [text], columns.text))

    def advise_all(self, model: Model, data: Path) -> Sequence[Advice]:
        """Advice on every usable row of a file, in its order; labels are not needed."""
        table = read(data, model.settings.columns, labelled=False)
        return list(advise(model, table.cases, table.texts, table.columns.text))

    def evaluate(self, model: Model, data: Path, labels: Mapping[str, str] | None = None) -> Report:
        """Shares with their intervals; ``labels`` maps a case to its route where the file does not say it.

        Rows without a label in either are rejected. macro_f1 and accuracy are with a route forced on every case.
        """
        table = read(data, model.settings.columns, labelled=labels is None)
        if labels is not None:
            table = _labelled(table, labels)
        found = tried(model, table.texts, table.labels)
        sentence, first = _baseline(table, found)
        notes = [said("said", "forced"), *_small(found)]
        return self._report(table.account, figures(found, table), notes, first, sentence)

    def baseline(self, data: Path) -> Report:
        """Every case to the most frequent route of ``data``."""
        table = read(data)
        route, count = majority(table.labels) if table.labels else ("", 0)
        truth = np.array([label == route for label in table.labels], bool)
        sentence = _baseline_sentence(route, count, len(truth), 0.0)
        first = (figure("majority_accuracy", "", truth),)
        return self._report(table.account, first, [], first, sentence)

    def drift(self, model: Model, window: Path, since: datetime | None = None) -> Report:
        """Words known, coverage and share of each route in ``window`` against held-out training texts.

        The file has no times: the whole of it is the window, and ``since`` is not used. Notes name each share whose
        95 % interval in the window does not touch the one in training.
        """
        table = read(window, model.settings.columns, labelled=False)
        if model.learned is None or min(len(table.texts), model.learned.usual["cases"]) < SMALLEST:
            return self._report(table.account, (), [said("said", "drift_none")])
        rows, notes = [], []
        for metric, group, before, after, phrase in _changes(model, model.learned, table):
            rows += [before, after]
            if _apart(before, after):
                name = {"route": group} if metric == "route_share" else {}
                notes.append(said("said", phrase, after=after.value, before=before.value, **name))
        return self._report(table.account, tuple(rows), notes)

    def _report(
        self,
        account: Account,
        rows: tuple[Figure, ...],
        notes: Sequence[Phrase],
        baseline: tuple[Figure, ...] = (),
        sentence: Phrase | None = None,
    ) -> Report:
        words = translations([*notes, *([sentence] if sentence else [])])
        return Report(
            self.card.name, self.card.version, account.rows_in, account.used, account.rejected, account.failed, rows,
            baseline, sentence["en"] if sentence else "", tuple(note["en"] for note in notes), words,
        )  # fmt: skip


def _labelled(table: Table, labels: Mapping[str, str]) -> Table:
    """The rows that have a label in ``labels``, else in the file; the others are rejected."""
    given = [labels.get(case, own) for case, own in zip(table.cases, table.labels, strict=True)]
    for place, label in enumerate(given):
        if not label:
            table.account.refuse(place + 1, "no label")
    kept = table.rows([place for place, label in enumerate(given) if label])
    return Table(
        kept.cases, kept.texts, tuple(filter(None, given)), kept.groups, kept.columns, kept.account, kept.digest
    )  # fmt: skip


def _baseline(table: Table, found: Tried) -> tuple[Phrase, tuple[Figure, ...]]:
    route, count = majority(table.labels) if table.labels else ("", 0)
    ruled = float(found.ruled.mean()) if len(found.ruled) else 0.0
    most = np.array([label == route for label in table.labels], bool)
    rows = (figure("majority_accuracy", "", most), figure("rules_accuracy", "", found.right[found.ruled]))
    return _baseline_sentence(route, count, len(most), ruled), rows


def _baseline_sentence(route: str, count: int, of: int, ruled: float) -> Phrase:
    return said("said", "baseline", route=route, share=count / of if of else 0.0, count=of, ruled=ruled)


def _small(found: Tried) -> Iterator[Phrase]:
    for place, count in sorted(Counter(found.truth.tolist()).items()):
        if count < SMALLEST:
            yield said("said", "small", route=found.names[place], count=count)


def _changes(model: Model, learned: Learned, table: Table) -> Iterator[tuple[str, str, Figure, Figure, str]]:
    """(metric, route, figure before, figure in the window, the sentence for it)."""
    usual, routes = learned.usual, learned.routes
    best, chance, _, ruled = forced(model, table.texts)
    proposed = ruled | (chance >= model.settings.threshold)
    known = known_share(model, table.texts)
    cases = int(usual["cases"])
    yield _change(
        "known_words", "", round(usual["known"] * cases), cases, float(known.sum()), len(known), "drift_texts"
    )
    coverage = sum(usual["proposed"])
    yield _change("coverage", "", coverage, cases, int(proposed.sum()), len(proposed), "drift_coverage")
    now = Counter(route for route, yes in zip(best, proposed, strict=True) if yes)
    for route, before in zip(routes, usual["proposed"], strict=True):
        yield _change("route_share", route, before, cases, now[route], len(best), "drift_route")


def _change(
    metric: str, group: str, before: int, cases: int, after: float, of: int, phrase: str
) -> tuple[str, str, Figure, Figure, str]:
    def made(moment: str, count: int, total: int) -> Figure:
        flags = np.arange(total) < count
        return figure(metric, f"{group}|{moment}" if group else moment, flags)

    return metric, group, made("before", before, cases), made("since", round(after), of), phrase


def _apart(first: Figure, second: Figure) -> bool:
    if first.low is None or first.high is None or second.low is None or second.high is None:
        return False
    return first.high < second.low or second.high < first.low


tool = Triage()
