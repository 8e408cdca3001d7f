"""Attempts to get out: each runs for real, inside, and must come to nothing."""

import os
import secrets
import shutil
import socket
import sys
from pathlib import Path

import pytest

from minga.tools import sandbox
from minga.tools.sandbox import seccomp
from tests.robust.sandboxing import attack, groups_left, isolated_or_refused, lines, processes_with, soon

CALLS = seccomp.TABLES[os.uname().machine]


@isolated_or_refused
def test_no_network_reaches_anybody() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket(socket.AF_UNIX) as abstract:
        name = secrets.token_hex(8)
        abstract.bind("\0" + name)
        abstract.listen()
        for listener in (server, abstract):
            listener.setblocking(False)
        code = """
import socket, sys
def tried(what, act):
    try: act()
    except OSError as error: print(what, "refused", type(error).__name__)
    else: print(what, "REACHED")
port, name = int(sys.argv[1]), sys.argv[2]
tried("own", lambda: socket.create_connection(("127.0.0.1", port), 2))
tried("outside", lambda: socket.create_connection(("192.0.2.1", 80), 2))
tried("name", lambda: socket.getaddrinfo("example.org", 80))
tried("datagram", lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("192.0.2.1", 53)))
tried("abstract", lambda: socket.socket(socket.AF_UNIX).connect(chr(0) + name))
for family in (16, 17, 38, 40): tried(str(family), lambda: socket.socket(family, socket.SOCK_DGRAM))
"""
        told = lines(attack(code, str(server.getsockname()[1]), name))
        assert len(told) == 9
        assert all(" refused " in line for line in told), told
        for listener in (server, abstract):
            with pytest.raises(BlockingIOError):
                listener.accept()


@isolated_or_refused
def test_nothing_of_the_service_can_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = secrets.token_hex(12)
    monkeypatch.setenv("MINGA_SECRET_KEY", secret)
    database = tmp_path / "minga.sqlite3"
    database.write_text(secret)
    program, beside = tmp_path / "program", tmp_path / "beside.txt"
    program.mkdir()
    beside.write_text(secret)
    (program / "leads_out").symlink_to(beside)
    code = """
import os, sys
for path in (*sys.argv[1:], "/program/leads_out", "/program/../beside.txt", "/etc/shadow", "/proc/1/environ",
             "/proc/kcore", "/proc/1/root/etc/passwd", "/root/.ssh", "/home", "/var", "/run", "/sys", "/dev/sda",
             "/dev/mem", "/dev/tty"):
    try: found = os.listdir(path) if os.path.isdir(path) else open(path, "rb").read(100)
    except OSError: continue
    print("READ", path, found)
print(sorted(os.environ))
print(sorted(os.listdir("/dev")), os.listdir("/scratch"), os.listdir("/data"))
print(len([name for name in os.listdir("/proc") if name.isdigit()]), sorted(os.listdir("/proc/self/fd"))[:3])
"""
    told = lines(
        attack(code, str(database), str(Path.cwd() / "pyproject.toml"), str(Path.home()) + "/.profile", program=program)
    )
    assert not [line for line in told if line.startswith("READ")]
    assert secret not in "".join(told)
    assert set(eval(told[0])) <= {"HOME", "LANG", "LC_CTYPE", "LD_LIBRARY_PATH", "PATH", "TMPDIR"}
    assert told[1].startswith("['fd', 'null', 'random', 'shm', 'urandom', 'zero'] [] []")


@isolated_or_refused
def test_only_the_three_pipes_are_open() -> None:
    code = """
import os
for number in range(3, 512):
    try: os.fstat(number)
    except OSError: continue
    print("OPEN", number)
"""
    assert lines(attack(code)) == []


