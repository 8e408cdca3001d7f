"""Runs a supplier's command where it can do no harm, or not at all. See docs/sandbox.md for what is promised.

outcome = sandbox.run(["python", "/program/main.py"], program=folder, stdin=cases, outputs=["answers.jsonl"])
with sandbox.session(["/program/serve"], program=folder) as session:
    answer = session.ask(b'{"case": 1}', timeout=5)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from minga.tools.base import ToolError
from minga.tools.sandbox.endings import describe
from minga.tools.sandbox.isolated import isolation, means
from minga.tools.sandbox.running import CHUNK, Running
from minga.tools.sandbox.sessions import Session
from minga.tools.sandbox.surroundings import Order
from minga.tools.sandbox.words import Isolation, Limits, NoIsolation, Outcome, SessionEnded

__all__ = ["Isolation", "Limits", "NoIsolation", "Outcome", "Session", "SessionEnded", "isolation", "run", "session"]


def run(
    command: Sequence[str],
    *,
    stdin: bytes | Path = b"",
    program: Path | None = None,
    read_only: Mapping[str, Path] = {},
    outputs: Sequence[str] = (),
    environment: Mapping[str, str] = {},
    limits: Limits = Limits(),  # noqa: B008  frozen
) -> Outcome:
    """Run ``command`` to its end, isolated, in /scratch.

    ``program`` is seen at /program and ``read_only`` maps paths under /data to files or folders; ``outputs`` are
    names under /scratch that come back. Raises NoIsolation where this machine cannot isolate (there is no override)
    and ToolError where the call itself is wrong; what the command does wrong is in the outcome.
    """
    order = Order(command, program, read_only, outputs, environment, limits)
    pieces = _pieces(stdin)
    running = Running(order, means())
    try:
        running.send(pieces, then_end=True)
        running.wait()
    except BaseException:
        running.kill("killed")
        running.wait()
        raise
    return describe(running)


def _pieces(stdin: bytes | Path) -> Iterator[bytes]:
    if isinstance(stdin, bytes):
        return iter((stdin,) if stdin else ())
    if not stdin.is_file():
        raise ToolError(f"{stdin} is not a file, so it cannot be given to the command to read. Check the path.")
    return _file_pieces(stdin)


def _file_pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while piece := stream.read(CHUNK):
            yield piece


def session(
    command: Sequence[str],
    *,
    program: Path | None = None,
    read_only: Mapping[str, Path] = {},
    environment: Mapping[str, str] = {},
    limits: Limits = Limits(),  # noqa: B008
) -> Session:
    """Start ``command`` and keep it, isolated, to ask it line by line; use it with ``with``. Errors as in ``run``.

    ``limits`` hold for the session as a whole, but ``output_bytes`` for each answer.
    """
    return Session(Running(Order(command, program, read_only, (), environment, limits), means()))
