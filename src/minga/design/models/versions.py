"""Tool versions, the checks that they went through, signed exceptions and releases."""

from datetime import datetime

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from minga.design.models.criteria import Criterion
from minga.design.models.data import Dataset
from minga.ledger.subjects import subject
from minga.people.models import Person
from minga.projects.models import Project


@subject("version")
class ToolVersion(models.Model):
    """A tool with its settings, fixed by ``content_hash``. ``chosen_on``: the data its settings were chosen on.

    A tool that learns is prepared by the worker: until then it has no hash and nothing can be done with it. ``problem``
    says why that failed and what to do.

    ``spec`` has the shape of ``minga.tools.providers.Spec.as_json``: how the tool is reached, what it costs and how
    open it is; empty for a tool of this package. ``program_sha256`` names the supplier's files in the store. What the
    tool said of itself when it was registered is in ``card``.
    """

    class State(models.TextChoices):
        PREPARING = "preparing", _("Being prepared")
        READY = "ready", pgettext_lazy("version", "Ready")
        FAILED = "failed", _("Could not be prepared")

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="versions")
    tool = models.CharField(max_length=60)
    version = models.CharField(max_length=20)
    settings = models.TextField(blank=True)
    spec = models.JSONField(default=dict)
    program_sha256 = models.CharField(max_length=64, blank=True)
    card = models.JSONField(default=dict)
    content_hash = models.CharField(max_length=64, blank=True)
    chosen_on = models.ForeignKey(Dataset, on_delete=models.PROTECT, null=True, related_name="chosen_for")
    change_note = models.TextField()
    registered = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=10, choices=State, default=State.READY)
    problem = models.TextField(blank=True)

    class Meta:
        ordering = ["-registered", "-pk"]
        constraints = [models.UniqueConstraint(fields=["project", "tool", "version"], name="one_version_per_number")]

    def __str__(self) -> str:
        return f"{self.tool} {self.version}"

    def get_absolute_url(self) -> str:
        return reverse("design:version", args=[self.project.slug, self.pk])

    @property
    def is_prepared(self) -> bool:
        return self.state == self.State.READY

    @property
    def kind(self) -> str:
        """How the tool is reached: entry_point, command, http, openai or gguf."""
        return str(self.spec.get("kind", "entry_point"))

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
    cpu_ms = models.PositiveIntegerField(null=True, help_text="CPU time of the tool over all cases")
    cost_per_1000 = models.DecimalField(max_digits=12, decimal_places=4, null=True, help_text="in the spec's currency")
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
