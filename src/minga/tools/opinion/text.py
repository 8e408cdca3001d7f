"""An opinion map in plain words, the finding first: what unites, what divides, who is who in statements, who voted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from textwrap import wrap
from typing import Any

import numpy as np

from minga.tools.opinion.representative import Pick
from minga.tools.opinion.result import OpinionMap
from minga.tools.opinion.shares import smoothed
from minga.tools.opinion.table import Floats
from minga.tools.opinion.votes import Statement
from minga.tools.stats import wilson

WIDTH = 100
TAKEN = 5
LONGEST = 160
FEWEST_IN_GROUP = 5
"""Where fewer people of a group have voted on a statement, nothing is said of that group and statement."""


def as_text(found: OpinionMap, statements: Sequence[Statement], rows: Mapping[str, Any], title: str = "") -> str:
    """The map for people, ending in what became of each row. Texts are cut at 160 characters, control signs removed."""
    writer = _Writer(found, {str(each.id): each for each in statements})
    lines = [_clean(title), "=" * min(len(_clean(title)), WIDTH), ""] if title else []
    return "\n".join([*lines, *writer.lines(), *_rows(rows)]) + "\n"


def _clean(text: str) -> str:
    """On one line, without what a terminal would take for a command."""
    plain = "".join(sign if sign.isprintable() else " " for sign in text)
    return " ".join(plain.split())


class _Writer:
    def __init__(self, found: OpinionMap, statements: Mapping[str, Statement]) -> None:
        self.found, self.known = found, statements
        self.ids = [str(id) for id in found.statements]
        self.shown = ~found.ground.zeroed
        self.grouped = found.grouping is not None and found.grouping.k > 1 and found.reality.real is not False

    def lines(self) -> Iterator[str]:
        yield from self.unites()
        yield ""
        yield from self.divides()
        yield ""
        yield from self.reality()
        if self.grouped:
            yield ""
            yield from self.portraits()
        yield ""
        yield from self.voters()
        yield ""

    def unites(self) -> Iterator[str]:
        """Agreement in every group, else (no groups) among all voters; both directions."""
        if not self.grouped:
            yield "WHAT MOST AGREE ON"
            picks = [*self.found.agreed, *self.found.disagreed]
            for pick in picks:
                yield from self.statement(pick.statement, _counted(pick))
            if not picks:
                yield "  Nothing: no statement has a clear majority."
            return
        yield "WHAT ALL GROUPS AGREE ON (more than half in each group)"
        shared = [*self._shared(0), *self._shared(1)]
        for place, side in shared:
            yield from self.statement(place, self._in_groups(place, side))
        if not shared:
            yield "  Nothing: no statement has more than half in every group."

    def _shared(self, side: int) -> list[tuple[int, int]]:
        """Statements with a majority in every group: ``side`` 0 agree, 1 disagree; the most agreed first."""
        counts, seen = self.found.tallies[side], self.found.tallies[2]
        share = smoothed(counts, seen)
        chosen = self.shown & (share > 0.5).all(0) & (seen >= FEWEST_IN_GROUP).all(0)
        order = np.argsort(-share.prod(0), kind="stable")
        return [(int(place), side) for place in order if chosen[place]][:TAKEN]

    def divides(self) -> Iterator[str]:
        yield "WHAT DIVIDES THE GROUPS" if self.grouped else "WHAT DIVIDES (many on either side)"
        chosen = self._between_groups() if self.grouped else self._split()
        for place in chosen:
            detail = self._in_groups(place, 0) if self.grouped else _sides(self.found.ground.tallies[:, place])
            yield from self.statement(place, detail)
        if not chosen:
            yield "  Nothing stands out: too few votes, or people agree."

    def _between_groups(self) -> list[int]:
        """The statements whose share of agreement differs most between two groups."""
        agreed, _, seen = self.found.tallies
        share = smoothed(agreed, seen)
        gap = np.where(self.shown & (seen >= FEWEST_IN_GROUP).all(0), np.ptp(share, axis=0), 0.0)
        return [int(place) for place in np.argsort(-gap, kind="stable")[:TAKEN] if gap[place] > 0.25]

    def _split(self) -> list[int]:
        """The statements with the largest minority against them, or for them."""
        agreed, disagreed, seen = self.found.ground.tallies
        minority = np.where(self.shown & (seen >= 2 * FEWEST_IN_GROUP), np.minimum(agreed, disagreed) / (seen + 2), 0)
        return [int(place) for place in np.argsort(-minority, kind="stable")[:TAKEN] if minority[place] > 0.25]

    def reality(self) -> Iterator[str]:
        found = self.found.reality
        yield "ARE THERE GROUPS?"
        answer = {True: "Yes. ", False: "No. ", None: ""}[found.real]
        yield from _wrapped(answer + found.reason)
        if found.real is False:
            yield from _wrapped("So no groups are drawn here: any division of these people would be arbitrary.")
        sure = self.found.uncertainty
        if sure is None or self.found.grouping is None or not self.grouped:
            return
        low, high = np.quantile(sure.agreement, [0.05, 0.95])
        times = ", ".join(f"{k} groups {count} times" for k, count in sure.best.items())
        yield from _wrapped(
            f"In {sure.resamples} repetitions with people and statements drawn again {times} fitted best; adjusted "
            f"Rand index with the groups shown {low:.2f} to {high:.2f} (1: the same groups, 0: no better than chance)."
        )

    def portraits(self) -> Iterator[str]:
        """Each group by the statements that set it apart."""
        grouping = self.found.grouping
        if grouping is None:
            return
        sizes = np.bincount(grouping.label, minlength=grouping.k)
        for number, name in enumerate(self.found.group_names):
            people = f"{sizes[number]:,} of {sizes.sum():,} people ({100 * sizes[number] / sizes.sum():.0f} %)"
            yield f"GROUP {_clean(name)}: {people}{self._firm(number)}"
            for pick in self.found.representative[number]:
                yield from self.statement(pick.statement, _counted(pick))

    def _firm(self, number: int) -> str:
        if self.found.uncertainty is None or self.found.grouping is None:
            return ""
        label = self.found.grouping.label
        own = self.found.uncertainty.probability[label == number, number]
        return f", of whom {100 * np.mean(own >= 0.8):.0f} % stay in it in at least 4 of 5 repetitions"

    def voters(self) -> Iterator[str]:
        counts = self.found.ground.table.counts
        cast = counts[counts > 0]
        tallies = self.found.ground.tallies
        yield "WHO VOTED"
        yield from _wrapped(
            f"{len(cast):,} people cast {int(tallies[2].sum()):,} votes that count (median "
            f"{np.median(cast) if len(cast) else 0:.0f} each): {int(tallies[0].sum()):,} agree, "
            f"{int(tallies[1].sum()):,} disagree, {int((tallies[2] - tallies[0] - tallies[1]).sum()):,} pass. "
            f"{len(self.found.ground.included):,} voted enough to be looked at for groups."
        )
        out = sum(each.moderated < 0 for each in self.known.values())
        listed = (
            f"{len(self.known):,} statements are listed, {out:,} of them rejected by moderation; " if self.known else ""
        )
        yield from _wrapped(
            f"{listed}{len(self.ids):,} have votes. Those who voted are not a sample of those who are affected."
        )

    def statement(self, place: int, detail: str) -> Iterator[str]:
        id = self.ids[place]
        text = _clean(self.known[id].text) if id in self.known else ""
        text = text if len(text) <= LONGEST else text[:LONGEST].rstrip() + "..."
        yield from wrap(f"[{_clean(id)}] {text}", WIDTH, initial_indent="  ", subsequent_indent="      ")
        yield from wrap(detail, WIDTH, initial_indent="      ", subsequent_indent="      ")

    def _in_groups(self, place: int, side: int) -> str:
        counts, seen = self.found.tallies[side, :, place], self.found.tallies[2, :, place]
        verb = ("agree", "disagree")[side]
        each = zip(self.found.group_names, counts, seen, strict=True)
        return f"{verb}: " + "; ".join(f"group {_clean(name)} {_share(int(n), int(of))}" for name, n, of in each)


def _share(count: int, of: int) -> str:
    """ "46 of 57 (81 %, 68 to 89)": with the 95 % interval of Wilson."""
    if of == 0:
        return "nobody voted"
    low, high = wilson(count, of)
    return f"{count:,} of {of:,} ({100 * count / of:.0f} %, {100 * low:.0f} to {100 * high:.0f})"


def _counted(pick: Pick) -> str:
    return f"{'agree' if pick.agree else 'disagree'}: {_share(pick.count, pick.of)}"


def _sides(tallies: Floats) -> str:
    agreed, disagreed, seen = (int(count) for count in tallies)
    return f"agree: {_share(agreed, seen)}; disagree: {_share(disagreed, seen)}"


def _wrapped(text: str) -> list[str]:
    return wrap(text, WIDTH, initial_indent="  ", subsequent_indent="  ")


def _rows(rows: Mapping[str, Any]) -> Iterator[str]:
    """Every file's rows, and why some are not used."""
    yield "WHAT WAS READ (in = used + rejected + failed)"
    for file in rows["files"]:
        line = (
            f"{_clean(file['name'])}: {file['in']:,} {file['unit']} in = {file['used']:,} used + "
            f"{file['rejected']:,} rejected + {file['failed']:,} failed"
        )
        if file["superseded"]:
            line += f"; {file['superseded']:,} of the used are replaced by a later vote of the same person"
        yield from _wrapped(line)
        for reason, count in file["reasons"].items():
            first = [problem for problem in file["examples"] if problem["reason"] == reason]
            where = ", ".join(f"line {problem['line']} ({_clean(problem['what'])})" for problem in first)
            yield from wrap(f"{count:,}: {reason}: {where}", WIDTH, initial_indent="    ", subsequent_indent="      ")
    for note in rows["notes"]:
        yield from _wrapped(f"Note: {_clean(note)}.")
