"""A command that is kept and asked line by line."""

from __future__ import annotations

import contextlib
import time
from types import TracebackType
from typing import Self

from minga.tools.sandbox.endings import describe
from minga.tools.sandbox.running import Running
from minga.tools.sandbox.words import Outcome, SessionEnded

GOODBYE_SECONDS = 1.0


class Session:
    """One line in, one line out, until ``close``. Use from one thread at a time."""

    def __init__(self, running: Running) -> None:
        self._running = running
        self.outcome: Outcome | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self.close()
            return
        with contextlib.suppress(Exception):
            self.close()

    @property
    def cpu_seconds(self) -> float:
        """Computing time so far, all processes together; 0 until the end where no control group counts."""
        if not self._running.over:
            self._running.counted.look()
        return self._running.counted.cpu_seconds

    def ask(self, line: bytes, timeout: float) -> bytes:
        """Send ``line`` (without its end) and return the next line of the answer, without its end.

        Raises SessionEnded when the command ended, said too much, or was silent for ``timeout`` seconds: it is
        killed then, because a late answer would be taken for that to the next question.
        """
        if b"\n" in line:
            raise ValueError("a question is one line")
        running = self._running
        until = time.monotonic() + timeout
        if not running.over:
            running.send(iter((line + b"\n",)), then_end=False)
        while (end := running.streams.stdout.find(b"\n")) < 0:
            if running.over:
                raise self._ended()
            left = until - time.monotonic()
            if left <= 0:
                running.kill("timed_out")
                running.wait()
                raise SessionEnded(
                    f"No answer came within {timeout:g} seconds, so the command was stopped. It may hang or be too "
                    "slow. Allow more time or ask the supplier.",
                    "hung",
                )
            running.turn(left)
        answer = bytes(running.streams.stdout[:end])
        del running.streams.stdout[: end + 1]
        return answer

    def _ended(self) -> SessionEnded:
        outcome = self.close()
        tail = outcome.stderr_tail.strip()[-300:]
        said = f" Its last words: {tail}" if tail else ""
        return SessionEnded(f"The command ended before it answered. {outcome.explanation}{said}", outcome.ended)

    def close(self) -> Outcome:
        """End the command: its input is closed, and after a second everything that is left is killed."""
        if self.outcome is None:
            running = self._running
            if not running.over:
                running.send(iter(()), then_end=True)
            until = time.monotonic() + GOODBYE_SECONDS
            while not running.over and time.monotonic() < until:
                running.turn()
            running.kill("killed")
            running.wait()
            self.outcome = describe(running)
        return self.outcome
