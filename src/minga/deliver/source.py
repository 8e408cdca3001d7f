"""A contracting release as an indented tree, in which each value has an address of its own."""

from dataclasses import dataclass
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from minga.deliver.facts import CHARACTERS

DEEPEST = 40


def anchor(path: str) -> str:
    """The id of the place at ``path``: the path itself without spaces."""
    return "_".join(path.split()) or "/"


@dataclass(frozen=True, slots=True)
class Marked:
    """The place to mark: a path and, of a long text, the characters (from, up to) that are meant."""

    path: str
    passage: tuple[int, int] | None = None


def tree(source: Any, marked: str = "") -> SafeString:
    """Nested lists of keys and values; the place at the path ``marked`` has the id "at" and is marked."""
    passage = CHARACTERS.search(marked)
    if passage is None:
        return _node(source, "", Marked(marked.rstrip("/")), 0)
    field = marked[: passage.start()].strip("/")
    return _node(source, "", Marked(f"/{field}", (int(passage[1]), int(passage[2]))), 0)


def _node(value: Any, path: str, marked: Marked, depth: int) -> SafeString:
    if isinstance(value, dict | list) and value and depth < DEEPEST:
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        items = ((_item(str(key), inner, path, marked, depth),) for key, inner in pairs)
        return format_html('<ul class="tree">{}</ul>', format_html_join("", "{}", items))
    return format_html('<span class="value">{}</span>', _text(value))


def _item(key: str, value: Any, path: str, marked: Marked, depth: int) -> SafeString:
    here = f"{path}/{key.replace('~', '~0').replace('/', '~1')}"
    inner = _node(value, here, marked, depth + 1)
    if here == marked.path:
        if marked.passage and isinstance(value, str):
            return format_html('<li id="at"><code>{}</code>: {}</li>', key, _passage(value, *marked.passage))
        return (
            format_html('<li id="at"><mark><code>{}</code></mark>: <mark>{}</mark></li>', key, inner)
            if not isinstance(value, dict | list)
            else format_html('<li id="at"><mark><code>{}</code></mark>: {}</li>', key, inner)
        )
    return format_html('<li id="{}"><code>{}</code>: {}</li>', anchor(here), key, inner)


def _passage(text: str, start: int, end: int) -> SafeString:
    """A text with one passage marked."""
    parts = (text[:start], text[start:end], text[end:])
    return format_html('<span class="value">{}<mark>{}</mark>{}</span>', *parts)


def _text(value: Any) -> str:
    """A value as it stands in JSON, texts without their quotation marks."""
    names = {True: "true", False: "false", None: "null"}
    if isinstance(value, bool) or value is None:
        return names[value]
    if isinstance(value, dict | list):
        return "…" if value else "{}" if isinstance(value, dict) else "[]"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
