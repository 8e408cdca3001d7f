"""``minga run`` ends cleanly when asked to: exit status 0, nothing left behind, and the task at hand is finished."""

import signal
import socket
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.robust import slowtool
from tests.robust.serving import Installation, left_over
from tests.robust.test_kill import SET_UP


def wait_for_running(place: Installation) -> None:
    end = time.monotonic() + 30
    while not place.rows("SELECT 1 FROM django_tasks_database_dbtaskresult WHERE status = 'RUNNING'"):
        assert time.monotonic() < end, (place.home / "server.log").read_text()
        time.sleep(0.02)


def first_alone(place: Installation, number: int) -> None:
    assert place.server is not None
    place.server.send_signal(number)


@pytest.mark.parametrize(
    ("send", "number"),
    [
        pytest.param(Installation.signal_terminal, signal.SIGINT, id="ctrl-c"),
        pytest.param(Installation.signal_terminal, signal.SIGHUP, id="terminal-closed"),
        pytest.param(first_alone, signal.SIGTERM, id="first-alone"),
        pytest.param(Installation.signal_all, signal.SIGTERM, id="all-at-once"),
    ],
)
def test_it_stops_when_asked_with_a_check_running(
    tmp_path: Path, send: Callable[[Installation, int], None], number: int
) -> None:
    """A terminal signals its foreground group, one service manager the first process, another all of them."""
    slowtool.install(tmp_path / "tools")
    settings = {"PYTHONPATH": str(tmp_path / "tools"), "MINGA_LEASE_SECONDS": "1", "MINGA_TOOLS": "shortcalls"}
    place = Installation(tmp_path / "home", settings)
    place.python(SET_UP, str(tmp_path), "20")
    place.start()
    assert place.server is not None
    try:
        wait_for_running(place)
        assert len(place.sessions) == 3, "minga run, the web server and the worker"
        send(place, number)
        assert place.server.wait(timeout=25) == 0, (place.home / "server.log").read_text()
        assert left_over(place.sessions) == []
        with socket.socket() as again:
            again.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            again.bind(("127.0.0.1", place.port))
        states = dict(place.rows("SELECT status, count(*) FROM django_tasks_database_dbtaskresult GROUP BY status"))
        assert (set(states), states["SUCCESSFUL"] > 0) == ({"READY", "SUCCESSFUL"}, True)
        said = (place.home / "server.log").read_text()
        assert ("Stopped." in said, "Traceback" in said) == (True, False), said
    finally:
        place.kill()
