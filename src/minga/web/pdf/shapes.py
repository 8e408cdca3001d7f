"""What each printable document is made from: plain dicts and lists of text, whole numbers and dates.

Text is passed as it is and printed literally. Texts written by Minga (``finding``, ``sentence``, ``method``, labels of
groups) come in the language of the document; words of people come as they were written, with their ``language``
(ISO 639 code). A count that may not be shown is ``None`` and prints as "too few to judge": the caller suppresses,
nothing here decides it. Shares and intervals are per cent (0 to 100). ``created`` also becomes the PDF's date, so that
the same data give the same bytes.
"""

import datetime as dt
from typing import Literal, NotRequired, TypedDict

Outcome = Literal["adopted", "adapted", "declined", "open"]
Stance = Literal["agree", "disagree"]


class Document(TypedDict):
    """What every document carries."""

    title: str  # name of the conversation or session
    project: str
    body: str  # name of the public body
    address: str  # public address in full; QR codes lead there
    created: dt.date


class Translation(TypedDict):
    text: str
    language: str
    by: NotRequired[str]  # "machine", a person's role; printed beside it


class Words(TypedDict):
    """A statement as written, and a marked translation of it."""

    number: int
    text: str
    language: NotRequired[str]
    translation: NotRequired[Translation | None]


class Votes(TypedDict):
    """Votes of one group or constituency; all three are None where they are suppressed."""

    label: str
    agree: int | None
    passed: int | None
    disagree: int | None


class StatementResult(Words):
    groups: list[Votes]  # opinion groups, or one row "All" where groups are not real
    constituencies: NotRequired[list[Votes]]
    note: NotRequired[str]  # e.g. the interval, or an appeal that is open


class Telling(Words):
    """A statement that tells a group apart: how many of the group took the stance, and how many outside it."""

    stance: Stance
    took: int
    voted: int
    others_took: NotRequired[int | None]
    others_voted: NotRequired[int | None]


class Portrait(TypedDict):
    label: str
    people: int | None
    statements: list[Telling]


class Figure(TypedDict):
    """One number with its doubt; with ``unit`` "%" shown to one decimal, else to two."""

    label: str
    value: float
    low: NotRequired[float | None]
    high: NotRequired[float | None]
    unit: NotRequired[str]


class GroupsCheck(TypedDict):
    """Whether the groups are real, in one sentence, and the figures behind it."""

    real: bool
    sentence: str
    figures: list[Figure]


class TookPart(TypedDict):
    """One group of the affected people against those who took part. None = suppressed or not known."""

    label: str
    affected: float  # per cent of the affected
    people: int | None  # who took part
    share: float | None  # per cent of those who took part
    low: float | None
    high: float | None


class Answer(TypedDict):
    text: str
    language: NotRequired[str]
    outcome: Outcome
    contributions: int  # answered by this one reply
    reason: NotRequired[str]
    decided: NotRequired[dt.date | None]
    due: NotRequired[dt.date | None]


class Replies(TypedDict):
    answered: int
    total: int
    median_days: float | None


class DataFile(TypedDict):
    name: str
    address: str
    sha256: NotRequired[str]


class Report(Document):
    """``render("report", …)``: results of a conversation."""

    opened: dt.date
    closed: dt.date | None
    finding: str
    participants: int
    statements: int
    votes: int
    agreed: list[StatementResult]  # all of them, best first: the heading counts them
    divides: list[StatementResult]
    portraits: list[Portrait]
    check: GroupsCheck
    took_part: list[TookPart]
    took_part_source: str
    replies: Replies
    answers: list[Answer]
    method: list[str]
    limits: list[str]
    data: list[DataFile]


class Sheets(Document):
    """``render("sheets", …)``: one voting sheet per entry of ``sheets`` (its number), all with the same statements.
    ``render("tally", …)``: the facilitator's sheet; ``sheets`` is not read."""

    short_address: str  # to type by hand
    statements: list[Words]
    sheets: NotRequired[list[str]]
    happens: NotRequired[str]  # "what happens with my vote", two sentences; a general text where absent


class Code(TypedDict):
    code: str  # as issued; printed in groups of four
    link: str  # the QR code leads there
    constituency: str
    expires: dt.date | None


class Codes(Document):
    """``render("codes", …)``: invitation codes to cut, ten to a page. The PDF holds live codes: do not keep it."""

    short_address: str
    batch: str
    codes: list[Code]


class AgendaItem(TypedDict):
    starts: str  # "10:30"
    minutes: int
    title: str
    method: NotRequired[str]


class Attendance(TypedDict):
    label: str
    invited: int | None
    came: int | None


class Quote(TypedDict):
    """A recorded statement whose speaker consented; ``speaker`` is a constituency, never a person."""

    text: str
    language: NotRequired[str]
    translation: NotRequired[Translation | None]
    speaker: str
    alike: int  # statements that say the same, this one included
    tags: NotRequired[list[str]]


class Tag(TypedDict):
    code: str
    label: str
    count: int


class Support(TypedDict):
    yes: int
    no: int
    abstained: int


class Recommendation(TypedDict):
    number: int
    text: str
    support: NotRequired[Support | None]
    outcome: Outcome
    reply: NotRequired[str]
    replied: NotRequired[dt.date | None]
    due: NotRequired[dt.date | None]


class Session(Document):
    """``render("session", …)``: report of a public-dialogue session or a panel."""

    held: dt.date
    place: str
    finding: str
    purpose: str
    agenda: list[AgendaItem]
    attendance: list[Attendance]
    recorded: int  # statements recorded
    consented: int  # of them, with consent to be quoted
    quotes: list[Quote]
    tags: list[Tag]
    recommendations: list[Recommendation]
    limits: list[str]


class NoticeSection(TypedDict):
    """One heading of a letter: paragraphs, somebody's own words, a list; each may be empty."""

    title: str
    text: list[str]
    quote: str
    items: list[str]


class Notice(Document):
    """``render("notice", …)``: the letter to one person about their case. ``address`` is their private page."""

    recipient: list[str]  # name and lines of the postal address
    service: str
    case: str
    lead: str
    sections: list[NoticeSection]
    until: NotRequired[dt.date | None]  # the last day to contest, where there is something to contest


class Grid(TypedDict):
    """A table as text; ``numeric`` are the places of columns that align to the right."""

    caption: str
    head: list[str]
    rows: list[list[str]]
    numeric: list[int]


class CheckReport(Document):
    """``render("check", …)``: what a check of a criterion on a version of a tool found."""

    finding: str
    code: str
    criterion: str
    outcome: str
    lead: str
    baseline_sentence: str
    baseline: Grid | None
    figures: Grid | None
    notes: list[str]
    facts: list[tuple[str, str]]


class Part(TypedDict):
    """One heading (``level`` 2 or 3; ``number`` before it, "" for none) with what lies under it, in this order."""

    level: int
    number: str
    title: str
    text: list[str]
    items: list[str]
    table: Grid | None
    small: str  # a note in small print


class Paper(Document):
    """``render("paper", …)``: any document of headings, paragraphs, lists and tables; ``address`` may be ""."""

    lead: str
    facts: list[tuple[str, str]]
    parts: list[Part]
    sign: list[str]  # who signs: a line for each, at the end; none for no signatures
