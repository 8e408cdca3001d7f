"""Random expressions, forms and answers, the same every time for one seed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from minga.instruments.surveyjs.form import Form

NAMES = ("a", "b", "c", "d", "list", "deep", "Mixed", "nothing")
VALUES: tuple[Any, ...] = (
    None, True, False, 0, 1, 2, -3, 2.5, 0.1, 12, "", "a", "A", "b", "x y", "1", "2.5", "01", "true", "False", "1,5",
    " a ", "item1-2", "'q'", [], ["a"], ["a", "b"], ["B", "a"], [1, 2], ["1", 2], {}, {"x": 1, "Y": "b"}, "undefined",
    [{"n": 1, "k": "a"}, {"n": "2", "k": "b"}], [[1], [2, 3]], "2020-02-29", 1e21, 1e-7, 123456789012345680,
)  # fmt: skip
LITERALS = (
    "1", "0", "2", "-3", "2.5", "0.1", "10", "'a'", "'A'", '"b"', "''", "'1'", "'01'", "'2.5'", "true", "false",
    "null", "undefined", "abc", "['a']", "['a', 'b']", "[1, 2]", "[]", "'x\\'y'", "'true'", "0x12", "item1", "'-2'",
)  # fmt: skip
PATHS = ("{a}", "{b}", "{c}", "{d}", "{A}", "{list}", "{list.length}", "{list[0]}", "{list[-1]}", "{list[0].n}",
         "{deep.x}", "{deep.y}", "{mixed}", "{unknown}", "{unknown.length}", "{#a}", "{a.b}", "{list[9]}")  # fmt: skip
LOGIC = ("and", "or", "&&", "||", "AND", "Or")
COMPARE = ("=", "==", "<>", "!=", "<", ">", "<=", ">=", "=>", "=<", "equal", "notequal", "less", "greaterorequal",
           "contains", "notcontains", "*=", "anyof", "allof", "noneof", "equals", "notcontain", "GREATER")  # fmt: skip
ARITHMETIC = ("+", "-", "*", "/", "%", "^", "power")
CALLS = (
    "sum",
    "min",
    "max",
    "count",
    "avg",
    "iif",
    "round",
    "trunc",
    "substring",
    "sumInArray",
    "countInArray",
    "maxInArray",
    "nosuchfunction",
)
DATE_CALLS = (
    "getYear({})",
    "year({})",
    "month({})",
    "day({})",
    "weekday({})",
    "age({})",
    "dateDiff({}, today())",
    "dateDiff({}, '2019-12-31', 'months')",
    "diffDays({}, '2024-02-29')",
    "{} < today()",
    "today(1) > {}",
    "dateAdd({}, 1, 'months')",
    "currentDate() > {}",
    "{} = today()",
    "dateAdd(today(), -40, 'days')",
)
DATES = ("'2020-02-29'", "'2026-03-04'", "'1999-12-31T23:59'", "{day}", "true", "'2026-03-04T05:06'")  # fmt: skip


def expression(chance: random.Random, depth: int = 3) -> str:
    """One expression; most can be read, some cannot."""
    kind = chance.randrange(12) if depth else 0
    if kind < 2:
        return chance.choice(PATHS if chance.random() < 0.6 else LITERALS)
    left, right = expression(chance, depth - 1), expression(chance, depth - 1)
    if kind < 4:
        return f"{left} {chance.choice(LOGIC)} {right}"
    if kind < 7:
        return f"{left} {chance.choice(COMPARE)} {right}"
    if kind < 8:
        return f"{left} {chance.choice(ARITHMETIC)} {right}"
    if kind < 9:
        return f"({left} {chance.choice(COMPARE)} {right})"
    if kind < 10:
        return f"{chance.choice(('!', 'negate ', '! '))}{left}"
    if kind < 11:
        return f"{chance.choice(PATHS)} {chance.choice(('empty', 'notempty', 'NotEmpty'))}"
    return call(chance, depth)


def call(chance: random.Random, depth: int) -> str:
    if chance.random() < 0.2:
        return chance.choice(DATE_CALLS).format(chance.choice(DATES))
    name = chance.choice(CALLS)
    if name.endswith("InArray"):
        return f"{name}({{list}}, 'n'{chance.choice(('', ', {n} > 1', ', {k} = 1'))})"
    given = ", ".join(expression(chance, depth - 1) for _ in range(chance.randrange(1, 4)))
    return f"{name}({given})"


def values(chance: random.Random) -> dict[str, Any]:
    return {name: chance.choice(VALUES) for name in NAMES[:-1] if chance.random() < 0.8}


def expressions(seed: int, how_many: int) -> Iterator[dict[str, Any]]:
    chance = random.Random(seed)
    for _ in range(how_many):
        yield {"text": expression(chance), "values": values(chance)}


ITEMS = ("a", "b", "c", "item1-2", "1")


def _condition(chance: random.Random, names: list[str]) -> str:
    """A condition over ``names``, of the kind that forms have."""
    name = chance.choice([*names, "total"])
    literal = chance.choice(("'a'", "'b'", "'item1-2'", "1", "true", "['a']", "['a', 'b']", "''"))
    simple = (
        f"{{{name}}} = {literal}", f"{{{name}}} <> {literal}", f"{{{name}}} contains {literal}", f"{{{name}}} empty",
        f"{{{name}}} notempty", f"{{{name}}} anyof {literal}", f"{{{name}}}", f"!({{{name}}} = {literal})",
        f"{{{name.upper()}}} > 0", f"iif({{{name}}} = {literal}, true, false)",
    )  # fmt: skip
    made = chance.choice(simple)
    if chance.random() < 0.35:
        return f"{made} {chance.choice(('and', 'or'))} {_condition(chance, names)}"
    return made


def _question(chance: random.Random, name: str, names: list[str], rich: bool) -> dict[str, Any]:
    kinds = ["text", "comment", "radiogroup", "dropdown", "checkbox", "tagbox", "boolean", "rating", "html"]
    question: dict[str, Any] = {"type": chance.choice(kinds), "name": name}
    if question["type"] in ("radiogroup", "dropdown", "checkbox", "tagbox"):
        question["choices"] = chance.sample(ITEMS, chance.randrange(2, 5))
        if rich and chance.random() < 0.2:
            question["choicesVisibleIf"] = chance.choice(("{item} <> {q1}", "{q2} contains {item}", "{item} = 'a'"))
        elif rich and chance.random() < 0.2:
            question["choices"][0] = {"value": question["choices"][0], "visibleIf": _condition(chance, names)}
        if chance.random() < 0.1:
            question[chance.choice(("hasNone", "showNoneItem"))] = True
    if chance.random() < 0.15 and question["type"] != "html":
        question["showCommentArea"] = True
    if chance.random() < 0.1:
        question["visible"] = False
    if chance.random() < 0.1:
        question["clearIfInvisible"] = chance.choice(("none", "onComplete", "onHidden", "onHiddenContainer"))
    if rich and chance.random() < 0.2 and question["type"] in ("text", "radiogroup"):
        question["defaultValue"] = chance.choice(("a", "b"))
    if chance.random() < 0.5:
        question["visibleIf"] = _condition(chance, names)
    return question


def form(chance: random.Random, rich: bool = False) -> dict[str, Any]:
    """A small form; a ``rich`` one also has calculations, defaults, filtered choices and triggers."""
    names = [f"q{at}" for at in range(1, chance.randrange(4, 10))]
    questions = [_question(chance, name, names, rich) for name in names]
    if rich and chance.random() < 0.5:
        expression = chance.choice(("{q1} + {q2}", "iif({q1} = 'a', 1, 2)", "sum({q1}, {q3}, 1)", "{total} * 2"))
        questions.append({"type": "expression", "name": "sum", "expression": expression})
    elements: list[dict[str, Any]] = []
    while questions:
        many = chance.randrange(1, 4)
        taken, questions = questions[:many], questions[many:]
        if chance.random() < 0.4:
            panel: dict[str, Any] = {"type": "panel", "name": f"panel{len(elements)}", "elements": taken}
            if chance.random() < 0.6:
                panel["visibleIf"] = _condition(chance, names)
            elements.append(panel)
        else:
            elements += taken
    cut = chance.randrange(1, len(elements) + 1)
    pages = [{"name": "p1", "elements": elements[:cut]}, {"name": "p2", "elements": elements[cut:]}]
    if chance.random() < 0.4:
        pages[1]["visibleIf"] = _condition(chance, names)
    made: dict[str, Any] = {"pages": [page for page in pages if page["elements"]]}
    if chance.random() < 0.6:
        made["clearInvisibleValues"] = chance.choice(("none", "onHidden", "onHiddenContainer", "onComplete", True))
    if chance.random() < 0.2 and "visibleIf" not in pages[1]:
        made["firstPageIsStarted"] = True
    if chance.random() < 0.4:
        made["calculatedValues"] = [{"name": "total", "expression": chance.choice(("{q1}", "{q1} + 1", "{q2} = 'a'")),
                                     "includeIntoResult": chance.random() < 0.5}]  # fmt: skip
    if rich and chance.random() < 0.3 and not str(made.get("clearInvisibleValues")).startswith("onHidden"):
        made["triggers"] = [
            {"type": "setvalue", "expression": "{sum} notempty", "setToName": "q3", "setValue": "a"},
            {"type": "copyvalue", "expression": "{sum} > 1", "fromName": "q1", "setToName": "q4"},
        ]
    return made


def answers(chance: random.Random, definition: dict[str, Any]) -> dict[str, Any]:
    """Answers to a form of ``form``, some of them no choice, some to questions it does not have."""
    given: dict[str, Any] = {}
    for question in _questions(definition):
        if chance.random() < 0.25 or question["type"] in ("html", "expression"):
            continue
        name = question["name"]
        if question["type"] in ("checkbox", "tagbox"):
            given[name] = chance.sample(ITEMS, chance.randrange(0, 4))
        elif question["type"] == "dropdown":
            given[name] = chance.choice([_value(choice) for choice in question["choices"]])
        elif question["type"] == "boolean":
            given[name] = chance.random() < 0.5
        else:
            blank = "" if question["type"] != "radiogroup" else "b"
            given[name] = chance.choice((*ITEMS, "a", "b", 1, 2, "none", "other", blank))
        if chance.random() < 0.1 and "defaultValue" not in question:
            given[f"{name}-Comment"] = "why"
    if chance.random() < 0.1:
        given["stranger"] = 1
    return given


def _value(choice: Any) -> Any:
    return choice["value"] if isinstance(choice, dict) else choice


def _questions(definition: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for page in definition["pages"]:
        for element in page["elements"]:
            yield from element["elements"] if element["type"] == "panel" else [element]


def assessment(chance: random.Random, form: Form) -> dict[str, Any]:
    """Answers to a published questionnaire: most choices exist, some do not; now and then a stray case or comment."""
    dense = chance.choice((0.05, 0.1, 0.1, 0.2, 0.2, 0.3, 0.3, 0.9))
    given: dict[str, Any] = {}
    for question, _ in form.questions():
        if not question.takes_answers or chance.random() > dense:
            continue
        values: list[Any] = [choice.value for choice in question.choices]
        value: Any = chance.choice(values) if values else chance.choice(("some words", "x", ""))
        if question.takes_several:
            value = [each for each in values if chance.random() < 0.3] + (["item9"] if chance.random() < 0.05 else [])
        if values and chance.random() < 0.03:
            value = chance.choice(("no choice", "other", ["item1-2"], None, "", "ITEM1-2"))
        given[question.name if chance.random() < 0.99 else question.name.upper()] = value
        if chance.random() < 0.02:
            given[f"{question.name}-Comment"] = "why"
    return given
