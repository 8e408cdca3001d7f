"""The SQL files, cut into their named statements and filled with the settings."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from minga.tools.redflags.columns import KNOWN_WORDS, Words
from minga.tools.redflags.settings import Settings

SQL = Path(__file__).parent / "sql"
STATEMENT = re.compile(r"^-- (table|view|query): (\w+)\n", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Statement:
    """A SELECT of a file: made into a table or a view of that name, or run when asked for."""

    kind: str
    name: str
    text: str

    def filled(self, values: dict[str, str]) -> str:
        """The SELECT with its {placeholders} filled in and comments removed."""
        text = re.sub(r"^--.*\n", "", self.text, flags=re.MULTILINE)
        return text.format(**values).strip()


@cache
def statements(file: str) -> tuple[Statement, ...]:
    """The statements of ``sql/<file>.sql`` in order."""
    parts = STATEMENT.split((SQL / f"{file}.sql").read_text(encoding="utf-8"))
    return tuple(Statement(*parts[place : place + 3]) for place in range(1, len(parts), 3))


def statement(file: str, name: str) -> Statement | None:
    """One statement of a file, or None where the file has none of that name."""
    return next((found for found in statements(file) if found.name == name), None)


def listed(texts: Iterable[str], words: Words) -> str:
    """The numbers of these texts, for an IN list."""
    return ", ".join(str(words[text]) for text in sorted(texts))


def general_values(settings: Settings, words: Words) -> dict[str, str]:
    """Placeholders of the facts: which prices compare, and what happens to lots."""
    if settings.price_comparison:
        compared = f"l.details IS NOT NULL AND l.details IN ({listed(settings.price_comparison, words)})"
    elif settings.no_price_comparison:
        compared = f"l.details IS NULL OR l.details NOT IN ({listed(settings.no_price_comparison, words)})"
    else:
        compared = "1 = 1"
    enabled = settings.enabled
    return statuses(words) | {
        "compared": f"CASE WHEN {compared} THEN 1 ELSE 0 END",
        "split_lots": "1" if settings.lots == "report" else "0",
        "own_fold": "1" if "R024" in enabled or "R058" in enabled else "0",
        "any_fold": "1" if "R036" in enabled else "0",
    }


def statuses(words: Words) -> dict[str, str]:
    """Placeholders for the words of the code lists."""
    return {word: str(words[word]) for word in KNOWN_WORDS}


def indicator_values(settings: Settings, words: Words, code: str, currency: int | None) -> dict[str, str]:
    """Placeholders of one indicator, from its options."""
    off = settings.excluded_for(code)
    methods = settings.get(code, "procurement_methods") or ()
    values = statuses(words) | {
        "not_excluded": f"coalesce(f.details, -1) NOT IN ({listed(off, words)})" if off else "1 = 1",
        "method_allowed": f"coalesce(f.method, -1) IN ({listed(methods, words)})" if methods else "1 = 1",
        "currency": "NULL" if currency is None else str(currency),
        "test": "<=" if code == "R024" else ">=",
        "mark_second": "1" if code == "R024" else "0",
    }
    for option in ("threshold", "minimum_submitted_bids", "minimum_contracting_processes", "digits"):
        values[option] = str(settings.get(code, option))
    if code == "R035":
        values["threshold"] = str(max(1, settings.get(code, "threshold")))
    return values
