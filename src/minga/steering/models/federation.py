"""Records that leave signed, and records of other bodies that came, kept as they came."""

import hashlib

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from minga.ledger.subjects import subject
from minga.people.models import Person


def fingerprint(public_key: str) -> str:
    """SHA-256 of an Ed25519 public key (hex), its first 32 hex digits in groups of four: short enough to read aloud."""
    digest = hashlib.sha256(bytes.fromhex(public_key)).hexdigest()[:32]
    return " ".join(digest[start : start + 4] for start in range(0, 32, 4))


@subject("signed_list")
class SignedList(models.Model):
    """Our own public records as one signed list. ``statement``: what the key signed; ``records``: id -> JSON text."""

    number = models.PositiveIntegerField(unique=True)
    statement = models.JSONField()
    records = models.JSONField()
    public_key = models.CharField(max_length=64)
    signature = models.CharField(max_length=128)
    signed = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-number"]

    def __str__(self) -> str:
        return self.ledger_title

    def get_absolute_url(self) -> str:
        return reverse("steering:federation")

    @property
    def ledger_title(self) -> str:
        return gettext("Our records as signed list %(number)s") % {"number": self.number}


@subject("partner_body")
class PartnerBody(models.Model):
    """Another Minga whose records we show. A named person vouched for the key behind ``fingerprint``.

    ``public_key`` is the key of the first list that matched the fingerprint; ``number`` and ``made`` are of the last
    list kept. ``trouble`` says why the last fetch brought nothing, "" where it did.
    """

    name = models.CharField(max_length=200)
    address = models.URLField(max_length=500)
    fingerprint = models.CharField(max_length=40)
    vouched_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    how = models.CharField(max_length=300, help_text="how the fingerprint was compared")
    added = models.DateTimeField(default=timezone.now)
    ended = models.DateTimeField(null=True)
    public_key = models.CharField(max_length=64, blank=True)
    number = models.PositiveIntegerField(default=0)
    made = models.DateTimeField(null=True)
    trouble = models.TextField(blank=True)
    troubled = models.DateTimeField(null=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["address"], condition=models.Q(ended=None), name="one_current_partner_per_address"
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("steering:partner", args=[self.pk])

    @property
    def ledger_title(self) -> str:
        return gettext("Records of %(name)s") % {"name": self.name}


@subject("fetched_list")
class FetchedList(models.Model):
    """One list that came and was good: which one, its hash, and what it changed here."""

    partner = models.ForeignKey(PartnerBody, on_delete=models.PROTECT, related_name="lists")
    number = models.PositiveIntegerField()
    made = models.DateTimeField()
    fetched = models.DateTimeField(default=timezone.now)
    sha256 = models.CharField(max_length=64)
    records = models.PositiveIntegerField()
    added = models.PositiveIntegerField()
    changed = models.PositiveIntegerField()
    gone = models.PositiveIntegerField()

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.ledger_title

    def get_absolute_url(self) -> str:
        return self.partner.get_absolute_url()

    @property
    def ledger_title(self) -> str:
        return gettext("List %(number)s of %(name)s") % {"number": self.number, "name": self.partner.name}


class TheirRecord(models.Model):
    """A record of another body, exactly as it came: ``text`` is the JSON that ``sha256`` names. Never edited here.

    ``listed`` turns false when a later list no longer has it.
    """

    partner = models.ForeignKey(PartnerBody, on_delete=models.PROTECT, related_name="records")
    external_id = models.CharField(max_length=120)
    title = models.CharField(max_length=300)
    url = models.CharField(max_length=500, blank=True)
    text = models.TextField()
    sha256 = models.CharField(max_length=64)
    came = models.DateTimeField(default=timezone.now)
    listed = models.BooleanField(default=True)

    class Meta:
        ordering = ["title"]
        constraints = [models.UniqueConstraint(fields=["partner", "external_id"], name="one_row_per_their_record")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("steering:their_record", args=[self.pk])
