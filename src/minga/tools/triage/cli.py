"""``minga triage``: train, evaluate, advise and put in order on the command line."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from minga.tools.base import ToolError

if TYPE_CHECKING:
    from minga.tools.triage.model import Model
    from minga.tools.triage.settings import Settings

PIECE = 1 << 16
COLUMNS = ("text", "label", "case")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status (0 done, 1 could not, 2 wrong usage, 130 Ctrl-C, 141 closed pipe)."""
    arguments = _parser().parse_args(list(sys.argv[1:] if argv is None else argv))
    try:
        found: Mapping[str, Any] = arguments.run(arguments)
        _say(_json(found) if arguments.format == "json" else _text(found))
    except ToolError as error:
        print(f"minga triage: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("minga triage: stopped by Ctrl-C; nothing was changed.", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # The reader has gone; keep the interpreter from flushing into the closed pipe at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 141
    return 0


def _say(text: str) -> None:
    """Piece by piece, so that a reader who has gone is noticed."""
    for start in range(0, len(text), PIECE):
        sys.stdout.write(text[start : start + PIECE])
        sys.stdout.flush()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="minga triage",
        description="Where letters and cases belong: tested rules first, learned words second, else a person.",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    train = _command(commands, "train", _train, "learn from routed texts and save the model")
    train.add_argument("--out", type=Path, required=True, metavar="FILE.json", help="the model; .npz goes beside it")
    evaluate = _command(commands, "evaluate", _evaluate, "measure on routed texts; one JSON object with --format json")
    evaluate.add_argument("--model", type=Path, metavar="FILE.json", help="a saved model")
    evaluate.add_argument("--train", type=Path, metavar="FILE", help="train on this file first, or only for baselines")
    evaluate.add_argument(
        "--split", type=_share, metavar="SHARE", help="hold this share of DATA out, train on the rest"
    )
    advise = _command(commands, "advise", _advise, "advice on every text")
    advise.add_argument("--model", type=Path, metavar="FILE.json", help="a saved model (or settings with rules)")
    queue = _command(commands, "queue", _queue, "put waiting cases in order: columns case, arrived, priority or route")
    queue.add_argument("--now", type=_moment, metavar="TIME", help="as if it were then (ISO 8601; default: now)")
    return parser


def _command(commands: Any, name: str, run: Any, what: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(name, help=what, description=what.capitalize() + ".")
    parser.set_defaults(run=run)
    parser.add_argument("data", metavar="DATA", help="CSV or JSON Lines, or - for standard input")
    parser.add_argument("--settings", type=Path, metavar="FILE.toml", help="rules, costs, priorities, columns")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="output (default: text)")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="of every random draw (default: 0)")
    for column in COLUMNS:
        parser.add_argument(f"--{column}", default="", metavar="NAME", help=f"the column of the {column}")
    parser.add_argument("--group", action="append", default=[], metavar="NAME", help="figures by this column; repeat")
    return parser


def _share(text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = 0.0
    if not 0 < share < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a share between 0 and 1")
    return share


def _moment(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a time such as 2026-11-21T09:00") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _settings(arguments: argparse.Namespace, settings: Settings | None = None) -> Settings:
    """Those of the file, else those given, else the defaults; columns named on the command line win."""
    from minga.tools.triage.settings import Settings

    made = Settings.load(arguments.settings) if arguments.settings else settings or Settings()
    named: dict[str, Any] = {column: getattr(arguments, column) for column in COLUMNS if getattr(arguments, column)}
    if arguments.group:
        named["groups"] = tuple(arguments.group)
    return replace(made, columns=replace(made.columns, **named))


def _model(arguments: argparse.Namespace) -> Model:
    from minga.tools.triage.model import Model
    from minga.tools.triage.training import train

    if arguments.model is None:
        return train(None, arguments.seed, _settings(arguments))
    saved = Model.load(arguments.model)
    return saved.with_settings(_settings(arguments, saved.settings))


def _train(arguments: argparse.Namespace) -> Mapping[str, Any]:
    from minga.tools.spent import Clock
    from minga.tools.triage.training import train

    clock = Clock()
    model = train(arguments.data, arguments.seed, _settings(arguments))
    model.save(arguments.out)
    return {**_learned(model), "model": str(arguments.out), "seed": arguments.seed, **clock.read()}


def _learned(model: Model) -> Mapping[str, Any]:
    learned = model.learned
    if learned is None:
        return {"content_hash": model.content_hash}
    return {
        "content_hash": model.content_hash,
        "weights_hash": learned.weights_hash,
        "routes": dict(zip(learned.routes, learned.sizes, strict=True)),
        "rows": learned.rows,
        "strength": learned.strength,
    }


def _evaluate(arguments: argparse.Namespace) -> Mapping[str, Any]:
    from minga.tools.triage.running import evaluation

    model = None if arguments.model is None else _model(arguments)
    settings = _settings(arguments) if model is None else model.settings
    return evaluation(arguments.data, settings, arguments.seed, model, arguments.train, arguments.split)


def _advise(arguments: argparse.Namespace) -> Mapping[str, Any]:
    from minga.tools.triage.advising import advise
    from minga.tools.triage.reading import read

    model = _model(arguments)
    table = read(arguments.data, model.settings.columns, labelled=False)
    told = [advice.as_json() for advice in advise(model, table.cases, table.texts, table.columns.text)]
    return {"content_hash": model.content_hash, "rows": table.account.as_json(), "advice": told}


def _queue(arguments: argparse.Namespace) -> Mapping[str, Any]:
    from minga.tools.triage.running import queue

    settings = _settings(arguments)
    return queue(arguments.data, settings, arguments.now or datetime.now(UTC))


def _json(found: Mapping[str, Any]) -> str:
    import orjson

    return orjson.dumps(found, option=orjson.OPT_INDENT_2).decode() + "\n"


def _text(found: Mapping[str, Any], indent: str = "") -> str:
    """Names and figures, one a line; what is nested stands below, indented."""
    lines = []
    for name, value in found.items():
        if isinstance(value, Mapping):
            lines.append(f"{indent}{name}\n" + _text(value, indent + "  "))
        elif isinstance(value, list) and value and isinstance(value[0], Mapping):
            lines += [f"{indent}{name}\n", *(f"{_text(row, indent + '  ')}\n" for row in value)]
        else:
            shown = f"{value:.4f}" if isinstance(value, float) else str(value)
            lines.append(f"{indent}{name}: {shown}\n")
    return "".join(line for line in lines)
