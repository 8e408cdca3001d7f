"""Verdicts: steady, watch, alert, or too little to say; never on a bound alone and never on a test alone."""

from __future__ import annotations

import math

import numpy as np

from minga.tools.drift.bins import Bins
from minga.tools.drift.calibration import calibration
from minga.tools.drift.result import Fit, Moved, Rang, Series, Share, Verdict
from minga.tools.drift.settings import Settings
from minga.tools.drift.sides import BLOCK, Side
from minga.tools.drift.statistics import (
    HALF_CASE,
    difference,
    homogeneity,
    ks_of_counts,
    psi_of_counts,
    threshold_for,
    two_shares,
)
from minga.tools.drift.tally import RATES
from minga.tools.stats import wilson

WORDS = {
    "abstention": "abstentions",
    "override": "overruled advice",
    "appeal": "appeals",
    "right": "right proposals",
    "inside_interval": "truths inside the interval",
}


def share(count: int, of: int, minimum: int) -> Share:
    """With its Wilson interval; without a value where fewer than ``minimum`` stand behind it."""
    if of < minimum:
        return Share(count, of, None, None, None)
    return Share(count, of, count / of, *wilson(count, of))


def judge_series(before: Side, now: Side, bins: dict[str, Bins], settings: Settings) -> list[Series]:
    """Figures of every column; the words come when all p-values are known."""
    found = []
    for name, (kind, type_) in now.plan.series().items():
        if type_ == "number":
            found.append(_number(name, kind, before, now, bins, settings))
        elif not now.words[name].unjudged:
            found.append(_category(name, kind, before, now, settings))
    return found


def _number(name: str, kind: str, before: Side, now: Side, bins: dict[str, Bins], settings: Settings) -> Series:
    fixed = bins[name]
    counts = before.cells(name, fixed), now.cells(name, fixed)
    sizes = int(counts[0].sum()), int(counts[1].sum())
    plain = Series(name, kind, "number", *sizes, "not_enough", "")
    if min(sizes) < settings.minimum or not counts[0].any():
        return plain
    held = before.numbers[name].held(), now.numbers[name].held()
    chi = homogeneity(*counts)
    test = ks_of_counts(*held) if len(held[0][0]) and len(held[1][0]) else None
    p = min(1.0, 2 * min(chi, test.p)) if test else chi
    return Series(
        name,
        kind,
        "number",
        *sizes,
        "steady",
        "",
        psi_of_counts(fixed.labels, *counts),
        test,
        chi,
        p,
        page_hinkley=_rang(list(bins).index(name), before.numbers[name].rows, now, settings),
    )


def _rang(place: int, rows: int, now: Side, settings: Settings) -> Rang | None:
    """The tolerance is widened where the reference is so small that its own mean rank is uncertain by as much."""
    of = sum(float(table[1, place]) for table in now.walks.values())
    if rows < settings.minimum or of < settings.minimum:
        return None
    delta = max(settings.tolerance, 3 / math.sqrt(rows))
    chance = settings.significance / max(1, len(now.numbers))
    found = now.alarm(place, delta, settings.threshold or threshold_for(int(of), delta, chance))
    if found is None:
        return None
    alarm, noticed, began = found
    return Rang(alarm.direction, _moment(noticed + (not now.plan.dated), now), _moment(began, now))


def _moment(moment: int, now: Side) -> str:
    return str(np.datetime64(moment, "D")) if now.plan.dated else f"row {moment * BLOCK:,}"


def _category(name: str, kind: str, before: Side, now: Side, settings: Settings) -> Series:
    names = now.words[name].names()
    counts = [np.pad(side.counts[name], (0, len(names) - len(side.counts[name]))) for side in (before, now)]
    sizes = int(counts[0].sum()), int(counts[1].sum())
    if min(sizes) < settings.minimum:
        return Series(name, kind, "category", *sizes, "not_enough", "")
    chi = homogeneity(counts[0], counts[1])
    found = psi_of_counts(names, counts[0], counts[1])
    return Series(name, kind, "category", *sizes, "steady", "", found, None, chi, chi)


def judge_rates(before: Side, now: Side, settings: Settings) -> list[Moved]:
    """Each share of all cases and of each group, where either table knows it."""
    past, present = before.tally.whole(), now.tally.whole()
    unjudged = {name for name, words in now.words.items() if words.unjudged}
    found = []
    for attribute, group in sorted(past.keys() | present.keys()):
        if attribute in unjudged:
            continue
        for number, rate in enumerate(RATES):
            pair = [
                side[attribute, group][number].tolist() if (attribute, group) in side else [0, 0]
                for side in (past, present)
            ]
            if pair[1][1]:
                found.append(_moved(rate, attribute, group, pair[0], pair[1], settings))
    return found


