"""A real installation in a folder of its own: web server and worker as processes that can be stopped and killed."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from tests.signals import heed_the_terminal

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def processes() -> Iterator[tuple[int, int, int]]:
    """Number, parent and session of every process that is still running; zombies are over."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if fields[0] != "Z":
            yield int(stat.parent.name), int(fields[1]), int(fields[3])


def sessions_of(first: int) -> set[int]:
    """The sessions of a process and of all that descend from it; an orphan keeps its session."""
    running = list(processes())
    family = {first}
    while born := {pid for pid, parent, _ in running if parent in family} - family:
        family |= born
    return {session for pid, _, session in running if pid in family}


def alive_in(sessions: set[int]) -> list[int]:
    """Processes of these sessions, parents before children."""
    return sorted(pid for pid, _, session in processes() if session in sessions)


def left_over(sessions: set[int], seconds: float = 5.0) -> list[str]:
    """Processes of these sessions that are still there after a moment: a child may end a little after its parent."""
    end = time.monotonic() + seconds
    while (found := alive_in(sessions)) and time.monotonic() < end:
        time.sleep(0.05)
    return [f"{pid} {command_of(pid)}" for pid in found]


def command_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except OSError:
        return "(ended meanwhile)"


@dataclass
class Installation:
    """``home`` is its MINGA_HOME; ``settings`` are further environment variables."""

    home: Path
    settings: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    server: subprocess.Popen[bytes] | None = None
    sessions: set[int] = field(default_factory=set)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        path = os.pathsep.join(part for part in (str(ROOT), self.settings.get("PYTHONPATH")) if part)
        given = {"MINGA_HOME": str(self.home), "MINGA_DATABASE": "", "MINGA_DEMONSTRATION": "", **self.settings}
        return os.environ | given | {"PYTHONPATH": path}

    def python(self, code: str, *arguments: str, check: bool = True) -> str:
        """Run ``code`` in a process of its own; returns what it printed."""
        return self._run([sys.executable, "-c", code, *arguments], check).stdout

    def minga(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        return self._run([sys.executable, "-m", "minga", *arguments], check)

    def _run(self, command: list[str], check: bool) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False)
        assert not check or done.returncode == 0, f"{done.stdout}\n{done.stderr}"
        return done

    @contextmanager
    def verifying(self) -> Iterator[None]:
        """``minga ledger verify`` beside what is done in the block; it must find all as it was written."""
        command = [sys.executable, "-m", "minga", "ledger", "verify"]
        beside = subprocess.Popen(
            command, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        yield
        said, _ = beside.communicate()
        assert (beside.returncode, "all as they were written" in said) == (0, True), said

    def start(self, workers: int = 1) -> None:
        """``minga run`` in a session of its own, as in a terminal; returns once pages are answered."""
        command = [sys.executable, "-m", "minga", "run", "--port", str(self.port), "--workers", str(workers)]
        with (self.home / "server.log").open("ab") as log:
            self.server = subprocess.Popen(
                command,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=heed_the_terminal,  # noqa: PLW1509
            )
        self.sessions = {self.server.pid}
        self._wait_until_it_answers()
        self.sessions |= sessions_of(self.server.pid)

    def _wait_until_it_answers(self) -> None:
        end = time.monotonic() + 30
        while time.monotonic() < end:
            assert self.server is not None
            assert self.server.poll() is None, (self.home / "server.log").read_text()
            try:
                httpx.get(f"{self.address}/accounts/login/", timeout=5)
            except httpx.HTTPError:
                time.sleep(0.05)
            else:
                return
        raise AssertionError((self.home / "server.log").read_text())

    def signal_terminal(self, number: int) -> None:
        """What a terminal does at Ctrl-C: the signal goes to the process group in the foreground."""
        assert self.server is not None
        os.killpg(self.server.pid, number)

    def signal_all(self, number: int) -> None:
        """What a service manager does: the signal goes to ``minga run`` and to every process that came of it."""
        for pid in alive_in(self.sessions):
            with suppress(ProcessLookupError):
                os.kill(pid, number)

    def kill(self) -> None:
        """The end without a word: SIGKILL to all of its processes."""
        if self.server is None:
            return
        self.sessions |= sessions_of(self.server.pid)
        while alive_in(self.sessions):
            self.signal_all(signal.SIGKILL)
            time.sleep(0.01)
        self.server.wait()

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Read the SQLite file from outside."""
        with sqlite3.connect(self.home / "minga.sqlite3", timeout=20) as database:
            return database.execute(sql).fetchall()
