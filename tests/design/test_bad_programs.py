"""Programs made to break in: they never run in this process, fill neither disk nor memory, and leave nothing."""

import bz2
import gzip
import io
import os
import resource
import tarfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from minga.design import clock, programs, store, tools
from minga.design.actions import (
    agree_test_case,
    approve_criterion,
    import_dataset,
    propose_test_case,
    register_version,
    retire_test_case,
)
from minga.design.actions.suites import ask_for_suite
from minga.design.models import Dataset, ToolVersion
from minga.ledger.refusals import Invalid
from minga.projects.models import Project
from minga.tools.providers import entry_point
from tests.conftest import Cast, by
from tests.design.supplier import COLUMNS, EXAMPLE, SPEC, archive, arrives, criterion, program, reports

Send = Callable[..., Invalid]
DESCRIBED = """
kind = "entry_point"
licence = "EUPL-1.2"
[settings]
tool = "triage"
data = "/etc/hostname"
[openness]
weights = "none"
code = "open"
data = "none"
documentation = "open"
"""


@pytest.fixture
def send(project: Project, cast: Cast) -> Send:
    """Send a program and return the refusal."""

    def refused(upload: SimpleUploadedFile, spec: dict[str, Any] | None = SPEC, version: str = "1") -> Invalid:
        with pytest.raises(Invalid) as told:
            register_version(
                by(cast.paz), project, tool="other", version=version, settings="", change_note="x", spec=spec,
                program=upload,
            )  # fmt: skip
        return told.value

    return refused


def files() -> list[Path]:
    return [path for top in (programs.root(), store.root()) for path in top.rglob("*") if not path.is_dir()]


def test_a_program_cannot_describe_itself_as_one_of_ours(send: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entry_point, "load", lambda *given: pytest.fail("a tool was loaded into this process"))
    for spec in (None, {"licence": "EUPL-1.2"}):
        told = send(archive({"provider.toml": DESCRIBED.encode()}), spec=spec, version="1.0.0")
        assert "how the tool is reached" in told.cause
    assert not ToolVersion.objects.exists()


@pytest.mark.parametrize("name", ["memory_mib", "total_seconds", "processes", "line_kib", "restarts"])
def test_its_limits_are_limits(send: Send, name: str) -> None:
    told = send(program("1.0"), spec={**SPEC, "settings": {**SPEC["settings"], name: 900_000_000}})
    assert f"{name} in the settings" in told.cause


def test_what_was_refused_leaves_nothing_on_the_disk(send: Send, project: Project, cast: Cast) -> None:
    arrives(cast, project, "1.0")
    before = sorted(files())
    for number in range(3):
        send(archive({"tool.py": b"print(%d)" % number}))
    send(program("1.0"))  # used by a version: its files stay
    send(SimpleUploadedFile("empty.zip", b""))
    assert sorted(files()) == before
    assert tools.advise(ToolVersion.objects.get(), [{"id": "a", "title": "x", "text": "y"}])[0].failure == ""


def test_a_refused_program_does_not_take_a_dataset_with_it(send: Send, project: Project, cast: Cast) -> None:
    data = import_dataset(
        by(cast.dario), project, source=EXAMPLE / "reports.csv", name="R", purpose="Q", columns=COLUMNS
    )
    for path in (data.source_path, data.path):
        send(SimpleUploadedFile("same.zip", path.read_bytes()))
        assert path.is_file()


def tar_gz(name: str, kind: bytes, size: int) -> SimpleUploadedFile:
    """A header that asks for ``size`` bytes of zeros at once."""
    content = io.BytesIO()
    with gzip.GzipFile(fileobj=content, mode="wb", compresslevel=1) as packed:
        member = tarfile.TarInfo(name)
        member.type, member.size = kind, size
        packed.write(member.tobuf(tarfile.GNU_FORMAT))
        for _ in range(size >> 20):
            packed.write(bytes(1 << 20))
    return SimpleUploadedFile("tool.tgz", content.getvalue())


