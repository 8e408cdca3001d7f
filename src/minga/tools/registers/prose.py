"""Structures as one text and back.

A single item without further sides is its text alone, so that imported prose goes out as it came in. Everything else
is a list that people can read and that splits again at its marks:

    – Somebody is overlooked
      mitigation: a second reader

An item without a head begins with its first side: "– mitigation: a second reader".
"""

import re
from collections.abc import Mapping, Sequence

ITEM = "– "
_SIDE = re.compile(r"([^:\n]{1,60}): (.*)")
_INDENT = "  "
MOST_ITEMS = 2_000  # nobody lists more; a file that does was made to fill the memory
_BARE = ITEM.rstrip()

type Sides = dict[str, str]


def join(items: Sequence[tuple[str, Sides]], labels: Mapping[str, str]) -> str:
    """The text of items; each is its head and its further sides by name, which ``labels`` puts in words."""
    if len(items) == 1 and not items[0][1]:
        return items[0][0]
    lines: list[str] = []
    for head, sides in items:
        told = [f"{labels[name]}: {value}" for name, value in sides.items()]
        first, *others = [head, *told] if head or not told else told
        lines.append(ITEM + first if first else _BARE)
        lines += [_INDENT + side for side in others]
    return "\n".join(lines)


def split(text: str, labels: Mapping[str, str]) -> list[tuple[str, Sides]]:
    """The items of a text; one item with the whole text where it has no marks, or more than MOST_ITEMS."""
    if text.count("\n" + _BARE) >= MOST_ITEMS:
        return [(text, {})]
    if not (text.startswith(ITEM) or text.startswith(_BARE + "\n")):
        return [(text, {})]
    names = {words: name for name, words in labels.items()}
    items: list[tuple[list[str], dict[str, list[str]]]] = []
    at: list[str] = []
    for line in text.split("\n"):
        begins = line.startswith(ITEM) or line == _BARE
        found = _SIDE.fullmatch(line[len(ITEM) :]) if begins or line.startswith(_INDENT) else None
        told = found if found and found[1] in names else None
        if begins:
            at = [] if told else [line[len(ITEM) :]]
            items.append((at, {}))
        if told:
            at = [told[2]]
            items[-1][1][names[told[1]]] = at
        elif not begins:
            at.append(line)
    return [("\n".join(head), {name: "\n".join(lines) for name, lines in sides.items()}) for head, sides in items]


def join_labelled(parts: Sequence[tuple[str, str]]) -> str:
    """Paragraphs, each but the unlabelled one with its label before it. Parts are (label, text)."""
    return "\n\n".join(f"{label}: {text}" if label else text for label, text in parts)


def split_labelled(text: str, labels: Sequence[str]) -> dict[str, str]:
    """The parts of a text by label; what stands before the first label is under "" """
    known = [label for label in labels if label]
    if not known:
        return {"": text}
    marks = re.compile(r"(?:\A|\n\n)(" + "|".join(re.escape(label) for label in known) + "): ")
    found: dict[str, str] = {}
    label, start = "", 0
    for mark in marks.finditer(text):
        _keep(found, label, text[start : mark.start()])
        label, start = mark[1], mark.end()
    _keep(found, label, text[start:])
    return found


def _keep(found: dict[str, str], label: str, text: str) -> None:
    if not text:
        return
    found[label] = f"{found[label]}\n\n{text}" if label in found else text
