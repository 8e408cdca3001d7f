"""Conversations: statements that people vote on, who takes part, what they voted, and the tallies of it."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from minga.engage.models.contributions import Contribution
from minga.ledger.subjects import subject
from minga.people.models import Group, Person
from minga.projects.models import Project


def random_id() -> int:
    """An id that tells no order: rows of voters and votes are kept under these."""
    return secrets.randbits(62)


def link_hash(token: str) -> str:
    """SHA-256, in hex, of a private link or an invitation code: what is stored in its place."""
    return hashlib.sha256(token.encode()).hexdigest()


@subject("conversation")
class Conversation(models.Model):
    """One question, and statements about it that people vote on.

    ``reply_days``: within how many days authors hear a decision. ``constituencies``: the actor groups asked.
    ``strict``: a statement is voted on only after a moderator has shown it.
    """

    class Access(models.TextChoices):
        OPEN = "open", _("Anybody")
        CODES = "codes", _("People with an invitation code")
        SIGNED_IN = "signed_in", _("People with an account")
        VERIFIED = "verified", _("People signed in through their organisation")

    class State(models.TextChoices):
        DRAFT = "draft", _("Being prepared")
        OPEN = "open", _("Open")
        CLOSED = "closed", _("Closed")

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="conversations")
    title = models.CharField(max_length=200)
    introduction = models.TextField(blank=True)
    language = models.CharField(max_length=10, default="en")
    policy_area = models.CharField(max_length=40, blank=True)
    access = models.CharField(max_length=10, choices=Access, default=Access.OPEN)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    strict = models.BooleanField(default=True)
    constituencies = models.JSONField(default=list)
    reply_days = models.PositiveSmallIntegerField(default=30)
    opens = models.DateTimeField(default=timezone.now)
    closes = models.DateTimeField(null=True)
    closed = models.DateTimeField(null=True)
    imported_from = models.CharField(max_length=200, blank=True)
    import_report = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["-opens", "-pk"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("engage:conversation", args=[self.pk])

    @property
    def ledger_title(self) -> str:
        return self.title

    @property
    def is_public(self) -> bool:
        return self.state != self.State.DRAFT

    def is_open(self, now: datetime | None = None) -> bool:
        now = now or timezone.now()
        return self.state == self.State.OPEN and self.opens <= now and (self.closes is None or now < self.closes)

    @property
    def is_guarded(self) -> bool:
        """Whether each voter is one person: by codes, or by a verified account."""
        return self.access in {self.Access.CODES, self.Access.VERIFIED}


class Statement(models.Model):
    """A contribution that a conversation votes on; words, author, moderation and answer are the contribution's.

    ``number`` counts from 1 in its conversation. ``retired``: no more votes (merged, split or reworded); what was
    voted stays with it. ``meta``: about the people themselves, not an opinion.
    """

    contribution = models.OneToOneField(Contribution, on_delete=models.PROTECT, related_name="statement")
    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="statements")
    number = models.PositiveIntegerField()
    seed = models.BooleanField(default=False)
    meta = models.BooleanField(default=False)
    retired = models.DateTimeField(null=True)
    external_id = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["conversation", "number"], name="one_number_each")]

    def __str__(self) -> str:
        return f"{self.number}. {self.contribution.text}"

    def get_absolute_url(self) -> str:
        return self.contribution.get_absolute_url()


@subject("translation")
class Translation(models.Model):
    """The words of a statement in another language, always marked as a translation and by whom."""

    class Source(models.TextChoices):
        PERSON = "person", _("Translated by a person")
        MACHINE = "machine", _("Translated by a machine")

    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, related_name="translations")
    language = models.CharField(max_length=10)
    text = models.TextField()
    source = models.CharField(max_length=10, choices=Source)
    made = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["statement", "language"], name="one_translation_per_language")]

    def __str__(self) -> str:
        return self.text

    @property
    def ledger_title(self) -> str:
        return str(self.get_source_display())


@subject("lineage")
class Lineage(models.Model):
    """That one statement came from another: merged, split, or reworded."""

    class Kind(models.TextChoices):
        MERGED = "merged", _("Merged")
        SPLIT = "split", _("Split")
        REWORDED = "reworded", _("Reworded")

    kind = models.CharField(max_length=10, choices=Kind)
    old = models.ForeignKey(Statement, on_delete=models.PROTECT, related_name="became")
    new = models.ForeignKey(Statement, on_delete=models.PROTECT, related_name="came_from")
    reason = models.TextField()
    made = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["old", "new"], name="one_lineage_per_pair")]

    def __str__(self) -> str:
        return self.get_kind_display()

    @property
    def ledger_title(self) -> str:
        return str(self.get_kind_display())


@subject("rejection")
class Rejection(models.Model):
    """That a statement is not shown: one moderator proposes it, another confirms, its author may appeal.

    ``duplicate_of`` is the statement that a duplicate repeats. A row without ``confirmed`` rejects nothing yet.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", _("Waits for a second moderator")
        CONFIRMED = "confirmed", _("Not shown")
        DISMISSED = "dismissed", _("Shown: the second moderator disagreed")
        APPEALED = "appealed", _("Not shown, appealed")
        UPHELD = "upheld", _("Not shown, also after appeal")
        OVERTURNED = "overturned", _("Shown after appeal")

    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, related_name="rejections")
    reason = models.CharField(max_length=20, choices=Contribution.HiddenFor)
    duplicate_of = models.ForeignKey(Statement, on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.PROPOSED)
    proposed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    proposed = models.DateTimeField(default=timezone.now)
    seconded_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    seconded = models.DateTimeField(null=True)
    appeal = models.TextField(blank=True)
    appealed = models.DateTimeField(null=True)
    appeal_due = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    answered = models.DateTimeField(null=True)
    answer = models.TextField(blank=True)

    class Meta:
        ordering = ["-proposed", "-pk"]

    def __str__(self) -> str:
        return self.ledger_title

    @property
    def ledger_title(self) -> str:
        return f"{self.get_state_display()}: {self.get_reason_display()}"