@isolated_or_refused
def test_nothing_but_scratch_can_be_written(tmp_path: Path) -> None:
    program, cases = tmp_path / "program", tmp_path / "cases.jsonl"
    program.mkdir()
    (program / "main.py").write_text("print(1)")
    cases.write_text("{}\n")
    code = """
import os
for path in ("/x", "/usr/x", "/etc/passwd", "/program/x", "/program/main.py", "/data/x", "/data/cases", "/dev/x",
             "/proc/self/oom_score_adj", "/proc/sys/kernel/core_pattern"):
    try: open(path, "a").write("x")
    except OSError: continue
    print("WROTE", path)
for path in ("/program/main.py", "/data/cases", "/usr/bin/env"):
    for act in (os.unlink, lambda p: os.chmod(p, 0o777), lambda p: os.truncate(p, 0),
                lambda p: os.rename(p, "/scratch/y")):
        try: act(path)
        except OSError: continue
        print("CHANGED", path)
print(open("/program/main.py").read(), open("/data/cases").read().strip())
"""
    assert lines(attack(code, program=program, read_only={"/data/cases": cases})) == ["print(1) {}"]
    assert cases.read_text() == "{}\n"
    assert sorted(path.name for path in program.iterdir()) == ["main.py"]


@isolated_or_refused
def test_files_that_only_their_owner_may_read_can_be_lent(tmp_path: Path) -> None:
    program, cases = tmp_path / "program", tmp_path / "cases.jsonl"
    program.mkdir(mode=0o700)
    (program / "main.py").write_text("print(open('/data/deep/cases').read())")
    (program / "main.py").chmod(0o600)
    cases.write_text("mine")
    cases.chmod(0o600)
    outcome = sandbox.run(["python", "/program/main.py"], program=program, read_only={"/data/deep/cases": cases})
    assert lines(outcome) == ["mine"]


@isolated_or_refused
def test_no_privilege_can_be_won(tmp_path: Path) -> None:
    shutil.copy("/usr/bin/id", tmp_path / "id")
    (tmp_path / "id").chmod(0o6755)
    code = """
import os, subprocess
for act in (lambda: os.setuid(0), lambda: os.setgid(0), lambda: os.setgroups([0]), lambda: os.chown("/scratch", 0, 0),
            lambda: os.mknod("/scratch/disk", 0o60666, os.makedev(254, 0)), lambda: os.chroot("/scratch"),
            lambda: os.unshare(os.CLONE_NEWUSER), lambda: os.setpriority(os.PRIO_PROCESS, 0, -20)):
    try: act()
    except OSError: continue
    print("DONE")
print(subprocess.run(["/program/id", "-u"], capture_output=True, text=True).stdout.strip() == str(os.getuid()) != "0")
for line in open("/proc/self/status"):
    if line.startswith(("Cap", "NoNewPrivs", "Seccomp:")): print(*line.split())
"""
    told = lines(attack(code, program=tmp_path))
    assert told[0] == "True"
    assert {line.split()[0]: int(line.split()[1], 16) for line in told[1:]} == {
        **dict.fromkeys(("CapInh:", "CapPrm:", "CapEff:", "CapBnd:", "CapAmb:"), 0),
        "NoNewPrivs:": 1,
        "Seccomp:": 2,
    }


@isolated_or_refused
def test_the_kernel_calls_of_an_escape_are_denied() -> None:
    names = ["ptrace", "mount", "umount2", "pivot_root", "keyctl", "add_key", "request_key", "setns", "bpf"]
    names += ["perf_event_open", "process_vm_readv", "io_uring_setup", "userfaultfd", "open_tree", "fsopen", "reboot"]
    code = """
import ctypes, errno, sys
libc = ctypes.CDLL(None, use_errno=True)
for number in sys.argv[1:]:
    ctypes.set_errno(0)
    result = libc.syscall(int(number), 16, 1, 0, 0, 0)
    print(result, errno.errorcode.get(ctypes.get_errno()))
"""
    told = lines(attack(code, *(str(CALLS[name]) for name in names)))
    assert dict(zip(names, told, strict=True)) == dict.fromkeys(names, "-1 EPERM")


@isolated_or_refused
def test_processes_of_the_machine_are_out_of_reach() -> None:
    code = """
import os, signal, sys, time
for number in (int(sys.argv[1]), int(sys.argv[2])):
    try: os.kill(number, 0)
    except ProcessLookupError: print("not there")
for number in (signal.SIGKILL, signal.SIGSTOP, signal.SIGINT, signal.SIGTERM):
    os.kill(1, number)
time.sleep(0.05)
print("still here", os.getppid())
"""
    assert lines(attack(code, str(os.getpid()), str(os.getppid()))) == ["not there", "not there", "still here 1"]


