"""Batches of codes, meetings, and what a facilitator typed from paper: a line per sheet or per statement."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from minga.engage.counting import SMALLEST_SHOWN
from minga.engage.models import Conversation, InvitationBatch, RoomTally, Vote
from minga.engage.queries.conversations import public_statements

UNCLEAR = "u"
LETTERS = {
    "a": Vote.Choice.AGREE,
    "d": Vote.Choice.DISAGREE,
    "p": Vote.Choice.PASS,
    UNCLEAR: Vote.Choice.UNCLEAR,
}
MARK = re.compile(r"(\d{1,6})([^\W\d_])")
NUMBER = re.compile(r"(\d{1,6})[:.]?")


@dataclass(frozen=True, slots=True)
class Rejected:
    """Something typed that is not used: the line (from 1), the mark as typed, and why."""

    line: int
    mark: str
    why: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: the line it stands on, and its votes (statement number -> choice)."""

    line: int
    votes: dict[int, int]


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed: ``marks`` in = votes used + ``rejected``; ``lines`` in = ``sheets`` + ``blank``."""

    lines: int
    marks: int
    sheets: tuple[Sheet, ...]
    rejected: tuple[Rejected, ...]

    @property
    def used(self) -> int:
        return sum(len(sheet.votes) for sheet in self.sheets)

    @property
    def not_used(self) -> int:
        """Marks that were rejected; ``marks`` is ``used`` and these."""
        return self.marks - self.used

    @property
    def blank(self) -> int:
        """Lines of which nothing can be used."""
        return self.lines - len(self.sheets)

    def totals(self) -> dict[int, Counter[int]]:
        """Per statement number, how often each answer was given."""
        found: dict[int, Counter[int]] = {}
        for sheet in self.sheets:
            for number, choice in sheet.votes.items():
                found.setdefault(number, Counter())[choice] += 1
        return dict(sorted(found.items()))


@dataclass(frozen=True, slots=True)
class Hands:
    """Counted hands: per statement number the four counts; ``lines`` in = ``counts`` + ``rejected``."""

    lines: int
    counts: dict[int, dict[int, int]]
    rejected: tuple[Rejected, ...]


def batches(conversation: Conversation) -> list[tuple[InvitationBatch, int | None]]:
    """Batches, newest first, with how many codes are used: in whole tens, None where fewer than ten."""
    used = Count("invitations", filter=Q(invitations__used=True))
    rows = conversation.batches.annotate(taken=used).order_by("-made", "-pk")
    return [(row, row.taken // SMALLEST_SHOWN * SMALLEST_SHOWN or None) for row in rows]


def meetings(conversation: Conversation) -> list[RoomTally]:
    return list(conversation.rooms.annotate(counted=Count("counts")))


def recorded_before(conversation: Conversation, place: str, held: date) -> bool:
    """Whether something of this day and place was recorded before: the same stack is easily typed twice."""
    return conversation.rooms.filter(held=held, place__iexact=place.strip()).exists()


def numbers(conversation: Conversation) -> dict[int, bool]:
    """Number of each public statement -> whether it is voted on now."""
    rows = public_statements(conversation).values_list("number", "retired")
    return {number: retired is None for number, retired in rows}


def read_sheets(text: str, known: dict[int, bool]) -> Typed:
    """Read one line per sheet, such as ``1a 2d 3p 5u``. ``known``: see ``numbers``. Empty lines are passed over."""
    lines = _lines(text)
    sheets, rejected, marks = list[Sheet](), list[Rejected](), 0
    for at, line in lines:
        words = line.split()
        marks += len(words)
        votes, wrong = _sheet(at, words, known)
        rejected += wrong
        if votes:
            sheets.append(Sheet(at, votes))
    return Typed(len(lines), marks, tuple(sheets), tuple(rejected))


def _lines(text: str) -> list[tuple[int, str]]:
    """(number from 1, words) of each line with something on it; commas and semicolons part marks too."""
    every = enumerate(re.sub(r"[,;]", " ", text).splitlines(), start=1)
    return [(at, line) for at, line in every if line.strip()]


def _sheet(at: int, words: list[str], known: dict[int, bool]) -> tuple[dict[int, int], list[Rejected]]:
    read = [(word, *_mark(word, known)) for word in words]
    times = Counter(number for _word, number, _choice, why in read if not why)
    votes, rejected = dict[int, int](), list[Rejected]()
    twice = _("Statement %(number)s stands twice on this sheet; neither is used.")
    for word, number, choice, why in read:
        if why or times[number] > 1:
            rejected.append(Rejected(at, word, why or twice % {"number": number}))
        else:
            votes[number] = choice
    return votes, rejected


def _mark(word: str, known: dict[int, bool]) -> tuple[int, int, str]:
    """(statement number, choice, why it cannot be used or "")."""
    found = MARK.fullmatch(word)
    if found is None:
        return 0, 0, _("Not a number and one letter, such as 4a.")
    number, choice = int(found[1]), _answer(found[2])
    if choice is None:
        return number, 0, _("Unknown letter: use a, d, p or u.")
    return number, choice, _unknown(number, known)


def _answer(letter: str) -> int | None:
    """What a letter says: the keys of the vote page, in the language of the page."""
    letter = letter.lower()
    return LETTERS.get(UNCLEAR if letter == pgettext("key", "u") else letter)


def _unknown(number: int, known: dict[int, bool]) -> str:
    if number not in known:
        return _("There is no statement %(number)s.") % {"number": number}
    return "" if known[number] else _("Statement %(number)s is no longer voted on.") % {"number": number}


def read_hands(text: str, known: dict[int, bool], people: int) -> Hands:
    """Read one line per statement, such as ``4: 12a 3d 1p``: its number, then the hands for each answer."""
    lines = _lines(text)
    read = [(at, line.strip(), *_counted(line.split(), known, people)) for at, line in lines]
    times = Counter(number for _at, _line, number, _counts, why in read if not why)
    counts, rejected = dict[int, dict[int, int]](), list[Rejected]()
    twice = _("Statement %(number)s stands on two lines; neither is used.")
    for at, line, number, hands, why in read:
        if why or times[number] > 1:
            rejected.append(Rejected(at, line, why or twice % {"number": number}))
        else:
            counts[number] = hands
    return Hands(len(lines), counts, tuple(rejected))


def _counted(words: list[str], known: dict[int, bool], people: int) -> tuple[int, dict[int, int], str]:
    found = NUMBER.fullmatch(words[0])
    if found is None:
        return 0, {}, _("The line does not begin with the number of a statement.")
    number = int(found[1])
    pairs = list(_pairs(words[1:]))
    hands = {choice: count for choice, count in pairs if choice is not None}
    if not pairs or len(hands) < len(pairs):
        why = _("After the number, write each count once with its letter, such as 12a 3d 1p.")
    elif (total := sum(hands.values())) > people:
        why = _("%(total)s hands are more than the %(people)s people in the room.") % {
            "total": total,
            "people": people,
        }
    else:
        why = _unknown(number, known)
    return number, hands, why


def _pairs(words: list[str]) -> Iterator[tuple[int | None, int]]:
    """(choice, hands) of each count; choice None where it cannot be read or has come before."""
    seen = set[int]()
    for word in words:
        found = MARK.fullmatch(word)
        choice = _answer(found[2]) if found else None
        yield (None if choice in seen else choice), int(found[1]) if found else 0
        if choice is not None:
            seen.add(choice)
