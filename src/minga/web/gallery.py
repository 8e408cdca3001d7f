"""Example data for the gallery. People, bodies and votes are invented; no page of a project reads this."""

from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from minga.web.format import break_path, value
from minga.web.gallery_dialogue import example_dialogue
from minga.web.gallery_parts import ExampleForm, example_grids
from minga.web.svg.marks import state
from minga.web.svg.types import (
    Bar,
    BarList,
    Cut,
    FenceChart,
    Figure,
    Histogram,
    Interval,
    Knot,
    LinkName,
    Part,
    Pointer,
    ShareChart,
    ShareRow,
    Stitch,
    StitchKind,
    Table,
    Text,
    TookPart,
    TookPartChart,
    VoteChart,
    Votes,
    Weave,
    WeaveRow,
)

DAYS = (
    4, 2, 3, 3, 2, 3, 4, 6, 48, 277, 700, 783, 752, 764, 676, 350, 240, 216, 168, 115, 154, 166, 123, 92,
    105, 83, 74, 92, 75, 45, 40, 42, 34, 42, 42, 26, 17, 14, 11, 20, 19, 13, 12, 9, 3, 6,
)  # fmt: skip
MONTHS = (
    pgettext_lazy("axis", "March"),
    pgettext_lazy("axis", "May"),
    pgettext_lazy("axis", "July"),
    pgettext_lazy("axis", "September"),
    pgettext_lazy("axis", "November"),
)


def stitches(columns: str, kind: StitchKind = "done") -> tuple[Stitch, ...]:
    return tuple(Stitch(int(column), kind) for column in columns.split())


def example_weave() -> Weave:
    return Weave(
        sentence=_(
            "Thirty-eight weeks: people spoke first, a check failed in week 9, determinations run from week 14."
        ),
        columns=38,
        labels=tuple(zip((0, 9, 17, 26, 35), MONTHS, strict=True)),
        rows=(
            WeaveRow("contribution", stitches("0 1 2 3 4 5 6 8 9 15 21 24 25 32 37")),
            WeaveRow("decision", stitches("5 6 10 22 28 31 32 35")),
            WeaveRow("criterion", stitches("6 7 8 11 13 21 23 24")),
            WeaveRow("check", (Stitch(8, "blocked"), *stitches("9 13 14 16 19 30"))),
            WeaveRow("release", stitches("10 12 14 21 24 27")),
            WeaveRow(
                "determination",
                stitches("13 14 15 16 17 19 20 21 22 23 24 25 26 27 28 29 30 31 32 33 34 35 36 37"),
            ),
            WeaveRow("review", (*stitches("35 36"), Stitch(37, "overdue"))),
        ),
    )


def example_links() -> list[Knot]:
    return [
        Knot("contribution", href="#contribution", when="12 Mar"),
        Knot("decision", href="#decision", when="9 Apr"),
        Knot("criterion", href="#criterion", when="16 Apr"),
        Knot("check", href="#check", when="27 Apr ✕ · 8 May ✓", said=_("failed 27 April, passed 8 May")),
        Knot("release", href="#release", when=_("10 %, 8 June")),
        Knot("determination", "here", href="#determination", when=_("96 · 8 wait")),
        Knot("review", "not_yet", href="#review"),
    ]


def example_cut() -> list[Knot]:
    return [
        Knot("contribution", when="12 Mar"),
        Knot("decision", when="9 Apr"),
        Knot("criterion", when="16 Apr"),
        Knot("check", "failed", when="27 Apr"),
        Knot("release", "not_yet"),
        Knot("determination", "not_yet"),
        Knot("review", "not_yet"),
    ]


def example_evidence() -> Table:
    opened, closed = state("passed", _("opened")), state("not_yet", _("not yet"))
    rows = (
        ("/tender/tenderPeriod/startDate", "2026-11-03", _("first day"), opened, 2),
        ("/tender/tenderPeriod/endDate", "2026-11-11", _("open for 8 days"), closed, 2),
    )
    return Table(
        head=(_("Where in the source"), _("Value"), _("Read as"), _("Opened"), _("Exclusions tested")),
        rows=tuple((break_path(path), value(found), *rest) for path, found, *rest in rows),
        numeric=(4,),
    )


def example_counts() -> list[Knot]:
    rows: tuple[tuple[LinkName, int, Text], ...] = (
        ("contribution", 412, _("things said, voted or objected to")),
        ("decision", 187, _("answered with a reason; 9 are late")),
        ("criterion", 11, _("sentences a tool must meet")),
        ("check", 34, _("runs; 6 failed and blocked a release")),
        ("release", 3, _("versions in service, by stages")),
        ("determination", 96, _("by a named officer; 8 wait")),
        ("review", 1, _("six-month review; it is open")),
    )
    return [
        Knot(link, "here" if link == "review" else "done", "#" + link, count=n, note=note) for link, n, note in rows
    ]


