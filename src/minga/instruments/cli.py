"""``minga instruments``: list the question sets, show one, check a file, score answers. Needs no database."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from minga.instruments import library
from minga.instruments.checks import DefinitionError
from minga.instruments.definition import Definition, Matrix, Question, Scale, choices, inner, say


def main(argv: list[str] | None = None) -> int:
    """Returns 0, or 1 where a set cannot be used; what is wrong goes to standard error."""
    given = _parser().parse_args(argv)
    try:
        if given.command == "list":
            lines = _list(given.language)
        elif given.command == "show":
            lines = _show(_find(given.set), given.language)
        elif given.command == "score":
            lines = _scored(given.definition, given.answers, given.format)
        else:
            lines = _checked(library.read(Path(given.path)))
        print("\n".join(lines))
    except DefinitionError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="minga instruments", description="Question sets as data.")
    commands = parser.add_subparsers(dest="command", required=True)
    listing = commands.add_parser("list", help="the question sets that ship with Minga")
    show = commands.add_parser("show", help="print the questions of a set")
    show.add_argument("set", metavar="ID", help="the id of a shipped set, or the path of a TOML file")
    for command in (listing, show):
        command.add_argument("--language", default="en", help="language code, such as en or es")
    check = commands.add_parser("check", help="check a question set written in TOML")
    check.add_argument("path", metavar="PATH")
    score = commands.add_parser("score", help="score answers against a SurveyJS definition or a question set")
    score.add_argument("definition", metavar="DEFINITION", help="a .json or .toml file, or the id of a shipped set")
    score.add_argument("answers", metavar="ANSWERS", help="a JSON file of answers, or a saved assessment")
    score.add_argument("--format", choices=("text", "json"), default="text")
    return parser


def _scored(definition: str, answers: str, form: str) -> Iterator[str]:
    from minga.instruments.surveyjs import command

    found = command.score(definition, answers)
    return iter([command.as_json(found)]) if form == "json" else command.text(found)


def _find(name: str) -> Definition:
    return library.read(Path(name)) if name.endswith(".toml") else library.load(name)


def _list(language: str) -> Iterator[str]:
    for name in library.names():
        definition = library.load(name)
        draft = "  draft" if definition.draft else ""
        title = say(definition.title, language)
        yield f"{name:14} {definition.version:6} {len(definition.questions):3} questions  {title}{draft}"


def _show(definition: Definition, language: str) -> Iterator[str]:
    source = definition.source
    yield f"{say(definition.title, language)}  ({definition.id} {definition.version}, {definition.date})"
    yield f"{say(source.title, language)} {say(source.place, language)}".strip()
    if definition.draft:
        yield f"DRAFT. {say(definition.draft_note, language)}".strip()
    for section in definition.sections:
        yield ""
        yield f"## {say(section.title, language)}{_when(section.when)}"
        for question in section.questions:
            yield from _question(question, language, "")
    for computed in definition.computed:
        yield ""
        yield f"= {computed.id}: {say(computed.title, language)}  {computed.expression}".rstrip()
        yield from (f"    {case.value}: {say(case.text, language)}{_when(case.when)}" for case in computed.cases)
    for score in definition.scores:
        yield ""
        yield f"+ {score.id}: {say(score.title, language)}  ({score.rule} of {', '.join(score.questions)})"
        yield from (f"    up to {level.up_to:g}: {say(level.text, language)}" for level in score.levels)


def _question(question: Question, language: str, margin: str) -> Iterator[str]:
    kind = type(question).__struct_config__.tag
    must = ", required" if question.required else ""
    yield f"{margin}{question.id} ({kind}{must}){_when(question.when)}"
    yield f"{margin}    {say(question.ask, language)}"
    for option in [*(question.rows if isinstance(question, Matrix) else []), *choices(question)]:
        points = f"  [{option.points:g}]" if option.points else ""
        yield f"{margin}    - {option.value}: {say(option.text, language)}{points}"
    if isinstance(question, Scale):
        yield from (f"{margin}    {n}: {say(label, language)}" for n, label in enumerate(question.labels))
    for part in inner(question):
        yield from _question(part, language, margin + "    ")


def _when(condition: str) -> str:
    return f"  when {condition}" if condition else ""


def _checked(definition: Definition) -> Iterator[str]:
    yield f"{definition.id} {definition.version} can be used: {len(definition.questions)} questions in " + (
        f"{len(definition.sections)} sections, {', '.join(definition.languages)}."
    )


if __name__ == "__main__":
    raise SystemExit(main())
