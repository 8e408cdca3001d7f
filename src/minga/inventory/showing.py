"""A canonical record in words: its fields by group, each with its label and lines of text."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from minga.tools.registers import fields, lists, standards
from minga.tools.registers.canonical import groups as group_words
from minga.tools.registers.canonical import part_words

LIMIT = 4000
"""Characters of one value that a page shows; the file has all of it."""


def language() -> str:
    return (get_language() or "en")[:2]


def record(canonical: Mapping[str, Any], spoken: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """(group, rows of (label, text)) of what is stated; ``spoken``: the language of the register's own texts."""
    known, mine = fields(), language()
    found = []
    for key, words in group_words().items():
        rows = [
            (field.label.get(mine, field.label["en"]), _text(canonical[name], name, spoken))
            for name, field in known.items()
            if field.group == key and not field.internal and canonical.get(name) not in (None, {})
        ]
        if rows:
            found.append((words.get(mine) or words["en"], rows))
    return found


def _text(value: Any, name: str, spoken: str) -> str:
    told = " · ".join(_lines(value, fields()[name].codes, "", spoken)) or _("none")
    return told if len(told) <= LIMIT else told[:LIMIT] + " …"


def _lines(value: Any, codes: Mapping[str, str], side: str, spoken: str) -> Iterator[str]:
    if isinstance(value, list):
        for each in value:
            told = list(_lines(each, codes, side, spoken))
            yield " · ".join(told) if isinstance(each, dict) else "\n".join(told)
    elif isinstance(value, dict) and _is_text(value):
        yield str(value.get(spoken) or next(iter(value.values())))
    elif isinstance(value, dict):
        for name, each in value.items():
            for line in _lines(each, codes, name, spoken):
                yield f"{_part(name)}: {line}" if len(value) > 1 or name in codes else line
    else:
        words = lists().get(codes.get(side, ""))
        yield words.say(str(value), language()) if words else str(value)


def _is_text(value: Mapping[str, Any]) -> bool:
    return all(len(key) == 2 and isinstance(each, str) for key, each in value.items())


def _part(name: str) -> str:
    words = part_words().get(name, {})
    return words.get(language()) or words.get("en") or name.replace("_", " ")


def standard_names() -> dict[str, str]:
    """The standards that a record can go out in, in words; those of one title with their version."""
    mine = language()
    titles = {key: each.title.get(mine) or each.title["en"] for key, each in standards().items()}
    several = {title for title in titles.values() if list(titles.values()).count(title) > 1}
    return {key: f"{title}, {standards()[key].version}" if title in several else title for key, title in titles.items()}
