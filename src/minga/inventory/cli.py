"""``minga inventory``: import what other bodies have published, and search it."""

import argparse
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from minga.start import tell, with_database

if TYPE_CHECKING:
    from minga.inventory.readers import Register

FORMATS = ("us2025", "nl")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="minga inventory", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    load = commands.add_parser("import", help="bring a register up to date with a file")
    load.add_argument("path", type=Path, metavar="PATH", help="the file as published; gzip is recognised")
    load.add_argument("--format", choices=FORMATS, default="", help="default: told from the file")
    load.add_argument(
        "--register", default="", metavar="KEY", help="a list of another body in a known format: a short name"
    )
    load.add_argument("--name", default="", help="with --register: its full name")
    load.add_argument("--country", default="", help="with --register: two letters")
    load.add_argument("--language", default="en", help="with --register: en, nl, es or pt (default: en)")
    load.add_argument("--as", dest="person", default="", help="user name of the person who acts for the body")
    find = commands.add_parser("search", help="list systems that match some words")
    find.add_argument("words", nargs="+")
    find.add_argument("--country", default="")
    find.add_argument("--most", type=int, default=20)
    return parser


@with_database
def main(argv: list[str]) -> int:
    arguments = _parser().parse_args(argv)
    return _import(arguments) if arguments.command == "import" else _search(arguments)


def _import(arguments: argparse.Namespace) -> int:
    from minga.inventory.actions import import_inventory
    from minga.inventory.queries import problems
    from minga.inventory.readers import read
    from minga.ledger.action import BODY, By
    from minga.people.models import Person

    register = _register(arguments)
    people = Person.objects.filter(body_role="appointer", is_active=True)
    chosen = list(people.filter(username=arguments.person) if arguments.person else people[:2])
    if len(chosen) != 1:
        tell(
            f"{arguments.person} may not import for the body."
            if arguments.person
            else "It is not clear who imports for the body.",
            do="Give --as USERNAME of a person who acts for the body: "
            + (", ".join(people.values_list("username", flat=True)) or "there is none yet, see 'minga person add'")
            + ".",
        )
        return 1
    source = import_inventory(By(chosen[0].actor), BODY, reading=read(arguments.path, arguments.format, register))
    print(
        f"{source.name}: {source.rows_in} rows in = {source.used} used + {source.rejected} rejected + "
        f"{source.failed} failed; {source.added} new, {source.changed} changed, {source.gone} no longer listed."
    )
    for line, kind, reason in problems(source):
        print(f"  row {line} {kind}: {reason}", file=sys.stderr)
    return 0


def _register(arguments: argparse.Namespace) -> "Register | None":
    """The register that the options name; its key as in an address, country and language as two letters."""
    from minga.inventory.readers import Register
    from minga.inventory.stems import LANGUAGES
    from minga.ledger.refusals import Invalid

    told = Register(arguments.register, arguments.name, arguments.country.upper(), arguments.language)
    if not told.key:
        return None
    key_is_good = re.fullmatch(r"[a-z0-9-]{1,40}", told.key) is not None
    if not (key_is_good and told.name and re.fullmatch(r"[A-Z]{2}", told.country) and told.language in LANGUAGES):
        raise Invalid(
            "This register is not fully named.",
            do="Give --register with small letters, --name, --country with two letters, and --language "
            f"({', '.join(LANGUAGES)}).",
        )
    return told


def _search(arguments: argparse.Namespace) -> int:
    from minga.inventory.queries import search

    found = search(" ".join(arguments.words), country=arguments.country, most=arguments.most)
    print(f"{found.total} found" + ("" if found.every_word else " with any of the words; none has all of them"))
    for system in found.systems:
        print(f"{system.country}  {system.name} ({system.body}): {system.get_stage_display()}")
    return 0
