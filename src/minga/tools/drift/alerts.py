"""Each warning with the cases behind it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from minga.tools.drift.judge import about_rate
from minga.tools.drift.result import Alert, Moved, Series
from minga.tools.drift.settings import Settings
from minga.tools.drift.sides import Sample, Side
from minga.tools.drift.tally import FLAGS, RATES


def alerts(series: Sequence[Series], rates: Sequence[Moved], now: Side, settings: Settings) -> tuple[Alert, ...]:
    """The worst first. Of a column the cases of the cell that holds most more than before; of a share those that are
    so where it rose, else those that are not."""
    if now.sample is None:
        return ()
    found = [_of_series(each, now, now.sample, settings) for each in series if each.verdict in ("watch", "alert")]
    found += [_of_rate(each, now, now.sample, settings) for each in rates if each.verdict in ("watch", "alert")]
    return tuple(sorted(found, key=lambda alert: alert.verdict != "alert"))


def _of_series(each: Series, now: Side, sample: Sample, settings: Settings) -> Alert:
    cells = each.psi.cells if each.psi else ()
    grown = [cell for cell in cells if cell.window_share > cell.reference_share]
    if not grown:
        return Alert(each.name, each.verdict, each.sentence, "", 0, ())
    most = max(grown, key=lambda cell: cell.part)
    labels = _labels(each.name, now)
    behind = sample.columns[f"cell {each.name}"] == labels.index(most.label)
    return Alert(each.name, each.verdict, each.sentence, most.label, most.window, _cases(behind, sample, settings))


def _labels(name: str, now: Side) -> list[str]:
    if now.bins is not None and name in now.bins:
        return list(now.bins[name].labels)
    return now.words[name].names()


def _of_rate(each: Moved, now: Side, sample: Sample, settings: Settings) -> Alert:
    rose = (each.difference or 0) > 0
    flag = FLAGS[RATES.index(each.rate)]
    behind = sample.columns[f"flag {flag}"] == (1.0 if rose else 0.0)
    if each.attribute:
        behind &= sample.columns[f"cell {each.attribute}"] == _labels(each.attribute, now).index(each.group)
    of = each.window.count if rose else each.window.of - each.window.count
    where = f"{flag} is {'yes' if rose else 'no'}" + (f", {each.attribute} is {each.group}" if each.attribute else "")
    return Alert(about_rate(each), each.verdict, each.sentence, where, of, _cases(behind, sample, settings))


def _cases(behind: NDArray[Any], sample: Sample, settings: Settings) -> tuple[str, ...]:
    """The sample is in random order already."""
    return tuple(sample.columns["cases"][np.flatnonzero(behind)[: settings.shown]].tolist())
