"""Control groups by hand, version 1 or 2: the total memory, processes and CPU time of a run, all processes together.

Every group is made below the service's own, so that what the operator allows the service also bounds its runs.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from minga.tools.sandbox.words import Limits

PREFIX = "minga-sandbox-"
LEAF = "minga-service"
STALE_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class Place:
    """Where groups can be made: the folder of each controller ("memory", "pids", perhaps "cpuacct")."""

    version: int
    parents: Mapping[str, Path]


@dataclass(frozen=True, slots=True)
class Group:
    """The control groups of one run, still without processes."""

    version: int
    folders: Mapping[str, Path]

    def cpu_seconds(self) -> float | None:
        """Seconds used by all processes so far; None where nobody counts."""
        if self.version == 2:
            return _field(self.folders["memory"] / "cpu.stat", "usage_usec") / 1e6
        folder = self.folders.get("cpuacct")
        return int((folder / "cpuacct.usage").read_text()) / 1e9 if folder else None

    def out_of_memory(self) -> bool:
        """Whether the kernel has had to kill a process of the group for want of memory."""
        name = "memory.events" if self.version == 2 else "memory.oom_control"
        return _field(self.folders["memory"] / name, "oom_kill") > 0

    def peak_bytes(self) -> int:
        """The most memory held at once; 0 on kernels before 5.19 with version 2, which do not keep it."""
        name = "memory.peak" if self.version == 2 else "memory.max_usage_in_bytes"
        path = self.folders["memory"] / name
        return int(path.read_text()) if path.exists() else 0

    def unique_folders(self) -> list[str]:
        return sorted({str(folder) for folder in self.folders.values()})

    def remove(self) -> None:
        """Remove it if it is there and empty; after a run the launcher does this."""
        for folder in self.unique_folders():
            with contextlib.suppress(OSError):
                os.rmdir(folder)


def _field(path: Path, name: str) -> int:
    for line in path.read_text().splitlines():
        if line.startswith(name + " "):
            return int(line.split()[1])
    return 0


def _mounted(text: str) -> list[tuple[str, Path, str, set[str]]]:
    """Lines of ``mountinfo`` as (root, mount point, type, controllers), control groups only."""
    found = []
    for line in text.splitlines():
        before, _, after = line.partition(" - ")
        kind, _, options = after.split(" ", 2)
        if kind in {"cgroup", "cgroup2"}:
            root, point = before.split(" ")[3:5]
            found.append((root, Path(point), kind, set(options.split(" ")[-1].split(","))))
    return found


def _own(root: str, point: Path, path: str) -> Path:
    """The folder of the own group below a mount whose top is ``root`` (containers mount a part of the tree)."""
    below = path.removeprefix(root) if root != "/" and f"{path}/".startswith(f"{root}/") else path
    return point / below.strip("/") if ".." not in below else point


def find(process: Path = Path("/proc/self")) -> Place | None:
    """Where this process may make groups that bound memory and processes; None where it may not."""
    try:
        mounts = _mounted((process / "mountinfo").read_text())
        lines = (process / "cgroup").read_text().splitlines()
    except OSError:
        return None
    named = {name: path for _, names, path in (line.split(":", 2) for line in lines) for name in names.split(",")}
    first: dict[str, Path] = {}
    for root, point, kind, controllers in mounts:
        for name in ("memory", "pids", "cpuacct"):
            if kind == "cgroup" and name in controllers and name in named:
                first[name] = _own(root, point, named[name])
    if {"memory", "pids"} <= first.keys():
        return _usable(Place(1, {name: path for name, path in first.items() if os.access(path, os.W_OK)}))
    second = [_own(root, point, named[""]) for root, point, kind, _ in mounts if kind == "cgroup2" and "" in named]
    return _second_version(second[0]) if second else None


def _second_version(own: Path) -> Place | None:
    """In version 2 a group with processes has no bounded children, so the service moves to a leaf of its own group."""
    parent = own.parent if own.name == LEAF else own
    if not _shares_out(parent):
        try:
            _move_to_leaf(parent)
        except OSError:
            return None
    return _usable(Place(2, {"memory": parent, "pids": parent}))


def _shares_out(folder: Path) -> bool:
    try:
        given = (folder / "cgroup.subtree_control").read_text().split()
    except OSError:
        return False
    return {"memory", "pids"} <= set(given)


def _move_to_leaf(parent: Path) -> None:
    """As the delegation rules want it: the processes go to ``minga-service``, then memory and pids are shared out."""
    available = (parent / "cgroup.controllers").read_text().split()
    if not {"memory", "pids"} <= set(available):
        raise FileNotFoundError("memory and pids are not given to this group")
    if not (parent / "cgroup.type").exists():  # the machine's root, where processes may stay
        (parent / "cgroup.subtree_control").write_text("+memory +pids")
        return
    leaf = parent / LEAF
    leaf.mkdir(exist_ok=True)
    for _ in range(10):
        for process in (parent / "cgroup.procs").read_text().split():
            with contextlib.suppress(ProcessLookupError):
                (leaf / "cgroup.procs").write_text(process)
        try:
            (parent / "cgroup.subtree_control").write_text("+memory +pids")
        except OSError:
            time.sleep(0.01)
        else:
            return
    raise OSError("the group could not be shared out")


def _usable(place: Place) -> Place | None:
    """The place, if a group can really be made and bounded there."""
    if not {"memory", "pids"} <= place.parents.keys():
        return None
    sweep(place)
    try:
        make(place, Limits()).remove()
    except OSError:
        return None
    return place


def make(place: Place, limits: Limits) -> Group:
    """Make the groups of one run with its bounds set. Raises OSError, leaving nothing behind."""
    name = f"{PREFIX}{os.getpid()}-{secrets.token_hex(6)}"
    group = Group(place.version, {controller: parent / name for controller, parent in place.parents.items()})
    try:
        for folder in group.unique_folders():
            os.mkdir(folder)
        # The keeper is a process of ours beside the command's.
        (group.folders["pids"] / "pids.max").write_text(str(limits.processes + 1))
        _bound_memory(group.folders["memory"], place.version, limits.memory_bytes)
    except OSError:
        group.remove()
        raise
    return group


def _bound_memory(folder: Path, version: int, most: int) -> None:
    if version == 2:
        (folder / "memory.max").write_text(str(most))
        swap = folder / "memory.swap.max"
        if swap.exists():
            swap.write_text("0")
        (folder / "memory.oom.group").write_text("1")
        return
    (folder / "memory.limit_in_bytes").write_text(str(most))
    with_swap = folder / "memory.memsw.limit_in_bytes"
    if with_swap.exists():
        with_swap.write_text(str(most))
    else:
        (folder / "memory.swappiness").write_text("0")


def sweep(place: Place) -> None:
    """Remove empty groups that a crash left behind; a group in use cannot be removed."""
    for parent in set(place.parents.values()):
        for folder in parent.glob(PREFIX + "*"):
            with contextlib.suppress(OSError):
                if time.time() - folder.stat().st_mtime > STALE_SECONDS:
                    folder.rmdir()
