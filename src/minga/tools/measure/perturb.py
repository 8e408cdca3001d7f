"""Cases changed in ways that should not change the answer. Each change depends on the seed and the case alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from minga.tools.measure.answers import MeasureError
from minga.tools.measure.cells import generator

Case = Mapping[str, Any]
NEAR = {
    key: row[max(0, place - 1) : place] + row[place + 1 : place + 2]
    for row in ("qwertyuiop", "asdfghjklñ", "zxcvbnm", "1234567890")
    for place, key in enumerate(row)
}
TYPO_SHARE = 0.03
"""One letter in about 33 is mistyped, at least one in each text."""


@dataclass(frozen=True, slots=True)
class Perturbed:
    """``cases`` in the order to ask them in; ``unchanged``: ids that this kind of change does not touch."""

    kind: str
    cases: tuple[dict[str, Any], ...]
    unchanged: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Setting:
    """``id_field`` names a case and is never changed, nor are ``keep``. ``fields``: which to change (default: all).

    ``language``: the language asked for; the dataset gives the text of ``field`` in it in a column such as field_es.
    """

    id_field: str = "id"
    fields: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    language: str = "es"
    seed: int = 1

    def may_change(self, name: str) -> bool:
        if name == self.id_field or name in self.keep:
            return False
        return not self.fields or name in self.fields

    def rng(self, kind: str, case: Case) -> np.random.Generator:
        return generator(self.seed, f"perturb {kind} {case[self.id_field]}")


Change = Callable[[Case, Setting], dict[str, Any]]


def perturb(cases: Sequence[Case], kind: str, setting: Setting | None = None) -> Perturbed:
    """The cases after one of ``KINDS`` of change. Raises MeasureError on an unknown kind or a case without id."""
    chosen = setting or Setting()
    if kind not in KINDS:
        raise MeasureError(f"There is no change “{kind}”. Choose one of: {', '.join(KINDS)}.")
    if any(chosen.id_field not in case for case in cases):
        raise MeasureError(f"A case has no “{chosen.id_field}”. Name the field that identifies a case.")
    pairs = [(plain(case, chosen), KINDS[kind](case, chosen)) for case in cases]
    changed = [new for old, new in pairs if repr(old) != repr(new)]
    same = tuple(str(old[chosen.id_field]) for old, new in pairs if repr(old) == repr(new))
    if kind == "order":
        generator(chosen.seed, "order of rows").shuffle(changed)
    return Perturbed(kind, tuple(changed), same)


def plain(case: Case, setting: Setting) -> dict[str, Any]:
    """The case as the tool sees it unchanged: without the columns that hold translations."""
    ending = f"_{setting.language}"
    return {name: value for name, value in case.items() if not (name.endswith(ending) and name[: -len(ending)] in case)}


def typos(case: Case, setting: Setting) -> dict[str, Any]:
    """Letters mistyped: a neighbour on the keyboard, two swapped, one left out or doubled."""
    rng = setting.rng("typos", case)
    return _texts(case, setting, lambda text: _mistyped(text, rng))


def _mistyped(text: str, rng: np.random.Generator) -> str:
    letters = list(text)
    places = [place for place, letter in enumerate(letters) if letter.isalpha()]
    if not places:
        return text
    count = max(1, round(TYPO_SHARE * len(places)))
    for place in sorted(rng.choice(places, count, replace=False).tolist(), reverse=True):
        letters[place : place + 2] = _slip(letters[place], letters[place + 1 : place + 2], int(rng.integers(4)), rng)
    return "".join(letters)


def _slip(letter: str, following: list[str], kind: int, rng: np.random.Generator) -> list[str]:
    near = NEAR.get(letter.lower(), "")
    if kind == 0 and near:
        return [near[int(rng.integers(len(near)))], *following]
    if kind == 1 and following and following[0].isalpha() and following[0] != letter:
        return [following[0], letter]
    return list(following) if kind == 2 else [letter, letter, *following]


def missing(case: Case, setting: Setting) -> dict[str, Any]:
    """One field that had a value is left out."""
    full = plain(case, setting)
    names = [name for name, value in full.items() if setting.may_change(name) and value not in (None, "")]
    if len(names) < 2:
        return full
    gone = names[int(setting.rng("missing", case).integers(len(names)))]
    return {name: value for name, value in full.items() if name != gone}


def order(case: Case, setting: Setting) -> dict[str, Any]:
    """The fields, and those of nested objects, in another order; ``perturb`` shuffles the rows too."""
    rng = setting.rng("order", case)
    shuffled = _shuffled(plain(case, setting), rng)
    return dict(shuffled)


def _shuffled(value: Any, rng: np.random.Generator) -> Any:
    if isinstance(value, Mapping):
        names = list(value)
        places = rng.permutation(len(names))
        if len(names) > 1 and (places == np.arange(len(names))).all():
            places = np.roll(places, 1)
        return {names[place]: _shuffled(value[names[place]], rng) for place in places}
    return [_shuffled(item, rng) for item in value] if isinstance(value, list) else value


def letter_case(case: Case, setting: Setting) -> dict[str, Any]:
    """Texts in capitals or in small letters."""
    upper = bool(setting.rng("case", case).integers(2))
    return _texts(case, setting, lambda text: _other_case(text, upper))


def _other_case(text: str, upper: bool) -> str:
    first, second = (text.upper(), text.lower()) if upper else (text.lower(), text.upper())
    return first if first != text else second


def language(case: Case, setting: Setting) -> dict[str, Any]:
    """Texts in another language, where the dataset holds the translation; nothing is translated here."""
    return {
        name: case.get(f"{name}_{setting.language}") or value if setting.may_change(name) else value
        for name, value in plain(case, setting).items()
    }


def _texts(case: Case, setting: Setting, change: Callable[[str], str]) -> dict[str, Any]:
    return {
        name: change(value) if isinstance(value, str) and setting.may_change(name) else value
        for name, value in plain(case, setting).items()
    }


KINDS: Mapping[str, Change] = {
    "typos": typos,
    "missing": missing,
    "order": order,
    "case": letter_case,
    "language": language,
}