@subject("invitations")
class InvitationBatch(models.Model):
    """A batch of invitation codes for one constituency, printed once; the codes themselves are nowhere stored."""

    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="batches")
    count = models.PositiveIntegerField()
    constituency = models.CharField(max_length=20, choices=Group, blank=True)
    stratum = models.CharField(max_length=40, blank=True)
    made = models.DateTimeField(default=timezone.now)
    expires = models.DateTimeField()
    is_public = False

    def __str__(self) -> str:
        return self.ledger_title

    @property
    def ledger_title(self) -> str:
        return str(_("%(count)s invitation codes")) % {"count": self.count}


class Invitation(models.Model):
    """One single-use code, kept as a hash. Nothing leads from it to the participant who used it."""

    id = models.BigIntegerField(primary_key=True, default=random_id)
    batch = models.ForeignKey(InvitationBatch, on_delete=models.PROTECT, related_name="invitations")
    code_hash = models.CharField(max_length=64, unique=True)
    used = models.BooleanField(default=False)

    def __str__(self) -> str:
        return str(self.pk)


class Joined(models.Model):
    """That a person with an account has joined a conversation. Nothing leads from it to their participant."""

    id = models.BigIntegerField(primary_key=True, default=random_id)
    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="joined")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["conversation", "person"], name="joined_once")]

    def __str__(self) -> str:
        return str(self.pk)


class Participant(models.Model):
    """Whoever votes in a conversation: a private link, known by its hash, and two coarse values; never a person.

    The link stops working at ``expires``. ``in_burst``: joined while unusually many did. ``origin`` says how the
    votes came in: by a person here, from a sheet that a facilitator typed, or from another system.
    """

    class Origin(models.TextChoices):
        HERE = "here", _("Voted here")
        PAPER = "paper", _("From a paper sheet")
        IMPORTED = "imported", _("Imported")

    id = models.BigIntegerField(primary_key=True, default=random_id)
    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="participants")
    link = models.CharField(max_length=64, unique=True, null=True)
    expires = models.DateTimeField(null=True)
    constituency = models.CharField(max_length=20, choices=Group, blank=True)
    stratum = models.CharField(max_length=40, blank=True)
    origin = models.CharField(max_length=10, choices=Origin, default=Origin.HERE)
    in_burst = models.BooleanField(default=False)

    def __str__(self) -> str:
        return str(self.pk)


