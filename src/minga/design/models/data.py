"""Datasets and the six questions about them."""

import json
from pathlib import Path

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from minga.design import store
from minga.ledger.subjects import subject
from minga.people.models import Person
from minga.projects.models import Project


@subject("dataset")
class Dataset(models.Model):
    """Rows that were read, by content. ``sha256`` names the rows used, ``source_sha256`` the file as it came.

    rows_in = rows_used + rows_rejected + rows_failed. ``notices`` counts what is odd about rows that are used.
    ``profile`` has the shape of ``minga.design.profile.Profile.as_json``. A dataset of ``kind`` table or suite has the
    columns that ``columns`` names: {"id", "truth", "groups": [...]}; every other column is the tool's to read, and
    the tool is never given the truth. ``synthetic_from``: made from that dataset's profile; ``privacy`` is its check.
    """

    class Kind(models.TextChoices):
        OCDS = "ocds", _("open contracting data")
        TABLE = "table", _("a table of cases")
        SUITE = "suite", _("cases written by participants")

    class State(models.TextChoices):
        READING = "reading", _("Being read")
        READY = "ready", _("Ready")
        REFUSED = "refused", _("Could not be read")

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="datasets")
    name = models.CharField(max_length=120)
    purpose = models.TextField()
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.OCDS)
    columns = models.JSONField(default=dict)
    synthetic_from = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="synthetic")
    privacy = models.JSONField(default=dict)
    source = models.CharField(max_length=400, help_text="file name or address")
    state = models.CharField(max_length=10, choices=State, default=State.READY)
    refusal = models.TextField(blank=True)
    sha256 = models.CharField(max_length=64, blank=True, db_index=True)
    source_sha256 = models.CharField(max_length=64, blank=True)
    ids_sha256 = models.CharField(max_length=64, blank=True)
    problems_sha256 = models.CharField(max_length=64, blank=True)
    labels_sha256 = models.CharField(max_length=64, blank=True)
    size = models.PositiveBigIntegerField(default=0, help_text="bytes, as it came")
    rows_in = models.PositiveIntegerField(default=0)
    rows_used = models.PositiveIntegerField(default=0)
    rows_rejected = models.PositiveIntegerField(default=0)
    rows_failed = models.PositiveIntegerField(default=0)
    notices = models.JSONField(default=dict)
    profile = models.JSONField(default=dict)
    period_from = models.DateField(null=True)
    period_to = models.DateField(null=True)
    steward = models.CharField(max_length=200, blank=True)
    lawful_basis = models.TextField(blank=True)
    split_from = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="parts")
    split_at = models.DateField(null=True)
    imported = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-imported", "-pk"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("design:dataset", args=[self.project.slug, self.pk])

    @property
    def ledger_title(self) -> str:
        return self.name

    @property
    def path(self) -> Path:
        """The rows used, as JSON Lines."""
        return store.path_of(self.sha256)

    @property
    def source_path(self) -> Path:
        """The file as it came in."""
        return store.path_of(self.source_sha256)

    @property
    def problems_path(self) -> Path | None:
        """JSON Lines of {line, state, reason}, or None where there was no problem."""
        return store.path_of(self.problems_sha256) if self.problems_sha256 else None

    @property
    def has_labels(self) -> bool:
        return bool(self.labels_sha256)

    def labels(self) -> dict[str, str] | None:
        """Case -> kind of planted or known case, or None without a labels file."""
        if not self.labels_sha256:
            return None
        found: dict[str, str] = json.loads(store.path_of(self.labels_sha256).read_bytes())
        return found

    @property
    def assessment(self) -> "DataAssessment | None":
        """The latest answers to the six questions."""
        return self.assessments.order_by("-pk").first()


@subject("data_assessment")
class DataAssessment(models.Model):
    """The answers to the question set "data" about one dataset, with who receives it and for what."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="data_assessments")
    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="assessments")
    set_version = models.CharField(max_length=20)
    answers = models.JSONField(default=dict)
    prefilled = models.JSONField(default=list, help_text="questions whose answer is still the profile's")
    recipients = models.JSONField(default=list)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    assessed = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.ledger_title

    def get_absolute_url(self) -> str:
        return reverse("design:datasheet", args=[self.project.slug, self.dataset_id])

    @property
    def ledger_title(self) -> str:
        return str(_("The data questions about “%(name)s”") % {"name": self.dataset.name})
