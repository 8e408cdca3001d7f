"""Records of the vote, results and fairness pages; `types.py` holds the rest and says how they are used."""

from dataclasses import dataclass
from typing import Literal

from minga.web.svg.types import Interval, StateKind, Text, Votes

GROUP_LETTERS = "ABCDE"


@dataclass(frozen=True)
class MapPoint:
    """One participant. Coordinates in any one unit, y upwards; `group` is a letter, or empty for somebody who
    is in no group. `sure=False`: could belong to a neighbouring group. `you`: the reader's own place."""

    x: float
    y: float
    group: str = ""
    sure: bool = True
    you: bool = False


@dataclass(frozen=True)
class MapGroup:
    """A group of people who voted alike: letter A to E, its people and how many of them could belong to a
    neighbour, its most typical statement as written (`language` where it is not the page's) and the votes on
    it ("40 of 47 agree"). `hull` (corners in the points' unit) and `label` (a place) are computed from the
    sure points when left out."""

    letter: str
    people: int
    between: int = 0
    statement: str = ""
    statement_votes: Text = ""
    language: str = ""
    hull: tuple[tuple[float, float], ...] = ()
    label: tuple[float, float] | None = None


@dataclass(frozen=True)
class OpinionMap:
    """Where people stand by their votes, with one scale for both axes. `filled` says what a filled mark
    means ("stays in the group in at least 7 of 10 repetitions"). `not_real` is the sentence that says why no
    groups are shown; then none is drawn, whatever the points say."""

    sentence: Text
    points: tuple[MapPoint, ...]
    groups: tuple[MapGroup, ...] = ()
    filled: Text = ""
    not_real: Text = ""
    caption: Text = ""


@dataclass(frozen=True)
class Constituency:
    """How many of the people with a role agree (or disagree) with a statement: "residents 48/67". `part=None`
    means suppressed: fewer than 10."""

    label: Text
    part: int | None
    total: int = 0


@dataclass(frozen=True)
class StatementRow:
    """One statement with its votes per group. `text` is what the author wrote, or a translation of it; then
    `original` holds the author's words in `original_language`. `lead` names the side that the figures and
    the constituencies count. `state` with `state_text`, `note` ("Rejected by all groups.") and `links`
    (text, address) stand under the quote."""

    text: str
    groups: tuple[Votes, ...]
    constituencies: tuple[Constituency, ...] = ()
    lead: Literal["agree", "disagree"] = "agree"
    state: StateKind | Literal[""] = ""
    state_text: Text = ""
    note: Text = ""
    links: tuple[tuple[Text, str], ...] = ()
    href: str = ""
    language: str = ""
    original: str = ""
    original_language: str = ""


@dataclass(frozen=True)
class CoverageCell:
    """A group's share (per cent) of those who took part in one phase, with its people. `people=None` means
    suppressed: fewer than 10. A share of None means that the phase has not begun."""

    share: float | None = None
    people: int | None = 0
    interval: Interval | None = None


@dataclass(frozen=True)
class CoverageRow:
    """One group: its share of the affected people (per cent) and one cell per phase."""

    label: Text
    affected: float
    cells: tuple[CoverageCell, ...]


@dataclass(frozen=True)
class CoverageTable:
    """Who took part against who is affected, phase by phase. `phases` are the column heads."""

    caption: Text
    phases: tuple[Text, ...]
    rows: tuple[CoverageRow, ...]
    group_label: Text = ""


@dataclass(frozen=True)
class Influence:
    """Share of the adopted changes over share of the affected people, with its 95 % interval; 1 is "as much
    as their share", 0 is "no change adopted"."""

    label: Text
    ratio: float | None
    low: float = 0
    high: float = 0
    note: Text = ""
    too_few: bool = False


@dataclass(frozen=True)
class InfluenceChart:
    """Ratios on a logarithmic scale around 1. The axis ends at 1 / `span` and `span`; 0 means: from the data."""

    sentence: Text
    rows: tuple[Influence, ...]
    span: float = 0
    caption: Text = ""


@dataclass(frozen=True)
class QRCode:
    """An address (or any text up to about 1,000 characters) as a QR code of error level M. `title` is what a
    screen reader hears: say where it leads."""

    text: str
    title: Text
    caption: Text = ""


Drawing = OpinionMap | CoverageTable | InfluenceChart | QRCode
