"""A contracting release as an indented tree, in which each value has an address of its own."""

from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

DEEPEST = 40


def anchor(path: str) -> str:
    """The id of the place at ``path``: the path itself without spaces."""
    return "_".join(path.split()) or "/"


def tree(source: Any, marked: str = "") -> SafeString:
    """Nested lists of keys and values; the place at the path ``marked`` has the id "at" and is marked."""
    return _node(source, "", marked.rstrip("/"), 0)


def _node(value: Any, path: str, marked: str, depth: int) -> SafeString:
    if isinstance(value, dict | list) and value and depth < DEEPEST:
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        items = ((_item(str(key), inner, path, marked, depth),) for key, inner in pairs)
        return format_html('<ul class="tree">{}</ul>', format_html_join("", "{}", items))
    return format_html('<span class="value">{}</span>', _text(value))


def _item(key: str, value: Any, path: str, marked: str, depth: int) -> SafeString:
    here = f"{path}/{key.replace('~', '~0').replace('/', '~1')}"
    inner = _node(value, here, marked, depth + 1)
    if here == marked:
        return (
            format_html('<li id="at"><mark><code>{}</code></mark>: <mark>{}</mark></li>', key, inner)
            if not isinstance(value, dict | list)
            else format_html('<li id="at"><mark><code>{}</code></mark>: {}</li>', key, inner)
        )
    return format_html('<li id="{}"><code>{}</code>: {}</li>', anchor(here), key, inner)


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
