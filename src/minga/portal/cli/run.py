"""``minga run``: web server and worker together, stopped together."""

import argparse
import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType

# Seconds in which the task at hand may still be finished, and the shorter time granian gives its own web processes.
PATIENCE = 20
WEB_PATIENCE = 8


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="minga run", description="Start web server and worker together.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--workers", type=int, default=1, help="web processes")
    arguments = parser.parse_args(argv)
    # Without a public address, private links and letters name the one that this server answers at.
    os.environ.setdefault("MINGA_ADDRESS", f"http://localhost:{arguments.port}")
    commands = _commands(arguments)
    if commands is None:
        return 1
    return _watch(commands)


def _commands(arguments: argparse.Namespace) -> list[list[str]] | None:
    """What is started; None, with a word to the terminal, where nothing was laid out yet."""
    from minga.start import tell

    # Settings alone: starting all of Django here would only delay the two that need it.
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "minga.settings")
    from django.conf import settings

    if not Path(settings.STATIC_ROOT).is_dir():
        tell(f"There are no static files at {settings.STATIC_ROOT}.", "Nothing was set up yet.", "Run: minga migrate")
        return None
    web = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", arguments.host,
        "--port", str(arguments.port), "--workers", str(arguments.workers), "--blocking-threads", "4",
        "--workers-kill-timeout", str(WEB_PATIENCE), "--log-level", "warning",
        "--static-path-route", settings.STATIC_URL.rstrip("/"),
        "--static-path-mount", str(settings.STATIC_ROOT), "minga.wsgi:application",
    ]  # fmt: skip
    return [web, [sys.executable, "-m", "minga", "worker"]]


def _watch(commands: list[list[str]]) -> int:
    """Start them, wait until told to stop or until one process ends; then end them all."""
    asked = _heed()
    processes = [_start(command) for command in commands]
    while not asked and all(process.poll() is None for process in processes):
        time.sleep(0.2)
    _end(processes)
    if asked:
        print("Stopped.")
        return 0
    print("minga: web server or worker ended by itself; see the lines above.", file=sys.stderr)
    return 1


def _heed() -> list[int]:
    """A list that holds each request to stop, from the moment on that this returns."""
    asked: list[int] = []

    def stop(signum: int, frame: FrameType | None) -> None:
        asked.append(signum)

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    # The terminal was closed, which the children in sessions of their own do not hear; under nohup it is ignored.
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:
        signal.signal(signal.SIGHUP, stop)
    return asked


def _start(command: list[str]) -> subprocess.Popen[bytes]:
    """In a session of its own, out of reach of the terminal's Ctrl-C: a web process of granian that is signalled
    by the terminal and by granian at nearly the same moment can wait for ever."""
    return subprocess.Popen(command, start_new_session=True)


def _end(processes: list[subprocess.Popen[bytes]]) -> None:
    """Ask each once, wait, and leave nothing behind in any of their sessions."""
    for process in processes:
        process.terminate()
    end = time.monotonic() + PATIENCE
    for process in processes:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=max(0.0, end - time.monotonic()))
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
