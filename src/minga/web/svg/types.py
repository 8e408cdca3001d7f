"""The contract between pages and drawings: small frozen records, one family per component.

Shares, intervals and bounds in charts are per cent (0 to 100). Texts are plain (they are escaped here) and
may be lazy translations. `sentence` is what a screen reader hears in place of the drawing: say the finding.
"""

from dataclasses import dataclass
from typing import Literal

from django.utils.functional import Promise

Text = str | Promise
LinkName = Literal["contribution", "decision", "criterion", "check", "release", "determination", "review"]
KnotState = Literal["done", "here", "not_yet", "failed"]
Yarn = Literal["", "solid", "dotted", "cut", "none"]
StateKind = Literal["passed", "failed", "contested", "watch", "in_use", "not_yet", "no_ai"]
StitchKind = Literal["done", "blocked", "overdue"]
Pattern = Literal["solid", "striped", "hollow", "dashed", "plain"]
StageState = Literal["done", "here", "not_yet"]
Level = Literal["individual", "group", "collective"]
Phase = Literal["commission", "design", "deliver", "assess"]

LINK_NAMES: tuple[LinkName, ...] = (
    "contribution",
    "decision",
    "criterion",
    "check",
    "release",
    "determination",
    "review",
)
LEVELS: tuple[Level, ...] = ("individual", "group", "collective")
PHASES: tuple[Phase, ...] = ("commission", "design", "deliver", "assess")


@dataclass(frozen=True)
class Knot:
    """One link of the thread.

    `when` is shown under the word ("27 Apr ✕ · 8 May ✓"); `said` replaces it for screen readers
    ("failed 27 April, passed 8 May"). `count` and `note` serve the home page. `yarn` is what follows
    the knot; empty means: solid after done or here, dotted after not_yet, cut after failed.
    """

    link: LinkName
    state: KnotState = "done"
    href: str = ""
    when: Text = ""
    said: Text = ""
    count: int | None = None
    note: Text = ""
    label: Text = ""
    yarn: Yarn = ""


@dataclass(frozen=True)
class Stitch:
    """Something in the ledger in one column (counted from 0) of a weave row."""

    column: int
    kind: StitchKind = "done"


@dataclass(frozen=True)
class WeaveRow:
    link: LinkName
    stitches: tuple[Stitch, ...] = ()


@dataclass(frozen=True)
class Weave:
    """A project's life: rows are links, columns are weeks. `labels` are (column, text) under the cloth;
    `column_names` name all columns in the table ("2 March"), otherwise they are numbered from 1."""

    rows: tuple[WeaveRow, ...]
    columns: int
    sentence: Text
    labels: tuple[tuple[int, Text], ...] = ()
    column_names: tuple[Text, ...] = ()


@dataclass(frozen=True)
class Interval:
    """A 95 % interval in per cent."""

    low: float
    high: float


@dataclass(frozen=True)
class ShareRow:
    """One group of a `ShareChart`. `n` is the group's size; `limit` stands in its own column ("15 → 11")."""

    label: Text
    n: int
    after: float | None
    after_interval: Interval | None = None
    before: float | None = None
    before_interval: Interval | None = None
    note: Text = ""
    limit: Text = ""
    too_few: bool = False


@dataclass(frozen=True)
class ShareChart:
    """Share per group before (hollow) and after (filled) against a bound. The shade lies on the side
    that fails: beyond `bound` when `at_most`, below it otherwise. `maximum` is the right end of the
    axis in per cent."""

    sentence: Text
    rows: tuple[ShareRow, ...]
    bound: float | None = None
    at_most: bool = True
    maximum: float = 100
    ticks: tuple[float, ...] = ()
    before_label: Text = ""
    after_label: Text = ""
    limit_label: Text = ""
    group_label: Text = ""
    caption: Text = ""


@dataclass(frozen=True)
class Cut:
    """A limit cut into a distribution at the value `at`; the label defaults to the value."""

    at: float
    label: Text = ""


@dataclass(frozen=True)
class Pointer:
    """The case at hand in a distribution: "this call: 8"."""

    at: float
    label: Text


@dataclass(frozen=True)
class Part:
    """Name and pattern of the bars between two cuts, from left to right. The key states `share` (per
    cent) where it is given, e.g. when values beyond the last bin count too, otherwise the share
    among the bins drawn."""

    label: Text
    pattern: Pattern = "plain"
    share: float | None = None