@pytest.mark.parametrize("kind", [tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK])
def test_the_header_of_a_tar_archive_takes_no_memory(send: Send, kind: bytes) -> None:
    upload = tar_gz("x", kind, 256 << 20)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert "made to fill a disk" in send(upload).cause
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100 * 1024  # KiB
    assert not [path for path in files() if path.name != "arriving.lock"]


def corrupt(content: bytes, start: int) -> SimpleUploadedFile:
    broken = bytes(byte ^ 0xFF for byte in content[start : start + 400])
    return SimpleUploadedFile("tool", content[:start] + broken + content[start + 400 :])


def packed_tar(pack: Callable[[bytes], bytes]) -> bytes:
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w") as opened:
        member = tarfile.TarInfo("tool.py")
        text = os.urandom(50).hex().encode() * 20_000
        member.size = len(text)
        opened.addfile(member, io.BytesIO(text))
    return pack(content.getvalue())


def packed_zip() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as opened:
        opened.writestr("tool.py", os.urandom(50).hex() * 20_000)
    return content.getvalue()


def test_what_was_damaged_on_the_way_is_said_in_words(send: Send) -> None:
    assert "tool.py in the program cannot be read" in send(corrupt(packed_zip(), 60)).cause
    for content in (packed_tar(gzip.compress), packed_tar(bz2.compress)):
        assert "neither a zip" in send(corrupt(content, 60)).cause


def test_names_that_collide_or_are_too_long_are_refused(send: Send) -> None:
    assert "Nothing was unpacked" in send(archive({"a/b": b"1", "a": b"1", "c": b"1"})).cause
    assert "too long" in send(archive({"a" * 300: b"1"})).cause
    assert str(programs.root()) not in send(archive({"a" * 300: b"1"})).cause
    folder = programs.folder_of(programs.receive(archive({"tool/.lifted/x": b"1", "tool/tool.py": b"2"})))
    assert (folder / ".lifted" / "x").read_bytes() == b"1"


def test_files_of_killed_processes_are_removed_after_a_day(project: Project, cast: Cast) -> None:
    used = programs.folder_of(arrives(cast, project, "1.0").program_sha256)
    orphan = programs.folder_of(programs.receive(archive({"tool.py": b"1"})))
    half = programs.root() / "new-abc"
    half.mkdir()
    (half / "part").write_bytes(b"x")
    writing = store.root() / "staging" / "tmpabc"
    writing.write_bytes(b"x")
    assert clock.tidy() is None
    long_ago = time.time() - 2 * 24 * 3600
    for path in (used, orphan, half, writing):
        os.utime(path, (long_ago, long_ago))
    assert clock.tidy() == "3 files left behind were removed"
    assert [path.exists() for path in (used, orphan, half, writing)] == [True, False, False, False]


def test_a_swap_is_registered_although_nothing_can_be_checked_any_more(project: Project, cast: Cast) -> None:
    case = propose_test_case(by(cast.rosa), project, {"title": "Lamp"}, "lighting", "It was dark.")
    agree_test_case(by(cast.lena), project, case)
    approve_criterion(by(cast.ada), project, ask_for_suite(by(cast.lena), project))
    criterion(cast, project, reports(cast, project))
    register_version(by(cast.dario), project, tool="shortcalls", version="0.1", settings="", change_note="x")
    retire_test_case(by(cast.lena), project, case, reason="It was wrong.")
    swapped = arrives(cast, project, "1.0")
    assert [check.criterion.metric for check in swapped.checks.all()] == ["accuracy"]
    assert Dataset.objects.filter(kind="suite").count() == 1


def test_a_description_cannot_name_another_field_as_the_identifier(project: Project, cast: Cast) -> None:
    version = register_version(
        by(cast.paz), project, tool="street-reports", version="1.0", settings="", change_note="x",
        spec={**SPEC, "id_field": "text"}, program=program("1.0"),
    )  # fmt: skip
    cases = [{"id": str(n), "title": "Street lamp out", "text": "The same words."} for n in range(2)]
    assert [answer.case for answer in tools.advise(version, cases)] == ["0", "1"]
