"""Puts an auditor pack together: the same state gives the same bytes."""

import hashlib
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files
from tempfile import SpooledTemporaryFile
from typing import IO, Any

import orjson

from minga.ledger import checkpoints
from minga.ledger.chain import canonical
from minga.ledger.queries import export
from minga.projects.models import Project
from minga.register.audit import parts
from minga.register.audit.moment import one_moment

FORMAT = "minga-audit-1"
IN_MEMORY = 16 << 20
NEW_YEAR = (1980, 1, 1, 0, 0, 0)
README = """Auditor pack of "{title}"

  python3 verify.py     checks every file, every ledger entry and every signature; no network, nothing to install

manifest.json     what is here, with SHA-256, and where the ledger stood
ledger.jsonl      every act on the project, in order, each with the hash of the one before
checkpoints.json  signed heads of that ledger
record.json       the public record as it is today, each value with where it is known from
datasets.json     which data, whose, under which law, how complete; by hash
versions.json     which code in which version with which settings; by hash
criteria.json     what the tool must do, and checks.json: whether it did
rollout.json      releases, stages, stop rules and their firings, drills, withdrawals
services.json     what people apply for; cases.jsonl: what was advised and decided
appeals.json      and what came of them
watched.json      alerts, incidents, demands, reviews

Nobody is named. Officials are numbers of this pack alone; what people wrote stays with the body, and a SHA-256 stands
for it. What a tool said of a case is kept back while the case is open, and where its person does not agree that a tool
helps. Whoever holds this pack can prove later that nothing before its last ledger entry was changed.
"""


@dataclass(slots=True)
class Packed:
    """The archive, open at its start, its SHA-256, and the SHA-256 of each file in it."""

    file: IO[bytes]
    sha256: str
    parts: dict[str, str]


def pack(project: Project) -> Packed:
    """Everything that an auditor needs, as it is at one moment, in one zip. The caller closes the file."""
    archive = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115
    hashes: dict[str, str] = {}
    with one_moment(), zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as out:
        for name, content in _contents(project):
            hashes[name] = _write(out, name, content)
        manifest = {
            "format": FORMAT,
            "title": project.title,
            "project": project.slug,
            "head": checkpoints.head(project.chain),
            "files": hashes,
        }
        _write(out, "manifest.json", [orjson.dumps(manifest, option=orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2)])
    archive.seek(0)
    digest = hashlib.file_digest(archive, "sha256").hexdigest()
    archive.seek(0)
    return Packed(archive, digest, hashes)


def _contents(project: Project) -> Iterable[tuple[str, Iterable[bytes]]]:
    """(file name, its bytes in pieces), the large ones piece by piece."""
    yield "README.txt", [README.format(title=project.title).encode()]
    yield "verify.py", [files("minga.register.audit").joinpath("verify.py").read_bytes()]
    yield "ledger.jsonl", (canonical(line).encode() + b"\n" for line in export(project.chain))
    yield "cases.jsonl", (_json(case) + b"\n" for case in parts.cases(project))
    for part in (
        parts.record, parts.datasets, parts.versions, parts.criteria, parts.checks, parts.rollout, parts.services,
        parts.appeals, parts.watched, parts.checkpoints,
    ):  # fmt: skip
        yield f"{part.__name__}.json", [_json(part(project), indent=True)]


def _json(value: Any, *, indent: bool = False) -> bytes:
    options = orjson.OPT_SORT_KEYS | orjson.OPT_UTC_Z | (orjson.OPT_INDENT_2 if indent else 0)
    return orjson.dumps(value, default=str, option=options)


def _write(out: zipfile.ZipFile, name: str, content: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    # A fixed date, so that the same state gives the same archive.
    entry = zipfile.ZipInfo(name, NEW_YEAR)
    entry.compress_type = zipfile.ZIP_DEFLATED
    with out.open(entry, "w", force_zip64=True) as file:
        for piece in content:
            digest.update(piece)
            file.write(piece)
    return digest.hexdigest()
