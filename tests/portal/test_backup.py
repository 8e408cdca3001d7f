"""A backup made while all runs is restored into an empty place and verified; a changed one is refused."""

import io
import json
import os
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

OPEN = """
from minga.start import django
django()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from django.conf import settings
from minga.ledger.action import BODY, By
from minga.people.models import Person
from minga.projects.actions import open_project
lead = Person.objects.create(username="lead", group="agency")
open_project(By(lead.actor), BODY, title="Kept", summary="What a backup must bring back.")
(settings.MEDIA_ROOT / "sub").mkdir(parents=True)
(settings.MEDIA_ROOT / "sub" / "data.jsonl").write_text("row")
"""


def minga(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"MINGA_HOME": str(home), "MINGA_DATABASE": ""}
    command = [sys.executable, "-m", "minga", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home")
    environment = os.environ | {"MINGA_HOME": str(home), "MINGA_DATABASE": ""}
    subprocess.run([sys.executable, "-c", OPEN], env=environment, check=True)
    target = tmp_path_factory.mktemp("backups") / "one.tar.gz"
    assert minga(home, "backup", str(target)).returncode == 0
    return target


def test_a_backup_comes_back_whole(archive: Path, tmp_path: Path) -> None:
    home = tmp_path / "empty"
    done = minga(home, "restore", str(archive))
    assert (done.returncode, "Restored and verified: 1 ledger entries in 1 chains, 1 files" in done.stdout) == (0, True)
    assert (home / "files" / "sub" / "data.jsonl").read_text() == "row"
    assert "all as they were written" in minga(home, "ledger", "verify").stdout


def test_a_full_place_is_left_alone(archive: Path, tmp_path: Path) -> None:
    assert minga(tmp_path, "restore", str(archive)).returncode == 0
    again = minga(tmp_path, "restore", str(archive))
    assert (again.returncode, "a database here already" in again.stderr) == (1, True)


def test_a_truncated_archive_is_refused(archive: Path, tmp_path: Path) -> None:
    cut = tmp_path / "cut.tar.gz"
    cut.write_bytes(archive.read_bytes()[:2000])
    done = minga(tmp_path / "home", "restore", str(cut))
    assert (done.returncode, "not a whole backup" in done.stderr) == (1, True)
    assert not (tmp_path / "home" / "minga.sqlite3").exists()


def rewritten(archive: Path, target: Path, change: dict[str, bytes]) -> Path:
    with tarfile.open(archive) as source, tarfile.open(target, "w:gz") as made:
        for member in source.getmembers():
            content = change.get(member.name) or source.extractfile(member).read()
            entry = tarfile.TarInfo(member.name)
            entry.size = len(content)
            made.addfile(entry, io.BytesIO(content))
    return target


def test_a_changed_file_is_refused(archive: Path, tmp_path: Path) -> None:
    changed = rewritten(archive, tmp_path / "changed.tar.gz", {"files/sub/data.jsonl": b"another row"})
    done = minga(tmp_path / "home", "restore", str(changed))
    assert (done.returncode, "not as it was saved" in done.stderr) == (1, True)


def test_a_ledger_that_was_cut_is_refused(archive: Path, tmp_path: Path) -> None:
    with tarfile.open(archive) as source:
        manifest = json.loads(source.extractfile("manifest.json").read())
    chain = next(iter(manifest["heads"]))
    manifest["heads"][chain] = [2, "f" * 64]
    changed = rewritten(archive, tmp_path / "cut.tar.gz", {"manifest.json": json.dumps(manifest).encode()})
    done = minga(tmp_path / "home", "restore", str(changed))
    assert (done.returncode, "does not verify" in done.stderr) == (1, True)
    assert not (tmp_path / "home" / "minga.sqlite3").exists()


def test_an_archive_cannot_write_outside_its_place(archive: Path, tmp_path: Path) -> None:
    evil = tmp_path / "evil.tar.gz"
    with tarfile.open(evil, "w:gz") as made:
        entry = tarfile.TarInfo("../../outside")
        entry.size = 1
        made.addfile(entry, io.BytesIO(b"x"))
    done = minga(tmp_path / "home", "restore", str(evil))
    assert (done.returncode, "not a whole backup" in done.stderr) == (1, True)
    assert not (tmp_path / "outside").exists()
