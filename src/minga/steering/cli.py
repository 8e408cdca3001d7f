"""``minga federation``: sign our list of public records, and fetch those of partners."""

import argparse
import json
from pathlib import Path

from minga.start import tell, with_database

MOST = 32 * 2**20
"""Bytes of a key or statement file."""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="minga federation", description="Exchange signed lists of public records.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("list", help="print the statement that our next list signs")
    sign = commands.add_parser("sign", help="sign our list with a key on this machine and serve it")
    sign.add_argument("--key", type=Path, required=True, help="an Ed25519 private key in PEM form")
    load = commands.add_parser("load", help="serve a list that was signed elsewhere")
    load.add_argument("statement", type=Path, help="the text that 'list' printed")
    load.add_argument("--public-key", required=True, help="in hex")
    load.add_argument("--signature", required=True, help="in hex")
    for command in (sign, load):
        command.add_argument("--as", dest="person", required=True, help="user name of the person who signs")
    fetch = commands.add_parser("fetch", help="fetch the list of one partner, or of all")
    fetch.add_argument("url", nargs="?", default="", help="a partner's address (default: all partners)")
    return parser


@with_database
def main(argv: list[str]) -> int:
    arguments = _parser().parse_args(argv)
    return {"list": _list, "sign": _sign, "load": _load, "fetch": _fetch}[arguments.command](arguments)


def _list(_arguments: argparse.Namespace) -> int:
    from minga.ledger import checkpoints
    from minga.steering import federation

    print(checkpoints.text(federation.statement()[0]))
    return 0


def _sign(arguments: argparse.Namespace) -> int:
    from minga.ledger import checkpoints
    from minga.steering import federation

    statement, _records = federation.statement()
    return _keep(arguments.person, statement, *checkpoints.sign(statement, _bytes(arguments.key)))


def _load(arguments: argparse.Namespace) -> int:
    from minga.ledger.refusals import Invalid

    try:
        statement = json.loads(_bytes(arguments.statement).decode())
    except (ValueError, RecursionError):
        statement = None
    if not isinstance(statement, dict):
        raise Invalid(
            f"{arguments.statement} holds no statement.",
            cause="It is empty, was cut, or is not the text that “minga federation list” printed, in UTF-8.",
            do="Print it again: minga federation list > statement.txt",
        )
    return _keep(arguments.person, statement, arguments.public_key.strip(), arguments.signature.strip())


def _bytes(path: Path) -> bytes:
    from minga.ledger.refusals import Invalid

    try:
        if path.stat().st_size > MOST:
            raise Invalid(f"{path} is larger than {MOST // 2**20} MiB.", do="Give the file that this command asks for.")
        return path.read_bytes()
    except OSError as error:
        raise Invalid(f"{path} cannot be read ({error.strerror}).", do="Check the path.") from error


def _keep(person: str, statement: dict[str, object], public_key: str, signature: str) -> int:
    from minga.ledger.action import BODY, By
    from minga.people.models import Person
    from minga.steering import federation
    from minga.steering.actions import keep_signed_list
    from minga.steering.models.federation import fingerprint

    signer = Person.objects.filter(username=person, is_active=True).first()
    if signer is None:
        tell(f"There is no person with the user name {person}.", do="Give --as with one of those who act for the body.")
        return 1
    kept = keep_signed_list(By(signer.actor), BODY, statement, federation.statement()[1], public_key, signature)
    print(f"List {kept.number} with {len(kept.records)} records is served. Fingerprint: {fingerprint(public_key)}")
    return 0


def _fetch(arguments: argparse.Namespace) -> int:
    from minga.ledger.action import SYSTEM, By
    from minga.ledger.refusals import Refused
    from minga.steering import federation
    from minga.steering.models import PartnerBody
    from minga.steering.refreshing import refresh

    partners = PartnerBody.objects.filter(ended=None)
    if arguments.url:
        partners = partners.filter(address=federation.address_of(arguments.url))
    if not partners:
        tell("There is no such partner.", do="Add it under /body/partners/: a person must vouch for its key first.")
        return 1
    failed = 0
    for partner in partners:
        try:
            kept = refresh(By(SYSTEM), partner)
        except Refused as refusal:
            failed += 1
            print(f"{partner.name}: {refusal}")
            continue
        if kept is None:
            print(f"{partner.name}: nothing new since list {partner.number}")
        else:
            print(f"{partner.name}: list {kept.number}, {kept.records} records: {kept.added} new, "
                  f"{kept.changed} changed, {kept.gone} no longer listed")  # fmt: skip
    return 1 if failed else 0
