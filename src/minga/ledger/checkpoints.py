"""Signed heads of a chain. The key may live elsewhere: print the statement, sign it there, load the signature."""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.utils.translation import gettext as _

from minga.ledger import chain
from minga.ledger.models import Checkpoint, Entry
from minga.ledger.refusals import Blocked, Invalid


def head(of: str) -> dict[str, object]:
    """The last entry of a chain, as the statement that is signed."""
    entry = Entry.objects.filter(chain=of).order_by("-seq").first()
    if entry is None:
        raise Blocked(_("This chain has no entries."), do=_("Check its name with “minga ledger verify”."))
    return {"chain": entry.chain, "seq": entry.seq, "hash": entry.hash}


def text(statement: dict[str, object]) -> str:
    """What is signed: canonical JSON, so that it can be typed again from paper."""
    return chain.canonical({"minga": "checkpoint-1", **statement})


def sign(statement: dict[str, object], pem: bytes) -> tuple[str, str]:
    """(public key, signature) in hex, with an Ed25519 key in PEM form."""
    try:
        key = load_pem_private_key(pem, password=None)
    except (ValueError, TypeError) as error:
        raise Invalid(
            _("The key file cannot be read: %(error)s") % {"error": error},
            do=_("Give an unencrypted Ed25519 key in PEM form: openssl genpkey -algorithm ed25519"),
        ) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise Invalid(_("The key is not an Ed25519 key."), do="openssl genpkey -algorithm ed25519")
    return key.public_key().public_bytes_raw().hex(), key.sign(text(statement).encode()).hex()


def is_valid(statement: dict[str, object], public_key: str, signature: str) -> bool:
    """Whether the signature is the key's and speaks of this statement."""
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key))
        key.verify(bytes.fromhex(signature), text(statement).encode())
    except (InvalidSignature, ValueError):
        return False
    return True


def broken(checkpoint: Checkpoint) -> str:
    """Why the chain no longer agrees with a checkpoint, or "" where it does."""
    if not is_valid(checkpoint.statement(), checkpoint.public_key, checkpoint.signature):
        return _("its signature does not match")
    entry = Entry.objects.filter(chain=checkpoint.chain, seq=checkpoint.seq).first()
    if entry is None:
        return _("entry %(seq)s, which it signs, is missing") % {"seq": checkpoint.seq}
    return "" if entry.hash == checkpoint.hash else _("entry %(seq)s was changed") % {"seq": checkpoint.seq}
