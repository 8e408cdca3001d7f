"""A supplier's tool arrives as a zip, fails what residents asked for, and is mended."""

import json
from collections.abc import Callable, Iterator
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, ClassVar

import pytest

from minga.design import programs, store, tables, tasks, tools
from minga.design.actions import create_release, register_version, request_check
from minga.design.models import Check, Criterion, ToolVersion
from minga.ledger.refusals import Blocked, Conflict, Invalid, NotAllowed
from minga.projects.models import Project
from minga.tools.base import ToolError
from tests.conftest import Cast, by
from tests.design.supplier import EXAMPLE, SPEC, archive, arrives, criterion, program, reports


def checked(cast: Cast, asked: Criterion, version: ToolVersion) -> Check:
    check = request_check(by(cast.dario), asked.project, asked, version)
    tasks.run_check.call(check.pk)
    check.refresh_from_db()
    return check


def test_the_first_version_fails_and_the_mended_one_is_released(project: Project, cast: Cast) -> None:
    asked = criterion(cast, project, reports(cast, project))
    first = arrives(cast, project, "1.0")
    assert first.kind == "command"
    assert first.card["title"]["en"] == "Street reports to the right queue"
    failed = checked(cast, asked, first)
    assert (failed.state, failed.worst) == ("failed", "es"), failed.problem
    rows = failed.figures["rows"]
    assert rows["in"] == 120 == rows["used"] + rows["rejected"] + rows["failed"]
    assert "needs no learning" in failed.figures["baseline_sentence"]
    assert failed.cpu_ms
    assert failed.cost_per_1000
    assert failed.cost_per_1000 > Decimal(0)
    with pytest.raises(Blocked, match="C-01 failed"):
        create_release(by(cast.lena), project, first)
    mended = arrives(cast, project, "1.1")
    assert mended.content_hash != first.content_hash
    passed = checked(cast, asked, mended)
    assert passed.is_pass, passed.figures
    create_release(by(cast.lena), project, mended)


def test_it_is_asked_without_truth_and_groups(project: Project, cast: Cast) -> None:
    dataset = reports(cast, project)
    version = arrives(cast, project, "1.1")
    answers = tools.advise(version, [{"id": "a", "title": "Farola apagada", "text": "No hay luz."}, {"id": "b"}])
    assert [answer.case for answer in answers] == ["a", "b"]
    assert answers[0].advice
    assert answers[0].advice.proposal == "lighting"
    assert answers[1].advice
    assert answers[1].advice.proposal is None
    case = tables.case_of(next(tables.rows_of(dataset)), dataset.columns)
    assert set(case) == {"id", "title", "text", "made_up"}


def test_the_same_program_has_the_same_hash_and_another_byte_another(project: Project, cast: Cast) -> None:
    first = arrives(cast, project, "1.0")
    folder = programs.folder_of(first.program_sha256)
    assert (folder / "tool.py").is_file()
    assert not (folder / "tool.py").stat().st_mode & 0o222
    script = folder / "tool.py"
    script.chmod(0o644)
    script.write_bytes(script.read_bytes() + b"\n# changed\n")
    with pytest.raises(ToolError, match="is not the one that was registered"):
        tools.advise(first, [{"id": "a"}])


def test_what_does_not_answer_is_told_at_once_and_nothing_is_kept(project: Project, cast: Cast) -> None:
    def send(files: dict[str, bytes], **more: object) -> Invalid:
        with pytest.raises(Invalid) as refused:
            register_version(
                by(cast.paz), project, tool="other", version="1", settings="", change_note="x",
                spec={**SPEC, **more}, program=archive(files),
            )  # fmt: skip
        return refused.value

    assert "program" in send({"tool.py": b"print('hello')"}).fields
    assert "calls itself" in send({p.name: p.read_bytes() for p in (EXAMPLE / "1.0").iterdir()}).cause
    assert "licence" in send({"tool.py": b""}, licence="").cause
    assert "link" in send({"../tool.py": b""}).cause
    assert not ToolVersion.objects.exists()


def test_a_name_of_an_installed_tool_is_refused(project: Project, cast: Cast) -> None:
    with pytest.raises(Invalid, match="installed here"):
        register_version(
            by(cast.paz), project, tool="redflags", version="1", settings="", change_note="x", spec=SPEC,
            program=program("1.0"),
        )  # fmt: skip
    with pytest.raises(NotAllowed):
        register_version(by(cast.rosa), project, tool="redflags", version="1", settings="", change_note="x")


def test_the_program_may_describe_itself(project: Project, cast: Cast) -> None:
    files = {path.name: path.read_bytes() for path in (EXAMPLE / "1.0").iterdir()}
    files["provider.toml"] = (EXAMPLE / "provider-1.0.toml").read_bytes()
    version = register_version(
        by(cast.paz),
        project,
        tool="street-reports",
        version="1.0",
        settings="",
        change_note="x",
        program=archive(files),
    )
    assert version.spec["fields"] == ["title", "text"]
    assert version.spec["settings"]["program"] == version.program_sha256


def test_a_service_is_asked_only_where_the_operator_named_it(project: Project, cast: Cast, settings: object) -> None:
    spec = {**SPEC, "kind": "http", "settings": {"url": "https://advice.example/api"}}

    def send() -> str:
        with pytest.raises(Invalid) as refused:
            register_version(by(cast.paz), project, tool="far", version="1", settings="", change_note="x", spec=spec)
        assert set(refused.value.fields) == {"address"}
        return refused.value.cause

    assert "MINGA_TOOL_HOSTS" in send()
    settings.MINGA_TOOL_HOSTS = ["elsewhere.example"]  # type: ignore[attr-defined]
    assert "MINGA_TOOL_HOSTS" in send()