class Vote(models.Model):
    """What a participant thinks of a statement, without a time. ``choice``: +1 agree, -1 disagree, 0 pass.

    UNCLEAR means "I don't understand": it goes to the moderators and counts as no vote.
    """

    class Choice(models.IntegerChoices):
        AGREE = 1, _("Agree")
        DISAGREE = -1, _("Disagree")
        PASS = 0, _("Pass")
        UNCLEAR = 9, _("I don’t understand")

    id = models.BigIntegerField(primary_key=True, default=random_id)
    # The index below leads with the participant, and holds all that a tally reads.
    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="votes", db_index=False)
    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, related_name="votes")
    choice = models.SmallIntegerField(choices=Choice)

    class Meta:
        indexes = [models.Index(fields=["participant", "statement", "choice"], name="votes_of_a_participant")]
        constraints = [models.UniqueConstraint(fields=["participant", "statement"], name="one_vote_per_statement")]

    def __str__(self) -> str:
        return self.get_choice_display()


class RoomCount(models.Model):
    """A show of hands on one statement in a room, counted by a facilitator; nobody's sheet, so no opinion group."""

    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, related_name="room_counts")
    room = models.ForeignKey("RoomTally", on_delete=models.PROTECT, related_name="counts")
    agree = models.PositiveIntegerField(default=0)
    disagree = models.PositiveIntegerField(default=0)
    passed = models.PositiveIntegerField(default=0)
    unclear = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["statement", "room"], name="one_count_per_room")]

    def __str__(self) -> str:
        return f"{self.agree} / {self.disagree} / {self.passed}"


@subject("room")
class RoomTally(models.Model):
    """What a facilitator brought from a meeting: a show of hands, or typed sheets (``sheets`` of them)."""

    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="rooms")
    place = models.CharField(max_length=120)
    held = models.DateField()
    people = models.PositiveIntegerField()
    constituency = models.CharField(max_length=20, choices=Group, blank=True)
    sheets = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-held", "-pk"]

    def __str__(self) -> str:
        return self.ledger_title

    @property
    def ledger_title(self) -> str:
        return str(_("Votes from a meeting of %(people)s people")) % {"people": self.people}


class Arrivals(models.Model):
    """How many votes came in within one quarter of an hour, in all; what a burst is seen by."""

    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="arrivals")
    quarter = models.DateTimeField()
    votes = models.PositiveIntegerField(default=0)
    joined = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["quarter"]
        constraints = [models.UniqueConstraint(fields=["conversation", "quarter"], name="one_count_per_quarter")]

    def __str__(self) -> str:
        return f"{self.quarter}: {self.votes}"


@subject("tally")
class Tally(models.Model):
    """All votes of a conversation at one moment, recorded as one ledger entry, and the opinion map of them.

    ``cast`` counts arrivals, changed votes included; ``digest`` is the SHA-256 of the tallies per statement.
    ``best_groups`` is the number of groups that fits best now, ``agreeing`` for how many tallies in a row it did,
    ``shown_groups`` the number that the page shows. Only the newest row keeps its ``document``.
    """

    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="tallies")
    computed = models.DateTimeField(default=timezone.now)
    cast = models.PositiveBigIntegerField()
    votes = models.PositiveBigIntegerField()
    participants = models.PositiveIntegerField()
    statements = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    best_groups = models.PositiveSmallIntegerField(default=0)
    agreeing = models.PositiveSmallIntegerField(default=0)
    shown_groups = models.PositiveSmallIntegerField(default=0)
    document = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.ledger_title

    def get_absolute_url(self) -> str:
        return reverse("engage:results", args=[self.conversation_id])

    @property
    def project(self) -> Project:
        return self.conversation.project

    @property
    def is_recent(self) -> bool:
        """Younger than a day: its age says more than its date."""
        return timezone.now() - self.computed < timedelta(days=1)

    @property
    def ledger_title(self) -> str:
        words = _("%(votes)s votes of %(people)s people")
        return str(words) % {"votes": self.votes, "people": self.participants}
