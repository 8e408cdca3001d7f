"""Voting and results in the gallery, with invented people, statements and votes."""

import math
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from minga.web.svg.types import Interval, Votes
from minga.web.svg.types_dialogue import (
    Constituency,
    CoverageCell,
    CoverageRow,
    CoverageTable,
    Influence,
    InfluenceChart,
    MapGroup,
    MapPoint,
    OpinionMap,
    QRCode,
    StatementRow,
)

GOLDEN = math.pi * (3 - math.sqrt(5))


def cloud(letter: str, people: int, between: int, middle: tuple[float, float], spread: float) -> Iterator[MapPoint]:
    """People around a middle, evenly like the seeds of a sunflower; those nearest to the map's middle are unsure."""
    seeds = ((spread * math.sqrt((i + 0.5) / people), i * GOLDEN) for i in range(people))
    placed = sorted(
        ((middle[0] + r * math.cos(a), middle[1] + 0.8 * r * math.sin(a)) for r, a in seeds),
        key=lambda place: math.hypot(*place),
    )
    for i, (x, y) in enumerate(placed):
        yield MapPoint(x, y, letter, sure=i >= between, you=letter == "B" and i == people - 20)


def example_map() -> OpinionMap:
    return OpinionMap(
        sentence=_("Three groups, and 47 of 214 people between them: A has 89 people, B 64 and C 61."),
        points=(
            *cloud("A", 89, 17, (-2.0, 0.1), 1.5),
            *cloud("B", 64, 11, (1.5, -1.5), 1.1),
            *cloud("C", 61, 19, (0.9, 1.9), 1.2),
        ),
        groups=(
            MapGroup("A", 89, 17, str(_("Names of companies may be published with a flag.")), _("40 of 47 agree")),
            MapGroup("B", 64, 11, str(_("Emergency purchases should be left out.")), _("27 of 32 disagree")),
            MapGroup("C", 61, 19, "El silencio no es un acuerdo.", _("27 of 32 agree"), "es"),
        ),
        filled=_("stays in the group in at least 7 of 10 repetitions with statements drawn anew"),
    )


def example_large_map() -> OpinionMap:
    sizes = (("A", 900, (-2.6, 1.4)), ("B", 700, (2.4, 1.6)), ("C", 500, (2.6, -1.5)), ("D", 400, (-2.4, -1.6)))
    points = [point for letter, people, middle in sizes for point in cloud(letter, people, people // 8, middle, 1.5)]
    points += cloud("E", 250, 40, (0.1, 0.0), 1.0)
    everyone = (*((letter, people) for letter, people, _middle in sizes), ("E", 250))
    return OpinionMap(
        sentence=_("Five groups of 250 to 900 people; one person in eight could belong to a neighbour."),
        points=tuple(points),
        groups=tuple(MapGroup(letter, people, people // 8) for letter, people in everyone),
    )


def example_unreal_map() -> OpinionMap:
    return OpinionMap(
        sentence=_("Twenty-six people, spread evenly: no groups."),
        points=tuple(cloud("", 26, 0, (0, 0), 1)),
        not_real=_("No groups are drawn: with statements drawn anew people change sides too often (26 people voted)."),
    )


def example_statements() -> tuple[StatementRow, ...]:
    return (
        StatementRow(
            str(_("A warning on half of all tenders is no warning. If everything is red, nobody looks.")),
            (Votes("A", 36, 6, 9), Votes("B", 28, 7, 1), Votes("C", 31, 4, 4)),
            (
                Constituency(_("residents"), 48, 67),
                Constituency(_("officers"), 27, 32),
                Constituency(_("businesses"), 15, 19),
                Constituency(_("overseers"), None),
            ),
            state="passed",
            state_text=_("Is a criterion"),
            links=((_("Thread 17"), "#thread-17"),),
            href="#statement-1",
        ),
        StatementRow(
            str(_("The tool may lower the score of a bidder by itself.")),
            (Votes("A", 5, 8, 35), Votes("B", 8, 7, 22), Votes("C", 0, 1, 2, too_few=True)),
            (Constituency(_("residents"), 41, 61), Constituency(_("officers"), 22, 27)),
            lead="disagree",
            state="passed",
            state_text=_("Adopted as a limit"),
            note=_("Rejected by all groups."),
            links=((_("Thread 29"), "#thread-29"),),
        ),
        StatementRow(
            str(_("A flag that turns out wrong must be marked as wrong in public.")),
            (Votes("A", 45, 3, 9), Votes("B", 23, 8, 5), Votes("C", 25, 2, 5)),
            (Constituency(_("residents"), 53, 72),),
            state="not_yet",
            state_text=_("No answer yet, due 30 December"),
            original="Um sinal errado deve ser marcado em público como errado.",
            original_language="pt",
        ),
    )


def example_coverage() -> CoverageTable:
    return CoverageTable(
        caption=_("Took part against affected, per phase"),
        phases=(_("Commission"), _("Design"), _("Deliver")),
        rows=(
            CoverageRow(
                _("Residents who use the services bought"),
                61,
                (CoverageCell(41, 88, Interval(34, 48)), CoverageCell(55, 118, Interval(48, 62)), CoverageCell()),
            ),
            CoverageRow(
                _("Businesses that bid"),
                22,
                (CoverageCell(19, 41, Interval(14, 25)), CoverageCell(people=None), CoverageCell()),
            ),
            CoverageRow(_("Technology providers"), 8, (CoverageCell(0, 0), CoverageCell(people=None), CoverageCell())),
        ),
    )


def example_influence() -> InfluenceChart:
    return InfluenceChart(
        sentence=_("Frontline officers changed more than their share, residents less."),
        rows=(
            Influence(_("Frontline officers"), 2.8, 1.9, 3.9, _("25 of 41 adopted changes")),
            Influence(_("Businesses that bid"), 1.1, 0.6, 1.9),
            Influence(_("Residents"), 0.6, 0.4, 0.8),
            Influence(_("Technology providers"), 0, 0, 0.9),
            Influence(_("Overseers"), None, too_few=True),
        ),
    )


def example_dialogue() -> dict[str, Any]:
    return {
        "map": example_map(),
        "large_map": example_large_map(),
        "unreal_map": example_unreal_map(),
        "statements": example_statements(),
        "coverage": example_coverage(),
        "influence": example_influence(),
        "code": QRCode("https://minga.example/c/7/i/K4F9-2M", _("Code to vote: minga.example/c/7/i/K4F9-2M")),
    }
