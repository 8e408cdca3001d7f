"""Small question sets that the tests of this folder share."""

from typing import Any

from minga.instruments.definition import Definition
from minga.instruments.library import parse

HEAD = """
id = "small"
version = "{version}"
date = 2026-01-01
languages = ["en"]
title = {{ en = "Small" }}
source = {{ title = {{ en = "Ours" }} }}
"""


def small(body: str, version: str = "1") -> Definition:
    return parse(HEAD.format(version=version) + body, "small.toml")


def question(id: str, kind: str = "text", **keys: Any) -> str:
    """TOML of one question; values are written as TOML literals already."""
    lines = "\n".join(f"{key} = {value}" for key, value in keys.items())
    return f'\n[[sections.questions]]\nid = "{id}"\ntype = "{kind}"\nask = {{ en = "{id}?" }}\n{lines}\n'


def section(*questions: str, id: str = "s", when: str = "") -> str:
    condition = f"when = '{when}'" if when else ""
    return f'\n[[sections]]\nid = "{id}"\ntitle = {{ en = "{id}" }}\n{condition}\n' + "".join(questions)


def options(**points: float) -> str:
    each = ", ".join(f'{{ value = "{v}", points = {p}, text = {{ en = "{v}" }} }}' for v, p in points.items())
    return f"[{each}]"


YES_NO = options(yes=2, no=0)
