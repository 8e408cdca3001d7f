"""The codebook of the observatory: which variables every project is coded by, in one way for all of them.

A variable without a value says why: an empty cell is never left to guesses.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from minga.assess.observatory import Facts

VERSION = "2026-1"


class Missing(StrEnum):
    """Why a value is missing."""

    NOT_YET = "not_yet"
    NOBODY = "nobody"
    TOO_FEW = "too_few"
    ONE_SIDED = "one_sided"
    NOT_PUBLISHED = "not_published"

    @property
    def words(self) -> str | Promise:
        return MISSING_WORDS[self]


MISSING_WORDS: dict[Missing, str | Promise] = {
    Missing.NOT_YET: _("the project has not come so far, or nothing was measured yet"),
    Missing.NOBODY: _("nobody has stated it, or what it is compared with"),
    Missing.TOO_FEW: _("fewer than ten people or events: not judged, and not shown"),
    Missing.ONE_SIDED: _("only efficiency or only legitimacy was stated, and one is not shown without the other"),
    Missing.NOT_PUBLISHED: _("the source that it was taken from does not say"),
}


class Level(IntEnum):
    """How far people outside the administration could take part, in the order of the public participation spectrum."""

    NONE = 0
    INFORM = 1
    CONSULT = 2
    INVOLVE = 3
    COLLABORATE = 4
    EMPOWER = 5

    @property
    def words(self) -> str | Promise:
        return LEVEL_WORDS[self]


LEVEL_WORDS: dict[Level, str | Promise] = {
    Level.NONE: _("nothing happened"),
    Level.INFORM: _("inform: it happened in public, and nobody outside was asked"),
    Level.CONSULT: _("consult: residents or businesses said or voted something"),
    Level.INVOLVE: _("involve: what they said was answered, or they worked on it together with staff"),
    Level.COLLABORATE: _("collaborate: they proposed criteria, agreed the partnership or had a say on a gate"),
    Level.EMPOWER: _("empower: a ballot of the participants was held, and no gate was decided against one"),
}

Value = str | int | float | Missing
Find = Callable[["Facts"], Value]


@dataclass(frozen=True, slots=True)
class Variable:
    """``kind``: text, day, whole, decimal or code; ``values`` are those of a code, with words."""

    name: str
    part: str
    kind: str
    words: str | Promise
    find: Find
    values: tuple[tuple[int, str | Promise], ...] = ()

    @property
    def words_of_values(self) -> str:
        return "; ".join(f"{value} = {words}" for value, words in self.values)

    @property
    def part_words(self) -> str | Promise:
        return PARTS[self.part]

    @property
    def kind_words(self) -> str | Promise:
        return KINDS[self.kind]

    def as_json(self) -> dict[str, Any]:
        values = {str(value): str(words) for value, words in self.values}
        return {"name": self.name, "part": self.part, "type": self.kind, "words": str(self.words), "values": values}


PARTS: dict[str, str | Promise] = {
    "identity": _("what it is"),
    "condition": _("condition"),
    "outcome": _("outcome"),
}
KINDS: dict[str, str | Promise] = {
    "text": _("text"),
    "day": _("day"),
    "whole": _("whole number"),
    "decimal": _("number"),
    "code": _("code"),
}
VARIABLES: list[Variable] = []
YES_NO = ((0, _("no")), (1, _("yes")))


def variable(
    name: str, part: str, kind: str, words: str | Promise, values: tuple[tuple[int, str | Promise], ...] = ()
) -> Callable[[Find], Find]:
    """Add a variable to those of VERSION, in the order of the dataset. A change of any needs a new version."""

    def add(find: Find) -> Find:
        VARIABLES.append(Variable(name, part, kind, words, find, values))
        return find

    return add


def missing_json() -> dict[str, str]:
    return {str(code.value): str(code.words) for code in Missing}
