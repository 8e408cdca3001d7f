"""With default settings nothing leaves the house: no connection is even tried, by loading, browsing or the worker."""

import json
from pathlib import Path

from tests.robust.serving import Installation

ATTEMPTS = """
import json, re, socket, sys
tried = []
def refuse(self, address, *more):
    host = address[0] if isinstance(address, tuple) else str(address)
    if host not in ("127.0.0.1", "::1", "localhost"):
        tried.append(host)
        raise OSError("no way out")
    return original(self, address, *more)
original = socket.socket.connect
socket.socket.connect = refuse
socket.socket.connect_ex = refuse
looked_up = socket.getaddrinfo
def no_names(host, *rest, **more):
    if host not in (None, "127.0.0.1", "::1", "localhost"):
        tried.append(host)
        raise OSError("no names")
    return looked_up(host, *rest, **more)
socket.getaddrinfo = no_names
from minga.cli import main
assert main(["migrate"]) == 0
assert main(["demo"]) == 0
from django.test import Client
from minga.jobs import clock, outbox, worker
from minga.people.models import Person
clock.strike()
outbox.send_due()
worker.run(batch=True)
LINK = re.compile(r'(?:href|action)="(/[^"#]*)')
# A canonical address is said, not fetched.
LOADED = re.compile(r'<(?:script|img|link(?! rel="canonical")|iframe|source)[^>]*(?:src|href)="([^"]+)')
codes, foreign = {}, set()
def walk(client, most):
    seen, queue = {"/accounts/logout/"}, ["/"]
    while queue and len(seen) < most:
        path = queue.pop(0)
        if path in seen:
            continue
        seen.add(path)
        reply = client.get(path)
        codes[reply.status_code] = codes.get(reply.status_code, 0) + 1
        if reply.status_code >= 500:
            raise SystemExit(path)
        if reply.headers.get("Content-Type", "").startswith("text/html") and not reply.streaming:
            text = reply.content.decode()
            queue += [link.replace("&amp;", "&") for link in LINK.findall(text)]
            foreign.update(each for each in LOADED.findall(text) if each.startswith(("http", "//")))
host = {"host": "localhost"}
walk(Client(headers=host), 130)
inside = Client(headers=host)
inside.force_login(Person.objects.get(username="lena"), backend="minga.people.backends.Backend")
walk(inside, 130)
print(json.dumps({"tried": tried, "codes": codes, "foreign": sorted(foreign)}))
"""


def test_nothing_is_asked_of_any_other_machine(tmp_path: Path) -> None:
    said = Installation(tmp_path, {"MINGA_DEMONSTRATION": "1"}).python(ATTEMPTS)
    told = json.loads(said.splitlines()[-1])
    assert told["tried"] == []
    assert told["foreign"] == []
    assert told["codes"]["200"] > 150
