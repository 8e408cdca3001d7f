"""The sandbox's parts that need no isolation: filter, plan, control groups as files, the launcher's report."""

import errno
import os
import resource
import signal
import struct
from pathlib import Path

import pytest

from minga.tools.base import ToolError
from minga.tools.sandbox import Limits, NoIsolation, groups, run, seccomp, session
from minga.tools.sandbox.report import Report
from minga.tools.sandbox.surroundings import Means, Order, bounds, plan

ALLOWED, KILLED, FAILED = 0x7FFF0000, 0x80000000, 0x00050000


def verdict(program: bytes, machine: str, call: int, argument: int = 0) -> int:
    """What the kernel would answer: the filter interpreted step by step."""
    data = struct.pack("IIQ6Q", call, seccomp.AUDIT_ARCH[machine], 0, argument, 0, 0, 0, 0, 0)
    steps = list(struct.iter_unpack("HBBI", program))
    at = held = 0
    while True:
        code, when_true, when_false, value = steps[at]
        at += 1
        if code == 0x06:
            return value
        if code == 0x20:
            held = struct.unpack_from("I", data, value)[0]
            continue
        holds = {0x15: held == value, 0x35: held >= value, 0x45: bool(held & value)}[code]
        at += when_true if holds else when_false


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_the_filter_denies_what_it_names_and_nothing_else(machine: str) -> None:
    numbers = seccomp.TABLES[machine]
    counted, alone = (seccomp.program(counted=flag, machine=machine) for flag in (True, False))
    plain = set(numbers) - {"socket", "clone", "clone3", *seccomp.UNCOUNTED}
    for name in plain:
        assert verdict(counted, machine, numbers[name]) == FAILED | errno.EPERM, name
    for name in seccomp.UNCOUNTED:
        assert verdict(counted, machine, numbers[name]) == ALLOWED
        assert verdict(alone, machine, numbers[name]) == FAILED | errno.EPERM
    for call in set(range(500)) - set(numbers.values()):
        assert verdict(alone, machine, call) == ALLOWED, call
    assert verdict(alone, machine, numbers["clone3"]) == FAILED | errno.ENOSYS
    families = {family: verdict(alone, machine, numbers["socket"], family) for family in range(46)}
    assert {family for family, answer in families.items() if answer == ALLOWED} == {1, 2, 10}
    assert {answer for family, answer in families.items() if family not in {1, 2, 10}} == {FAILED | errno.EAFNOSUPPORT}
    assert verdict(alone, machine, numbers["clone"], 0x01200011) == ALLOWED
    for flag in (os.CLONE_NEWUSER, os.CLONE_NEWNS, os.CLONE_NEWNET, os.CLONE_NEWPID, os.CLONE_NEWCGROUP, 0x80):
        assert verdict(alone, machine, numbers["clone"], flag | signal.SIGCHLD) == FAILED | errno.EPERM


def test_other_instruction_sets_are_killed() -> None:
    program = seccomp.program(counted=True, machine="x86_64")
    assert verdict(program, "aarch64", 0) == KILLED
    assert verdict(program, "x86_64", 0x40000000 | 41) == KILLED


def test_an_unknown_processor_is_refused() -> None:
    with pytest.raises(NoIsolation, match="riscv64"):
        seccomp.program(counted=True, machine="riscv64")


@pytest.mark.parametrize("name", ["/etc/passwd", "../x", "a/../../x", ".", "", "a//b", "a\0b"])
def test_outputs_lie_under_scratch(name: str) -> None:
    with pytest.raises(ToolError, match="not a file name under /scratch"):
        Order(("true",), outputs=(name,))


@pytest.mark.parametrize("target", ["/etc/x", "data/x", "/data/../etc", "/data//x", "/database"])
def test_read_only_files_lie_under_data(target: str, tmp_path: Path) -> None:
    with pytest.raises(ToolError, match="does not lie under /data"):
        plan(Order(("true",), read_only={target: tmp_path}), Means(True, None), [])


def test_read_only_places_do_not_overlap(tmp_path: Path) -> None:
    order = Order(("true",), read_only={"/data/a": tmp_path, "/data/a/b": tmp_path})
    with pytest.raises(ToolError, match="inside another"):
        plan(order, Means(True, None), [])


def test_what_is_not_there_cannot_be_shown(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match="neither a file nor a folder"):
        plan(Order(("true",), program=tmp_path / "gone"), Means(True, None), [])
    (tmp_path / "file").touch()
    with pytest.raises(ToolError, match="not a folder"):
        plan(Order(("true",), program=tmp_path / "file"), Means(True, None), [])


@pytest.mark.parametrize("command", [(), ("a\0b",)])
def test_a_command_is_a_list_of_texts(command: tuple[str, ...]) -> None:
    with pytest.raises(ToolError, match="command is empty or holds"):
        run(command)
    with pytest.raises(ToolError, match="command is empty or holds"):
        session(command)


