"""``minga instruments``: list the question sets, show one, check a file, score answers, write rules from them, add one.

Only adding needs a database; where there is one, sets that were added are listed and shown too.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from minga.instruments import library, policies
from minga.instruments.checks import DefinitionError
from minga.instruments.definition import Definition, Matrix, Question, Scale, choices, inner, say
from minga.instruments.instrument import Instrument
from minga.start import django, tell, with_database

NOT_WRITTEN = {
    "en": "Not written yet, because these answers are missing:",
    "es": "Todavía no está escrito, porque faltan estas respuestas:",
}


def main(argv: list[str] | None = None) -> int:
    """Returns 0, or 1 where a set cannot be used; what is wrong goes to standard error."""
    arguments = sys.argv[1:] if argv is None else argv
    given = _parser().parse_args(arguments)
    if given.command == "add":
        return _add(arguments)
    try:
        if given.command == "list":
            lines = _list(given.language)
        elif given.command == "show":
            lines = _show(_find(given.set), given.language)
        elif given.command == "score":
            lines = _scored(given.definition, given.answers, given.format)
        elif given.command == "policy":
            lines = _policy(given.name, given.answers, given.language)
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
    listing = commands.add_parser("list", help="the question sets that ship with Minga or were added")
    show = commands.add_parser("show", help="print the questions of a set")
    show.add_argument("set", metavar="ID", help="the id of a set, or the path of a TOML file")
    policy = commands.add_parser("policy", help="write a page of rules from the answers to its question set")
    policy.add_argument("name", metavar="NAME", help=f"one of: {', '.join(policies.names())}")
    policy.add_argument("answers", metavar="ANSWERS", help="a JSON file of answers: question id and answer")
    for command in (listing, show, policy):
        command.add_argument("--language", default="en", help="language code, such as en or es")
    check = commands.add_parser("check", help="check a question set written in TOML")
    check.add_argument("path", metavar="PATH")
    add = commands.add_parser("add", help="add a set of another body: its SurveyJS file, or a set in TOML")
    add.add_argument("source", metavar="PATH|URL", help="the file as published")
    add.add_argument("--id", default="", help="a short name; default: as the file says")
    add.add_argument("--version", default="", help="as its publisher calls it; default: as the file says")
    add.add_argument(
        "--requirements", action="append", default=[], metavar="PATH|URL",
        help="the publisher's file of what each level asks for; once for each language",
    )  # fmt: skip
    add.add_argument("--as", dest="person", default="", help="user name of the person who acts for the body")
    score = commands.add_parser("score", help="score answers against a SurveyJS definition or a question set")
    score.add_argument("definition", metavar="DEFINITION", help="a .json or .toml file, or the id of a set")
    score.add_argument("answers", metavar="ANSWERS", help="a JSON file of answers, or a saved assessment")
    score.add_argument("--format", choices=("text", "json"), default="text")
    return parser


def _scored(definition: str, answers: str, form: str) -> Iterator[str]:
    from minga.instruments.surveyjs import command

    if not definition.lower().endswith((".json", ".toml")) and definition not in library.names() and not _database():
        library.shipped(definition)
    found = command.score(definition, answers)
    return iter([command.as_json(found)]) if form == "json" else command.text(found)


def _policy(name: str, path: str, language: str) -> Iterator[str]:
    """The page as text: a heading for each clause, then what has to be answered before the rest can be written."""
    from minga.instruments.surveyjs import command

    if name not in policies.names():
        raise DefinitionError(name, [f"there are no rules of this name. Use one of: {', '.join(policies.names())}."])
    answers = command.answers_in(Path(path))
    found = library.shipped(policies.template(name).set).problems(answers)
    if found:
        raise DefinitionError(Path(path).name, [f"{each.question}: {each.text(language)}" for each in found])
    return _page(policies.write(name, answers, language), language)


def _page(page: policies.Page, language: str) -> Iterator[str]:
    yield from (f"# {page.title}", "", page.note)
    for title, text in page.clauses:
        yield from ("", f"## {title}", "", text)
    if page.missing:
        yield from ("", say(NOT_WRITTEN, language), *(f"- {ask}" for ask in page.missing))


@with_database
def _add(arguments: list[str]) -> int:
    from minga.instruments import actions, fetch
    from minga.ledger.action import BODY, By
    from minga.ledger.refusals import Invalid

    given = _parser().parse_args(arguments)
    who = _who(given.person)
    if who is None:
        return 1
    try:
        file = fetch.get(given.source)
        companions = [fetch.get(each) for each in given.requirements]
    except DefinitionError as error:
        tell(f"{error.where} was not added.", details=error.problems)
        return 1
    try:
        row = actions.add_set(By(who.actor), BODY, file, given.id, given.version, companions)
    except Invalid as refusal:
        tell(refusal.what, do=refusal.do, details=refusal.reasons)
        return 1
    made = library.load(row.set, row.version)
    print(f"{row.set} {row.version}: {row.title}, {len(made.questions)} questions, {', '.join(made.languages)}.")
    _notes(made)
    return 0


def _who(username: str) -> Any:
    """The person who adds it: the one named, else the only one who acts for the body; None, told why, otherwise."""
    from django.contrib.auth import get_user_model

    people = get_user_model().objects.filter(is_active=True)
    found = list(people.filter(username=username) if username else people.filter(body_role="appointer")[:2])
    if len(found) == 1:
        return found[0]
    known = ", ".join(people.filter(body_role="appointer").values_list("username", flat=True))
    tell(
        f"There is nobody called {username}." if username else "It is not clear who adds it for the body.",
        do=f"Give --as USERNAME of one who acts for the body: {known or 'there is none yet, see minga person add'}.",
    )
    return None


def _notes(made: Instrument) -> None:
    """What of a SurveyJS definition is not reproduced, so that nobody finds out later."""
    from minga.instruments.surveyjs.instrument import SurveyInstrument

    if isinstance(made, SurveyInstrument):
        for note in made.form.notes:
            if note.kind in ("unsupported", "expression", "ring"):
                print(f"  note: {note.path}: {note.text}", file=sys.stderr)


def _find(name: str) -> Definition | Instrument:
    if name.lower().endswith(".toml"):
        return library.read(Path(name))
    return library.load(name) if name not in library.names() and _database() else library.shipped(name)


def _list(language: str) -> Iterator[str]:
    for name in library.names():
        definition = library.shipped(name)
        draft = "  draft" if definition.draft else ""
        yield _line(definition, language) + draft
    if _database():
        from minga.instruments import added

        for id in added.ids():
            for version in added.versions(id):
                yield f"{_line(library.load(id, version), language)}  added"


def _line(made: Instrument, language: str) -> str:
    return f"{made.id:14} {made.version:6} {len(made.questions):3} questions  {say(made.title, language)}"


def _database() -> bool:
    """Whether there is a database with Minga's tables; asking makes no database."""
    django()
    from django.db import DatabaseError, connection

    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite" and "memory" not in name and not Path(name).exists():
        return False
    try:
        return "instruments_addedset" in connection.introspection.table_names()
    except DatabaseError:
        return False


def _show(definition: Instrument, language: str) -> Iterator[str]:
    source = definition.source
    date = definition.date or "no date"
    yield f"{say(definition.title, language)}  ({definition.id} {definition.version}, {date})"
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
