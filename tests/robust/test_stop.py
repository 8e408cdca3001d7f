"""``minga run`` ends cleanly when asked to: exit status 0, nothing left behind, and the task at hand is finished."""

import signal
import socket
import time
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


@pytest.mark.parametrize("asked_with", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_when_asked_with_a_check_running(tmp_path: Path, asked_with: signal.Signals) -> None:
    """Ctrl-C reaches every process of the terminal at once; SIGTERM is what a service manager sends to the first."""
    slowtool.install(tmp_path / "tools")
    place = Installation(tmp_path / "home", {"PYTHONPATH": str(tmp_path / "tools"), "MINGA_LEASE_SECONDS": "1"})
    place.python(SET_UP, str(tmp_path), "20")
    place.start()
    assert place.server is not None
    try:
        wait_for_running(place)
        if asked_with == signal.SIGINT:
            place.signal_group(asked_with)
        else:
            place.server.send_signal(asked_with)
        assert place.server.wait(timeout=25) == 0, (place.home / "server.log").read_text()
        assert left_over(place.server.pid) == []
        with socket.socket() as again:
            again.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            again.bind(("127.0.0.1", place.port))
        states = dict(place.rows("SELECT status, count(*) FROM django_tasks_database_dbtaskresult GROUP BY status"))
        assert (set(states), states["SUCCESSFUL"] > 0) == ({"READY", "SUCCESSFUL"}, True)
        assert "Traceback" not in (place.home / "server.log").read_text()
    finally:
        place.kill()
