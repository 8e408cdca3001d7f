"""``minga inventory``: import what other bodies have published, and search it."""

import argparse
import re
import sys
from typing import TYPE_CHECKING

from minga.start import tell, with_database

if TYPE_CHECKING:
    from minga.inventory.registers import Register


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="minga inventory", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    load = commands.add_parser("import", help="bring a register up to date with a file")
    load.add_argument("path", metavar="PATH|URL", help="the file as published, also gzipped, or its address")
    load.add_argument(
        "--format", default="", help="us, us_2024, nl_listing, nl, atrs, ca, json ...; default: told from it"
    )
    load.add_argument(
        "--register", default="", metavar="KEY", help="a list of another body in a known format: a short name"
    )
    load.add_argument("--name", default="", help="with --register: its full name")
    load.add_argument("--country", default="", help="with --register: two letters")
    load.add_argument("--language", default="en", help="with --register: en, nl, es, fr or pt (default: en)")
    some = load.add_mutually_exclusive_group()
    some.add_argument("--whole", action="store_true", help="the file lists every system: others are no longer listed")
    some.add_argument("--part", action="store_true", help="the file lists some systems: others stay as they are")
    load.add_argument("--as", dest="person", default="", help="user name of the person who acts for the body")
    find = commands.add_parser("search", help="list systems that match some words, in the languages of the registers")
    find.add_argument("words", nargs="+")
    find.add_argument("--country", default="")
    find.add_argument("--own", action="store_true", help="only these words, in no other language")
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
    from minga.inventory.words import LOSSES
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
    whole = True if arguments.whole else False if arguments.part else None
    reading = read(arguments.path, arguments.format, register, whole)
    source = import_inventory(By(chosen[0].actor), BODY, reading=reading)
    print(
        f"{source.name}: {source.rows_in} rows in = {source.used} used + {source.rejected} rejected + "
        f"{source.failed} failed; {source.added} new, {source.changed} changed, {source.gone} no longer listed."
    )
    for line, kind, reason in problems(source):
        print(f"  row {line} {kind}: {reason}", file=sys.stderr)
    for kind, target, count in source.losses:
        print(f"  {target}: {LOSSES.get(kind, kind)} ({count})")
    return 0


def _register(arguments: argparse.Namespace) -> "Register | None":
    """The register that the options name; its key as in an address, country and language as two letters."""
    from minga.inventory.registers import Register
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

    words = " ".join(arguments.words)
    found = search(words, country=arguments.country, languages=not arguments.own, most=arguments.most)
    print(f"{found.total} found" + ("" if found.every_word else " with any of the words; none has all of them"))
    if found.also:
        print("Also looked for: " + ", ".join(f"{each.word} ({each.language})" for each in found.also))
    for system in found.systems:
        print(f"{system.country}  {system.name} ({system.body}): {system.get_stage_display()}")
    return 0
