"""Texts as registers want them: the right language, short enough, with or without simple HTML; and days."""

import html
import re
from collections.abc import Sequence
from datetime import datetime

MARK = " […]"
_END = re.compile(r"[.!?…]['\")»”]?(?=\s)|\n")
_BLOCK = re.compile(r"</(?:p|div|ul|ol|h[1-6])\s*>", re.IGNORECASE)
_BREAK = re.compile(r"<br\s*/?>|</li\s*>", re.IGNORECASE)
_ITEM = re.compile(r"<li(?:\s[^<>]*)?>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_ADDRESS = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)


def choose(text: dict[str, str], language: str) -> tuple[str, str]:
    """The text and its language: the wanted one, else English, else any."""
    for wanted in (language, "en"):
        if wanted in text:
            return text[wanted], wanted
    other = next(iter(text), "")
    return text.get(other, ""), other


def shorten(text: str, most: int) -> str:
    """At most ``most`` characters: cut at the end of a sentence, else of a word, and marked as shortened."""
    if len(text) <= most:
        return text
    room = text[: most - len(MARK) + 1]
    ends = [found.end() for found in _END.finditer(room) if found.end() < len(room)]
    if ends and ends[-1] >= most // 4:
        return room[: ends[-1]].rstrip() + MARK
    words = room.rsplit(None, 1)
    kept = words[0] if len(words) > 1 and len(words[0]) >= most // 4 else room[:-1]
    return kept.rstrip() + MARK


def from_html(text: str) -> str:
    """Simple HTML as plain paragraphs; text without a tag stays as it is."""
    if not _TAG.search(text):
        return text
    plain = _ITEM.sub("– ", _BREAK.sub("\n", _BLOCK.sub("\n\n", text)))
    plain = html.unescape(_TAG.sub("", plain)).replace("\xa0", " ")
    lines = "\n".join(line.rstrip(" \t") for line in plain.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", lines).strip()


def to_html(text: str) -> str:
    """Plain paragraphs as simple HTML."""
    blocks = [html.escape(block, quote=False).replace("\n", "<br>") for block in text.split("\n\n")]
    return "".join(f"<p>{block}</p>" for block in blocks)


def without_html(text: str) -> str:
    """What a reader sees: the length that limits count."""
    return html.unescape(_TAG.sub("", text))


def tags(text: str) -> set[str]:
    """The names of the tags in a text."""
    return {found.strip("</> ").split()[0].rstrip("/").lower() for found in _TAG.findall(text)}


def is_address(text: str) -> bool:
    return bool(_ADDRESS.fullmatch(text))


def _exactness(pattern: str) -> int:
    """0 for a year, 1 for a month, 2 for a day."""
    kinds = set(re.findall(r"%-?([a-zA-Z])", pattern))
    return 2 if "d" in kinds else 1 if kinds & {"m", "b", "B"} else 0


def read_day(text: str, patterns: Sequence[str]) -> str | None:
    """An ISO day, month or year, as exact as the pattern that fits; None where none does.

    Patterns are those of ``strptime``, with %-d and %-m for numbers without a leading zero; time of day is dropped.
    """
    for pattern in patterns:
        try:
            found = datetime.strptime(text, pattern.replace("%-", "%"))
        except ValueError:
            continue
        return _iso(found.year, found.month, found.day, _exactness(pattern))
    return None


def _iso(year: int, month: int, day: int, exact: int) -> str:
    return (f"{year:04}", f"{year:04}-{month:02}", f"{year:04}-{month:02}-{day:02}")[exact]


def write_day(day: str, patterns: Sequence[str]) -> str | None:
    """The day in the first pattern that asks for no more than is known; None where there is none."""
    exact = day.count("-")
    try:
        found = datetime.strptime(day, ("%Y", "%Y-%m", "%Y-%m-%d")[exact])
    except (ValueError, IndexError):
        return None
    for pattern in patterns:
        if _exactness(pattern) <= exact:
            bare = pattern.replace("%-d", str(found.day)).replace("%-m", str(found.month))
            return found.strftime(bare.replace("%Y", f"{found.year:04}"))
    return None


def loses_exactness(day: str, patterns: Sequence[str]) -> bool:
    """Whether the pattern that ``write_day`` takes says less than is known."""
    fitting = (_exactness(pattern) for pattern in patterns if _exactness(pattern) <= day.count("-"))
    return next(fitting, 2) < day.count("-")
