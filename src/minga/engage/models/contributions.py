"""What people give to a project, and what was decided on it."""

import secrets
from datetime import datetime

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _

from minga.ledger.subjects import subject
from minga.people.models import Group, Person
from minga.projects.models import Project


def new_token() -> str:
    """Used by the first migration only."""
    return secrets.token_urlsafe(18)


@subject("contribution")
class Contribution(models.Model):
    """Anything that somebody gives, with or without an account.

    ``due``: when they hear the decision; empty where nobody waits for one (imported from elsewhere).
    """

    class Kind(models.TextChoices):
        STATEMENT = "statement", _("Statement")
        OBJECTION = "objection", _("Objection")
        TEST_CASE = "test_case", _("Test case")
        QUESTION = "question", _("Question")

    class Status(models.TextChoices):
        HELD = "held", _("Waiting for a moderator")
        SHOWN = "shown", _("Waiting for a decision")
        DECIDED = "decided", _("Decided")
        HIDDEN = "hidden", _("Not shown")

    class HiddenFor(models.TextChoices):
        OFF_TOPIC = "off_topic", _("It is not about this project")
        PERSONAL_DATA = "personal_data", _("It says something personal about somebody")
        DUPLICATE = "duplicate", _("The same was said before")
        UNLAWFUL = "unlawful", _("It breaks the law")

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="contributions")
    text = models.TextField()
    language = models.CharField(max_length=10)
    kind = models.CharField(max_length=10, choices=Kind)
    step = models.PositiveSmallIntegerField()
    group = models.CharField(max_length=20, choices=Group)
    author_key = models.CharField(max_length=36, db_index=True)
    about_kind = models.CharField(max_length=40, blank=True)
    about_id = models.CharField(max_length=64, blank=True)
    status = models.CharField(max_length=10, choices=Status)
    submitted = models.DateTimeField(default=timezone.now)
    due = models.DateTimeField(null=True)
    moderated = models.DateTimeField(null=True)
    hidden_for = models.CharField(max_length=20, choices=HiddenFor, blank=True)
    duplicate_of = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="duplicates")

    class Meta:
        ordering = ["-submitted", "-pk"]

    def __str__(self) -> str:
        return self.ledger_title

    def get_absolute_url(self) -> str:
        return reverse("engage:contribution", args=[self.project.slug, self.pk])

    @property
    def ledger_title(self) -> str:
        return f"{self.get_kind_display()} · {self.get_group_display()}"

    @property
    def is_public(self) -> bool:
        return self.status in {self.Status.SHOWN, self.Status.DECIDED}

    @property
    def answer(self) -> "Decision | None":
        """The decision on it, or on the contribution that it repeats."""
        subject = self.duplicate_of or self
        return Decision.objects.filter(contribution=subject).first()

    def is_overdue(self, now: datetime | None = None) -> bool:
        waits = self.status in {self.Status.HELD, self.Status.SHOWN}
        return waits and self.due is not None and self.due < (now or timezone.now())

    @property
    def token(self) -> str:
        """The private link of whoever gave it, made from the installation's key and stored nowhere."""
        return f"{self.pk}-{salted_hmac('engage.answer', str(self.pk), algorithm='sha256').hexdigest()[:32]}"

    @classmethod
    def of_token(cls, token: str) -> "Contribution | None":
        """The contribution behind a private link, or None where the link is wrong."""
        number = token.partition("-")[0]
        found = cls.objects.filter(pk=int(number)).first() if number.isdecimal() and len(number) < 19 else None
        return found if found and constant_time_compare(found.token, token) else None

    def get_answer_url(self) -> str:
        return reverse("engage:answer", args=[self.token])


@subject("decision")
class Decision(models.Model):
    """What the project does with a contribution. ``reason`` is public; ``reply`` is for its author only.

    Decisions that share ``together`` are one reply to several contributions.
    """

    class Outcome(models.TextChoices):
        ADOPTED = "adopted", _("Adopted")
        ADAPTED = "adapted", _("Adapted")
        DECLINED = "declined", _("Declined")

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="decisions")
    contribution = models.OneToOneField(Contribution, on_delete=models.PROTECT, related_name="decision")
    outcome = models.CharField(max_length=10, choices=Outcome)
    reason = models.TextField()
    reply = models.TextField(blank=True)
    due = models.DateTimeField(null=True)
    together = models.UUIDField(null=True, db_index=True)
    decided = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-decided", "-pk"]

    def __str__(self) -> str:
        return self.ledger_title

    def get_absolute_url(self) -> str:
        return self.contribution.get_absolute_url()

    @property
    def ledger_title(self) -> str:
        return f"{self.get_outcome_display()}: {self.reason}"

    @property
    def is_public(self) -> bool:
        return self.contribution.is_public

    @property
    def days(self) -> int:
        """Whole days from the contribution to the decision."""
        return (self.decided - self.contribution.submitted).days

    @property
    def days_late(self) -> int:
        return max(0, (self.decided - self.due).days) if self.due else 0
