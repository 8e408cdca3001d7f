"""``minga run``: web server and worker together, stopped together."""

import argparse
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="minga run", description="Start web server and worker together.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--workers", type=int, default=1, help="web processes")
    arguments = parser.parse_args(argv)
    commands = _commands(arguments)
    if commands is None:
        return 1
    return _watch([subprocess.Popen(command) for command in commands])


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
        "--log-level", "warning", "--static-path-route", settings.STATIC_URL.rstrip("/"),
        "--static-path-mount", str(settings.STATIC_ROOT), "minga.wsgi:application",
    ]  # fmt: skip
    return [web, [sys.executable, "-m", "minga", "worker"]]


def _watch(processes: list[subprocess.Popen[bytes]]) -> int:
    """Wait until told to stop or until one process ends; then end them all."""
    asked: list[int] = []

    def stop(signum: int, frame: FrameType | None) -> None:
        asked.append(signum)

    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, stop)
    while not asked and all(process.poll() is None for process in processes):
        time.sleep(0.2)
    for process in processes:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
    for process in processes:
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
    if asked:
        print("Stopped.")
        return 0
    print("minga: web server or worker ended by itself; see the lines above.", file=sys.stderr)
    return 1
