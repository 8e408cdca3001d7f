"""Attempts to use up the machine: memory, processes, disk, time, output."""

import os
import resource
import sys
import threading
import time
from pathlib import Path

import pytest

from minga.tools import sandbox
from minga.tools.base import ToolError
from minga.tools.sandbox import groups, isolated, running
from minga.tools.sandbox.endings import describe
from minga.tools.sandbox.surroundings import Means, Order
from tests.robust.sandboxing import attack, groups_left, isolated_or_refused, lines

MIB = 1 << 20
EATERS = """
import os, time
for number in range(4):
    if os.fork() == 0:
        held = bytearray(150 << 20)
        held[::4096] = b"x" * len(held[::4096])
        time.sleep(3)
        os._exit(0)
for number in range(4):
    print(os.waitstatus_to_exitcode(os.wait()[1]), flush=True)
"""
BOMB = """
import os, time
made = 0
try:
    while made < 400:
        if os.fork() == 0: time.sleep(30)
        made += 1
except BlockingIOError:
    print(made)
"""

GREEDY = """
import mmap, os, time
read, write = os.pipe()
first = os.getpid()
try:
    while os.fork() == 0: pass
except BlockingIOError: pass
held = []
try:
    while True:
        held.append(mmap.mmap(-1, 4 << 20))
        held[-1][::4096] = b"x" * 1024
except (OSError, MemoryError): os.write(write, b"%d " % (len(held) * 4))
time.sleep(1)
if os.getpid() == first: print(os.read(read, 9999).decode(), flush=True)
os._exit(0)
"""


@pytest.fixture
def without_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a machine where the service may not write control groups."""
    monkeypatch.setattr(isolated, "means", _probed)
    monkeypatch.setattr(sandbox, "means", _probed)


def _probed() -> Means:
    candidate = Means(os.geteuid() == 0, None)
    isolated.probe(candidate)
    return candidate


@isolated_or_refused
def test_the_memory_of_all_processes_together_is_bounded() -> None:
    outcome = attack(EATERS, limits=sandbox.Limits(wall_seconds=20, memory_bytes=320 * MIB, processes=8))
    assert outcome.ended in {"out_of_memory", "failed", "finished"}
    if isolated.means().place:
        assert outcome.ended == "out_of_memory"
        assert "335,544,320 bytes" in outcome.explanation
        assert outcome.peak_memory_bytes <= 320 * MIB


@isolated_or_refused
@pytest.mark.usefixtures("without_groups")
def test_without_control_groups_processes_times_address_space_bounds_the_memory() -> None:
    limits = sandbox.Limits(wall_seconds=20, memory_bytes=832 * MIB, processes=64, scratch_bytes=64 * MIB)
    told = lines(attack(GREEDY, limits=limits))
    each = [int(text) for text in told[0].split()]
    assert len(each) == 2
    assert 300 < sum(each) <= 832 - 64


@isolated_or_refused
@pytest.mark.usefixtures("without_groups")
def test_without_control_groups_memory_outside_the_address_space_is_denied() -> None:
    code = """
import ctypes, os
try: os.memfd_create("hidden"); print("MADE")
except PermissionError: print("denied")
libc = ctypes.CDLL(None, use_errno=True)
print(libc.shmget(0, 1 << 20, 0o1600), ctypes.get_errno())
"""
    assert lines(attack(code)) == ["denied", "-1 1"]


@isolated_or_refused
@pytest.mark.usefixtures("without_groups")
def test_without_control_groups_a_fork_bomb_is_bounded() -> None:
    assert 1 <= int(lines(attack(BOMB, limits=sandbox.Limits(wall_seconds=10, processes=64)))[0]) <= 3


@isolated_or_refused
@pytest.mark.usefixtures("without_groups")
def test_without_control_groups_too_little_memory_is_said() -> None:
    sandbox.isolation()
    with pytest.raises(ToolError, match="smaller scratch folder"):
        attack("", limits=sandbox.Limits(memory_bytes=MIB, scratch_bytes=MIB))


@isolated_or_refused
def test_a_fork_bomb_stays_within_its_processes() -> None:
    outcome = attack(BOMB, limits=sandbox.Limits(wall_seconds=10, processes=16))
    assert 1 <= int(lines(outcome)[0]) <= 15
    assert groups_left(os.getpid()) == []


@isolated_or_refused
def test_the_disk_cannot_be_filled() -> None:
    code = """
import os
written = 0
try:
    with open("/scratch/big", "wb", buffering=0) as stream:
        while True: written += stream.write(b"x" * 65536)
except OSError as error: print(written, error.errno)
made = 0
try:
    while True:
        open(f"/scratch/{made}", "w").close(); made += 1
