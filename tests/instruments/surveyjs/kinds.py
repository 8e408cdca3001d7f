"""Forms with every kind of question that holds more than one value, each with answers that hide parts of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

MODES = ("onComplete", "onHidden", "onHiddenContainer", "none")
INNER = [
    {"type": "text", "name": "x"},
    {"type": "text", "name": "y", "visibleIf": "{panel.x} = 1"},
    {"type": "radiogroup", "name": "z", "choices": ["a", "b"], "visibleIf": "{outer} = 1"},
    {"type": "panel", "name": "pp", "visibleIf": "{panel.y} notempty", "elements": [{"type": "text", "name": "w"}]},
]
COLUMNS = [
    {"name": "x", "cellType": "text"},
    {"name": "y", "cellType": "text", "visibleIf": "{row.x} = 1"},
    {"name": "z", "choices": ["a", "b"]},
]
ENTRIES = [{"x": 1, "y": "k", "z": "a", "w": "q"}, {"x": 2, "y": "g", "z": "zz", "w": "q"}, {"x": 1}]
ROWS = [{"x": 1, "y": "k", "z": "a"}, {"x": 2, "y": "g", "z": "zz"}]
AB = ["a", "b"]


def _elements() -> Iterator[tuple[list[dict[str, Any]], dict[str, Any], dict[str, Any]]]:
    """Elements, answers for ``outer`` 1, answers for ``outer`` 2."""
    panel = {"type": "paneldynamic", "name": "p", "templateElements": INNER}
    both: dict[str, Any] = {"p": ENTRIES, "t": "v"}
    yield [panel, {"type": "text", "name": "t", "visibleIf": "{p[0].x} = 1 and {p.length} > 2"}], both, both
    yield [{**panel, "visibleIf": "{outer} = 1"}], both, both
    table = {"type": "matrixdynamic", "name": "m", "columns": COLUMNS, "visibleIf": "{outer} = 1"}
    both = {"m": ROWS, "t": "v"}
    yield [table, {"type": "text", "name": "t", "visibleIf": "{m[1].y} = 'g'"}], both, both
    table = {"type": "matrixdropdown", "name": "m", "columns": COLUMNS, "rows": ["r1", "r2"]}
    both = {"m": {"r1": ROWS[0], "r2": ROWS[1], "r3": {"x": 1}}, "t": "v"}
    yield [table, {"type": "text", "name": "t", "visibleIf": "{m.r2.y} = 'g'"}], both, both
    grid = {"type": "matrix", "name": "m", "columns": AB, "rows": ["r1", "r2"]}
    hangs = {"type": "text", "name": "t", "visibleIf": "{m.r2} = 'b' and {m.R1} = 'a'"}
    yield [grid, hangs], {"m": {"r1": "a", "r2": "b", "r3": "a"}, "t": "v"}, {"m": {"r1": "zz", "r2": "b"}, "t": "v"}
    several = [
        {"type": "multipletext", "name": "m", "items": [{"name": "a"}, {"name": "b"}]},
        {"type": "file", "name": "f"},
        {"type": "ranking", "name": "r", "choices": AB},
        {"type": "imagepicker", "name": "i", "choices": AB},
        {"type": "signaturepad", "name": "s"},
        {"type": "text", "name": "t", "visibleIf": "{m.a} = 'q' and {f[0].name} = 'n'"},
    ]
    both = {"m": {"a": "q"}, "f": [{"name": "n"}], "s": "data:", "t": "v"}
    yield several, {**both, "r": ["b"], "i": "a"}, {**both, "r": ["b", "zz"], "i": "zz"}
    other = [
        {"type": "radiogroup", "name": "r", "choices": ["a"], "showOtherItem": True},
        {"type": "checkbox", "name": "c", "choices": ["a"], "hasOther": True},
    ]
    both = {"r-Comment": "why", "c-Comment": "w"}
    yield other, {**both, "r": "other", "c": ["other"]}, {**both, "r": "a", "c": ["a"]}
    twins = [
        {"type": "text", "name": "a", "valueName": "v", "visibleIf": "{outer} = 1"},
        {"type": "text", "name": "b", "valueName": "v", "visibleIf": "{outer} = 3"},
    ]
    yield twins, {"v": "w"}, {"v": "w"}


def forms() -> Iterator[dict[str, Any]]:
    """Each form in each mode of dropping hidden answers."""
    outer = {"type": "text", "name": "outer"}
    for mode in MODES:
        for elements, one, two in _elements():
            definition = {"clearInvisibleValues": mode, "elements": [outer, *elements]}
            yield {"definition": definition, "answers": [{"outer": 1, **one}, {"outer": 2, **two}]}
