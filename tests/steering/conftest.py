"""What the tests of the body share: a pair of keys, and records to publish."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from minga.projects.models import Project
from minga.register.actions import describe, publish
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