except OSError as error: print(made, error.errno)
try: open("/scratch/0", "wb").truncate(10 << 30)
except OSError as error: print(error.errno)
"""
    code = "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n" + code
    told = lines(attack(code, limits=sandbox.Limits(wall_seconds=15, scratch_bytes=8 * MIB)))
    written, why = map(int, told[0].split())
    assert 4 * MIB < written <= 8 * MIB
    assert why in {27, 28}
    assert int(told[1].split()[0]) < 8192
    assert told[2] == "27"


@isolated_or_refused
def test_files_in_scratch_count_as_memory() -> None:
    if isolated.means().place is None:
        with pytest.raises(ToolError, match="smaller scratch folder"):
            attack("", limits=sandbox.Limits(memory_bytes=64 * MIB, scratch_bytes=512 * MIB))
        return
    code = "open('/scratch/big', 'wb').write(b'x' * (100 << 20))"
    outcome = attack(code, limits=sandbox.Limits(wall_seconds=10, memory_bytes=64 * MIB, scratch_bytes=512 * MIB))
    assert outcome.ended == "out_of_memory"


@isolated_or_refused
@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_an_endless_answer_is_cut(stream: str) -> None:
    code = f"import sys\nwhile True: sys.{stream}.buffer.write(b'x' * 65536)"
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    outcome = attack(code, limits=sandbox.Limits(wall_seconds=20, output_bytes=4 * MIB))
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert outcome.ended == "too_much_output"
    assert outcome.exit_status is None
    assert len(outcome.stdout) == (4 * MIB if stream == "stdout" else 0)
    assert len(outcome.stderr_tail) == (0 if stream == "stdout" else 8192)
    assert grown < 32 * 1024


@isolated_or_refused
def test_an_answer_of_exactly_the_limit_is_whole() -> None:
    outcome = attack(
        "import sys; sys.stdout.write('x' * 1000)", limits=sandbox.Limits(wall_seconds=9, output_bytes=1000)
    )
    assert (outcome.ended, len(outcome.stdout)) == ("finished", 1000)


@isolated_or_refused
def test_computing_time_is_bounded() -> None:
    outcome = attack("while True: pass", limits=sandbox.Limits(wall_seconds=20, cpu_seconds=0.5))
    assert outcome.ended == "timed_out"
    assert "computing time" in outcome.explanation
    assert outcome.wall_seconds < 10


@isolated_or_refused
def test_computing_time_counts_all_processes() -> None:
    code = "import os\ntry: os.fork(); os.fork()\nexcept BlockingIOError: pass\nwhile True: pass"
    outcome = attack(code, limits=sandbox.Limits(wall_seconds=4, cpu_seconds=1, processes=8))
    assert outcome.ended == "timed_out"
    assert outcome.cpu_seconds >= (1 if isolated.means().place else 0)


@isolated_or_refused
def test_the_cost_is_measured() -> None:
    code = "import time\nheld = bytearray(80 << 20)\nwhile time.process_time() < 0.3: pass"
    outcome = attack(code)
    assert outcome.ended == "finished"
    assert 0.25 < outcome.cpu_seconds < 2
    assert outcome.peak_memory_bytes > 70 * MIB
    assert outcome.wall_seconds > 0.25


@isolated_or_refused
def test_an_order_to_kill_that_comes_too_late_loses_nothing() -> None:
    run = running.Running(Order(("true",)), isolated.means())
    time.sleep(0.5)
    run.kill("timed_out")
    run.wait()
    outcome = describe(run)
    assert outcome.ended == "timed_out"
    assert outcome.cpu_seconds > 0
    assert groups_left(os.getpid()) == []


@isolated_or_refused
def test_input_flows_while_output_does(tmp_path: Path) -> None:
    cases = tmp_path / "cases"
    cases.write_bytes(os.urandom(3 * MIB))
    copied = attack("import sys, shutil; shutil.copyfileobj(sys.stdin.buffer, sys.stdout.buffer)", stdin=cases)
    assert copied.stdout == cases.read_bytes()
    ignored = attack("print('no need')", stdin=cases.read_bytes())
    assert lines(ignored) == ["no need"]


@isolated_or_refused
def test_a_command_that_crashes_or_is_not_there_says_so() -> None:
    assert attack("import sys; sys.exit(3)").exit_status == 3
    crashed = attack("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)")
    assert (crashed.ended, crashed.exit_status) == ("killed", None)
    assert "SIGSEGV" in crashed.explanation
    failed = attack("raise ValueError('bad case')")
    assert failed.ended == "failed"
    assert "bad case" in failed.stderr_tail
    missing = sandbox.run(["no-such-program"])
    assert missing.ended == "failed"
    assert "not there inside the sandbox" in missing.explanation


@isolated_or_refused
def test_runs_side_by_side_do_not_meet() -> None:
    outcomes: dict[int, sandbox.Outcome] = {}
    refused: list[Exception] = []

    def one(number: int) -> None:
        try:
            outcomes[number] = attack(
                f"import os; print(sorted(os.listdir('/scratch'))); open('/scratch/{number}', 'w')"
            )
        except sandbox.NoIsolation as error:
            refused.append(error)

    threads = [threading.Thread(target=one, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if refused:
        raise refused[0]
    assert [lines(outcomes[number]) for number in range(6)] == [["[]"]] * 6
    assert groups_left(os.getpid()) == []


def test_groups_are_made_below_the_own_group() -> None:
    place = groups.find()
    if place is None:
        assert not groups_left(os.getpid())
        return
    group = groups.make(place, sandbox.Limits(memory_bytes=64 * MIB, processes=5))
    try:
        for controller, folder in group.folders.items():
            assert folder.parent == place.parents[controller]
        assert (group.folders["pids"] / "pids.max").read_text().strip() == "6"
    finally:
        group.remove()
    assert not any(folder.exists() for folder in group.folders.values())
    assert sys.platform == "linux"
