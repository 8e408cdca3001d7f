"""AI systems that other bodies have published, so that nobody builds what exists."""

from typing import Any

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from minga.ledger.subjects import subject


class Stage(models.TextChoices):
    """How far a system is, over all registers. Registers that do not say so give UNKNOWN."""

    DEVELOPMENT = "development", _("In development")
    PILOT = "pilot", _("Pilot")
    IN_USE = "in_use", _("In use")
    RETIRED = "retired", _("No longer used")
    UNKNOWN = "unknown", _("Not stated")


@subject("inventory")
class Source(models.Model):
    """One published register. The counts are those of its last import; the ledger keeps the earlier ones.

    ``used`` + ``rejected`` + ``failed`` = ``rows_in``. ``problems`` lists every row that is not used:
    {"line": place in the file, from 1, "kind": "rejected" | "failed", "why": a key of readers.REASONS, "what": text}.
    ``losses``: [kind of a ``tools.registers`` loss, the register's field, in how many systems].
    """

    key = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    country = models.CharField(max_length=2, blank=True)
    language = models.CharField(max_length=2)
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    imported = models.DateTimeField(default=timezone.now)
    rows_in = models.PositiveIntegerField(default=0)
    used = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    added = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    gone = models.PositiveIntegerField(default=0)
    problems = models.JSONField(default=list)
    standard = models.CharField(max_length=40, blank=True)
    losses = models.JSONField(default=list)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("inventory:source", args=[self.key])

    @property
    def ledger_title(self) -> str:
        return self.name


@subject("system")
class System(models.Model):
    """One system as its body published it. ``raw`` is the row of the register, without fields about persons.

    ``canonical`` is the same as a record of ``tools.registers`` ({} where it was imported before there were such),
    ``left_out`` the fields about persons that were not read, ``facets`` what searches narrow down by (facts.py), and
    ``digest`` names all of it. ``listed`` turns false when a later import no longer has it; it stays findable.
    """

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="systems")
    external_id = models.CharField(max_length=120)
    name = models.CharField(max_length=300)
    body = models.CharField(max_length=200)
    unit = models.CharField(max_length=200, blank=True)
    country = models.CharField(max_length=2, blank=True)
    language = models.CharField(max_length=2)
    purpose = models.TextField(blank=True)
    stage = models.CharField(max_length=12, choices=Stage, default=Stage.UNKNOWN)
    url = models.URLField(max_length=500, blank=True)
    raw = models.JSONField(default=dict)
    canonical = models.JSONField(default=dict)
    left_out = models.JSONField(default=list)
    facets = models.JSONField(default=dict)
    digest = models.CharField(max_length=32, blank=True)
    listed = models.BooleanField(default=True)
    updated = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["source", "external_id"], name="one_row_per_system")]
        indexes = [models.Index(fields=["country", "stage"], name="system_country_stage")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("inventory:system", args=[self.pk])

    @property
    def ledger_title(self) -> str:
        return f"{self.name} ({self.body})"

    @property
    def details(self) -> list[tuple[str, Any]]:
        """What the register says beyond the common fields: (the register's own field name, value)."""
        return [(key, value) for key, value in self.raw.items() if value not in ("", None, [], {})]
