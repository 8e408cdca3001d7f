"""With nothing but the default settings, no tool and no provider tries to reach any machine."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

SUPPLIER = Path(__file__).parents[2] / "examples" / "supplier_tool"
GUARD = """
import json, pkgutil, socket, sys
from importlib import import_module
from pathlib import Path
tried = []
WATCHED = ("connect", "sendto", "sendmsg", "getaddrinfo", "gethostbyname", "bind")
WATCHED = tuple("socket." + each for each in WATCHED)
def look(event, arguments):
    if event in WATCHED:
        if event in ("socket.connect", "socket.bind", "socket.sendto") and arguments[0].family == socket.AF_UNIX:
            return
        tried.append([event, repr(arguments[1:] if event.startswith("socket.c") else arguments)])
sys.addaudithook(look)
"""
USE = """
import minga.tools
for module in pkgutil.walk_packages(minga.tools.__path__, "minga.tools."):
    if not module.name.endswith("__main__") and ".sandbox.inside" not in module.name:
        import_module(module.name)
from minga.tools.base import ToolError
from minga.tools.providers import Spec, connect
folder = Path(sys.argv[1])
supplier = connect(Spec.read(folder / "provider-1.1.toml"), programs=folder)
answers = supplier.advise_many([{"id": 1, "title": "Farola apagada"}, {"id": 2, "title": "Leak"}])
OPEN = {"weights": "none", "code": "open", "data": "none", "documentation": "open"}
base = {"licence": "Apache-2.0", "openness": OPEN, "name": "redflags", "version": "1.0.0", "fields": ["title"]}
own = connect(Spec.from_json({**base, "kind": "entry_point", "id_field": "ocid"}))
answers += own.advise_many([{"ocid": "x"}])
refused = []
chat = {"url": "https://example.org", "model": "m", "template": "${title}"}
for kind, settings in (("http", {"url": "https://example.org"}), ("openai", chat)):
    try:
        connect(Spec.from_json({**base, "kind": kind, "settings": settings}))
    except ToolError as error:
        refused.append(str(error))
advice = sum(1 for each in answers if each.advice)
print(json.dumps({"tried": tried, "answers": len(answers), "advice": advice, "refused": refused}))
"""
REACH = """
import http.client
connection = http.client.HTTPConnection("127.0.0.1", 9, timeout=1)
try:
    connection.request("GET", "/")
except OSError:
    pass
print(json.dumps({"tried": tried}))
"""


def run(code: str, *arguments: str) -> dict[str, object]:
    done = subprocess.run(
        [sys.executable, "-c", GUARD + code, *arguments], capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    told: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return told


def test_importing_connecting_and_advising_reach_nobody() -> None:
    told = run(USE, str(SUPPLIER))
    assert told["tried"] == []
    assert told["answers"] == 3
    assert told["advice"] >= 2
    assert all("sends nothing to other machines" in each for each in told["refused"])
    assert len(told["refused"]) == 2


def test_the_guard_itself_sees_a_connection() -> None:
    tried = run(REACH)["tried"]
    assert any(event == "socket.connect" for event, _ in tried)
