"""JSON lines to and from a program in the sandbox: one question, one line back, a bounded number of restarts."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import orjson

from minga.tools import sandbox
from minga.tools.base import ToolError
from minga.tools.providers.answers import Answer
from minga.tools.providers.wire import SPEAKS, OutOfStep, Unreadable, parse, refusal_in

KIBIBYTE, MEBIBYTE = 1024, 1024 * 1024
START_SECONDS = 30.0


class Lost(ToolError):
    """The program is no longer in step: it died, hung, or said something else than one line about the case."""


class GivenUp(Lost):
    """The program was started as often as is allowed."""


@dataclass(frozen=True, slots=True)
class Program:
    """What runs in the sandbox and how long it may take; ``line`` is the longest answer in bytes."""

    command: Sequence[str]
    folder: Path
    read_only: Mapping[str, Path] = field(default_factory=dict)
    limits: sandbox.Limits = field(default_factory=sandbox.Limits)
    seconds: float = 10.0
    restarts: int = 5
    line: int = 256 * KIBIBYTE

    @classmethod
    def from_settings(
        cls, settings: Mapping[str, Any], command: Sequence[str], folder: Path, read_only: Mapping[str, Path]
    ) -> Self:
        """Limits from the settings of a provider; ``total_seconds`` bounds one conversation of many cases."""
        total = float(settings.get("total_seconds", 3600.0))
        limits = sandbox.Limits(
            wall_seconds=total,
            cpu_seconds=total,
            memory_bytes=settings.get("memory_mib", 1024) * MEBIBYTE,
            processes=settings.get("processes", 64),
        )
        return cls(
            command, folder, read_only, limits, float(settings.get("seconds_per_case", 10.0)),
            settings.get("restarts", 5), settings.get("line_kib", 256) * KIBIBYTE,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """One case: what is sent, and how the line that comes back becomes its answer (Unreadable where it cannot)."""

    name: str
    question: Mapping[str, Any]
    read: Callable[[bytes], Answer]


class Channel:
    """Open it with ``with``; the program starts at the first question and is gone at the end."""

    def __init__(self, program: Program, model_settings: str, greet: Callable[[Any], object]) -> None:
        """``greet`` judges the parsed answer to the first question of every start; it raises Unreadable to refuse."""
        self._program, self._greet = program, greet
        self._hello = {"minga": SPEAKS, "ask": "card", "settings": model_settings}
        self._running: sandbox.Session | None = None
        self._stack = ExitStack()
        self.starts = 0
        self.cpu_seconds = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.drop()

    def start(self) -> sandbox.Session:
        """Start the program and greet it; raises Lost, Unreadable, and GivenUp once there were too many starts."""
        program = self._program
        if self.starts > program.restarts:
            raise GivenUp(
                f"The program was started {self.starts} times and fell out of step each time, so this case was not "
                "tried. See the failures of the cases before it."
            )
        self.starts += 1
        running = self._stack.enter_context(
            sandbox.session(program.command, program=program.folder, read_only=program.read_only, limits=program.limits)
        )
        self._running = running
        try:
            self._greeted(running)
        except (Lost, Unreadable):
            self.drop()
            raise
        return running

    def ask(self, question: Mapping[str, Any]) -> bytes:
        """The line that answers ``question``; raises as ``start`` does."""
        return self._said(self._running or self.start(), question, self._program.seconds)

    def drop(self) -> None:
        """End the running program, if any; the next question starts it anew."""
        running, self._running = self._running, None
        self._stack.close()
        if running is not None:
            self.cpu_seconds += running.cpu_seconds

    def ask_each(self, cases: Sequence[Asked]) -> list[Answer]:
        """One answer a case, in order. The CPU seconds of all starts are shared out by how long each case took."""
        answers = [self._one(each) for each in cases]
        self.drop()
        waited = sum(each.wall_seconds for each in answers)
        rate = self.cpu_seconds / waited if waited else 0.0
        return [replace(each, cpu_seconds=each.wall_seconds * rate) for each in answers]

    def _one(self, asked: Asked) -> Answer:
        started = time.perf_counter()
        try:
            answer = asked.read(self.ask(asked.question))
        except GivenUp as error:
            return Answer(asked.name, failure=str(error))
        except (Lost, Unreadable) as error:
            if isinstance(error, Lost | OutOfStep):
                self.drop()
            answer = Answer(asked.name, failure=str(error))
        return replace(answer, wall_seconds=time.perf_counter() - started)

    def _greeted(self, running: sandbox.Session) -> None:
        told = parse(self._said(running, self._hello, max(START_SECONDS, self._program.seconds)))
        if refused := refusal_in(told):
            raise Unreadable(f"The program could not start its work: {refused}")
        self._greet(told)

    def _said(self, running: sandbox.Session, question: Mapping[str, Any], seconds: float) -> bytes:
        line = orjson.dumps(question, option=orjson.OPT_NON_STR_KEYS, default=str)
        try:
            reply = running.ask(line, seconds)
        except sandbox.SessionEnded as error:
            raise Lost(str(error)) from None
        if len(reply) > self._program.line:
            raise Lost(f"The program answered with a line longer than {self._program.line // KIBIBYTE} KiB.")
        return reply
