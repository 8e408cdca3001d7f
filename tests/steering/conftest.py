"""What the tests of the body share: a pair of keys, records to publish, and another body that serves its own."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.utils import timezone

from minga.ledger import chain, checkpoints
from minga.ledger.action import BODY
from minga.projects.models import Project
from minga.register.actions import describe, publish
from minga.steering import federation
from minga.steering.actions import add_partner
from minga.steering.models import PartnerBody
from minga.steering.models.federation import fingerprint
from minga.steering.refreshing import refresh
from tests.conftest import Cast, by


def new_key() -> bytes:
    """A fresh Ed25519 key in PEM form."""
    return Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


@pytest.fixture
def pem() -> bytes:
    return new_key()


@pytest.fixture
def published(project: Project, cast: Cast) -> Project:
    """A project whose public record is published."""
    describe(by(cast.lena), project, field="limits", text="It cannot see what nobody published.")
    publish(by(cast.lena), project)
    return project


class Neighbour:
    """Another Minga: serves what ``answer`` holds, and signs lists with a key of its own."""

    def __init__(self) -> None:
        self.key, self.answer, self.reason = new_key(), (404, b""), ""
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                status, body = outer.answer
                self.send_response(status, outer.reason or None)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_args: Any) -> None:
                """Keeps the test's output clean."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.address = f"http://127.0.0.1:{self.server.server_port}"

    def lists(
        self, records: dict[str, Any], number: int = 1, key: bytes = b"", items: Any = None, **changed: Any
    ) -> dict[str, Any]:
        """Serve a signed list; ``items`` and ``changed`` are of the statement, changed before it is signed."""
        texts = {id: chain.encode(record) for id, record in records.items()}
        items = items or [self.item(id, record) for id, record in records.items()]
        head: dict[str, Any] = {
            "minga": "federation-1", "address": self.address, "body": "City of Elsewhere", "language": "en",
            "number": number, "made": timezone.now().isoformat(), "records": items,
        } | changed  # fmt: skip
        public, signature = checkpoints.sign(head, key or self.key)
        whole = head | {
            "records": [item | {"record": texts.get(item["id"], "{}")} for item in head["records"]],
            "public_key": public, "signature": signature,
        }  # fmt: skip
        self.says(whole)
        return whole

    def item(self, id: str, record: Any) -> dict[str, str]:
        """What the statement says of a record."""
        text = chain.encode(record)
        sha256 = federation.hash_of(text)
        return {"id": id, "title": f"Tool {id}", "url": f"https://other.example/{id}/", "sha256": sha256}

    def says(self, whole: dict[str, Any]) -> None:
        self.answer = (200, json.dumps(whole).encode())

    @property
    def fingerprint(self) -> str:
        return fingerprint(checkpoints.sign({"any": 1}, self.key)[0])

    def partner(self, cast: Cast) -> PartnerBody:
        """Its row here: somebody vouched for its key."""
        return add_partner(
            by(cast.bea), BODY, name="Elsewhere", address=self.address, fingerprint=self.fingerprint,
            how="Read out by telephone",
        )  # fmt: skip


@pytest.fixture
def neighbour(settings: Any) -> Iterator[Neighbour]:
    one = Neighbour()
    settings.MINGA_IMPORT_HOSTS = ("127.0.0.1",)
    yield one
    one.server.shutdown()
    one.server.server_close()


@pytest.fixture
def partner(neighbour: Neighbour, cast: Cast) -> PartnerBody:
    return neighbour.partner(cast)


def again(partner: PartnerBody, cast: Cast) -> Any:
    partner.refresh_from_db()
    return refresh(by(cast.bea), partner)
