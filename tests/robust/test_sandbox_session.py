"""A command that is asked line by line, and the refusal where the isolation is not whole."""

import os
import secrets
import sys
from pathlib import Path
from typing import Any

import pytest

from minga.tools import sandbox
from minga.tools.base import ToolError
from minga.tools.sandbox import groups, isolated, running, surroundings
from tests.robust.sandboxing import attack, groups_left, isolated_or_refused, processes_with, soon

ECHO = """
import sys
for line in sys.stdin:
    print(line.strip().upper(), flush=True)
"""


def started(code: str, *arguments: str, **limits: Any) -> sandbox.Session:
    limits = {"wall_seconds": 15} | limits
    return sandbox.session([sys.executable, "-I", "-S", "-c", code, *arguments], limits=sandbox.Limits(**limits))


@isolated_or_refused
def test_a_session_answers_line_by_line() -> None:
    with started(ECHO) as session:
        assert [session.ask(text.encode(), 5) for text in ("one", "two", "")] == [b"ONE", b"TWO", b""]
        big = b"x" * 300_000
        assert session.ask(big, 5) == big.upper()
        with pytest.raises(ValueError, match="one line"):
            session.ask(b"a\nb", 5)
    assert session.outcome is not None
    assert (session.outcome.ended, session.outcome.exit_status) == ("finished", 0)
    assert session.cpu_seconds == session.outcome.cpu_seconds > 0


@isolated_or_refused
def test_nothing_of_a_session_lingers() -> None:
    marker = secrets.token_hex(8)
    code = """
import os, signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
if os.fork() == 0:
    os.setsid()
    time.sleep(60)
print(sys.stdin.readline().strip(), flush=True)
time.sleep(60)
"""
    with started(code, marker) as session:
        assert session.ask(b"hello", 5) == b"hello"
        assert len(processes_with(marker)) >= 2
    assert session.outcome is not None
    assert session.outcome.ended == "killed"
    assert processes_with(marker) == []
    assert groups_left(os.getpid()) == []


@isolated_or_refused
def test_an_error_in_the_service_ends_the_session() -> None:
    marker = secrets.token_hex(8)
    with pytest.raises(ZeroDivisionError), started(ECHO, marker):
        print(1 // 0)
    assert processes_with(marker) == []


@isolated_or_refused
@pytest.mark.parametrize(
    ("code", "ended", "words"),
    [
        ("import time; time.sleep(30)", "hung", "No answer came within 0.4 seconds"),
        ("input(); raise SystemExit('bad model')", "failed", "bad model"),
        ("print('no newline', end='')", "finished", "ended before it answered"),
        ("import os; os.abort()", "killed", "SIGABRT"),
        ("while True: print('x' * 100_000, end='')", "too_much_output", "1,000,000 bytes"),
        ("import sys\nwhile True: sys.stderr.write('x' * 100_000)", "too_much_output", "1,000,000 bytes"),
        ("held = []\nwhile True: held.append(bytearray(1 << 20))", "out_of_memory", "(?i)memory"),
    ],
)
def test_a_session_that_goes_wrong_says_how(code: str, ended: str, words: str) -> None:
    with started(code, output_bytes=1_000_000, memory_bytes=200 << 20) as session:
        with pytest.raises(sandbox.SessionEnded, match=words) as caught:
            session.ask(b"{}", 0.4 if ended == "hung" else 10)
        with pytest.raises(sandbox.SessionEnded):
            session.ask(b"{}", 1)
    alone = isolated.means().place is None
    assert caught.value.ended == ("failed" if ended == "out_of_memory" and alone else ended)


@isolated_or_refused
def test_a_session_left_alone_ends_with_its_time() -> None:
    marker = secrets.token_hex(8)
    session = started("import time; time.sleep(60)", marker, wall_seconds=0.5)
    with pytest.raises(sandbox.SessionEnded) as caught:
        session.ask(b"{}", 30)
    assert caught.value.ended == "timed_out"
    assert processes_with(marker) == []


@isolated_or_refused
def test_a_session_that_nobody_looks_at_ends_with_its_time_too() -> None:
    marker = secrets.token_hex(8)
    session = started("import time; time.sleep(60)", marker, wall_seconds=0.5)
    assert soon(lambda: bool(processes_with(marker)))
    assert soon(lambda: not processes_with(marker), 10)
    assert session.close().ended == "timed_out"


BROKEN: dict[str, dict[str, Any]] = {
    "control group": {"groups": ["/nowhere/group"]},
    "view": {"base": "/nowhere"},
    "a file of the view": {"binds": [("/nowhere/file", "/data/x", -1)]},
    "user": {"user": 0},
    "filter": {"filter": b"\0" * 8},
    "plan": {"rooted": "x", "owners": None},
}


@pytest.mark.parametrize("part", BROKEN)
def test_when_any_step_of_the_isolation_fails_nothing_is_run(part: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*given: Any) -> dict[str, Any]:
        return surroundings.plan(*given) | BROKEN[part]

    monkeypatch.setattr(running, "plan", broken)
    monkeypatch.setattr(groups, "find", lambda: None)
    means = surroundings.Means(os.geteuid() == 0, None)
    monkeypatch.setattr(sandbox, "means", lambda: means)
    with pytest.raises(sandbox.NoIsolation, match="Nothing was run"):
        attack("open('/scratch/ran', 'w')", outputs=["ran"])


@isolated_or_refused
def test_files_that_cannot_be_lent_are_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """As on a file system that cannot show other owners."""

    def unlent(*given: Any) -> dict[str, Any]:
        return surroundings.plan(*given) | {"owners": []}

    sandbox.isolation()
    tmp_path.chmod(0o700)
    monkeypatch.setattr(running, "plan", unlent)
    if isolated.means().rooted:
        with pytest.raises(ToolError, match=r"cannot read /program.*chmod -R o\+rX"):
            attack("", program=tmp_path)
        tmp_path.chmod(0o755)
    assert attack("", program=tmp_path).ended == "finished"


def test_a_refusal_names_the_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "plan", lambda *given: surroundings.plan(*given) | {"groups": ["/nowhere/group"]})
    with pytest.raises(sandbox.NoIsolation, match=r"/nowhere/group/cgroup\.procs"):
        isolated.probe(surroundings.Means(True, None))


def test_a_machine_without_isolation_refuses_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*given: Any) -> dict[str, Any]:
        return surroundings.plan(*given) | {"base": "/nowhere"}

    monkeypatch.setattr(running, "plan", broken)
    isolated._tried.cache_clear()
    try:
        for _ in range(2):
            with pytest.raises(sandbox.NoIsolation, match=r"docs/sandbox\.md"):
                sandbox.run(["true"])
        with pytest.raises(sandbox.NoIsolation):
            sandbox.session(["true"])
        with pytest.raises(sandbox.NoIsolation):
            sandbox.isolation()
    finally:
        isolated._tried.cache_clear()


def test_other_systems_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    isolated._tried.cache_clear()
    monkeypatch.setattr(sys, "platform", "darwin")
    with pytest.raises(sandbox.NoIsolation, match="Linux only"):
        sandbox.isolation()


@isolated_or_refused
def test_each_guarantee_says_how_it_is_met() -> None:
    found = sandbox.isolation()
    assert found.name
    assert {"network", "user", "environment", "files", "memory", "processes", "time", "end", "output"} == set(
        found.guarantees
    )
    assert all(found.guarantees.values())
