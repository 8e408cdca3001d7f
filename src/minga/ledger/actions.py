"""What can happen to the ledger itself: it is signed, and a person is erased from it."""

from django.utils.translation import gettext as _

from minga.ledger import checkpoints
from minga.ledger.action import Act, action
from minga.ledger.models import Checkpoint, Entry, Opening
from minga.ledger.refusals import Conflict, Invalid


@action("checkpoint.signed")
def sign_checkpoint(act: Act, chain: str, seq: int, hash_: str, public_key: str, signature: str) -> Checkpoint:
    """Keep a signed head of a chain. Refused where the signature or the entry does not match."""
    statement: dict[str, object] = {"chain": chain, "seq": seq, "hash": hash_}
    if not checkpoints.is_valid(statement, public_key, signature):
        raise Invalid(
            _("The signature does not match the statement."),
            cause=_("The statement was changed, or another key signed it."),
            do=_("Print the head again, sign exactly that text, and load it with its public key."),
        )
    if not Entry.objects.filter(chain=chain, seq=seq, hash=hash_).exists():
        raise Conflict(_("No entry of this chain has this number and hash."))
    act.note(chain=chain, seq=seq, hash=hash_, public_key=public_key, signature=signature)
    return Checkpoint.objects.create(
        chain=chain, seq=seq, hash=hash_, public_key=public_key, signature=signature, signed_at=act.now
    )


def forget(key: str) -> int:
    """Erase the actor key and salts of one person, inside an action; the chains stay valid.

    Returns how many entries can no longer be tied to them.
    """
    Opening.objects.filter(person_key=key).delete()
    return Entry.objects.filter(actor_key=key).update(actor_key="", actor_salt=b"", once=None, once_digest="")
