"""Whether and by what means this machine isolates: tried for real, never assumed."""

from __future__ import annotations

import os
import sys
from functools import cache

from minga.tools.sandbox import groups
from minga.tools.sandbox.endings import REMEDY, describe
from minga.tools.sandbox.running import Running
from minga.tools.sandbox.surroundings import Means, Order
from minga.tools.sandbox.words import Isolation, Limits, NoIsolation

_PROBE = Limits(wall_seconds=10, cpu_seconds=5, output_bytes=1 << 16)


def means() -> Means:
    """How to isolate here, tried once per process. Raises NoIsolation, also the next time, while nothing works."""
    return _tried(os.getpid())


@cache
def _tried(_process: int) -> Means:
    if not sys.platform.startswith("linux") or not hasattr(os, "unshare"):
        raise NoIsolation(f"Commands can be isolated on Linux only, and this is {sys.platform}. {REMEDY}")
    rooted = os.geteuid() == 0
    place = groups.find()
    candidates = [Means(rooted, place)] if place else []
    refusal = None
    for candidate in [*candidates, Means(rooted, None)]:
        try:
            probe(candidate)
        except NoIsolation as error:
            refusal = error
        else:
            return candidate
    assert refusal is not None  # noqa: S101  the list is never empty
    raise refusal


def probe(candidate: Means) -> None:
    """Run a harmless command and look at the network from within. Raises NoIsolation unless all is as it should be."""
    running = Running(Order(("cat", "/proc/self/net/dev"), limits=_PROBE), candidate)
    running.send(iter(()), then_end=True)
    running.wait()
    outcome = describe(running)
    names = {line.split(b":")[0].strip() for line in outcome.stdout.splitlines() if b":" in line}
    if not names <= {b"lo"}:
        raise NoIsolation(f"Network devices are seen from inside: {sorted(names)!r}. {REMEDY}")
    if outcome.ended not in {"finished", "failed"}:
        raise NoIsolation(f"A harmless command did not end well inside: {outcome.explanation} {REMEDY}")


def isolation() -> Isolation:
    """How each guarantee is met on this machine. Raises NoIsolation saying what is missing and what to allow."""
    found = means()
    who = "root drops to a user number of its own for each run" if found.rooted else "a user namespace without rights"
    if found.place:
        total = f"control group version {found.place.version}, made for the run and removed after it"
    else:
        total = "number of processes times address space of each, with memory outside of it denied by the filter"
    return Isolation(
        name=f"{'root' if found.rooted else 'user namespace'}, {'control groups' if found.place else 'process limits'}",
        guarantees={
            "network": "a network namespace of its own, empty; other kinds of socket are denied by the filter",
            "user": f"{who}; no capability, no set-user-id, no new namespace",
            "environment": "empty but for PATH, HOME, TMPDIR, LANG and what the caller gives",
            "files": "a root of its own: system and Python read-only, /program and /data read-only, /scratch in memory",
            "memory": total,
            "processes": total,
            "time": "wall clock by the launcher; computing time by the kernel",
            "end": "a process namespace of its own: when its first process ends, the kernel kills all others",
            "output": "declared plain files only, each bounded, read without following links",
        },
    )
