"""Suppliers made for the tests: descriptions, small programs for the sandbox, services on this machine."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from minga.tools.providers import Spec
from minga.tools.providers.command import Command

CARD = {
    "name": "sorter", "version": "1.0", "title": {"en": "Sorter"}, "summary": {"en": "Sorts."},
    "oecd_task": "recognition", "oecd_function": "service-delivery", "impacts": ["productivity"],
    "data_needed": ["title"], "serves": ["residents"], "learns": False, "licence": "EUPL-1.2",
    "known_failures": {"en": ["Short titles."]},
}  # fmt: skip
OPEN = {"weights": "none", "code": "open", "data": "none", "documentation": "restricted"}
PROGRAM = """
import json, os, sys, time
CARD = json.loads({card!r})
def say(told):
    sys.stdout.write(told if isinstance(told, str) else json.dumps(told) + "\\n")
    sys.stdout.flush()
for line in sys.stdin:
    asked = json.loads(line)
    if asked.get("ask") == "card":
        say(CARD)
        continue
    case = asked["case"]
    good = {{"case": case["id"], "proposal": "a", "probability": 0.5}}
{body}
"""


def spec_of(kind: str, settings: dict[str, Any], **more: Any) -> Spec:
    """A description of the tests' sorter; ``more`` overrides any part."""
    told = {"kind": kind, "name": "sorter", "version": "1.0", "licence": "EUPL-1.2", "openness": OPEN}
    return Spec.from_json({**told, "settings": settings, **more})


def program(folder: Path, body: str, card: dict[str, Any] = CARD) -> Path:
    """A program folder whose loop over the cases runs ``body``: there is ``case``, ``good`` and ``say``."""
    folder.mkdir(exist_ok=True)
    indented = "".join(f"    {line}\n" for line in body.splitlines())
    (folder / "tool.py").write_text(PROGRAM.format(card=json.dumps(card), body=indented), encoding="utf-8")
    return folder


def supplier(folder: Path, body: str, settings: dict[str, Any] | None = None, **more: Any) -> Command:
    """That program opened as a provider."""
    told = {
        "program": str(folder), "command": ["python3", "-I", "-B", "/program/tool.py"], "seconds_per_case": 1,
        "memory_mib": 256, "processes": 8, **(settings or {}),
    }  # fmt: skip
    return Command(spec_of("command", told, **more), program(folder, body))


def cases(count: int) -> list[dict[str, Any]]:
    return [{"id": f"c{number}", "title": f"Title {number}", "secret": "not for suppliers"} for number in range(count)]


class Web:
    """A service on this machine. ``answer(path, body)`` returns (status, bytes, JSON value or pieces, headers)."""

    def __init__(self, answer: Callable[[str, Any], tuple[int, Any, dict[str, str]]]) -> None:
        self.answer = answer
        self.server: ThreadingHTTPServer
        self.asked: list[tuple[str, Any, dict[str, str]]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    @property
    def host(self) -> str:
        return self.url.removeprefix("http://")

    def reply(self, handler: BaseHTTPRequestHandler) -> None:
        body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        told = json.loads(body) if body else None
        self.asked.append((handler.path, told, dict(handler.headers)))
        status, sent, headers = self.answer(handler.path, told)
        handler.send_response(status)
        if isinstance(sent, Iterator):
            handler.end_headers()
            for piece in sent:
                handler.wfile.write(piece)
            return
        data = sent if isinstance(sent, bytes) else json.dumps(sent).encode()
        for name, value in {"Content-Length": str(len(data)), **headers}.items():
            handler.send_header(name, value)
        handler.end_headers()
        for start in range(0, len(data), 65536):
            handler.wfile.write(data[start : start + 65536])


@contextmanager
def serving(answer: Callable[[str, Any], tuple[int, Any, dict[str, str]]]) -> Iterator[Web]:
    """The service, running in a thread of its own until the end of the block."""
    web = Web(answer)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._do()

        do_POST = do_GET

        def _do(self) -> None:
            try:
                web.reply(self)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:
            """Nothing on the terminal."""

    web.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    web.server.daemon_threads = True
    thread = threading.Thread(target=web.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield web
    finally:
        web.server.shutdown()
        web.server.server_close()
        thread.join()
