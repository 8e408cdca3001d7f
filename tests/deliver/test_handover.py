"""A determination goes back to the body's own system: signed, retried, once, and never with who it is about."""

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from minga.deliver import exporting, handover
from minga.deliver.actions.appeals import decide_appeal, submit_appeal
from minga.deliver.models import Access, Determination, Notice
from minga.jobs import outbox
from minga.jobs.models import Outbox
from minga.ledger import guard
from minga.ledger.models import Entry
from minga.ledger.refusals import Invalid
from tests.conftest import by
from tests.deliver.counter import Counter, as_, text_of

SECRET = "a secret of the operator"


class Theirs(HTTPServer):
    """The body's own case system: keeps what it is sent and answers with ``status``."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.status, self.got = 200, list[tuple[dict[str, str], bytes]]()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/cases"


class _Handler(BaseHTTPRequestHandler):
    server: Theirs

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((dict(self.headers), body))
        self.send_response(self.server.status)
        if 300 <= self.server.status < 400:
            self.send_header("Location", self.server.address)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        return None


@pytest.fixture
def theirs(monkeypatch: pytest.MonkeyPatch) -> Iterator[Theirs]:
    server = Theirs()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    monkeypatch.setenv("MINGA_HOOK_HOSTS", "127.0.0.1")
    monkeypatch.setenv("MINGA_HOOK_PERMITS", SECRET)
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def hooked(counter: Counter, address: str) -> Determination:
    counter.set(hook_url=address, hook_secret="MINGA_HOOK_PERMITS")
    return counter.decide(counter.receive(outside_id="P-7"), "refused")


def webhook() -> Outbox:
    return Outbox.objects.get(kind="webhook")


def again() -> None:
    with guard.open_for_action():
        Outbox.objects.update(due=timezone.now())
    outbox.send_due()


def test_it_arrives_signed_and_is_noted(counter: Counter, theirs: Theirs) -> None:
    made = hooked(counter, theirs.address)
    outbox.send_due()
    [(head, body)] = theirs.got
    wanted = hmac.new(SECRET.encode(), head["Minga-Timestamp"].encode() + b"." + body, hashlib.sha256).hexdigest()
    assert head["Minga-Signature"] == f"sha256={wanted}"
    assert head["Idempotency-Key"] == f"determination-{made.pk}"
    told = json.loads(body)
    assert (told["id"], told["outcome"], told["adverse"], told["decided_by"]) == ("P-7", "refused", True, "Flor")
    made.refresh_from_db()
    assert made.handed_over is not None
    assert Entry.objects.filter(action="case.handed_over", subject_id=str(made.pk)).count() == 1


def test_who_it_is_about_stays_here(counter: Counter, theirs: Theirs) -> None:
    hooked(counter, theirs.address)
    outbox.send_due()
    [(_head, body)] = theirs.got
    assert json.loads(body)["fields"] == {"need": "A roof"}
    for secret in (b"Rosa", b"rosa@", b"1980", b"North"):
        assert secret not in body


@pytest.mark.parametrize("status", [500, 404, 302])
def test_anything_but_success_is_tried_again_and_counts_once(counter: Counter, theirs: Theirs, status: int) -> None:
    theirs.status = status
    made = hooked(counter, theirs.address)
    outbox.send_due()
    assert (len(theirs.got), webhook().sent, webhook().tries) == (1, None, 1)
    assert f"answered {status}" in webhook().last_error
    theirs.status = 200
    again()
    assert webhook().sent is not None
    assert {head["Idempotency-Key"] for head, _ in theirs.got} == {f"determination-{made.pk}"}
    assert Entry.objects.filter(action="case.handed_over").count() == 1


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("http://127.0.0.1:9/x", "is refused"),
        ("https://127.0.0.1:9/x", "is refused"),
        ("https://[::1]:9/x", "is refused"),
        ("http://192.0.2.1/x", "is refused"),
    ],
)
def test_other_addresses_are_refused(
    counter: Counter, theirs: Theirs, monkeypatch: pytest.MonkeyPatch, address: str, why: str
) -> None:
    monkeypatch.delenv("MINGA_HOOK_HOSTS")
    hooked(counter, address)
    outbox.send_due()
    assert why in webhook().last_error


def test_without_the_operators_secret_nothing_is_sent(
    counter: Counter, theirs: Theirs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MINGA_HOOK_PERMITS")
    hooked(counter, theirs.address)
    outbox.send_due()
    assert theirs.got == []
    assert "has not set MINGA_HOOK_PERMITS" in webhook().last_error


@pytest.mark.parametrize("name", ["MINGA_SECRET_KEY", "PATH", "MINGA_HOOK_", "minga_hook_x"])
def test_a_service_cannot_borrow_another_secret(counter: Counter, name: str) -> None:
    with pytest.raises(Invalid) as refused:
        counter.open(name="Other", hook_url="https://example.org/", hook_secret=name)
    assert "hook_secret" in refused.value.fields


def test_a_secret_that_was_slipped_in_is_not_used(
    counter: Counter, theirs: Theirs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MINGA_SECRET_KEY", "x")
    counter.set(hook_url=theirs.address, hook_secret="MINGA_SECRET_KEY")
    counter.decide(counter.receive())
    outbox.send_due()
    assert theirs.got == []


def test_without_an_address_nothing_leaves(counter: Counter) -> None:
    counter.decide(counter.receive())
    assert not Outbox.objects.filter(kind="webhook").exists()


def test_the_table_says_the_same_and_each_case_notes_it(counter: Counter) -> None:
    made = counter.decide(counter.receive(source={"need": "=cmd()"}), "refused")
    address = f"{counter.service.get_absolute_url()}decided.csv"
    assert as_(None).get(address).status_code == 403
    page = as_(counter.cast.lena).get(address)
    lines = text_of(page).splitlines()
    assert lines[0].startswith("determination,case,id,service,outcome")
    assert "'=cmd()" in lines[1]
    assert "Rosa" not in text_of(page)
    assert page.headers["Cache-Control"] == "no-store"
    assert Access.objects.get(case=made.case, what="export").person == counter.cast.lena
    assert len(text_of(as_(counter.cast.lena).get(address, {"after": made.pk})).splitlines()) == 1


def test_the_signature_covers_the_time(counter: Counter) -> None:
    assert handover.signature("s", "1", b"x") != handover.signature("s", "2", b"x")


def test_the_example_of_the_documentation_tells_true_from_false(counter: Counter, theirs: Theirs) -> None:
    """The two lines of docs/casework.md, run as they stand there."""
    hooked(counter, theirs.address)
    outbox.send_due()
    [(head, body)] = theirs.got
    page = (Path(__file__).parents[2] / "docs" / "casework.md").read_text()
    lines = "\n".join(line.strip() for line in page.splitlines() if line.startswith("    ") and " = hmac." in line)

    def good(body: bytes, late: int = 0) -> bool:
        stamp = head["Minga-Timestamp"]
        clock = SimpleNamespace(time=lambda: int(stamp) + late)
        known = {"hmac": hmac, "hashlib": hashlib, "time": clock, "secret": SECRET.encode(), "body": body,
                 "stamp": stamp, "signature": head["Minga-Signature"]}  # fmt: skip
        exec(lines, known)
        return bool(known["good"])

    assert good(body)
    assert not good(body.replace(b"refused", b"granted"))
    assert not good(body, late=301)


def test_a_decision_that_was_changed_meanwhile_is_not_sent_late(counter: Counter, theirs: Theirs) -> None:
    theirs.status = 500
    made = hooked(counter, theirs.address)
    outbox.send_due()
    notice = Notice.objects.get(determination=made)
    found = submit_appeal(by(None), counter.project, made, "It fell.", token=notice.token)
    decide_appeal(by(counter.cast.fidel), counter.project, found, "changed", "We erred.", "granted")
    theirs.status = 200
    again()
    told = [json.loads(body)["outcome"] for _head, body in theirs.got]
    assert told == ["refused", "granted"]
    assert not Outbox.objects.filter(kind="webhook", sent=None).exists()
    made.refresh_from_db()
    assert made.handed_over is None
    given = exporting.determinations(counter.service)
    assert [one.outcome for one in given] == ["granted"]
    assert exporting.determinations(counter.service, str(made.pk)) == given
