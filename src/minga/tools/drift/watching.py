"""A window of advice held against a reference: what moved, by how much, and whether that can be chance."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from minga.tools.drift import monthly
from minga.tools.drift.alerts import alerts
from minga.tools.drift.bins import Bins
from minga.tools.drift.judge import conclude, judge_fit, judge_rates, judge_series
from minga.tools.drift.reading import Plan, Source
from minga.tools.drift.result import Fit, Moved, Series, Verdict, Watched, worst
from minga.tools.drift.settings import Settings
from minga.tools.drift.sides import Side
from minga.tools.drift.statistics import holm


def watch(reference: Source, window: Source, settings: Settings | None = None) -> Watched:
    """Compare two tables of advice: paths of CSV or Parquet files, or iterables of Arrow batches, read once each.

    What a column is (number or category) is decided on the first batch of the reference. Raises DriftError where a
    table cannot be read, has no usable row, or lacks a named column. Memory does not grow with the rows.
    """
    chosen = settings or Settings()
    plan = Plan(chosen.columns)
    before = Side(chosen, plan, {})
    before.read(reference, "reference")
    for words in before.words.values():
        words.unjudged = words.full
    bins = {name: Bins.of(*held.held(), chosen.bins) for name, held in before.numbers.items()}
    now = Side(chosen, plan, before.words, bins)
    now.read(window, "window")
    return _judged(before, now, bins, chosen)


def _judged(before: Side, now: Side, bins: dict[str, Bins], settings: Settings) -> Watched:
    now.tally.leave_out({name for name, words in now.words.items() if words.unjudged})
    series = judge_series(before, now, bins, settings)
    rates = judge_rates(before, now, settings)
    fit = judge_fit(before, now, settings)
    everything: list[Series | Moved | Fit] = [*series, *rates, fit]
    ps = [each.p for each in everything if each.p is not None]
    adjusted = iter(holm(ps))
    series = [_told(each, next(adjusted) if each.p is not None else None, settings) for each in series]
    rates = [_told(each, next(adjusted) if each.p is not None else None, settings) for each in rates]
    fit = _told(fit, next(adjusted) if fit.p is not None else None, settings)
    found = alerts(series, rates, now, settings)
    everything = [*series, *rates, fit]
    verdict = worst([each.verdict for each in everything])
    return Watched(
        verdict,
        _summary(verdict, len(found) + (fit.verdict in ("watch", "alert")), len(ps)),
        tuple(series),
        tuple(rates),
        fit,
        monthly.gaps(now.tally.whole(), settings),
        monthly.months(now.tally, settings),
        found,
        len(ps),
        {"reference": before.account.as_json(), "window": now.account.as_json()},
        settings.as_json(),
        _notes(before, now, settings),
    )


def _told[Judged: (Series, Moved, Fit)](each: Judged, adjusted: float | None, settings: Settings) -> Judged:
    verdict, sentence = conclude(each, adjusted, settings)
    return replace(each, p_adjusted=adjusted, verdict=verdict, sentence=sentence)


def _summary(verdict: Verdict, moved: int, compared: int) -> str:
    if verdict == "not_enough":
        return "There are too few rows to judge anything."
    if verdict == "steady":
        return f"Nothing moved more than chance and the bounds allow, of {compared} comparisons."
    things = "1 thing" if moved == 1 else f"{moved} things"
    return f"{things} moved beyond chance and beyond the bounds, of {compared} comparisons."


def _few(names: Collection[str]) -> str:
    shown = ", ".join(repr(name) for name in sorted(names)[:10])
    return f"{shown} and {len(names) - 10} more" if len(names) > 10 else shown


def _notes(before: Side, now: Side, settings: Settings) -> tuple[str, ...]:
    notes = [
        "The bounds of PSI (.1 and .25) are conventions, not tests; with few rows PSI exceeds them by chance alone, so "
        "a word is only said where a test agrees. With very many rows a test finds differences too small to matter, "
        "so a word is only said where the bound is passed as well.",
        "What moved is not why it moved, and a steady table does not prove that the tool is right.",
    ]
    if now.plan.strange:
        notes.append(
            f"The reference lacks these columns of the window, so they are not watched: {_few(now.plan.strange)}."
        )
    if not now.plan.dated:
        notes.append("The table has no dates, so Page-Hinkley follows the order of the rows, 100 at a time.")
    notes += [f"{name!r} has more than {settings.most_categories:,} different values and is not judged."
              for name, words in now.words.items() if words.unjudged]  # fmt: skip
    for which, side in (("reference", before), ("window", now)):
        notes += [f"{count:,} cells of {name!r} in the {which} are no numbers and count as missing."
                  for name, count in side.account.cells.items()]  # fmt: skip
    return tuple(notes)