def example_shares() -> ShareChart:
    def row(
        label: str,
        note: object,
        n: int,
        limit: str,
        before: tuple[float, ...] | None,
        after: tuple[float, ...],
    ) -> ShareRow:
        return ShareRow(
            label,
            n,
            after[0],
            Interval(*after[1:]),
            before[0] if before else None,
            Interval(*before[1:]) if before else None,
            str(note),
            limit,
        )

    return ShareChart(
        sentence=_(
            "With one limit per method no method is flagged on more than 20 %; with one limit for all, four are."
        ),
        bound=20,
        maximum=70,
        ticks=(0, 40, 60),
        limit_label=_("days"),
        group_label=_("Method"),
        rows=(
            row(
                "Menor cuantía nacional",
                _("small purchases · 7,055 calls"),
                7055,
                "15 → 11",
                (60.4, 59.2, 61.5),
                (15.5, 14.7, 16.4),
            ),
            row(
                "Contratación Directa",
                _("direct contracting · 581 calls"),
                581,
                "15 → 7",
                (59.7, 55.7, 63.6),
                (10.8, 8.6, 13.6),
            ),
            row(
                "Concurso de Ofertas",
                _("call for offers · 474 calls"),
                474,
                "15 → 3",
                (57.4, 52.9, 61.8),
                (17.9, 14.7, 21.6),
            ),
            row(
                "Subasta a la baja electrónica",
                _("reverse auction · 260 calls"),
                260,
                "15",
                None,
                (19.2, 14.9, 24.5),
            ),
            ShareRow("Locación de inmuebles", 6, None, note=str(_("lease · 6 calls")), limit="15", too_few=True),
        ),
        caption=_(
            "Share of calls that set off the warning, in per cent. Bars: intervals at 95 %. Shaded: beyond the bound."
        ),
    )


def example_charts() -> dict[str, Any]:
    return {
        "shares": example_shares(),
        "votes": VoteChart(
            sentence=_("All four groups agree, residents least with 48 of 67."),
            rows=(
                Votes(_("Residents"), 48, 12, 7),
                Votes(_("Frontline officers"), 27, 2, 3),
                Votes(_("Businesses that bid"), 15, 1, 3),
                Votes(_("Overseers"), 2, 0, 1, too_few=True),
            ),
        ),
        "divided": VoteChart(
            sentence=_("Group C agrees, groups A and B disagree."),
            show="percent",
            key=False,
            rows=(Votes("A", 2, 15, 33), Votes("B", 21, 2, 14, lead="disagree"), Votes("C", 28, 3, 0)),
        ),
        "days": Histogram(
            sentence=_("Most small purchases are open for 10 to 15 days; the limit of 15 takes in the usual time."),
            counts=DAYS,
            unit=_("days open"),
            cuts=(Cut(11), Cut(15)),
            ticks=(0, 20, 30),
            parts=(
                Part(_("under 11 days"), "solid"),
                Part(_("11 to 14 days"), "striped"),
                Part(_("15 days or more"), "hollow"),
            ),
            caption=_("Why it failed: a limit of 15 days takes in the usual time for a small purchase."),
        ),
        "case": Histogram(
            sentence=_("This call was open for 8 days; the limit is 11."),
            counts=DAYS[:41],
            unit=_("40 days"),
            cuts=(Cut(11),),
            ticks=(0,),
            case=Pointer(8, _("this call: 8")),
        ),
        "fence": FenceChart(
            sentence=_("The second price is 3.1 % above the winner; the fence lies at 16.7 %."),
            q1=66.7,
            q3=100,
            fence=16.7,
            case=Pointer(3.1, _("this call: 3.1")),
            minimum=0,
            maximum=120,
            unit="%",
        ),
        "decided": BarList(
            sentence=_("Of 104 flags 41 were confirmed, 46 explained, 9 withdrawn, 8 wait."),
            rows=(
                Bar(_("Confirmed"), 41),
                Bar(_("Explained"), 46, "striped"),
                Bar(_("Withdrawn"), 9, "hollow"),
                Bar(_("Waiting"), 8, "dashed"),
            ),
        ),
        "took_part": TookPartChart(
            sentence=_("Residents are under-heard by 20 points."),
            rows=(
                TookPart(_("Residents who use the services bought"), 61, 41, Interval(34, 48)),
                TookPart(_("Businesses that bid"), 22, 19, Interval(14, 25)),
                TookPart(_("Frontline officers"), 9, 25, Interval(20, 34)),
                TookPart(_("Overseers"), 1, None, too_few=True),
            ),
        ),
    }


def examples(data: QueryDict | None = None) -> dict[str, Any]:
    """Template context of the gallery."""
    form = ExampleForm(data)
    return {
        "form": form,
        "links": example_links(),
        "counts": example_counts(),
        "cut": example_cut(),
        "dates": {
            "march": date(2026, 3, 12),
            "april": date(2026, 4, 16),
            "failed": date(2026, 4, 27),
            "passed": date(2026, 5, 8),
            "june": date(2026, 6, 8),
            "contest": date(2026, 9, 14),
            "review": date(2026, 11, 2),
        },
        "failed": Knot("check", "failed", href="#first-check"),
        "now": Knot("review", "here", yarn="none"),
        "weave_example": example_weave(),
        "charts": example_charts(),
        "grids": example_grids(),
        "dialogue": example_dialogue(),
        "figure_strip": (
            Figure("16.1\u202f%", _("of calls would be flagged; bound 20 % per method")),
            Figure("104", _("flags at 10 %; 96 decided")),
            Figure("22", _("contests; 14 answered, 9 withdrawn")),
            Figure("6", _("days, median answer to a contest; the longest 11")),
        ),
        "summary": ((_("Buyer"), "Health District North"), (_("Method"), "Menor cuantía", "#", _("Change"))),
        "evidence": example_evidence(),
        "page": Paginator(range(95), 20).page(2),
    }
