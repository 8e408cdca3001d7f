"""One launched command seen from the service: its pipes, its clock, its counters, and its end."""

from __future__ import annotations

import contextlib
import marshal
import os
import selectors
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from minga.tools.sandbox import groups
from minga.tools.sandbox.report import Report
from minga.tools.sandbox.surroundings import Means, Order, plan
from minga.tools.sandbox.words import NoIsolation

INSIDE = Path(__file__).parent / "inside"
CHUNK = 1 << 16
TAIL = 8192
TICK_SECONDS = 0.05
PATIENCE_SECONDS = 10.0


@dataclass(slots=True)
class Counted:
    """What the run has cost; the last values are kept when the control groups go."""

    group: groups.Group | None
    cpu_seconds: float = 0.0
    peak_bytes: int = 0
    out_of_memory: bool = False

    def look(self) -> None:
        if self.group is None:
            return
        with contextlib.suppress(FileNotFoundError):  # they can only go when somebody else removed them
            self.cpu_seconds = self.group.cpu_seconds() or self.cpu_seconds
            self.out_of_memory = self.group.out_of_memory()
            self.peak_bytes = self.group.peak_bytes()


@dataclass(slots=True)
class Streams:
    """The bytes that came and those still to go."""

    stdout: bytearray = field(default_factory=bytearray)
    stderr: bytearray = field(default_factory=bytearray)
    stderr_total: int = 0
    to_send: Iterator[bytes] = field(default_factory=lambda: iter(()))
    piece: memoryview = field(default_factory=lambda: memoryview(b""))
    stdin_ends: bool = True


