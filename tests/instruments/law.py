"""What a filled set comes to, in one word each: for tests of the sets on law."""

from typing import Any

from minga.instruments import library
from minga.instruments.definition import Definition, Single
from minga.instruments.duties import blocking, duties, is_high
from minga.instruments.evaluate import Answers, read


def outcome(name: str, field: str, answers: Answers) -> Any:
    return read(library.load(name), answers).computed[field]


def to_do(name: str, answers: Answers) -> set[str]:
    definition = library.load(name)
    return {duty.id for duty in duties(definition, read(definition, answers))}


def stopped(name: str, answers: Answers) -> list[str]:
    definition = library.load(name)
    return [taken.value for taken in blocking(definition, read(definition, answers))]


def high(name: str, answers: Answers) -> bool:
    definition = library.load(name)
    return is_high(definition, read(definition, answers))


def items(definition: Definition) -> list[str]:
    """The ids of a checklist: what is met, planned, not met or does not apply."""
    status = ["met", "planned", "not_met", "not_applicable"]
    return [question.id for question in definition.questions.values()
            if isinstance(question, Single) and [option.value for option in question.options] == status]  # fmt: skip
