"""Measuring the red flags: how often each fires, which planted cases it finds, and limits chosen on data."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from minga.tools.base import Figure, Phrase, Report, merged
from minga.tools.redflags.engine import flag
from minga.tools.redflags.result import NO_METHOD, Result, Share
from minga.tools.redflags.sentences import PLANTED, said, translations
from minga.tools.redflags.settings import VERSION, Limit, Settings
from minga.tools.stats import wilson

MINIMUM = 30
LONGEST_LIMIT = 15


def evaluate(settings: Settings, data: Path, labels: Mapping[str, str] | None = None) -> Report:
    """Flag shares per indicator and method, planted cases found, and the baseline.

    Figures: ``flag_share`` with group "R003|method" (labelled releases left out) and "R003" over all methods;
    ``planted_found`` with the kind as group, "" for all kinds. Groups under 30 have no value.
    """
    labels = labels or {}
    result = flag(data, settings)
    figures = [*share_figures(result.shares(frozenset(labels))), *planted_figures(result, labels)]
    first = baseline(data)
    notes = [*result.warning_phrases(), *_not_computed_notes(result)]
    return replace(
        _report(result, figures),
        baseline=first.figures,
        baseline_sentence=first.baseline_sentence,
        notes=tuple(note["en"] for note in notes),
        translations=merged(first.translations, translations((), notes)),
    )


def baseline(data: Path) -> Report:
    """One limit of 15 whole days for every call: what the simplest rule without learning flags."""
    settings = Settings().only(["R003"])
    result = flag(data, settings)
    figures = tuple(share_figures(result.shares()))
    whole = next((figure for figure in figures if figure.group == "R003"), None)
    if whole is None or whole.value is None:
        sentence = said("baseline_few")
    else:
        sentence = said("baseline", share=whole.value, count=whole.count, of=whole.of)
    report = _report(result, figures)
    words = translations((), [sentence])
    return replace(report, baseline=figures, baseline_sentence=sentence["en"], translations=words)


def _report(result: Result, figures: list[Figure] | tuple[Figure, ...]) -> Report:
    account = result.account
    return Report("redflags", VERSION, account.rows_in, account.used, account.rejected, account.failed, tuple(figures))


def figure(metric: str, group: str, count: int, of: int, minimum: int = MINIMUM) -> Figure:
    """A share with its Wilson interval; without value and interval where ``of`` is under ``minimum``."""
    if of < minimum:
        return Figure(metric, group, count, of, None, None, None)
    low, high = wilson(count, of)
    return Figure(metric, group, count, of, count / of, low, high)


def share_figures(shares: list[Share]) -> Iterator[Figure]:
    """Each indicator over all methods, then method by method."""
    by_code: dict[str, list[Share]] = defaultdict(list)
    for share in shares:
        by_code[share.indicator].append(share)
    for code, group in by_code.items():
        yield figure("flag_share", code, sum(s.fired for s in group), sum(s.tested for s in group))
        yield from (figure("flag_share", f"{code}|{s.method}", s.fired, s.tested) for s in group)


def planted_figures(result: Result, labels: Mapping[str, str]) -> Iterator[Figure]:
    """How many of the planted cases an indicator meant for them found; any indicator for an unknown kind.

    Labels of releases that are not among the rows used do not count, neither as found nor as missed.
    """
    used = result.ocids()
    labels = {ocid: kind for ocid, kind in labels.items() if ocid in used}
    if not labels:
        return
    fired: dict[str, set[str]] = defaultdict(set)
    for ocid, code, *_ in result.flags():
        if ocid in labels:
            fired[ocid].add(code)
    found: dict[str, list[bool]] = defaultdict(list)
    for ocid, kind in labels.items():
        meant = PLANTED.get(kind)
        found[kind].append(bool(fired[ocid] if meant is None else fired[ocid] & meant))
    everything = [hit for hits in found.values() for hit in hits]
    yield figure("planted_found", "", sum(everything), len(everything))
    for kind in sorted(found):
        yield figure("planted_found", kind, sum(found[kind]), len(found[kind]))


def _not_computed_notes(result: Result) -> Iterator[Phrase]:
    for code, reasons in result.not_computed_counts().items():
        for why, count in sorted(reasons.items(), key=lambda pair: -pair[1])[:3]:
            yield said("not_computed", code=code, count=count, why=why)


def choose_limits(data: Path, bound: float, minimum: int = MINIMUM, settings: Settings | None = None) -> Settings:
    """Settings under which no indicator's share of a method of ``minimum`` releases passes ``bound`` (0..1).

    For each method R003 gets the largest whole-day limit up to 15 whose share has an upper Wilson bound not above
    ``bound``; an indicator whose upper bound is still above it is switched off for that method. Smaller groups
    keep what they had. The note says which data (SHA-256) they were chosen on, so that nobody checks on the same.
    """
    chosen = settings or Settings()
    result = flag(data, chosen)
    if "R003" in chosen.enabled:
        chosen = _with_limits(chosen, _longest_limits(result, bound, minimum))
    for _ in range(3):
        over = [s for s in flag(data, chosen).shares() if s.tested >= minimum and s.interval[1] > bound]
        if not over:
            break
        chosen = _switched_off(chosen, over)
    with data.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    note = (
        f"Limits chosen on {data.name}, SHA-256 {digest}: no indicator's share of a method with {minimum} or more "
        f"releases may pass {bound:.0%} (upper end of the 95 % interval). Check them on other, later data."
    )
    return replace(chosen, note=note)


def _longest_limits(result: Result, bound: float, minimum: int) -> dict[str, Limit]:
    """The largest limit of each method, from the whole days of its calls."""
    days: dict[str, list[int]] = defaultdict(list)
    for method, period in result.periods():
        days[method].append(period)
    limits = {}
    for method, periods in days.items():
        if method == NO_METHOD or len(periods) < minimum:
            continue
        for limit in range(LONGEST_LIMIT, -1, -1):
            if wilson(sum(period < limit for period in periods), len(periods))[1] <= bound:
                limits[method] = Limit(limit)
                break
    return limits


def _with_limits(settings: Settings, limits: Mapping[str, Limit]) -> Settings:
    kept = {method: limit.law for method, limit in settings.limits().items() if limit.law}
    merged = dict(settings.limits()) | {
        method: Limit(limit.days, kept.get(method, limit.law)) for method, limit in sorted(limits.items())
    }
    options = {code: dict(chosen) for code, chosen in settings.options.items()}
    options["R003"]["procurement_method_details"] = merged
    return replace(settings, options=options)


def _switched_off(settings: Settings, over: list[Share]) -> Settings:
    options = {code: dict(chosen) for code, chosen in settings.options.items()}
    for share in over:
        off = set(options[share.indicator].get("exclude_method_details", ())) | {share.method}
        options[share.indicator]["exclude_method_details"] = tuple(sorted(off))
    return replace(settings, options=options)
