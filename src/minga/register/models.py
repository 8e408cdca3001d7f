"""What is kept of the record: its versions, texts that only people know, questions about it, and who follows it."""

import secrets
from datetime import datetime

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from minga.ledger.subjects import subject
from minga.people.models import Person
from minga.projects.models import Project
from minga.register.days import day_of, days_between
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


def new_token() -> str:
    return secrets.token_urlsafe(24)


@subject("record_question")
class RecordQuestion(models.Model):
    """Somebody asks about one field of the record (``field`` "" for all of it); answered by ``due`` or shown as late.

    A moderator reads it first. ``led_to``: the version of the record that a correction led to.
    """

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("question", "waits for a moderator")
        OPEN = "open", pgettext_lazy("question", "open")
        MODERATED_OUT = "moderated_out", pgettext_lazy("question", "not shown")
        ANSWERED = "answered", pgettext_lazy("question", "answered")

    class Outcome(models.TextChoices):
        CORRECTED = "corrected", _("The record is corrected")
        EXPLAINED = "explained", _("The record is right, and this is why")
        WITHDRAWN = "withdrawn", _("What it said is taken back")

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="record_questions")
    field = models.CharField(max_length=40, blank=True)
    text = models.TextField()
    group = models.CharField(max_length=20)
    email = models.EmailField(blank=True)
    token = models.CharField(max_length=40, unique=True, default=new_token)
    state = models.CharField(max_length=14, choices=State, default=State.WAITING)
    moderation_reason = models.TextField(blank=True)
    moderated = models.DateTimeField(null=True)
    asked = models.DateTimeField(default=timezone.now)
    due = models.DateTimeField()
    answer = models.TextField(blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    answered = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    led_to = models.ForeignKey(RecordVersion, on_delete=models.PROTECT, null=True, related_name="questions")

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.ledger_title

    def get_absolute_url(self) -> str:
        return f"{reverse('register:questions', args=[self.project.slug])}#question-{self.pk}"

    @classmethod
    def public(cls, project: Project) -> models.QuerySet["RecordQuestion"]:
        """Those that a moderator let through, the oldest first."""
        shown = cls.objects.filter(project=project, state__in=[cls.State.OPEN, cls.State.ANSWERED])
        return shown.select_related("answered_by", "led_to", "project")

    @property
    def about(self) -> str:
        """The name of the field in words."""
        return label(self.field) if self.field else gettext("The whole record")

    @property
    def ledger_title(self) -> str:
        return gettext("Question about the public record: %(field)s") % {"field": self.about}

    @property
    def is_public(self) -> bool:
        return self.state in {self.State.OPEN, self.State.ANSWERED}

    def days_open(self, now: datetime | None = None) -> int:
        """Calendar days from the question to the answer, or to ``now`` while there is none."""
        return days_between(self.asked, self.answered or now or timezone.now())

    def is_overdue(self, now: datetime | None = None) -> bool:
        """From the day after ``due``: the page names the day, not the hour."""
        return self.answered is None and day_of(self.due) < day_of(now or timezone.now())


@subject("subscription")
class Subscription(models.Model):
    """An address that hears of new versions of one record, or of all (``project`` None).

    Nothing is sent before ``confirmed``; leaving deletes the address and keeps the row without it.
    """

    project = models.ForeignKey(Project, on_delete=models.PROTECT, null=True, related_name="record_subscriptions")
    email = models.EmailField(blank=True)
    language = models.CharField(max_length=5, default="en")
    token = models.CharField(max_length=40, unique=True, default=new_token)
    asked = models.DateTimeField(default=timezone.now)
    confirmed = models.DateTimeField(null=True)
    ended = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "email"], condition=models.Q(ended=None), name="one_subscription_per_address"
            ),
            models.UniqueConstraint(
                fields=["email"], condition=models.Q(ended=None, project=None), name="one_subscription_to_all"
            ),
        ]

    def __str__(self) -> str:
        return self.ledger_title

    @property
    def ledger_title(self) -> str:
        return gettext("News of the public record by e-mail")

    @property
    def is_public(self) -> bool:
        return False
