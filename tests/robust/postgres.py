"""A PostgreSQL server of its own for the length of a test, on a free loopback port, in a temporary folder."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.robust.serving import free_port

PLACES = ("/usr/lib/postgresql/*/bin", "/usr/local/pgsql/bin", "/opt/homebrew/opt/postgresql*/bin")


def programs() -> Path:
    """The folder with initdb and pg_ctl; the test is passed over where there is none."""
    found = [folder for pattern in PLACES for folder in sorted(Path("/").glob(pattern[1:]), reverse=True)]
    if on_path := shutil.which("initdb"):
        found.append(Path(on_path).resolve().parent)
    for folder in found:
        if (folder / "initdb").exists() and (folder / "pg_ctl").exists():
            return folder
    pytest.skip("There is no PostgreSQL server on this machine (initdb, pg_ctl), so nothing was tried on one.")


def _as_servant() -> dict[str, int]:
    """PostgreSQL refuses to run as root: then it runs as postgres, or as nobody."""
    if os.geteuid() != 0:
        return {}
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = known.get("postgres") or known["nobody"]
    return {"user": entry.pw_uid, "group": entry.pw_gid}


@contextmanager
def server() -> Iterator[str]:
    """The address of an empty database, as MINGA_DATABASE takes it."""
    folder, port, servant = programs(), free_port(), _as_servant()
    with tempfile.TemporaryDirectory(prefix="minga-pg-", ignore_cleanup_errors=True) as place:
        if servant:
            os.chown(place, servant["user"], servant["group"])

        def call(program: str, *arguments: str) -> None:
            command = [str(folder / program), "-D", f"{place}/data", *arguments]
            done = subprocess.run(
                command, cwd=place, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, **servant
            )
            assert done.returncode == 0, done.stdout

        call("initdb", "--auth=trust", "--username=minga", "--encoding=UTF8", "--locale=C", "--no-sync")
        options = f"-p {port} -k {place} -c listen_addresses=127.0.0.1 -c fsync=off"
        call("pg_ctl", "-w", "-l", f"{place}/log", "-o", options, "start")
        try:
            yield f"postgres://minga@127.0.0.1:{port}/postgres"
        finally:
            call("pg_ctl", "-w", "-m", "immediate", "stop")
