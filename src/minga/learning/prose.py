"""The plain texts of courses and of the glossary as markup: paragraphs, lists, subheadings, links to terms.

A blank line ends a paragraph; lines that start with "- " are a list, "## " is a subheading; ``**so**`` is strong and
``[[calibration]]`` or ``[[calibration|how sure it is]]`` leads to a term of the glossary, and is plain words where the
glossary no longer has it. Everything else is literal.
"""

import re

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from minga.learning.glossary import link, terms

_INLINE = re.compile(r"\*\*(?P<strong>[^*]+)\*\*|\[\[(?P<term>[a-z0-9_-]+)(?:\|(?P<words>[^\]]+))?\]\]")


def html(text: str) -> SafeString:
    """The text as markup; whatever could be markup already is escaped."""
    blocks = re.split(r"\n\s*\n", text.strip())
    return _joined([_block(block.strip("\n")) for block in blocks if block.strip()])


def _block(block: str) -> SafeString:
    lines = [line.strip() for line in block.splitlines()]
    if lines[0].startswith("## ") and len(lines) == 1:
        return format_html("<h2>{}</h2>", _inline(lines[0][3:]))
    if all(line.startswith("- ") for line in lines):
        items = _joined([format_html("<li>{}</li>", _inline(line[2:])) for line in lines])
        return format_html('<ul class="govuk-list govuk-list--bullet">{}</ul>', items)
    return format_html("<p>{}</p>", _inline(" ".join(lines)))


def _inline(text: str) -> SafeString:
    parts, at = [], 0
    for found in _INLINE.finditer(text):
        parts += [conditional_escape(text[at : found.start()]), _marked(found)]
        at = found.end()
    return _joined([*parts, conditional_escape(text[at:])])


def _marked(found: re.Match[str]) -> SafeString:
    if strong := found["strong"]:
        return format_html("<strong>{}</strong>", strong)
    if found["term"] not in terms():
        return conditional_escape(found["words"] or found["term"])
    return link(found["term"], found["words"] or "")


def unknown_terms(text: str) -> list[str]:
    """The ids that ``text`` links to and the glossary does not have."""
    return [found["term"] for found in _INLINE.finditer(text) if found["term"] and found["term"] not in terms()]


def _joined(parts: list[SafeString]) -> SafeString:
    return mark_safe("".join(parts))  # noqa: S308