@dataclass(frozen=True)
class Histogram:
    """Counts per bin; bin i covers [start + i * width, start + (i + 1) * width). With `parts` (one
    more than `cuts`) the bars carry patterns and a key that states each part's share."""

    sentence: Text
    counts: tuple[int, ...]
    unit: Text
    start: float = 0
    width: float = 1
    cuts: tuple[Cut, ...] = ()
    parts: tuple[Part, ...] = ()
    ticks: tuple[float, ...] = ()
    case: Pointer | None = None
    caption: Text = ""


@dataclass(frozen=True)
class FenceChart:
    """Quartile box, fence and the case. The striped zone lies beyond the fence, on the side of `below`.
    `values` of the axis end at `minimum` and `maximum`, in `unit`."""

    sentence: Text
    q1: float
    q3: float
    fence: float
    case: Pointer
    minimum: float
    maximum: float
    unit: Text = ""
    below: bool = True
    caption: Text = ""


@dataclass(frozen=True)
class Bar:
    label: Text
    count: int
    pattern: Pattern = "solid"


@dataclass(frozen=True)
class BarList:
    """Counts as bars from 0 on one scale. ``head`` names what the rows are; empty means groups."""

    sentence: Text
    rows: tuple[Bar, ...]
    caption: Text = ""
    head: Text = ""


@dataclass(frozen=True)
class Votes:
    """Votes of one group on one statement. `lead` is the side named in the row's figure."""

    label: Text
    agree: int
    passed: int
    disagree: int
    lead: Literal["agree", "disagree"] = "agree"
    too_few: bool = False


@dataclass(frozen=True)
class VoteChart:
    """`show`: "count" gives "48 of 67 agree", "percent" gives "71 % agree of 51". `key=False` leaves the
    key out."""

    sentence: Text
    rows: tuple[Votes, ...]
    show: Literal["count", "percent"] = "count"
    key: bool = True
    caption: Text = ""


@dataclass(frozen=True)
class TookPart:
    """Share of a group among the affected and among those who took part, in per cent. `suppressed`: fewer
    than 10 people, so nothing is shown."""

    label: Text
    affected: float
    took_part: float | None
    interval: Interval | None = None
    too_few: bool = False
    suppressed: bool = False


@dataclass(frozen=True)
class TookPartChart:
    sentence: Text
    rows: tuple[TookPart, ...]
    maximum: float = 0
    caption: Text = ""


@dataclass(frozen=True)
class ParticipationRow:
    """One step: its gate state (`kind`, `text`) and one count per group; None means suppressed (fewer
    than ten)."""

    label: Text
    counts: tuple[int | None, ...]
    kind: StateKind
    text: Text
    number: int = 0
    href: str = ""
    share: float | None = None


@dataclass(frozen=True)
class ParticipationTable:
    """A real table with bars; `groups` may hold (full, short) pairs for narrow screens."""

    caption: Text
    groups: tuple[tuple[Text, Text], ...]
    rows: tuple[ParticipationRow, ...]


@dataclass(frozen=True)
class Stage:
    label: Text
    when: Text = ""
    state: StageState = "not_yet"


@dataclass(frozen=True)
class RolloutBar:
    sentence: Text
    stages: tuple[Stage, ...]


@dataclass(frozen=True)
class Party:
    """A stakeholder with capacity and willingness from 0 to 4; `action` is what the quadrant proposes."""

    name: Text
    capacity: float
    willingness: float
    action: Text = ""
    href: str = ""


@dataclass(frozen=True)
class CapacityMatrix:
    sentence: Text
    parties: tuple[Party, ...]


@dataclass(frozen=True)
class Cell:
    """What happened at one level in one phase: `count` ledger entries by `groups` actor groups."""

    level: Level
    phase: Phase
    count: int
    text: Text = ""
    href: str = ""


@dataclass(frozen=True)
class TypologyGrid:
    """The 3 x 4 grid; cells that are absent count as empty."""

    sentence: Text
    cells: tuple[Cell, ...]
    caption: Text = ""


@dataclass(frozen=True)
class Figure:
    """One of the large numbers of a record: "16.1 %" and what it counts."""

    value: Text
    text: Text


@dataclass(frozen=True)
class Table:
    """Plain table. `numeric` holds the indexes of right-aligned columns; cells may be safe strings (a
    `state`)."""

    head: tuple[Text, ...]
    rows: tuple[tuple[object, ...], ...]
    caption: Text = ""
    numeric: tuple[int, ...] = ()
    row_headers: bool = True


Chart = (
    ShareChart
    | Histogram
    | FenceChart
    | BarList
    | VoteChart
    | TookPartChart
    | ParticipationTable
    | RolloutBar
    | CapacityMatrix
    | TypologyGrid
)
