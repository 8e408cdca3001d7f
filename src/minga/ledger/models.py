"""The ledger's tables. Entries are appended by ``minga.ledger.action`` and never changed."""

from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from minga.ledger.subjects import subject


class Entry(models.Model):
    """One thing that happened. Triggers in the database refuse to change or delete it.

    The hash covers everything but the actor's key and salt, so that both can be erased and the
    chain still verifies. ``payload`` and ``because`` are kept as the canonical text that was hashed.
    """

    class History(models.TextChoices):
        RECORDED = "recorded", _("recorded as it happened")
        DEMONSTRATION = "demonstration", _("invented for the demonstration")
        IMPORTED = "imported", _("brought in from elsewhere")

    chain = models.CharField(max_length=36)
    seq = models.PositiveBigIntegerField()
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)
    actor = models.CharField(max_length=64, help_text="commitment to the actor's key")
    actor_key = models.CharField(max_length=36, blank=True)
    actor_salt = models.BinaryField(max_length=16)
    group = models.CharField(max_length=20)
    phase = models.CharField(max_length=12)
    level = models.CharField(max_length=12)
    action = models.CharField(max_length=60)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=64)
    because = models.TextField(default="[]")
    happened = models.CharField(max_length=32)
    recorded = models.CharField(max_length=32)
    history = models.CharField(max_length=16, choices=History, default=History.RECORDED)
    payload = models.TextField(default="{}")
    once = models.CharField(max_length=80, null=True, help_text="idempotency key, with the actor's key")
    once_digest = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["chain", "seq"], name="one_entry_per_place_in_chain"),
            models.UniqueConstraint(fields=["once"], name="one_entry_per_idempotency_key"),
        ]
        indexes = [
            models.Index(fields=["subject_kind", "subject_id"], name="entry_subject"),
            models.Index(fields=["chain", "action"], name="entry_action"),
        ]
        ordering = ["chain", "seq"]

    def __str__(self) -> str:
        return f"{self.chain} {self.seq}: {self.action}"


class Edge(models.Model):
    """Entry ``entry`` follows from the subject (kind, id). Written by a trigger from ``Entry.because``."""

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="edges", db_index=False)
    cause_kind = models.CharField(max_length=40)
    cause_id = models.CharField(max_length=64)

    class Meta:
        indexes = [models.Index(fields=["cause_kind", "cause_id"], name="edge_cause")]

    def __str__(self) -> str:
        return f"{self.entry_id} because of {self.cause_kind} {self.cause_id}"


class Opening(models.Model):
    """The value and salt behind a commitment in a payload. Deleting it erases the value for good."""

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="openings")
    field = models.CharField(max_length=60)
    person_key = models.CharField(max_length=36, db_index=True)
    salt = models.BinaryField(max_length=16)
    value = models.TextField()

    def __str__(self) -> str:
        return f"{self.field} of entry {self.entry_id}"


@subject("checkpoint")
class Checkpoint(models.Model):
    """A signed head of a chain (Ed25519). Whoever keeps one can prove that nothing before it was changed."""

    chain = models.CharField(max_length=36, db_index=True)
    seq = models.PositiveBigIntegerField()
    hash = models.CharField(max_length=64)
    signed_at = models.DateTimeField(default=timezone.now)
    public_key = models.CharField(max_length=64)
    signature = models.CharField(max_length=128)

    def __str__(self) -> str:
        return f"{self.chain} {self.seq}"

    @property
    def ledger_title(self) -> str:
        return f"{self.seq}"

    def statement(self) -> dict[str, Any]:
        return {"chain": self.chain, "seq": self.seq, "hash": self.hash}
