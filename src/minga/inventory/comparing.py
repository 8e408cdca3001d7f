"""Groups of systems side by side: what share of each says yes to a question, and how many do not say."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from minga.inventory.board import QUESTIONS, Board, board
from minga.inventory.words import QUESTIONS as WORDS
from minga.inventory.words import say
from minga.tools.stats import wilson
from minga.web.format import percent, whole
from minga.web.svg.types import Interval, ShareChart, ShareRow, Table

GROUPINGS = ("country", "source", "task", "function", "body")
MOST = 4
ENOUGH = 10
"""Systems below which no share is told."""


@dataclass(frozen=True, slots=True)
class Count:
    """How the systems of a group answer one question; ``unstated``: their register does not say."""

    yes: int
    no: int
    does_not_apply: int
    unstated: int

    @property
    def total(self) -> int:
        return self.yes + self.no + self.does_not_apply + self.unstated

    @property
    def share(self) -> float | None:
        """The part of all systems that says yes (0..1), None for an empty group: those that say nothing count."""
        return self.yes / self.total if self.total else None

    @property
    def interval(self) -> tuple[float, float]:
        """The Wilson interval of the share (0..1), 95 %."""
        return wilson(self.yes, self.total)


@dataclass(frozen=True, slots=True)
class Group:
    code: str
    label: str
    counts: Mapping[str, Count]

    @property
    def total(self) -> int:
        return self.counts[QUESTIONS[0]].total


def count(here: Board, question: str, among: int) -> Count:
    bits = here.bits[question]
    yes, no, apart = ((among & bits.get(answer, 0)).bit_count() for answer in ("yes", "no", "does_not_apply"))
    return Count(yes, no, apart, among.bit_count() - yes - no - apart)


def groups(by: str, codes: Sequence[str]) -> list[Group]:
    """The groups with these codes of a facet in GROUPINGS, in their order; codes that no system has are left out."""
    here = board()
    known, names = here.bits[by], here.names
    return [
        Group(code, say(by, code, names), {one: count(here, one, known[code]) for one in QUESTIONS})
        for code in dict.fromkeys(codes)
        if code in known
    ]


def choices(by: str, most: int = 0) -> list[tuple[str, str, int]]:
    """(code, words, systems) of a facet, the largest first; ``most``: only so many."""
    here = board()
    found = [(code, each.bit_count()) for code, each in here.bits[by].items()]
    ranked = sorted(found, key=lambda each: (-each[1], each[0]))[: most or None]
    return [(code, say(by, code, here.names), number) for code, number in ranked]


def everyone() -> Group:
    """All systems as one group, to hold one body against."""
    here = board()
    return Group("", _("All systems here"), {one: count(here, one, here.everything) for one in QUESTIONS})


def charts(found: Sequence[Group]) -> list[tuple[str, ShareChart]]:
    """One chart a question: the share of each group that says yes, with its interval and how many do not say."""
    if not found:
        return []
    return [
        (
            str(WORDS[question]),
            ShareChart(
                sentence=_sentence(question, found),
                rows=tuple(_row(group.label, group.counts[question]) for group in found),
                maximum=100,
                after_label=_("Says yes, of all systems"),
                limit_label=_("Not stated"),
                group_label=_("Group"),
            ),
        )
        for question in QUESTIONS
    ]


def _row(label: str, told: Count) -> ShareRow:
    few = told.total < ENOUGH
    silent = told.unstated == told.total
    share = None if silent or told.share is None else 100 * told.share
    low, high = told.interval
    return ShareRow(
        label=label,
        n=told.total,
        after=share,
        after_interval=None if share is None else Interval(100 * low, 100 * high),
        limit=whole(told.unstated),
        too_few=few,
    )


def _sentence(question: str, found: Sequence[Group]) -> str:
    told = "; ".join(f"{group.label} {finding(group.counts[question])}" for group in found)
    return _("%(question)s: %(told)s.") % {"question": WORDS[question], "told": told}


def finding(told: Count) -> str:
    """A count in a few words: "25 of 3,608, 3,318 do not say"."""
    if told.unstated == told.total:
        return _("is not told by any of %(total)s") % {"total": whole(told.total)}
    words = _("%(yes)s of %(total)s, %(unstated)s do not say")
    return words % {"yes": whole(told.yes), "total": whole(told.total), "unstated": whole(told.unstated)}


HEAD = ("question", "group", "systems", "yes", "no", "does_not_apply", "not_stated", "share", "low", "high")


def rows(found: Sequence[Group]) -> Iterator[dict[str, Any]]:
    """The same figures by the names of HEAD; shares are 0..1 as decimal text, "" where nothing is said."""
    for question in QUESTIONS:
        for group in found:
            told = group.counts[question]
            silent = told.share is None or told.unstated == told.total
            shares = ("", "", "") if silent else (f"{each:.4f}" for each in (told.share or 0.0, *told.interval))
            figures = (told.total, told.yes, told.no, told.does_not_apply, told.unstated)
            yield dict(zip(HEAD, (question, group.code or "*", *figures, *shares), strict=True))


def table(found: Sequence[Group]) -> Table:
    """All figures of the charts, and the share among those that say yes or no."""
    head = (_("Question"), _("Group"), _("Yes"), _("No or not yet"), _("Does not apply"), _("Not stated"), _("Systems"))
    told = ((question, group, group.counts[question]) for question in QUESTIONS for group in found)
    return Table(
        (*head, _("Yes, of those that say yes or no")),
        tuple((WORDS[question], group.label, *_cells(each)) for question, group, each in told),
        caption=_("The same figures as a table"),
        numeric=(2, 3, 4, 5, 6, 7),
    )


def _cells(told: Count) -> tuple[str, ...]:
    figures = (told.yes, told.no, told.does_not_apply, told.unstated, told.total)
    return (*map(whole, figures), _of_those(told))


def _of_those(told: Count) -> str:
    said = told.yes + told.no
    return percent(100 * told.yes / said) if said >= ENOUGH else "–"
