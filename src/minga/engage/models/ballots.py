"""Ballots that nobody can trace to a voter."""

import hashlib
from datetime import datetime
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from minga.engage.models.conversations import Conversation, Participant
from minga.ledger.chain import canonical
from minga.ledger.subjects import subject
from minga.people.models import Person
from minga.projects.models import Project


def params_hash(params: Any) -> str:
    """SHA-256, in hex, of the canonical JSON of ``params``: what a ballot binds."""
    return hashlib.sha256(canonical(params).encode()).hexdigest()


@subject("ballot")
class Ballot(models.Model):
    """A question put to groups. ``params`` is what they bind, frozen: a list of criteria, or nothing.

    ``about`` says what it decides: "gate:5", "criterion", or empty for an opinion. It passes when at least
    ``quorum`` people voted and more than ``threshold`` per cent of the yes and no votes are yes. A ballot of
    a ``conversation`` is voted on by its participants, and ``quorums`` says how many of each constituency must vote.
    """

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="ballots")
    text = models.TextField()
    params = models.JSONField(default=list, blank=True)
    params_hash = models.CharField(max_length=64, db_index=True)
    about = models.CharField(max_length=40, blank=True)
    groups = models.JSONField(default=list)
    quorum = models.PositiveIntegerField()
    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, null=True, related_name="ballots")
    quorums = models.JSONField(default=dict, blank=True)
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
    """Who voted: a person, or a participant of the ballot's conversation.

    What they voted is nowhere near: no column of this table leads to a BallotVote.
    """

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="+")
    ballot = models.ForeignKey(Ballot, on_delete=models.PROTECT, related_name="voted")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, null=True, related_name="+")
    is_public = False

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ballot", "person"], name="one_vote_each"),
            models.UniqueConstraint(fields=["ballot", "participant"], name="one_vote_per_participant"),
        ]

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
