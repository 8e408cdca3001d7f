"""``minga register``: the public record in the form of a standard with what it loses; all records in one inventory."""

import argparse
import json
import sys
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
    return _inventory(arguments) if arguments.command == "inventory" else _export(arguments)


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
    _write(arguments, content(made, form), made.losses_as_json())
    counts = f"{len(made.losses)} losses, {len(made.missing)} required fields missing, {len(made.faults)} faults"
    print(f"{counts}{_where(arguments)}.", file=sys.stderr)
    return 0


def _inventory(arguments: argparse.Namespace) -> int:
    from minga.register.exports import inventory

    found = inventory(arguments.standard, arguments.language)
    told = {slug: made.losses_as_json() for slug, made in found.made.items()}
    _write(arguments, found.content, {"records": told, "unpublished": found.unpublished})
    faults = sum(len(made.faults) for made in found.made.values())
    missing = sum(len(made.missing) for made in found.made.values())
    counts = f"{len(found.made)} records, {len(found.unpublished)} projects not published, {missing} required fields"
    print(f"{counts} missing, {faults} faults{_where(arguments)}.", file=sys.stderr)
    return 0


def _where(arguments: argparse.Namespace) -> str:
    return f"; the list is in {arguments.losses}" if arguments.losses else ""


def _write(arguments: argparse.Namespace, content: bytes, losses: dict[str, Any]) -> None:
    if arguments.output:
        arguments.output.write_bytes(content)
    else:
        sys.stdout.write(content.decode("utf-8-sig"))
    if arguments.losses:
        arguments.losses.write_text(json.dumps(losses, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
