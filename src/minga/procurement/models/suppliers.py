"""Suppliers that were looked at before anything is bought from them, with the evidence and until when it holds."""

import secrets

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from minga.ledger.subjects import subject
from minga.people.models import Person


def new_token() -> str:
    return secrets.token_urlsafe(24)


@subject("supplier")
class Supplier(models.Model):
    """A firm or body that sells AI tools. ``contact`` is a function, never a person; ``email`` is not public.

    ``until``: the last day on which it counts as qualified. Why one was not qualified is for itself and overseers.
    """

    class State(models.TextChoices):
        APPLIED = "applied", _("Waits for an answer")
        QUALIFIED = "qualified", _("Qualified")
        DECLINED = "declined", _("Not qualified")
        EXPIRED = "expired", _("Expired")

    name = models.CharField(max_length=200)
    country = models.CharField(max_length=2, blank=True)
    offers_what = models.TextField(help_text="What it offers, in its own words.")
    contact = models.CharField(max_length=120, blank=True)
    email = models.CharField(max_length=254)
    url = models.CharField(max_length=500, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.APPLIED)
    reason = models.TextField(blank=True)
    until = models.DateField(null=True)
    token = models.CharField(max_length=40, unique=True, default=new_token, editable=False)
    applied = models.DateTimeField(default=timezone.now)
    decided = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("procurement:supplier", args=[self.pk])

    def is_qualified(self) -> bool:
        """Whether it counts as qualified today, also where the job that lets it expire has not run yet."""
        return self.state == self.State.QUALIFIED and self.until is not None and self.until >= timezone.localdate()

    @property
    def stands(self) -> "Supplier.State":
        """Its state as of today."""
        ran_out = self.state == self.State.QUALIFIED and not self.is_qualified()
        return self.State.EXPIRED if ran_out else self.State(self.state)

    @property
    def ledger_title(self) -> str:
        return self.name if self.is_public else str(_("A supplier"))

    @property
    def is_public(self) -> bool:
        return self.state in (self.State.QUALIFIED, self.State.EXPIRED)


@subject("supplier_evidence")
class SupplierEvidence(models.Model):
    """One thing that a supplier shows; ``checked`` once a person of the body has looked at it."""

    class Kind(models.TextChoices):
        REGISTRATION = "registration", _("Registration of the firm")
        REFERENCE = "reference", _("A tool in use elsewhere, with whom to ask")
        SECURITY = "security", _("Security certificate or audit")
        PRIVACY = "privacy", _("Data protection")
        QUALITY = "quality", _("Quality of the tools: tests, evaluations")
        ETHICS = "ethics", _("How it handles fairness, people and contestation")
        OTHER = "other", _("Something else")

    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="evidence")
    kind = models.CharField(max_length=12, choices=Kind)
    text = models.TextField()
    url = models.CharField(max_length=500, blank=True)
    valid_until = models.DateField(null=True)
    given = models.DateTimeField(default=timezone.now)
    checked = models.DateTimeField(null=True)
    checked_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    holds = models.BooleanField(null=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.supplier}: {self.get_kind_display()}"

    @property
    def ledger_title(self) -> str:
        return str(self.get_kind_display())

    @property
    def is_public(self) -> bool:
        return False
