"""``minga ledger``: verify, export, and sign the ledger."""

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from minga.start import tell, with_database


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="minga ledger", description="Verify, export and sign the ledger.")
    commands = parser.add_subparsers(dest="command", required=True)
    verify = commands.add_parser("verify", help="recompute every hash and name the first bad entry")
    export = commands.add_parser("export", help="write entries as JSON Lines that an outsider can verify")
    export.add_argument("--output", type=Path, help="a file (default: standard output)")
    export.add_argument("--internal", action="store_true", help="with actor keys: never publish this one")
    head = commands.add_parser("head", help="print the statement that a checkpoint signs")
    sign = commands.add_parser("sign", help="sign the head with a key on this machine")
    sign.add_argument("--key", type=Path, required=True, help="an Ed25519 private key in PEM form")
    load = commands.add_parser("load", help="keep a signature that was made elsewhere")
    load.add_argument("statement", type=Path, help="the text that 'head' printed")
    load.add_argument("--public-key", required=True, help="in hex")
    load.add_argument("--signature", required=True, help="in hex")
    for command in (verify, export, head, sign):
        required = command in (head, sign)
        command.add_argument("chain", nargs=None if required else "?", default="", help="a project's slug or chain")
    for command in (sign, load):
        command.add_argument("--as", dest="person", required=True, help="user name of the person who signs")
    return parser


@with_database
def main(argv: list[str]) -> int:
    arguments = _parser().parse_args(argv)
    if getattr(arguments, "chain", ""):
        arguments.chain = _chain(arguments.chain)
    return {"verify": _verify, "export": _export, "head": _head, "sign": _sign, "load": _load}[arguments.command](
        arguments
    )


def _chain(name: str) -> str:
    """The chain of a project given by its slug; anything else is taken as the chain itself."""
    from minga.ledger.subjects import kinds

    found = kinds()["project"]._default_manager.filter(slug=name).values_list("chain", flat=True).first()
    return found or name


def _verify(arguments: argparse.Namespace) -> int:
    from minga.ledger import checkpoints, queries
    from minga.ledger.models import Checkpoint

    found = queries.verify(arguments.chain)
    if arguments.chain and not found.entries:
        tell(f"The chain {arguments.chain} has no entries.", do="Give a project's slug, or no chain for all.")
        return 1
    for fault in found.faults:
        print(f"BAD  {fault.chain} entry {fault.seq}: {fault.why}")
    signed = Checkpoint.objects.filter(**({"chain": arguments.chain} if arguments.chain else {}))
    broken = [(checkpoint, why) for checkpoint in signed if (why := checkpoints.broken(checkpoint))]
    for checkpoint, why in broken:
        print(f"BAD  checkpoint {checkpoint.chain} {checkpoint.seq}: {why}")
    print(
        f"{found.entries} entries in {found.chains} chains, {signed.count()} checkpoints: "
        + (f"{len(found.faults) + len(broken)} bad" if found.faults or broken else "all as they were written")
    )
    return 1 if found.faults or broken else 0


def _export(arguments: argparse.Namespace) -> int:
    from minga.ledger import queries
    from minga.ledger.chain import canonical

    with _output(arguments.output) as out:
        for line in queries.export(arguments.chain, public=not arguments.internal):
            out.write(canonical(line) + "\n")
    return 0


@contextmanager
def _output(path: Path | None) -> Iterator[IO[str]]:
    if path is None:
        yield sys.stdout
        return
    with path.open("w", encoding="utf-8") as out:
        yield out


def _head(arguments: argparse.Namespace) -> int:
    from minga.ledger import checkpoints

    print(checkpoints.text(checkpoints.head(arguments.chain)))
    return 0


def _sign(arguments: argparse.Namespace) -> int:
    from minga.ledger import checkpoints

    statement = checkpoints.head(arguments.chain)
    return _keep(arguments.person, statement, *checkpoints.sign(statement, arguments.key.read_bytes()))


def _load(arguments: argparse.Namespace) -> int:
    statement = json.loads(arguments.statement.read_text(encoding="utf-8"))
    return _keep(arguments.person, statement, arguments.public_key, arguments.signature)


def _keep(person: str, statement: dict[str, object], public_key: str, signature: str) -> int:
    from django.contrib.auth import get_user_model

    from minga.ledger.action import BODY, By
    from minga.ledger.actions import sign_checkpoint

    signer = get_user_model().objects.filter(username=person, is_active=True).first()
    if signer is None:
        tell(f"There is no person with the user name {person}.", do="Add one with: minga person add")
        return 1
    kept = sign_checkpoint(
        By(signer.actor),
        BODY,
        chain=str(statement["chain"]),
        seq=int(str(statement["seq"])),
        hash_=str(statement["hash"]),
        public_key=public_key,
        signature=signature,
    )
    print(f"checkpoint {kept.chain} {kept.seq}\npublic key {public_key}\nsignature  {signature}")
    return 0
