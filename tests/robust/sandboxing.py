"""What the tests of the sandbox share: attacks as Python programs, and a look at what is left on the machine."""

import functools
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from minga.tools import sandbox
from minga.tools.sandbox import groups


def isolated_or_refused[**P](test: Callable[P, None]) -> Callable[P, None]:
    """Run the test where this machine isolates; elsewhere the very same attempt must be refused."""

    @functools.wraps(test)
    def either(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            sandbox.isolation()
        except sandbox.NoIsolation:
            with pytest.raises(sandbox.NoIsolation):
                test(*args, **kwargs)
        else:
            test(*args, **kwargs)

    return either


def attack(code: str, *arguments: str, **how: Any) -> sandbox.Outcome:
    """Run ``code`` with the Python of the service, inside."""
    limits = how.pop("limits", sandbox.Limits(wall_seconds=15))
    return sandbox.run([sys.executable, "-I", "-S", "-c", code, *arguments], limits=limits, **how)


def lines(outcome: sandbox.Outcome) -> list[str]:
    assert outcome.ended == "finished", (outcome.explanation, outcome.stderr_tail)
    return outcome.stdout.decode().splitlines()


def processes_with(marker: str) -> list[str]:
    """Command lines on this machine that hold ``marker``, this process and its own family aside."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and int(folder.name) != os.getpid():
            try:
                text = (folder / "cmdline").read_bytes().decode(errors="replace")
            except OSError:
                continue
            if marker in text:
                found.append(text)
    return found


def groups_left(process: int) -> list[Path]:
    """Control groups that runs of ``process`` have left."""
    place = groups.find()
    parents = set(place.parents.values()) if place else set()
    return [folder for parent in parents for folder in parent.glob(f"{groups.PREFIX}{process}-*")]


def soon(condition: Callable[[], bool], seconds: float = 5) -> bool:
    until = time.monotonic() + seconds
    while not condition() and time.monotonic() < until:
        time.sleep(0.02)
    return condition()
