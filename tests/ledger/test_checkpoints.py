"""A signed head proves later that nothing before it was changed; the key may live elsewhere."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from minga.ledger import checkpoints
from minga.ledger.action import BODY
from minga.ledger.actions import sign_checkpoint
from minga.ledger.models import Checkpoint
from minga.ledger.refusals import Invalid, NotAllowed
from minga.projects.models import Project
from tests.conftest import Cast, by
from tests.ledger.test_verify import tamper


def pem() -> bytes:
    return Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def keep(person: object, project: Project, public_key: str, signature: str) -> Checkpoint:
    head = checkpoints.head(project.chain)
    return sign_checkpoint(
        by(person),
        BODY,
        chain=project.chain,
        seq=head["seq"],
        hash_=head["hash"],
        public_key=public_key,
        signature=signature,
    )


def test_a_signed_head_agrees_until_the_chain_is_changed(project: Project, cast: Cast) -> None:
    kept = keep(cast.bea, project, *checkpoints.sign(checkpoints.head(project.chain), pem()))
    assert checkpoints.broken(kept) == ""
    tamper(f"UPDATE ledger_entry SET hash = 'f' WHERE chain = '{project.chain}' AND seq = {kept.seq}")
    assert "changed" in checkpoints.broken(kept)


def test_a_signature_by_another_key_is_refused(project: Project, cast: Cast) -> None:
    statement = checkpoints.head(project.chain)
    _, signature = checkpoints.sign(statement, pem())
    other_key, _ = checkpoints.sign(statement, pem())
    with pytest.raises(Invalid):
        keep(cast.bea, project, other_key, signature)


def test_only_the_body_or_an_overseer_signs(project: Project, cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        keep(cast.lena, project, *checkpoints.sign(checkpoints.head(project.chain), pem()))


def test_a_key_that_is_none_is_explained(project: Project) -> None:
    with pytest.raises(Invalid, match="openssl genpkey"):
        checkpoints.sign(checkpoints.head(project.chain), b"no key")
