"""What is kept of the record: its published versions, and texts that only people know."""

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from minga.ledger.subjects import subject
from minga.people.models import Person
from minga.projects.models import Project
from minga.register.wording import label


@subject("record")
class RecordVersion(models.Model):
    """The record as it was published. ``document``: ``register.document.Record`` as JSON.

    ``changes``: [{field, kind: added|changed|removed, old, new}] since the version before.
    """

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="record_versions")
    number = models.PositiveIntegerField()
    document = models.JSONField()
    changes = models.JSONField(default=list)
    note = models.CharField(max_length=300, blank=True)
    head = models.PositiveBigIntegerField(default=0, help_text="the last ledger entry that it was written from")
    published = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["project", "number"], name="one_record_per_number")]

    def __str__(self) -> str:
        return self.ledger_title

    def get_absolute_url(self) -> str:
        return reverse("register:version", args=[self.project.slug, self.number])

    @property
    def ledger_title(self) -> str:
        return gettext("Public record, version %(number)s") % {"number": self.number}


@subject("record_text")
class RecordText(models.Model):
    """A text for one field of the record. The last one holds; an empty one takes it back."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="record_texts")
    field = models.CharField(max_length=40)
    text = models.TextField(blank=True)
    group = models.CharField(max_length=20)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    written = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.ledger_title

    def get_absolute_url(self) -> str:
        return reverse("register:record", args=[self.project.slug])

    @property
    def ledger_title(self) -> str:
        return gettext("Text for the public record: %(field)s") % {"field": label(self.field)}


@subject("pack")
class Pack(models.Model):
    """An auditor took everything about a project as one archive; ``sha256`` names its bytes, ``parts`` its files."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="packs")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)
    parts = models.JSONField(default=dict, help_text="file name -> SHA-256")
    taken = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.ledger_title

    def get_absolute_url(self) -> str:
        return reverse("register:packs", args=[self.project.slug])

    @property
    def ledger_title(self) -> str:
        return gettext("Auditor pack taken")
