"""What people give to a project, what was decided on it, and ballots that nobody can trace to a voter."""

import hashlib
import secrets
from datetime import datetime
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from minga.ledger.chain import canonical
from minga.ledger.subjects import subject
from minga.people.models import Group, Person
from minga.projects.models import Project


def new_token() -> str:
    return secrets.token_urlsafe(18)


def params_hash(params: Any) -> str:
    """SHA-256, in hex, of the canonical JSON of ``params``: what a ballot binds."""
    return hashlib.sha256(canonical(params).encode()).hexdigest()


@subject("contribution")
class Contribution(models.Model):
    """Anything that somebody gives, with or without an account. ``due``: when they hear the decision."""

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
    token = models.CharField(max_length=32, unique=True, default=new_token, editable=False)
    about_kind = models.CharField(max_length=40, blank=True)
    about_id = models.CharField(max_length=64, blank=True)
    status = models.CharField(max_length=10, choices=Status)
    submitted = models.DateTimeField(default=timezone.now)
    due = models.DateTimeField()
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
        return self.status in {self.Status.HELD, self.Status.SHOWN} and self.due < (now or timezone.now())

    def get_answer_url(self) -> str:
        """The private link of whoever gave it."""
        return reverse("engage:answer", args=[self.token])


@subject("decision")
class Decision(models.Model):
    """What the project does with a contribution. ``reason`` is public; ``reply`` is for its author only."""

    class Outcome(models.TextChoices):
        ADOPTED = "adopted", _("Adopted")
        ADAPTED = "adapted", _("Adapted")
        DECLINED = "declined", _("Declined")

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="decisions")
    contribution = models.OneToOneField(Contribution, on_delete=models.PROTECT, related_name="decision")
    outcome = models.CharField(max_length=10, choices=Outcome)
    reason = models.TextField()
    reply = models.TextField(blank=True)
    due = models.DateTimeField()
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
        return max(0, (self.decided - self.due).days)


@subject("ballot")
class Ballot(models.Model):
    """A question put to groups. ``params`` is what they bind, frozen: a list of criteria, or nothing.

    ``about`` says what it decides: "gate:5", "criterion", or empty for an opinion. It passes when at least
    ``quorum`` people voted and more than ``threshold`` per cent of the yes and no votes are yes.
    """

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="ballots")
    text = models.TextField()
    params = models.JSONField(default=list, blank=True)
    params_hash = models.CharField(max_length=64, db_index=True)
    about = models.CharField(max_length=40, blank=True)
    groups = models.JSONField(default=list)
    quorum = models.PositiveIntegerField()
    threshold = models.PositiveSmallIntegerField()
    eligible = models.PositiveIntegerField(default=0, help_text="people who could vote when it closed")
    opens = models.DateTimeField()
    closes = models.DateTimeField(db_index=True)
    closed = models.DateTimeField(null=True)
    passed = models.BooleanField(null=True)
    result = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["-opens", "-pk"]

    def __str__(self) -> str:
        return self.text

    def get_absolute_url(self) -> str:
        return reverse("engage:ballot", args=[self.project.slug, self.pk])

    @property
    def ledger_title(self) -> str:
        return self.text

    def is_open(self, now: datetime | None = None) -> bool:
        now = now or timezone.now()
        return self.closed is None and self.opens <= now < self.closes


@subject("vote")
class Voted(models.Model):
    """Who voted. What they voted is nowhere near: no column of this table leads to a BallotVote."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="+")
    ballot = models.ForeignKey(Ballot, on_delete=models.PROTECT, related_name="voted")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    is_public = False

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ballot", "person"], name="one_vote_each")]

    def __str__(self) -> str:
        return self.ledger_title

    @property
    def ledger_title(self) -> str:
        return str(_("A vote was cast"))


class BallotVote(models.Model):
    """One vote, without voter and time. ``id`` is random and is the row's place, so rows keep no order.

    ``group`` serves the count; closing blanks it for groups too small to be shown and writes all votes anew.
    Until then, whoever can copy the database after every vote could compare the copies: keep that access narrow.
    """

    class Choice(models.TextChoices):
        YES = "yes", _("Yes")
        NO = "no", _("No")
        ABSTAIN = "abstain", _("Abstain")

    id = models.BigAutoField(primary_key=True)
    ballot = models.ForeignKey(Ballot, on_delete=models.PROTECT, related_name="votes")
    group = models.CharField(max_length=20, blank=True)
    choice = models.CharField(max_length=7, choices=Choice)

    def __str__(self) -> str:
        return self.get_choice_display()
