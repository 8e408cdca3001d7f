"""The example story told once per run, and real servers (web and worker) over copies of it."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

READY_WITHIN = 60.0
SLUG = "early-warnings-on-public-tenders"
PASSWORD = "minga-demo"


@dataclass(frozen=True)
class Site:
    """A running installation: its ``address`` without a slash at the end, and its ``home``."""

    address: str
    home: Path


def environment(home: Path, **more: str) -> dict[str, str]:
    """This process's environment with only our own MINGA_ settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MINGA_")}
    return {**kept, "MINGA_HOME": str(home), "MINGA_DEMONSTRATION": "1", **more}


def minga(home: Path, *command: str) -> None:
    """Run ``minga COMMAND`` to its end; its words are shown where it fails."""
    done = subprocess.run(
        [sys.executable, "-m", "minga", *command],
        env=environment(home),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, f"minga {' '.join(command)} ended with {done.returncode}:\n{done.stdout}{done.stderr}"


def the_story(factory: pytest.TempPathFactory) -> Path:
    """The home of an installation with the example story and its static files; told once per test process.

    While you work on these tests, MINGA_TEST_STORY=a home with the story in it saves telling it anew.
    """
    if told := os.environ.get("MINGA_TEST_STORY"):
        return Path(told)
    home = factory.getbasetemp() / "story"
    if not (home / "static").exists():
        minga(home, "demo")
        minga(home, "django", "collectstatic", "--noinput")
    return home


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served(story: Path, home: Path) -> Iterator[Site]:
    """``minga run`` over a copy of ``story`` in ``home``; told to stop, it must end by itself with status 0."""
    shutil.copytree(story, home, dirs_exist_ok=True)
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    log = home / "server.log"
    with log.open("w") as lines:
        process = subprocess.Popen(
            [sys.executable, "-m", "minga", "run", "--port", str(port)],
            env=environment(home, MINGA_ADDRESS=address),
            stdout=lines,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait_until_ready(process, address, log)
            yield Site(address, home)
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                status = process.wait(timeout=40)
            except subprocess.TimeoutExpired:
                process.kill()
                raise
    assert status == 0, f"minga run ended with {status}:\n{log.read_text()[-4000:]}"
    assert "Traceback" not in log.read_text(), log.read_text()[-8000:]


def _wait_until_ready(process: subprocess.Popen[bytes], address: str, log: Path) -> None:
    until = time.monotonic() + READY_WITHIN
    while time.monotonic() < until:
        assert process.poll() is None, f"minga run ended by itself:\n{log.read_text()}"
        try:
            with urllib.request.urlopen(f"{address}/accessibility/", timeout=10) as answer:
                assert answer.status == 200
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    raise AssertionError(f"minga run did not answer within {READY_WITHIN} s:\n{log.read_text()}")