def test_environment_and_limits_are_checked(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match="environment variable"):
        run(["true"], environment={"A=B": "x"})
    with pytest.raises(ToolError, match="wall_seconds"):
        Limits(wall_seconds=0)
    with pytest.raises(ToolError, match="not a file"):
        run(["true"], stdin=tmp_path)


def test_process_limits_bound_the_total_where_no_group_counts() -> None:
    for limits in (Limits(), Limits(memory_bytes=200 << 20), Limits(memory_bytes=8 << 30, processes=3)):
        each = {kind: hard for kind, _, hard in bounds(limits, Means(True, None))}
        processes = each[resource.RLIMIT_NPROC] - 1
        assert 1 <= processes <= limits.processes
        assert processes * each[resource.RLIMIT_AS] <= limits.memory_bytes - limits.scratch_bytes


@pytest.fixture
def second(tmp_path: Path) -> Path:
    """A group tree of version 2 as plain files: the service runs in ``/box/service`` with two processes."""
    process, tree = tmp_path / "self", tmp_path / "tree"
    own = tree / "service"
    for folder in (process, own):
        folder.mkdir(parents=True)
    (process / "mountinfo").write_text(f"30 23 0:26 /box {tree} rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n")
    (process / "cgroup").write_text("0::/box/service\n")
    (own / "cgroup.controllers").write_text("cpu memory pids\n")
    (own / "cgroup.subtree_control").write_text("")
    (own / "cgroup.type").write_text("domain\n")
    (own / "cgroup.procs").write_text("4321\n")
    return process


def test_version_2_moves_the_service_to_a_leaf_and_bounds_runs_beside_it(second: Path) -> None:
    place = groups.find(second)
    own = second.parent / "tree" / "service"
    assert place is not None
    assert (place.version, set(place.parents.values())) == (2, {own})
    assert (own / groups.LEAF / "cgroup.procs").read_text() == "4321"
    assert (own / "cgroup.subtree_control").read_text() == "+memory +pids"
    group = groups.make(place, Limits(memory_bytes=12345678, processes=7))
    folder = Path(group.unique_folders()[0])
    assert folder.parent == own
    assert (folder / "memory.max").read_text() == "12345678"
    assert (folder / "pids.max").read_text() == "8"
    (folder / "memory.events").write_text("low 0\noom 1\noom_kill 2\n")
    (folder / "cpu.stat").write_text("usage_usec 2500000\nuser_usec 2000000\n")
    assert (group.out_of_memory(), group.cpu_seconds(), group.peak_bytes()) == (True, 2.5, 0)


def test_version_2_uses_a_group_that_is_shared_out_already(second: Path) -> None:
    own = second.parent / "tree" / "service"
    (own / "cgroup.subtree_control").write_text("memory pids\n")
    (second / "cgroup").write_text(f"0::/box/service/{groups.LEAF}\n")
    (own / groups.LEAF).mkdir()
    place = groups.find(second)
    assert place is not None
    assert set(place.parents.values()) == {own}
    assert not (own / groups.LEAF / "cgroup.procs").exists()


def test_version_2_without_delegation_is_no_place(second: Path) -> None:
    (second.parent / "tree" / "service" / "cgroup.controllers").write_text("cpu\n")
    assert groups.find(second) is None
    assert groups.find(second / "nowhere") is None


def test_a_group_whose_name_only_begins_like_the_mounted_one_is_no_place(second: Path) -> None:
    (second / "cgroup").write_text("0::/boxservice\n")
    assert groups.find(second) is None


def test_empty_groups_of_a_crash_are_swept_and_young_ones_kept(tmp_path: Path) -> None:
    old, young, other = (tmp_path / name for name in (f"{groups.PREFIX}1-a", f"{groups.PREFIX}1-b", "else"))
    for folder in (old, young, other):
        folder.mkdir()
    for folder in (old, other):
        os.utime(folder, (0, 0))
    groups.sweep(groups.Place(1, {"memory": tmp_path, "pids": tmp_path}))
    assert [folder.exists() for folder in (old, young, other)] == [False, True, True]


def test_the_report_is_read_in_pieces_of_any_size() -> None:
    whole = b"ready\nexit 0 0\nfile 1 6\nab\ncd\nwithout 0 link\ndone 0.5 4096\n"
    for size in (1, 3, len(whole)):
        report = Report(["a", "b"], most=100)
        for start in range(0, len(whole), size):
            report.take(whole[start : start + size])
        assert (report.ready, report.exit_status, report.done) == (True, 0, True)
        assert (report.files, report.without) == ({"b": b"ab\ncd\n"}, {"a": "link"})
        assert (report.cpu_seconds, report.peak_bytes) == (0.5, 4096)