def _moved(rate: str, attribute: str, group: str, past: list[int], present: list[int], settings: Settings) -> Moved:
    least = settings.minimum_group if attribute else settings.minimum
    first, second = share(past[0], past[1], least), share(present[0], present[1], least)
    if past[1] < least or present[1] < least:
        return Moved(rate, attribute, group, first, second, "not_enough", "")
    value, low, high = difference(*present, *past)
    return Moved(rate, attribute, group, first, second, "steady", "", value, low, high, two_shares(*present, *past))


def judge_fit(before: Side, now: Side, settings: Settings) -> Fit:
    """Two means of probability less outcome, compared as normal (both sides have at least the minimum)."""
    fits = [calibration(side.tally.all_sums(), settings.minimum) for side in (before, now)]
    means = [(fit.overconfidence, fit.overconfidence_error) for fit in fits]
    (past, past_error), (present, present_error) = means
    if past is None or present is None or past_error is None or present_error is None:
        return Fit(fits[0], fits[1], "not_enough", "")
    moved, error = present - past, math.hypot(past_error, present_error)
    p = math.erfc(abs(moved) / error / math.sqrt(2)) if error > 0 else float(moved == 0)
    return Fit(fits[0], fits[1], "steady", "", moved, p)


def conclude(each: Series | Moved | Fit, adjusted: float | None, settings: Settings) -> tuple[Verdict, str]:
    """The verdict and its sentence, once ``adjusted`` (Holm over everything) is known."""
    if isinstance(each, Series):
        return _of_series(each, adjusted, settings)
    about = "the calibration" if isinstance(each, Fit) else about_rate(each)
    if adjusted is None or each.difference is None:
        return "not_enough", f"There are too few cases to judge {about}."
    size = abs(each.difference) if isinstance(each, Fit) else max(abs(each.difference), _as_points(each, settings))
    verdict = _verdict(size, adjusted, settings.rate_watch, settings.rate_alert, settings)
    if isinstance(each, Fit):
        way = "higher" if each.difference > 0 else "lower"
        figure = f"probabilities are {100 * abs(each.difference):.1f} points {way}, against what came true, than before"
    else:
        figure = (
            f"the share of {about} went from {_percent(each.reference)} to {_percent(each.window)} "
            f"({100 * each.difference:+.1f} points)"
        )
    return verdict, _sentence(figure, verdict, size >= settings.rate_watch, adjusted, settings)


def _as_points(each: Moved, settings: Settings) -> float:
    """The bound in points that a move in proportion is worth: watch at ``rate_fold``, alert at its square."""
    sides = [(held.count, held.of) for held in (each.reference, each.window)]
    if 2 * sides[0][0] > sides[0][1]:
        sides = [(of - count, of) for count, of in sides]
    past, present = (max(count, HALF_CASE) / of for count, of in sides)
    fold = max(past / present, present / past)
    if fold < settings.rate_fold:
        return 0.0
    return settings.rate_alert if fold >= settings.rate_fold**2 else settings.rate_watch


def about_rate(each: Moved) -> str:
    return WORDS[each.rate] + (f" where {each.attribute} is {each.group!r}" if each.attribute else "")


def _of_series(each: Series, adjusted: float | None, settings: Settings) -> tuple[Verdict, str]:
    if adjusted is None or each.psi is None:
        return "not_enough", f"There are too few rows to judge {each.name!r}."
    verdict = _verdict(each.psi.value, adjusted, settings.psi_watch, settings.psi_alert, settings)
    figure = f"{each.name!r} has a PSI of {each.psi.value:.3f}"
    if each.ks:
        figure += f" and a Kolmogorov-Smirnov distance of {each.ks.d:.3f}"
    text = _sentence(figure, verdict, each.psi.value >= settings.psi_watch, adjusted, settings)
    if rang := each.page_hinkley:
        verdict = "watch" if verdict == "steady" else verdict
        text += f" Its mean rank went {rang.direction} from about {rang.began}, noticed on {rang.noticed}."
    return verdict, text


def _verdict(size: float, p: float, watch: float, alert: float, settings: Settings) -> Verdict:
    if p >= settings.significance or size < watch:
        return "steady"
    return "alert" if size >= alert else "watch"


def _sentence(figure: str, verdict: Verdict, large: bool, p: float, settings: Settings) -> str:
    figure = figure[0].upper() + figure[1:]
    if verdict != "steady":
        return f"{figure}: more than chance (p {_p(p)} after Holm)."
    if large:
        return f"{figure}; with so few rows that can be chance (p {_p(p)} after Holm)."
    if p < settings.significance:
        return f"{figure}: not chance (p {_p(p)} after Holm), but too little to matter by the bounds."
    return f"{figure}: no more than chance."


def _p(p: float) -> str:
    return "< .0001" if p < 0.0001 else f"= {p:.4f}"


def _percent(held: Share) -> str:
    return "?" if held.value is None else f"{100 * held.value:.1f} %"