class Running:
    """A command in its isolation; ``turn`` moves it on until it is ``over``. Use from one thread at a time.

    Whether the isolation could be completed is told by ``endings.describe``; if not, nothing of the supplier's ran.
    """

    def __init__(self, order: Order, means: Means) -> None:
        self.order, self.means = order, means
        self.limits = order.limits
        self.streams = Streams()
        self.report = Report(list(order.outputs), order.limits.output_bytes)
        self.ended = ""
        self.started = self._looked = time.monotonic()
        self.wall_seconds = 0.0
        group = None
        what = plan(order, means, [])
        if means.place is not None:
            try:
                group = groups.make(means.place, order.limits)
            except OSError as error:
                raise NoIsolation(
                    f"The control groups that bound memory and processes could not be made ({error}), so nothing was "
                    "run. Check that the service may still write to its own group."
                ) from error
            what["groups"] = group.unique_folders()
        self.counted = Counted(group)
        self._launch(what)

    def _launch(self, what: dict[str, object]) -> None:
        plan_fd = os.memfd_create("plan")
        report, report_in = os.pipe()
        lifeline, self._lifeline = os.pipe()
        handed = (plan_fd, report_in, lifeline)
        try:
            os.write(plan_fd, marshal.dumps(what))
            os.lseek(plan_fd, 0, os.SEEK_SET)
            self._process = _start(handed)
        except OSError as error:
            os.close(report)
            os.close(self._lifeline)
            if self.counted.group is not None:
                self.counted.group.remove()
            raise NoIsolation(
                f"The launcher of the sandbox could not be started ({error}). Nothing was run."
            ) from error
        finally:
            for descriptor in handed:
                os.close(descriptor)
        self._report = os.fdopen(report, "rb", buffering=0)
        self._selector = selectors.DefaultSelector()
        for stream, name in self._readable():
            os.set_blocking(stream.fileno(), False)
            self._selector.register(stream, selectors.EVENT_READ, name)
        os.set_blocking(self._pipe("stdin").fileno(), False)

    def _readable(self) -> list[tuple[IO[bytes], str]]:
        return [(self._pipe("stdout"), "stdout"), (self._pipe("stderr"), "stderr"), (self._report, "report")]

    def _pipe(self, name: str) -> IO[bytes]:
        pipe = getattr(self._process, name)
        assert pipe is not None  # noqa: S101  asked for at the start
        return pipe

    @property
    def over(self) -> bool:
        return self.report.closed

    def send(self, pieces: Iterator[bytes], then_end: bool) -> None:
        """Write ``pieces`` to the standard input while the command reads, and close it afterwards if asked."""
        self.streams.to_send, self.streams.stdin_ends = pieces, then_end
        self._refill()

    def _refill(self) -> None:
        stdin, streams = self._pipe("stdin"), self.streams
        while not streams.piece:
            following = next(streams.to_send, None)
            if following is None:
                self._stop_writing()
                if streams.stdin_ends:
                    stdin.close()
                return
            streams.piece = memoryview(following)
        if not stdin.closed and stdin not in self._selector.get_map():
            self._selector.register(stdin, selectors.EVENT_WRITE, "stdin")

    def _stop_writing(self) -> None:
        with contextlib.suppress(KeyError, ValueError):
            self._selector.unregister(self._pipe("stdin"))

    def turn(self, seconds: float = TICK_SECONDS) -> None:
        """Wait for at most ``seconds`` for anything to happen, take it in, and enforce the limits."""
        events = self._selector.select(min(seconds, TICK_SECONDS))
        for key, _ in sorted(events, key=lambda event: event[0].data == "report"):  # the report closes the others
            if key.data == "stdin":
                self._write()
            else:
                self._read(key.data, key.fd)
        self._enforce()

    def _write(self) -> None:
        try:
            written = os.write(self._pipe("stdin").fileno(), self.streams.piece[:CHUNK])
        except BlockingIOError:
            return
        except BrokenPipeError:
            self._stop_writing()
            self._pipe("stdin").close()
            return
        self.streams.piece = self.streams.piece[written:]
        self._refill()

    def _read(self, name: str, descriptor: int) -> bool:
        """Take in what is there; False when nothing is, now or for good."""
        try:
            data = os.read(descriptor, CHUNK)
        except BlockingIOError:
            return False
        if not data:
            self._selector.unregister(descriptor)
        if name == "report":
            self._heard(data)
        elif name == "stdout":
            self.streams.stdout += data[: self.limits.output_bytes + 1 - len(self.streams.stdout)]
            if len(self.streams.stdout) > self.limits.output_bytes:
                self.kill("too_much_output")
        else:
            self.streams.stderr_total += len(data)
            self.streams.stderr = (self.streams.stderr + data)[-TAIL:]
            if self.streams.stderr_total > self.limits.output_bytes:
                self.kill("too_much_output")
        return bool(data)

    def _heard(self, data: bytes) -> None:
        if data:
            self.report.take(data)
        if self.report.done or not data:
            self._finish()

    def _enforce(self) -> None:
        if self.over or self.ended:
            return
        now = time.monotonic()
        if now - self._looked > TICK_SECONDS:
            self.counted.look()
            self._looked = now
        late = now - self.started > self.limits.wall_seconds
        if late or self.counted.cpu_seconds > self.limits.cpu_seconds:
            self.kill("timed_out")
        elif self.counted.out_of_memory:
            self.kill("out_of_memory")

    def kill(self, ended: str) -> None:
        """End every process of the run at once; ``ended`` is what the outcome will say."""
        if not (self.ended or self.over):
            self.ended = ended
            with contextlib.suppress(BrokenPipeError):
                os.write(self._lifeline, b"k")

    def _finish(self) -> None:
        """The launcher has told the end: read the counters, drain the pipes, and let the launcher remove the groups."""
        self.wall_seconds = time.monotonic() - self.started
        self.counted.look()
        self.counted.cpu_seconds = self.counted.cpu_seconds or self.report.cpu_seconds
        self.counted.peak_bytes = self.counted.peak_bytes or self.report.peak_bytes
        if not self.ended:
            self._drain()
        self.report.closed = True
        os.close(self._lifeline)
        for stream in (self._pipe("stdin"), *(stream for stream, _ in self._readable())):
            with contextlib.suppress(BrokenPipeError):
                stream.close()
        self._selector.close()
        try:
            self._process.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self.counted.group is not None:
            self.counted.group.remove()  # a launcher that ended well has done so

    def _drain(self) -> None:
        """What the command wrote before it ended lies in the pipes still, and nobody adds to it."""
        for stream, name in self._readable()[:2]:
            while stream in self._selector.get_map() and not self.ended and self._read(name, stream.fileno()):
                pass

    def wait(self) -> None:
        """Move on until the command has ended and everything is cleared away."""
        killed = 0.0
        while not self.over:
            self.turn()
            killed = killed or (time.monotonic() if self.ended else 0.0)
            if killed and time.monotonic() - killed > PATIENCE_SECONDS:
                self._process.kill()  # the kernel then ends the keeper, and with it all processes inside


def _start(handed: tuple[int, int, int]) -> subprocess.Popen[bytes]:
    libraries = os.environ.get("LD_LIBRARY_PATH")
    return subprocess.Popen(
        [sys.executable, "-I", "-S", str(INSIDE), *map(str, handed)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        bufsize=0,
        pass_fds=handed,
        env={"LD_LIBRARY_PATH": libraries} if libraries else {},
        cwd="/",
        start_new_session=True,
    )
