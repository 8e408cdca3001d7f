"""``minga register``: the public record in the form of a standard with what it loses; all records in one inventory."""

import argparse
import json
import sys
from collections.abc import Sized
from pathlib import Path
from typing import Any

from minga.start import tell, with_database

NAMES = "json (or minga), atrs, atrs_4, nl, us, eu, ca, oecd, cl"


FORMS = ("file", "md", "html")
# A standard that is a page and nothing that a register takes in.
PAGES = {"cl": "html"}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="minga register", description="Export public records.")
    commands = parser.add_subparsers(dest="command", required=True)
    export = commands.add_parser("export", help="write the last published record of a project")
    export.add_argument("project", help="the project's slug")
    _shared(export, "json")
    export.add_argument("--version", type=int, help="an earlier version of the record (default: the last)")
    export.add_argument(
        "--form",
        choices=FORMS,
        help="file: what the register takes in; md, html: a page to publish (default: html for cl, else file)",
    )
    inventory = commands.add_parser("inventory", help="write the last records of all projects in one file")
    _shared(inventory, "us")
    return parser


def _shared(parser: argparse.ArgumentParser, default: str) -> None:
    parser.add_argument("--standard", default=default, help=f"{NAMES} (default: {default})")
    parser.add_argument("--language", default="", help="of the texts, such as es (default: that of the standard)")
    parser.add_argument("--output", type=Path, help="a file (default: standard output)")
    parser.add_argument("--losses", type=Path, help="a file for the list of what is lost and missing, as JSON")


@with_database
def main(argv: list[str]) -> int:
    arguments = _parser().parse_args(argv)
    if not _speaks(arguments.language):
        return 1
    return _inventory(arguments) if arguments.command == "inventory" else _export(arguments)


def _speaks(language: str) -> bool:
    """Whether texts can be asked for in this language; tells where they cannot."""
    from django.conf import settings

    from minga.register.exports import standards

    known = {code[:2] for code, _name in settings.LANGUAGES} | {found.language for found in standards().values()}
    if not language or language in known:
        return True
    tell(
        f"No record is told in the language {language!r}.",
        "Texts are in the languages of this installation and of the standards.",
        f"Use one of: {', '.join(sorted(known))}; or leave out --language.",
    )
    return False


def _export(arguments: argparse.Namespace) -> int:
    from minga.projects.models import Project
    from minga.register.exports import content, make, standard
    from minga.register.models import RecordVersion

    standard(arguments.standard)
    project = Project.objects.filter(slug=arguments.project).first()
    if project is None:
        tell(
            f"There is no project {arguments.project!r}.", do="Give its slug: the part of its address after /projects/."
        )
        return 1
    versions = RecordVersion.objects.filter(project=project)
    found = (versions.filter(number=arguments.version) if arguments.version else versions).first()
    if found is None:
        tell("This record has not been published.", do="The lead publishes it on the page of the record.")
        return 1
    made = make(project, found, arguments.standard, arguments.language)
    form = arguments.form or PAGES.get(made.standard.key, "file")
    if form != "file" and not made.standard.page:
        tell(
            f"{made.standard.title} is a file and has no page.",
            do="Leave out --form, or choose a standard of fields such as cl or atrs.",
        )
        return 1
    if not _write(arguments, content(made, form), made.losses_as_json()):
        return 1
    lost, missing = _many(made.losses, "loss", "losses"), _many(made.missing, "required field")
    counts = f"{lost}, {missing} missing, {_many(made.faults, 'fault')}"
    print(f"{counts}{_where(arguments)}.", file=sys.stderr)
    return 0


def _inventory(arguments: argparse.Namespace) -> int:
    from minga.register.exports import inventory

    found = inventory(arguments.standard, arguments.language)
    told = {slug: made.losses_as_json() for slug, made in found.made.items()}
    if not _write(arguments, found.content, {"records": told, "unpublished": found.unpublished}):
        return 1
    faults = [fault for made in found.made.values() for fault in made.faults]
    missing = [loss for made in found.made.values() for loss in made.missing]
    counts = f"{_many(found.made, 'record')}, {_many(found.unpublished, 'project')} not published"
    rest = f"{_many(missing, 'required field')} missing, {_many(faults, 'fault')}"
    print(f"{counts}, {rest}{_where(arguments)}.", file=sys.stderr)
    return 0


def _many(found: Sized, one: str, several: str = "") -> str:
    return f"{len(found)} {one if len(found) == 1 else several or one + 's'}"


def _where(arguments: argparse.Namespace) -> str:
    return f"; the list is in {arguments.losses}" if arguments.losses else ""


def _write(arguments: argparse.Namespace, content: bytes, losses: dict[str, Any]) -> bool:
    """Write the file and the list of losses; False, with the reason told, where one of them cannot be written."""
    listed = f"{json.dumps(losses, ensure_ascii=False, indent=1)}\n".encode()
    wanted = [(arguments.output, content), (arguments.losses, listed)]
    for target, data in wanted:
        try:
            if target is not None:
                target.write_bytes(data)
        except OSError as error:
            tell(
                f"{target} could not be written: {error.strerror or error}.",
                "Its folder may not exist, or may not be yours to write in.",
                "Name a file in a folder that you may write in, or leave the option out.",
            )
            return False
    if arguments.output is None:
        sys.stdout.write(content.decode("utf-8-sig"))
    return True
