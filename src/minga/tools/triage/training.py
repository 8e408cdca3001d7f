"""From a table of routed texts, or from settings alone, to a model."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np

from minga.tools.base import ToolError
from minga.tools.triage.confidence import FOLDS, learn
from minga.tools.triage.model import Learned, Model
from minga.tools.triage.reading import Table, read
from minga.tools.triage.settings import Settings


def train(data: Path | None, seed: int, settings: Settings) -> Model:
    """A model of ``settings``, with weights learned from ``data``, or those that the settings name, or only rules.

    Raises ToolError where the data cannot be read or do not hold two routes with three texts each, where the weights
    named are not those expected, and where there is neither data nor a rule nor named weights.
    """
    if data is not None:
        return Model(settings, fit(read(data, settings.columns), seed, settings))
    if settings.model_file:
        return _named(settings)
    if settings.rules:
        return Model(settings)
    raise ToolError(
        "There is nothing to route by: no data, no rule and no trained model. Give a table of routed texts, or "
        "settings with a [[rule]], or the file of a trained model under [model]."
    )


def _named(settings: Settings) -> Model:
    saved = Model.load(Path(settings.model_file))
    if settings.model_hash and saved.content_hash != settings.model_hash:
        raise ToolError(
            f"{settings.model_file} is another model than the settings expect (content hash {saved.content_hash}, "
            f"expected {settings.model_hash}). Put the right file there, or register the new one as a version."
        )
    return saved.with_settings(settings)


def fit(table: Table, seed: int, settings: Settings) -> Learned:
    """The same table, seed and settings give the same numbers."""
    sizes = Counter(table.labels)
    routes = tuple(sorted(sizes))
    enough = [route for route in routes if sizes[route] >= FOLDS]
    if len(enough) < 2:
        raise ToolError(
            f"{len(table.texts)} usable texts hold {len(routes)} routes, {len(enough)} of them with {FOLDS} texts or "
            "more. To learn, two routes with that many are needed. Check that the column of labels is the right one, "
            "or use rules alone."
        )
    number = {route: place for place, route in enumerate(routes)}
    labels = np.array([number[label] for label in table.labels])
    lesson = learn(table.texts, labels, len(routes), settings.out_of_scope_share, seed)
    proposed = np.bincount(lesson.best[lesson.chance >= settings.threshold], minlength=len(routes))
    usual = {"cases": len(labels), "known": round(float(lesson.known.mean()), 6), "proposed": proposed.tolist()}
    account = table.account
    rows = {"in": account.rows_in, "used": account.used, "rejected": account.rejected, "failed": account.failed}
    counts = tuple(sizes[route] for route in routes)
    return Learned(
        routes, counts, lesson.linear, lesson.confidence, lesson.strength, seed, table.digest, rows, usual
    )  # fmt: skip
