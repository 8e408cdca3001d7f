"""The plan of one run: what is visible inside, with which bounds, as whom. Nothing here touches the machine."""

from __future__ import annotations

import math
import os
import resource
import secrets
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from minga.tools.base import ToolError
from minga.tools.sandbox import seccomp
from minga.tools.sandbox.groups import Place
from minga.tools.sandbox.words import Limits

SERVICE_USERS = range(61184, 65520)
"""The user numbers that the system keeps for services that come and go."""
PROCESS_BYTES = 384 << 20
"""Where no control group counts: the address space that one process needs to be of use."""
OPEN_FILES = 256
_USR_LINKS = ("bin", "sbin", "lib", "lib32", "lib64", "libx32")
_SYSTEM_FILES = ("/usr", "/etc/ld.so.cache", "/etc/alternatives")
_DEVICES = ("/dev/null", "/dev/zero", "/dev/urandom", "/dev/random")
_PYTHON_PARTS = ("bin", "lib", "lib64", "pyvenv.cfg")


@dataclass(frozen=True, slots=True)
class Means:
    """How runs are isolated here: by root or in a user namespace, bounded by ``place`` or process by process."""

    rooted: bool
    place: Place | None


@dataclass(frozen=True, slots=True)
class Order:
    """What a caller asked to run; paths are checked by ``plan``."""

    command: Sequence[str]
    program: Path | None = None
    read_only: Mapping[str, Path] = field(default_factory=dict)
    outputs: Sequence[str] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)

    def __post_init__(self) -> None:
        if not self.command or not all(isinstance(part, str) and "\0" not in part for part in self.command):
            raise ToolError(
                "The command is empty or holds a zero byte. Give the program and its arguments as a list of texts."
            )
        for name, value in self.environment.items():
            if not name or "=" in name or "\0" in name + value:
                raise ToolError(
                    f"The environment variable {name!r} cannot be set. Its name is empty or holds '=' or a zero byte."
                )
        for name in self.outputs:
            path = PurePosixPath(name)
            if path.is_absolute() or str(path) != name or ".." in path.parts or name == "." or "\0" in name:
                raise ToolError(
                    f"The output {name!r} is not a file name under /scratch. "
                    "Declare outputs by relative names, such as 'answers.jsonl'."
                )


def plan(order: Order, means: Means, folders: Sequence[str]) -> dict[str, Any]:
    """All that the launcher needs, in plain values. ``folders`` are the control groups to join."""
    user = secrets.choice(SERVICE_USERS)
    given = _given(order, means)
    return {
        "user": user,
        "rooted": means.rooted,
        "groups": list(folders),
        "owners": sorted({owner for _, _, owner in given if owner >= 0}),
        "binds": [*_system(), *given],
        "links": [*_links(), ("/tmp", "/scratch"), ("/dev/shm", "/scratch"), ("/dev/fd", "/proc/self/fd")],  # noqa: S108
        "texts": _texts(user),
        "base": "/tmp",  # noqa: S108  covered by the new root; nothing is written there
        "must_read": [target for _, target, _ in given],
        "command": list(order.command),
        "environment": _environment(order),
        "bounds": bounds(order.limits, means),
        "scratch_bytes": order.limits.scratch_bytes,
        "output_bytes": order.limits.output_bytes,
        "outputs": list(order.outputs),
        "wall_seconds": order.limits.wall_seconds + 1,
        "filter": seccomp.program(counted=means.place is not None),
    }


