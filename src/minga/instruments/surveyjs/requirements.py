"""What each impact level asks for, from the file in which Canada's tool keeps its words (``requirements.elements``)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from minga.instruments.checks import DefinitionError
from minga.instruments.definition import Duty
from minga.instruments.surveyjs.form import Text
from minga.instruments.surveyjs.words import plain

LEVELS = ("I", "II", "III", "IV")
_NOTHING = re.compile(r"(none|aucune?s?|ninguna?)\.?", re.IGNORECASE)

type Duties = tuple[tuple[Duty, ...], ...]
"""The duties of level I, II, III and IV."""


def read(files: Mapping[str, Any], where: str) -> Duties:
    """The duties of each level from ``files`` (language code -> parsed file), matched by their order.

    A duty keeps its id from the lowest level of which the words are the same, so that a task stays what it is when
    the level moves between them. Raises DefinitionError where a file has no such requirements.
    """
    elements = {code: _elements(raw, f"{where} ({code})") for code, raw in files.items()}
    if len({len(each) for each in elements.values()}) > 1:
        raise DefinitionError(where, ["its languages list different requirements. Give files of the same version."])
    count = len(next(iter(elements.values()), []))
    titles: Text = {code: str(raw["requirements"].get("title", "")) for code, raw in files.items()}
    levels: list[list[Duty]] = [[] for _ in LEVELS]
    slugs = _slugs([each["title"] if isinstance(each.get("title"), str) else "" for each in _named(elements)])
    for at in range(count):
        known: dict[str, str] = {}
        for number, level in enumerate(levels):
            made = _duty({code: each[at] for code, each in elements.items()}, number, titles, slugs[at], known)
            if made:
                level.append(made)
    return tuple(tuple(each) for each in levels)


def version(files: Mapping[str, Any]) -> str:
    """The version that the files name, such as "1.0.1"; empty where they name none or several."""
    found = {m[1] for raw in files.values() if (m := re.search(r"(\d+(?:\.\d+)*)\s*$", str(raw.get("version", ""))))}
    return found.pop() if len(found) == 1 else ""


def language(raw: Any, name: str) -> str:
    """The language of a file: as it says itself ("en-CA"), else by its name ("...-fr.json"), else English."""
    said = str(raw.get("htmlCode", "")) if isinstance(raw, dict) else ""
    named = re.search(r"[-_.]([a-z]{2})\.json$", name.lower())
    return said[:2].lower() if re.match(r"[a-z]{2}", said) else named[1] if named else "en"


def _elements(raw: Any, where: str) -> list[dict[str, Any]]:
    given = raw.get("requirements") if isinstance(raw, dict) else None
    found = given.get("elements") if isinstance(given, dict) else None
    good = isinstance(found, list) and bool(found) and all(_fits(each) for each in found)
    if not good or not isinstance(found, list):
        problem = (
            'it has no "requirements" with "elements", one text for each of the four levels. '
            "Give the file of the official tool that holds its words."
        )
        raise DefinitionError(where, [problem])
    return found


def _fits(element: Any) -> bool:
    inside = element.get("elements") if isinstance(element, dict) else None
    return (
        isinstance(inside, list)
        and len(inside) == len(LEVELS)
        and all(isinstance(each, dict) and isinstance(each.get("text"), str) for each in inside)
    )


def _named(elements: Mapping[str, list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """The requirements in the language that gives them their ids: English, else the first."""
    return elements.get("en") or next(iter(elements.values()), [])


def _slugs(titles: list[str]) -> list[str]:
    """An id for each title; the second of two that would have the same gets its place with it."""
    found: list[str] = []
    for at, title in enumerate(titles, 1):
        slug = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:80] or "requirement"
        found.append(f"{slug}-{at}" if slug in found else slug)
    return found


def _duty(element: Mapping[str, Any], number: int, titles: Text, slug: str, known: dict[str, str]) -> Duty | None:
    """One requirement at one level; None where that level asks for nothing."""
    words = {code: plain(each["elements"][number]["text"]).strip() for code, each in element.items()}
    if all(not word or _NOTHING.fullmatch(word) for word in words.values()):
        return None
    title = {code: str(each.get("title", "")).strip() for code, each in element.items()}
    first = next(iter(titles))
    id = known.setdefault("\n".join(words.values()), f"{slug}-{number + 1}")
    return Duty(id=id, text=title, help=words, source=f"{titles.get('en') or titles[first]}: {LEVELS[number]}")