def test_a_key_goes_to_the_host_that_it_is_named_after(
    project: Project, cast: Cast, settings: Any, far: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MINGA_TOOL_HOSTS = [far]
    monkeypatch.setenv("MINGA_PROVIDER_KEY_127_0_0_1", "ours")
    monkeypatch.setenv("MINGA_PROVIDER_KEY_OTHER", "another's")
    given = {"url": f"http://{far}", "key_env": "MINGA_PROVIDER_KEY_OTHER"}
    spec = {**SPEC, "kind": "http", "fields": ["title"], "settings": given}
    version = register_version(by(cast.paz), project, tool="far", version="1", settings="", change_note="x", spec=spec)
    assert version.spec["settings"]["key_env"] == "MINGA_PROVIDER_KEY_127_0_0_1"
    assert Far.keys[-1] == "Bearer ours"


def test_a_swap_runs_every_approved_criterion_again(project: Project, cast: Cast) -> None:
    asked = criterion(cast, project, reports(cast, project))
    register_version(by(cast.dario), project, tool="shortcalls", version="0.1", settings="", change_note="x")
    assert not Check.objects.exists()
    swapped = arrives(cast, project, "1.0")
    assert [(check.criterion, check.version) for check in Check.objects.all()] == [(asked, swapped)]
    arrives(cast, project, "1.1")
    assert Check.objects.count() == 1
    with pytest.raises(Conflict):
        arrives(cast, project, "1.1")


def test_archives_stay_in_their_folder(tmp_path: Path, make_tar: Callable[..., Path]) -> None:
    for bad in ({"link": "tool.py"}, {"device": True}, {"outside": True}, {"twice": True}):
        kept = programs.receive(make_tar(tmp_path, **bad))
        with pytest.raises(ToolError, match="Nothing was unpacked"):
            programs.folder_of(kept)
        assert not (programs.root() / kept).exists()
    assert not list(programs.root().iterdir())
    good = programs.folder_of(programs.receive(make_tar(tmp_path)))
    assert (good / "tool.py").read_text() == "print(1)"
    with pytest.raises(ToolError, match="neither a zip"):
        programs.folder_of(programs.receive(_bytes(tmp_path, b"no archive at all")))
    store.path_of(good.name).unlink()
    assert programs.folder_of(good.name) == good


def _bytes(folder: Path, content: bytes) -> Path:
    path = folder / "x.bin"
    path.write_bytes(content)
    return path


@pytest.fixture
def make_tar() -> Callable[..., Path]:
    import io
    import tarfile

    def make(folder: Path, link: str = "", device: bool = False, outside: bool = False, twice: bool = False) -> Path:
        path = folder / f"{link}{device}{outside}{twice}.tar.gz"
        with tarfile.open(path, "w:gz") as opened:

            def put(name: str, **more: object) -> None:
                member = tarfile.TarInfo(name)
                member.size = 8
                for key, value in more.items():
                    setattr(member, key, value)
                opened.addfile(member, io.BytesIO(b"print(1)"))

            put("tool/tool.py")
            if link:
                put("tool/other.py", type=tarfile.SYMTYPE, linkname=link, size=0)
            if device:
                put("tool/null", type=tarfile.CHRTYPE, size=0)
            if outside:
                put("tool/../../escaped.py")
            if twice:
                put("tool/tool.py")
        return path

    return make


CARD = {
    "name": "far", "version": "1", "title": {"en": "Far away"}, "summary": {"en": "Answers from afar."},
    "oecd_task": "recognition", "oecd_function": "service-delivery", "licence": "EUPL-1.2",
}  # fmt: skip


class Far(BaseHTTPRequestHandler):
    """Answers "roads" on every case and keeps what it was sent."""

    seen: ClassVar[list[dict[str, Any]]] = []
    keys: ClassVar[list[str | None]] = []

    def do_GET(self) -> None:
        self.keys.append(self.headers["Authorization"])
        self._say(CARD)

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.seen.extend(asked["cases"])
        self._say({"answers": [{"case": case["id"], "proposal": "roads"} for case in asked["cases"]]})

    def log_message(self, *given: object) -> None:
        """Say nothing."""

    def _say(self, told: Any) -> None:
        content = json.dumps(told).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


@pytest.fixture
def far() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Far)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_a_named_service_is_checked_and_sent_only_the_named_fields(
    project: Project, cast: Cast, settings: Any, far: str
) -> None:
    settings.MINGA_TOOL_HOSTS = [far]
    asked = criterion(cast, project, reports(cast, project))
    spec = {**SPEC, "kind": "http", "fields": ["title"], "settings": {"url": f"http://{far}"}}
    version = register_version(by(cast.paz), project, tool="far", version="1", settings="", change_note="x", spec=spec)
    Far.seen.clear()
    check = checked(cast, asked, version)
    assert (check.state, check.figures["rows"]["used"]) == ("failed", 120), check.problem
    assert len(Far.seen) == 120
    assert {key for case in Far.seen for key in case} == {"id", "title"}
    settings.MINGA_TOOL_HOSTS = []
    assert checked(cast, asked, version).state == "broken"
