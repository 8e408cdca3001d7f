"""Texts of a canonical record that come in several languages, as one."""

from collections.abc import Iterable

from minga.tools.registers import Canonical

EMPTY = frozenset(
    {"", "-", "n/a", "na", "n.a", "none", "not applicable", "nvt", "n.v.t", "no aplica", "unknown", "tbd"}
)
"""Words that say only that nothing is said."""


def pick(text: dict[str, str] | None, language: str) -> str:
    """The text in a language, else in the first that it has; "" where nothing is said."""
    if not text:
        return ""
    return (text.get(language) or next(iter(text.values()))).strip()


def says(text: dict[str, str] | None) -> bool:
    """Whether a text says more than that it does not apply."""
    return bool(text) and any(each.strip().casefold().rstrip(".") not in EMPTY for each in (text or {}).values())


def purpose(record: Canonical, language: str) -> str:
    """What the system is for, in a paragraph for each thing that its register says of it."""
    first = (record.problem, record.intended_purpose, record.summary, record.description)
    told: Iterable[dict[str, str] | None] = (*first, *(record.benefits or ()), record.output)
    return "\n".join(unique(pick(text, language) for text in told))


def unique(lines: Iterable[str]) -> list[str]:
    """The lines that say something, each once."""
    return [line for line in dict.fromkeys(lines) if line]