def bounds(limits: Limits, means: Means) -> list[tuple[int, int, int]]:
    """Bounds of each process, as (kind, soft bound, hard bound); passing the soft one for time is told by a signal.

    Where no control group counts, address space times processes stays within the memory that is left beside /scratch,
    and the filter denies memory that no process limit counts: then the product bounds the total.
    """
    seconds = max(1, math.ceil(limits.cpu_seconds))
    files = {
        resource.RLIMIT_FSIZE: limits.scratch_bytes,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_MEMLOCK: 1 << 16,
        resource.RLIMIT_NOFILE: OPEN_FILES,
    }
    each = [(resource.RLIMIT_CPU, seconds, seconds + 1), *((kind, most, most) for kind, most in files.items())]
    if means.place is not None:
        return each
    left = limits.memory_bytes - limits.scratch_bytes
    if left <= 0:
        raise ToolError(
            f"The memory of {limits.memory_bytes} bytes is no more than the scratch folder of {limits.scratch_bytes}, "
            "which lies in memory. Allow more memory or a smaller scratch folder."
        )
    processes = max(1, min(limits.processes, left // PROCESS_BYTES))
    ours = 1 if means.rooted else 2
    total = {resource.RLIMIT_NPROC: processes + ours, resource.RLIMIT_AS: left // processes}
    return [*each, *((kind, most, most) for kind, most in total.items())]


def _environment(order: Order) -> dict[str, str]:
    folders = [f"{sys.prefix}/bin", "/usr/local/bin", "/usr/bin", "/bin"]
    start = {"PATH": ":".join(folders), "HOME": "/scratch", "TMPDIR": "/scratch", "LANG": "C.UTF-8"}
    libraries = os.environ.get("LD_LIBRARY_PATH")
    return start | ({"LD_LIBRARY_PATH": libraries} if libraries else {}) | dict(order.environment)


def _texts(user: int) -> list[tuple[str, str]]:
    return [
        ("/etc/passwd", f"sandbox:x:{user}:{user}::/scratch:/usr/sbin/nologin\n"),
        ("/etc/group", f"sandbox:x:{user}:\n"),
        ("/etc/hosts", "127.0.0.1 localhost\n"),
        ("/etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files\n"),
    ]


def _links() -> list[tuple[str, str]]:
    return [("/" + name, os.readlink("/" + name)) for name in _USR_LINKS if os.path.islink("/" + name)]


def _system() -> list[tuple[str, str, int]]:
    """(source, target, -1) of the system and of the Python that runs the service, without anything beside them."""
    paths = [path for path in (*_SYSTEM_FILES, *_DEVICES) if os.path.exists(path)]
    paths += ["/" + name for name in _USR_LINKS if os.path.isdir("/" + name) and not os.path.islink("/" + name)]
    base = os.path.realpath(getattr(sys, "_base_executable", sys.executable))
    homes = {sys.prefix, sys.base_prefix, os.path.dirname(os.path.dirname(base))}
    homes |= {os.path.realpath(home) for home in homes}
    for home in sorted(homes):
        if home != "/" and not PurePosixPath(home).is_relative_to("/usr"):
            paths += [path for path in (f"{home}/{part}" for part in _PYTHON_PARTS) if os.path.exists(path)]
    return [(os.path.realpath(path), path, -1) for path in paths]


def _given(order: Order, means: Means) -> list[tuple[str, str, int]]:
    """(source, target, owner) of the program and the data; the owner's rights are lent to the command, to read."""
    wanted = {"/program": order.program} if order.program is not None else {}
    for target, source in order.read_only.items():
        path = PurePosixPath(target)
        if str(path) != target or ".." in path.parts or not path.is_relative_to("/data"):
            raise ToolError(
                f"{target!r} does not lie under /data. Show read-only files at paths such as '/data/cases'."
            )
        if any(path != PurePosixPath(other) and path.is_relative_to(other) for other in order.read_only):
            raise ToolError(f"{target!r} lies inside another read-only path. Give each file or folder its own place.")
        wanted[target] = source
    return [_found(source, target, means.rooted) for target, source in wanted.items()]


def _found(source: Path, target: str, rooted: bool) -> tuple[str, str, int]:
    real = os.path.realpath(source)
    if not (os.path.isfile(real) or os.path.isdir(real)):
        raise ToolError(
            f"{source} is neither a file nor a folder, so it cannot be shown at {target}. "
            "It may have been moved or removed. Check the path."
        )
    if target == "/program" and not os.path.isdir(real):
        raise ToolError(f"The program {source} is not a folder. Put the supplier's files into a folder of their own.")
    return real, target, os.stat(real).st_uid if rooted else -1