@isolated_or_refused
def test_nothing_lingers_when_the_command_has_ended() -> None:
    marker = secrets.token_hex(8)
    code = """
import os, signal, sys, time
for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT): signal.signal(number, signal.SIG_IGN)
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        while True: time.sleep(1)
    os._exit(0)
print("gone")
"""
    outcome = attack(code, marker)
    assert lines(outcome) == ["gone"]
    assert outcome.wall_seconds < 5
    assert processes_with(marker) == []
    assert groups_left(os.getpid()) == []


@isolated_or_refused
def test_nothing_lingers_when_the_time_is_over() -> None:
    marker = secrets.token_hex(8)
    code = """
import os, signal, time
for number in set(signal.valid_signals()) - {signal.SIGKILL, signal.SIGSTOP}: signal.signal(number, signal.SIG_IGN)
try: os.fork(); os.fork(); os.fork()
except BlockingIOError: pass
while True: time.sleep(1)
"""
    outcome = attack(code, marker, limits=sandbox.Limits(wall_seconds=0.4))
    assert (outcome.ended, outcome.exit_status, outcome.files) == ("timed_out", None, {})
    assert "0.4 seconds" in outcome.explanation
    assert processes_with(marker) == []
    assert groups_left(os.getpid()) == []


@isolated_or_refused
def test_nothing_lingers_when_the_service_is_killed() -> None:
    sandbox.isolation()
    marker = secrets.token_hex(8)
    service = f"""
import sys
from minga.tools import sandbox
sandbox.run([sys.executable, "-c", "import time; time.sleep(60)", "{marker}"])
"""
    child = os.posix_spawn(
        sys.executable, [sys.executable, "-c", service], os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    )
    assert soon(lambda: any("time.sleep" in text and "sandbox.run" not in text for text in processes_with(marker)), 10)
    os.kill(child, 9)
    os.waitpid(child, 0)
    assert soon(lambda: not processes_with(marker))
    assert soon(lambda: not groups_left(child))


@isolated_or_refused
@pytest.mark.parametrize(
    ("act", "words"),
    [
        ("os.symlink('/etc/passwd', 'out')", "symbolic link"),
        ("os.symlink('real', 'out'); open('real', 'w').write('x')", "symbolic link"),
        ("os.mkfifo('out')", "not a plain file"),
        ("os.mkdir('out')", "not a plain file"),
        ("import socket; socket.socket(socket.AF_UNIX).bind('out')", "not a plain file"),
        ("open('out', 'wb').truncate(2_000_000)", "larger than"),
        ("open('out', 'w').write('x'); os.chmod('out', 0)", "closed to reading"),
        ("pass", "was not written"),
    ],
)
def test_only_plain_files_come_back(act: str, words: str) -> None:
    limits = sandbox.Limits(wall_seconds=10, output_bytes=1_000_000)
    outcome = attack(f"import os; {act}", outputs=["out"], limits=limits)
    assert words in outcome.explanation
    assert outcome.ended == ("too_much_output" if words == "larger than" else "failed")
    assert outcome.files == {}


@isolated_or_refused
def test_an_output_behind_a_linked_folder_is_not_followed() -> None:
    outcome = attack("import os; os.symlink('/etc', 'sub')", outputs=["sub/passwd"])
    assert outcome.ended == "failed"
    assert "symbolic link" in outcome.explanation


@isolated_or_refused
def test_declared_outputs_come_back_whole_and_others_do_not() -> None:
    code = """
import os
os.mkdir("sub")
open("sub/b.bin", "wb").write(bytes(range(256)) * 4000)
open("a.txt", "w").write("file 0 5\\nready\\n")
open("undeclared", "w").write("x")
"""
    outcome = attack(code, outputs=["a.txt", "sub/b.bin"])
    assert outcome.ended == "finished"
    assert outcome.files == {"a.txt": b"file 0 5\nready\n", "sub/b.bin": bytes(range(256)) * 4000}
