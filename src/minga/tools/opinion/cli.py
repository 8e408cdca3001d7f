"""``minga opinion``: the opinion map of a conversation on the command line."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from minga.tools.base import ToolError

if TYPE_CHECKING:
    from minga.tools.opinion.reading import Conversation, FileAccount

FORMATS = ("text", "json")
MODES = ("minga", "polis")
RESAMPLES = 20


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status (0 done, 2 wrong usage or bad file, 130 Ctrl-C, 141 closed pipe)."""
    arguments = _parser().parse_args(list(sys.argv[1:] if argv is None else argv))
    try:
        content = _mapped(arguments)
        if arguments.out is None:
            sys.stdout.write(content)
            sys.stdout.flush()
        else:
            _save(arguments.out, content)
    except ToolError as error:
        print(f"minga opinion: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("minga opinion: stopped by Ctrl-C; nothing was changed.", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # The reader has gone; keep the interpreter from flushing into the closed pipe at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 141
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="minga opinion",
        description="Where people agree, what divides them, and how sure that is. +1 is agree, in and out.",
        epilog="PATH is a folder with a Polis export (comments.csv, votes.csv, participants-votes.csv), a folder with "
        "votes.json and comments.json, or a CSV file of participant, statement, vote and perhaps time.",
    )
    parser.add_argument("path", type=Path, metavar="PATH")
    parser.add_argument("--groups", type=Path, metavar="FILE", help="use these groups: a CSV of participant, group")
    parser.add_argument("--format", choices=FORMATS, default="text", help="output (default: text)")
    parser.add_argument("--mode", choices=MODES, default="minga", help="how groups are found (default: minga)")
    parser.add_argument(
        "--resamples",
        type=_count,
        default=RESAMPLES,
        metavar="N",
        help=f"how often people and statements are drawn again (default: {RESAMPLES}; 0 leaves the uncertainty out)",
    )
    parser.add_argument("--seed", type=_count, default=0, metavar="N", help="of every random draw (default: 0)")
    parser.add_argument("--out", type=Path, metavar="FILE", help="write here instead of to standard output")
    return parser


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of 0 or more")
    return int(text)


def _mapped(arguments: argparse.Namespace) -> str:
    """The whole output."""
    from minga.tools.opinion import Settings, map_opinions
    from minga.tools.opinion.reading import read
    from minga.tools.opinion.text import as_text
    from minga.tools.spent import Clock

    clock = Clock()
    conversation = read(arguments.path)
    groups, files, notes = _groups(arguments.groups, conversation)
    settings = Settings(mode=arguments.mode, groups=groups, resamples=arguments.resamples, seed=arguments.seed)
    found = map_opinions(conversation.votes, conversation.statements, settings)
    rows = conversation.report.as_json()
    rows["files"] += files
    rows["notes"] += notes
    if arguments.format == "json":
        sizes = {str(group["id"]): group["members"] for group in found.as_json()["groups"]["list"]}
        whole = {**found.as_json(), "rows": rows, "group_sizes": sizes, "seed": arguments.seed}
        # A file is the same for the same votes and seed; what it cost is told where it is printed.
        return as_json_text(whole if arguments.out else whole | clock.read())
    return as_text(found, conversation.statements, rows, title=conversation.summary.get("topic", ""))


def as_json_text(found: Mapping[str, Any]) -> str:
    import orjson

    options = orjson.OPT_INDENT_2 | orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_NON_STR_KEYS
    return orjson.dumps(found, option=options).decode() + "\n"


def _groups(
    path: Path | None, conversation: Conversation
) -> tuple[Mapping[Any, Any] | None, list[dict[str, Any]], list[str]]:
    """(groups of those who voted or None, account of the file, notes)."""
    if path is None:
        return None, [], []
    from minga.tools.opinion.reading import read_groups

    groups, account = read_groups(path)
    voters = set(conversation.votes.participants)
    known = {participant: group for participant, group in groups.items() if participant in voters}
    if not known:
        raise ToolError(
            f"None of the {len(groups):,} participants in {account.name} has voted in this conversation. The file "
            "probably belongs to another one, or names people differently. Use the ids that the votes have."
        )
    return known, [account.as_json()], _strangers(groups, known, account)


def _strangers(groups: Mapping[str, str], known: Mapping[str, str], account: FileAccount) -> list[str]:
    strangers = [participant for participant in groups if participant not in known]
    if not strangers:
        return []
    first = ", ".join(strangers[:3]) + (", ..." if len(strangers) > 3 else "")
    return [f"{account.name}: {len(strangers):,} participants have a group but no vote, so they count nowhere: {first}"]


def _save(path: Path, content: str) -> None:
    try:
        path.write_text(content, encoding="utf-8")
    except OSError as error:
        raise ToolError(
            f"{path} cannot be written ({error.strerror}). The folder is missing or may not be written to. Give "
            "another place with --out."
        ) from None
