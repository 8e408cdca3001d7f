"""An online copy of database and files in one archive, and its way back, both checked against the ledger."""

import hashlib
import io
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from minga import __version__
from minga.ledger import queries
from minga.ledger.models import Entry
from minga.ledger.refusals import Blocked, Invalid

MANIFEST, DATABASE, FILES = "manifest.json", "database", "files"


@dataclass(frozen=True)
class Summary:
    """What an archive holds."""

    files: int
    entries: int
    chains: int


def heads() -> dict[str, list[Any]]:
    """The last number and hash of every chain."""
    found: dict[str, list[Any]] = {}
    for chain, seq, hash_ in Entry.objects.order_by("chain", "seq").values_list("chain", "seq", "hash").iterator():
        found[chain] = [seq, hash_]
    return found


def backup(target: Path) -> Summary:
    """Write the archive ``target`` while all runs. The database comes first: its files exist before their rows."""
    if target.exists():
        raise Blocked(_("%(path)s exists already.") % {"path": target}, do=_("Name a new file."))
    partial = target.with_name(target.name + ".part")
    with tempfile.TemporaryDirectory() as folder, tarfile.open(partial, "w:gz") as archive:
        copy = Path(folder) / DATABASE
        known = _copy_database(copy)
        sums = {DATABASE: _add(archive, copy, DATABASE)}
        root = Path(settings.MEDIA_ROOT)
        for path in sorted(path for path in root.rglob("*") if path.is_file()) if root.exists() else []:
            name = f"{FILES}/{path.relative_to(root).as_posix()}"
            sums[name] = _add(archive, path, name)
        manifest = {
            "minga": __version__,
            "made": timezone.now().isoformat(),
            "database": connection.vendor,
            "heads": known,
            "sha256": sums,
        }
        _add_bytes(archive, MANIFEST, json.dumps(manifest, indent=1, sort_keys=True).encode())
    partial.rename(target)
    return Summary(len(sums) - 1, sum(seq for seq, _hash in known.values()), len(known))


def _copy_database(copy: Path) -> dict[str, list[Any]]:
    """Copy the database in one snapshot; returns the chains' heads in that copy."""
    if connection.vendor == "postgresql":
        return _dump(copy)
    with sqlite3.connect(_path()) as source, sqlite3.connect(copy) as made:
        source.backup(made)
    last = "SELECT max(seq) FROM ledger_entry WHERE chain = e.chain"
    rows = made.execute(f"SELECT chain, seq, hash FROM ledger_entry e WHERE seq = ({last})").fetchall()
    made.close()
    return {chain: [seq, hash_] for chain, seq, hash_ in rows}


def _dump(copy: Path) -> dict[str, list[Any]]:
    """``pg_dump`` of the very snapshot that the heads are read from: others go on writing."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SELECT pg_export_snapshot()")
        snapshot = cursor.fetchone()[0]
        known = heads()
        _postgres("pg_dump", "--format=custom", f"--file={copy}", f"--snapshot={snapshot}")
    return known


def _postgres(program: str, *arguments: str) -> None:
    """Run a program of PostgreSQL on our database; the password goes by the environment, which others cannot see."""
    given = settings.DATABASES["default"]
    names = {"HOST": "PGHOST", "PORT": "PGPORT", "USER": "PGUSER", "PASSWORD": "PGPASSWORD", "NAME": "PGDATABASE"}
    reach = {variable: str(given[name]) for name, variable in names.items() if given[name]}
    try:
        done = subprocess.run(
            [program, *arguments], env=os.environ | reach, stderr=subprocess.PIPE, text=True, check=False
        )
    except FileNotFoundError as error:
        raise Blocked(
            _("The program %(program)s of PostgreSQL is not here.") % {"program": program},
            do=_("Install PostgreSQL’s client programs, of the server’s version or newer."),
        ) from error
    if done.returncode:
        raise Blocked(_("%(program)s ended with: %(error)s") % {"program": program, "error": done.stderr.strip()})


def _path() -> Path:
    return Path(str(settings.DATABASES["default"]["NAME"]))


def _add(archive: tarfile.TarFile, path: Path, name: str) -> str:
    archive.add(path, arcname=name, recursive=False)
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _add_bytes(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = len(content)
    archive.addfile(entry, io.BytesIO(content))


def restore(source: Path) -> Summary:
    """Put an archive into an empty place and verify it against the ledger; a bad one leaves nothing behind."""
    root = Path(settings.MEDIA_ROOT)
    if _is_there():
        raise Blocked(
            _("There is a database here already."),
            do=_("Set MINGA_HOME to an empty folder and run this again.")
            if connection.vendor == "sqlite"
            else _("Set MINGA_DATABASE to an empty database and run this again."),
        )
    with tempfile.TemporaryDirectory(dir=settings.HOME) as folder:
        place = Path(folder)
        manifest = _unpack(source, place)
        if manifest["database"] != connection.vendor:
            raise Invalid(
                _("This backup is of another kind of database: %(kind)s.") % {"kind": manifest["database"]},
                do=_("Set MINGA_DATABASE to a database of that kind."),
            )
        _put_back(place / DATABASE)
        if (place / FILES).exists():
            shutil.copytree(place / FILES, root, dirs_exist_ok=True)
    found = queries.verify()
    if found.faults or heads() != manifest["heads"]:
        _take_away()
        raise Invalid(
            _("The ledger in this backup does not verify, so nothing was restored."),
            cause=_("The archive was changed after it was made."),
            do=_("Use another backup."),
        )
    return Summary(len(manifest["sha256"]) - 1, found.entries, found.chains)


def _is_there() -> bool:
    """Whether there is anything that a restored database would write over."""
    return _path().exists() if connection.vendor == "sqlite" else bool(connection.introspection.table_names())


def _put_back(copy: Path) -> None:
    if connection.vendor == "sqlite":
        shutil.move(copy, _path())
        return
    database = str(settings.DATABASES["default"]["NAME"])
    _postgres("pg_restore", "--no-owner", "--single-transaction", f"--dbname={database}", str(copy))


def _take_away() -> None:
    """Leave nothing of a database that does not verify; it was empty before."""
    if connection.vendor == "sqlite":
        connection.close()
        _path().unlink()
        return
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE")
        cursor.execute("CREATE SCHEMA public")


def _unpack(source: Path, place: Path) -> dict[str, Any]:
    """Unpack into ``place`` (never outside it) and compare every file with the manifest."""
    try:
        with tarfile.open(source, "r:gz") as archive:
            archive.extractall(place, filter="data")
        manifest: dict[str, Any] = json.loads((place / MANIFEST).read_text(encoding="utf-8"))
    except (tarfile.TarError, EOFError, OSError, ValueError) as error:
        raise Invalid(
            _("%(path)s is not a whole backup: %(error)s") % {"path": source, "error": error},
            cause=_("It was cut off, or it is another kind of file."),
            do=_("Copy it again, or use another backup."),
        ) from error
    for name, expected in manifest["sha256"].items():
        path = place / name
        if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != expected:
            raise Invalid(
                _("“%(name)s” in this backup is not as it was saved.") % {"name": name},
                do=_("Use another backup."),
            )
    return manifest
