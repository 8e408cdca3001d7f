"""The typed shape of a SurveyJS definition that was read; ``reading`` makes it, nothing here evaluates answers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from minga.instruments.surveyjs.expressions import Expression

type Text = dict[str, str]
"""Language code -> the words in it, as in Minga's own sets; SurveyJS's "default" stands under "en"."""

type Condition = Expression | None

SINGLE_CHOICE = ("radiogroup", "dropdown", "imagepicker", "buttongroup")
SEVERAL_CHOICES = ("checkbox", "tagbox", "ranking")
CHOICES = (*SINGLE_CHOICE, *SEVERAL_CHOICES)
WITHOUT_ANSWER = ("html", "image", "empty")
WITHOUT_COMMENT = (*WITHOUT_ANSWER, "text", "comment", "expression", "multipletext", "paneldynamic", "signaturepad")
TABLES = ("matrixdropdown", "matrixdynamic")
KINDS = frozenset(
    (*CHOICES, *WITHOUT_ANSWER, *TABLES, "text", "comment", "boolean", "rating", "slider", "expression", "file",
     "signaturepad", "matrix", "multipletext", "paneldynamic")
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Note:
    """Something a reader of the definition should know. ``kind``:

    "unsupported": not reproduced, answers may differ from SurveyJS; "expression": cannot be read, SurveyJS ignores it
    and so do we; "name": an expression names what is not in the form; "ring": conditions or calculations that hang
    on each other; "interactive": acts only while a person fills in the form; "duplicate": a name used twice.
    """

    kind: Literal["unsupported", "expression", "name", "ring", "interactive", "duplicate"]
    path: str
    text: str


@dataclass(frozen=True, slots=True)
class Choice:
    value: Any
    text: Text
    visible_if: Condition = None


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """One question. ``key`` is the name its answer has in the data, ``parts`` the questions inside its entries.

    ``clear``: when a hidden answer is dropped, "default" as the form says. ``rows`` and ``columns`` of a matrix.
    ``exact`` holds the choices that are texts, for speed.
    """

    name: str
    key: str
    kind: str
    path: str
    title: Text
    help: Text
    visible: bool = True
    visible_if: Condition = None
    required: bool = False
    required_if: Condition = None
    clear: str = "default"
    choices: tuple[Choice, ...] = ()
    choices_visible_if: Condition = None
    special: tuple[str, ...] = ()
    default: Any = None
    default_if: Condition = None
    expression: Condition = None
    precision: int = -1
    keeps_unknown: bool = False
    comment_area: bool = False
    rows: tuple[Choice, ...] = ()
    columns: tuple[Choice, ...] = ()
    several: bool = False
    parts: tuple[Group | Question, ...] = ()
    raw: dict[str, Any] = field(default_factory=dict)

    @property
    def takes_answers(self) -> bool:
        return self.kind not in WITHOUT_ANSWER

    @property
    def takes_several(self) -> bool:
        """Whether the answer is a list of choices."""
        return self.kind in SEVERAL_CHOICES or (self.kind == "imagepicker" and bool(self.raw.get("multiSelect")))


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """A page or a panel: shown where its own condition holds and something in it is shown."""

    name: str
    kind: Literal["page", "panel"]
    path: str
    title: Text
    visible: bool = True
    visible_if: Condition = None
    parts: tuple[Group | Question, ...] = ()


@dataclass(frozen=True, slots=True)
class Calculated:
    name: str
    expression: Expression
    in_result: bool


@dataclass(frozen=True, slots=True)
class Trigger:
    """``kind``: "setvalue", "copyvalue" or "runexpression", done when ``when`` is exactly true."""

    kind: str
    when: Condition
    to: str
    value: Any = None
    source: str = ""
    expression: Condition = None
    to_variable: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Form:
    """A whole definition. ``raw`` is what was read, unchanged; ``clear`` the form's mode for hidden answers."""

    title: Text
    pages: tuple[Group, ...]
    calculated: tuple[Calculated, ...]
    triggers: tuple[Trigger, ...]
    clear: str
    start_page: bool
    languages: tuple[str, ...]
    notes: tuple[Note, ...]
    raw: dict[str, Any]
    memory: dict[str, Any] = field(default_factory=dict)

    def questions(self) -> Iterator[tuple[Question, Group]]:
        """The questions that stand on pages and panels, in order, each with its page or panel."""
        for page in self.pages:
            yield from questions_in(page)


def questions_in(group: Group) -> Iterator[tuple[Question, Group]]:
    """The questions of ``group`` and of the panels in it, in order, each with what it stands in."""
    for part in group.parts:
        if isinstance(part, Group):
            yield from questions_in(part)
        else:
            yield part, group


def inner_questions(question: Question) -> Iterator[Question]:
    """The questions inside the entries of a repeated panel or table, panels opened."""
    for part in question.parts:
        if isinstance(part, Group):
            yield from (found for found, _ in questions_in(part))
        else:
            yield part
