"""Datasets, the criteria that a tool must meet on them, tool versions, checks and releases."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.validators import MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from minga.design import store
from minga.engage.models import Ballot, Commitment, Contribution
from minga.ledger.subjects import subject
from minga.people.models import Person
from minga.projects.models import Project


@subject("dataset")
class Dataset(models.Model):
    """Rows that were read, by content. ``sha256`` names the rows used, ``source_sha256`` the file as it came.

    rows_in = rows_used + rows_rejected + rows_failed. ``notices`` counts what is odd about rows that are used.
    ``profile`` has the shape of ``minga.design.profile.Profile.as_json``.
    """

    class State(models.TextChoices):
        READING = "reading", _("Being read")
        READY = "ready", _("Ready")
        REFUSED = "refused", _("Could not be read")

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="datasets")
    name = models.CharField(max_length=120)
    purpose = models.TextField()
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


@subject("criterion")
class Criterion(models.Model):
    """What the tool must do, in one sentence, with the measure behind it. ``bound`` is in the metric's unit."""

    class Comparison(models.TextChoices):
        AT_MOST = "le", _("at most")
        AT_LEAST = "ge", _("at least")

    class State(models.TextChoices):
        PROPOSED = "proposed", pgettext_lazy("criterion", "Proposed")
        APPROVED = "approved", pgettext_lazy("criterion", "Approved")
        RETIRED = "retired", _("No longer in force")

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="criteria")
    code = models.CharField(max_length=8)
    sentence = models.CharField(max_length=300)
    metric = models.CharField(max_length=40)
    group_by = models.CharField(max_length=40, blank=True)
    comparison = models.CharField(max_length=2, choices=Comparison)
    bound = models.DecimalField(max_digits=9, decimal_places=4)
    minimum_group = models.PositiveIntegerField(default=30, validators=[MinValueValidator(1)])
    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="criteria")
    binding = models.BooleanField(default=True)
    contribution = models.ForeignKey(Contribution, on_delete=models.PROTECT, null=True, related_name="criteria")
    ballot = models.ForeignKey(Ballot, on_delete=models.PROTECT, null=True, related_name="criteria")
    approved_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    approved = models.DateTimeField(null=True)
    approval_reason = models.TextField(blank=True)
    against_ballot = models.BooleanField(default=False)
    replaces = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="replaced_by")
    state = models.CharField(max_length=10, choices=State, default=State.PROPOSED)
    proposed = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name_plural = "criteria"
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["project", "code"], name="one_criterion_per_code")]

    def __str__(self) -> str:
        return f"{self.code}: {self.sentence}"

    def get_absolute_url(self) -> str:
        return reverse("design:criterion", args=[self.project.slug, self.code])

    @property
    def ledger_title(self) -> str:
        return str(self)

    @property
    def params(self) -> dict[str, Any]:
        """What a ballot binds: every part of the criterion that decides whether a tool passes. No floats."""
        return {
            "sentence": self.sentence,
            "metric": self.metric,
            "group_by": self.group_by,
            "comparison": self.comparison,
            "bound": f"{self.bound.normalize():f}",
            "minimum_group": self.minimum_group,
            "dataset": self.dataset.sha256,
            "binding": self.binding,
        }


@subject("commitment_link")
class CommitmentLink(models.Model):
    """That a criterion holds a tool to a commitment of the body's charter; ``why`` in a sentence, in public.

    ``ended``: the link was a mistake or no longer holds; it stays readable in the ledger.
    """

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="commitment_links")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="commitment_links")
    commitment = models.ForeignKey(Commitment, on_delete=models.PROTECT, related_name="links")
    why = models.TextField(blank=True)
    linked = models.DateTimeField(default=timezone.now)
    ended = models.DateTimeField(null=True)

    class Meta:
        ordering = ["linked", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["criterion", "commitment"], condition=models.Q(ended=None), name="one_link_per_commitment"
            )
        ]

    def __str__(self) -> str:
        return self.ledger_title

    def get_absolute_url(self) -> str:
        return self.commitment.get_absolute_url()

    @property
    def ledger_title(self) -> str:
        words = _("%(code)s holds a tool to commitment %(number)s")
        return str(words) % {"code": self.criterion.code, "number": self.commitment.number}


