"""What goes into a run and what comes out of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from minga.tools.base import ToolError


class NoIsolation(ToolError):
    """This machine cannot isolate a command, so nothing was run. There is no override."""


class SessionEnded(ToolError):
    """A session's command is gone: ``ended`` is a word of ``Outcome.ended``, or "hung" where an answer did not come."""

    def __init__(self, message: str, ended: str) -> None:
        super().__init__(message)
        self.ended = ended


@dataclass(frozen=True, slots=True)
class Limits:
    """What one run may use, all its processes together.

    ``wall_seconds`` and ``cpu_seconds`` in seconds, ``memory_bytes`` of main memory with the files in /scratch,
    ``processes`` at once with their threads, ``scratch_bytes`` in /scratch, ``output_bytes`` each for the standard
    output, the standard error, one answer of a session and every file that comes back.
    """

    wall_seconds: float = 60
    cpu_seconds: float = 60
    memory_bytes: int = 1 << 30
    processes: int = 64
    scratch_bytes: int = 64 << 20
    output_bytes: int = 16 << 20

    def __post_init__(self) -> None:
        for name in self.__slots__:
            if not getattr(self, name) > 0:
                raise ToolError(
                    f"The limit {name} is {getattr(self, name)}; it must be more than 0. Set a positive one."
                )


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended and everything that came back from it.

    ``ended`` is "finished", "failed", "timed_out", "out_of_memory", "too_much_output" or "killed"; ``exit_status`` is
    None unless the command ended by itself. ``stderr_tail`` holds the last 8,192 bytes. ``files`` has the declared
    outputs of a finished run. ``cpu_seconds`` and ``peak_memory_bytes`` are those of all processes together where
    control groups are there, else of the ended processes and of the largest one.
    """

    ended: str
    exit_status: int | None
    stdout: bytes
    stderr_tail: str
    files: Mapping[str, bytes]
    cpu_seconds: float
    wall_seconds: float
    peak_memory_bytes: int
    explanation: str


@dataclass(frozen=True, slots=True)
class Isolation:
    """By what means this machine isolates: ``name``, and how each guarantee is met, in plain words."""

    name: str
    guarantees: Mapping[str, str]