@subject("version")
class ToolVersion(models.Model):
    """A tool with its settings, fixed by ``content_hash``. ``chosen_on``: the data its settings were chosen on."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="versions")
    tool = models.CharField(max_length=60)
    version = models.CharField(max_length=20)
    settings = models.TextField(blank=True)
    content_hash = models.CharField(max_length=64)
    chosen_on = models.ForeignKey(Dataset, on_delete=models.PROTECT, null=True, related_name="chosen_for")
    change_note = models.TextField()
    registered = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-registered", "-pk"]
        constraints = [models.UniqueConstraint(fields=["project", "tool", "version"], name="one_version_per_number")]

    def __str__(self) -> str:
        return f"{self.tool} {self.version}"

    def get_absolute_url(self) -> str:
        return reverse("design:version", args=[self.project.slug, self.pk])

    @property
    def ledger_title(self) -> str:
        return str(_("Version %(version)s of %(tool)s") % {"version": self.version, "tool": self.tool})


@subject("check")
class Check(models.Model):
    """A criterion tried on a version. ``figures`` has the shape of ``minga.design.evaluation.Result.figures``.

    ``counts`` is False where it can never serve as a pass: ``same_data`` says that the settings were chosen on
    (some of) the data checked. ``worst_value`` is in the metric's unit.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("Waiting to run")
        PASSED = "passed", pgettext_lazy("check", "Passed")
        FAILED = "failed", pgettext_lazy("check", "Failed")
        NOT_ENOUGH = "not_enough", _("Not enough evidence")
        BROKEN = "broken", _("Could not be finished")

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="checks")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="checks")
    version = models.ForeignKey(ToolVersion, on_delete=models.PROTECT, related_name="checks")
    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="checks")
    state = models.CharField(max_length=12, choices=State, default=State.QUEUED)
    counts = models.BooleanField(default=False)
    same_data = models.BooleanField(default=False)
    figures = models.JSONField(default=dict)
    worst = models.CharField(max_length=200, blank=True)
    worst_value = models.DecimalField(max_digits=14, decimal_places=6, null=True)
    seed = models.PositiveIntegerField(default=1)
    tool_hash = models.CharField(max_length=64, blank=True)
    data_hash = models.CharField(max_length=64, blank=True)
    duration_ms = models.PositiveIntegerField(default=0)
    problem = models.TextField(blank=True)
    requested = models.DateTimeField(default=timezone.now)
    finished = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-requested", "-pk"]

    def __str__(self) -> str:
        return f"{self.criterion.code} · {self.version} · {self.get_state_display()}"

    def get_absolute_url(self) -> str:
        return reverse("design:check", args=[self.project.slug, self.pk])

    @property
    def ledger_title(self) -> str:
        words = _("Check of %(code)s on version %(version)s: %(state)s")
        state = self.get_state_display()
        return str(words) % {"code": self.criterion.code, "version": self.version.version, "state": state}

    @property
    def is_finished(self) -> bool:
        return self.state != self.State.QUEUED

    @property
    def is_pass(self) -> bool:
        """Passed, and on data that its settings were not chosen on."""
        return self.state == self.State.PASSED and self.counts


@subject("exception")
class SignedException(models.Model):
    """Leave to release a version although a binding criterion has no current pass: public, and it expires.

    It holds only once the lead and the overseer have both signed it.
    """

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="exceptions")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="exceptions")
    version = models.ForeignKey(ToolVersion, on_delete=models.PROTECT, related_name="exceptions")
    reason = models.TextField()
    expires = models.DateField()
    lead = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    lead_signed = models.DateTimeField(null=True)
    overseer = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    overseer_signed = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-expires", "-pk"]

    def __str__(self) -> str:
        return self.ledger_title

    def get_absolute_url(self) -> str:
        return reverse("design:exception", args=[self.project.slug, self.pk])

    @property
    def ledger_title(self) -> str:
        words = _("Exception from %(code)s for version %(version)s")
        return str(words) % {"code": self.criterion.code, "version": self.version.version}

    @property
    def is_signed(self) -> bool:
        return self.lead_signed is not None and self.overseer_signed is not None

    def holds(self, at: datetime | None = None) -> bool:
        """Signed by both and not expired: it still holds on the day of ``expires``."""
        return self.is_signed and self.expires >= timezone.localdate(at)


@subject("release")
class Release(models.Model):
    """A version put into service, with the checks and exceptions that it rests on. Its stages live in deliver."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="releases")
    version = models.OneToOneField(ToolVersion, on_delete=models.PROTECT, related_name="release")
    checks = models.ManyToManyField(Check, related_name="releases")
    exceptions = models.ManyToManyField(SignedException, related_name="releases")
    created = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-created", "-pk"]

    def __str__(self) -> str:
        return self.ledger_title

    def get_absolute_url(self) -> str:
        return reverse("design:release", args=[self.project.slug, self.pk])

    @property
    def ledger_title(self) -> str:
        return str(_("Release %(version)s of %(tool)s") % {"version": self.version.version, "tool": self.version.tool})
