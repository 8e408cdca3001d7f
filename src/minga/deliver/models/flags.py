"""Confirmed signs about a named party, what the party says, and who says that they are wrong."""

from datetime import datetime

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from minga.deliver.models.cases import Case, Determination
from minga.deliver.models.contacts import new_token
from minga.ledger.subjects import subject
from minga.people.models import Person
from minga.projects.models import Project


@subject("flag")
class Flag(models.Model):
    """A confirmed sign about a named party. Public from ``published`` on, and never before ``publish_on``."""

    class State(models.TextChoices):
        CONFIRMED = "confirmed", pgettext_lazy("flag", "Confirmed")
        CONTESTED = "contested", pgettext_lazy("flag", "Contested")
        EXPLAINED = "explained", pgettext_lazy("flag", "Explained")
        WITHDRAWN = "withdrawn", pgettext_lazy("flag", "Withdrawn")

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="flags")
    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="flag")
    determination = models.OneToOneField(Determination, on_delete=models.PROTECT, related_name="flag")
    code = models.CharField(max_length=12, unique=True)
    state = models.CharField(max_length=10, choices=State, default=State.CONFIRMED)
    raised = models.DateTimeField(default=timezone.now)
    told = models.DateTimeField(null=True, help_text="when the party was told")
    told_by_email = models.BooleanField(default=False)
    publish_on = models.DateTimeField(null=True, db_index=True)
    published = models.DateTimeField(null=True)
    ended = models.DateTimeField(null=True, help_text="when it was explained or withdrawn")
    party = models.CharField(max_length=300, blank=True)
    party_email = models.EmailField(blank=True)
    party_name_public = models.BooleanField(default=True, help_text="false where the party may be a natural person")
    token = models.CharField(max_length=40, unique=True, default=new_token)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.code

    def get_absolute_url(self) -> str:
        return reverse("deliver:flag", args=[self.code])

    @property
    def ledger_title(self) -> str:
        return gettext("Flag %(code)s: %(state)s") % {"code": self.code, "state": self.get_state_display().lower()}

    @property
    def is_public(self) -> bool:
        return self.published is not None

    @property
    def party_shown(self) -> str:
        """How the party is named in public."""
        if self.party_name_public and self.party:
            return self.party
        return gettext("a party whose name is not public")


class Moderated(models.Model):
    """Words that a moderator reads before they are shown."""

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("contest", "waits for a moderator")
        OPEN = "open", pgettext_lazy("contest", "open")
        MODERATED_OUT = "moderated_out", pgettext_lazy("contest", "not shown")
        ANSWERED = "answered", pgettext_lazy("contest", "answered")

    text = models.TextField()
    state = models.CharField(max_length=14, choices=State, default=State.WAITING)
    moderation_reason = models.TextField(blank=True)
    moderated = models.DateTimeField(null=True)

    class Meta:
        abstract = True


@subject("party_reply")
class PartyReply(Moderated):
    """What the party says to a flag, shown beside it once a moderator has read it."""

    flag = models.ForeignKey(Flag, on_delete=models.PROTECT, related_name="replies")
    given = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.ledger_title

    def get_absolute_url(self) -> str:
        return f"{self.flag.get_absolute_url()}#reply-{self.pk}"

    @property
    def project(self) -> Project:
        return self.flag.project

    @property
    def ledger_title(self) -> str:
        return gettext("Reply to flag %(code)s") % {"code": self.flag.code}

    @property
    def is_public(self) -> bool:
        return self.flag.is_public and self.state == self.State.OPEN


@subject("contest")
class Contest(Moderated):
    """Somebody says that a flag is wrong. Another person than the one who decided answers by ``due``."""

    class Outcome(models.TextChoices):
        UPHELD = "upheld", _("The flag stands")
        EXPLAINED = "explained", pgettext_lazy("flag", "Explained")
        WITHDRAWN = "withdrawn", pgettext_lazy("flag", "Withdrawn")

    flag = models.ForeignKey(Flag, on_delete=models.PROTECT, related_name="contests")
    email = models.EmailField(blank=True)
    from_party = models.BooleanField(default=False)
    token = models.CharField(max_length=40, unique=True, default=new_token)
    opened = models.DateTimeField(default=timezone.now)
    due = models.DateTimeField()
    answer = models.TextField(blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    answered = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.ledger_title

    def get_absolute_url(self) -> str:
        return reverse("deliver:contest", args=[self.pk])

    @property
    def project(self) -> Project:
        return self.flag.project

    @property
    def ledger_title(self) -> str:
        return gettext("Contest of flag %(code)s") % {"code": self.flag.code}

    @property
    def is_public(self) -> bool:
        return self.flag.is_public and self.state in {self.State.OPEN, self.State.ANSWERED}

    @property
    def won(self) -> bool:
        return self.outcome in {self.Outcome.EXPLAINED, self.Outcome.WITHDRAWN}

    def days_open(self, now: datetime | None = None) -> int:
        """Whole days from opening to the answer, or to ``now`` while there is none."""
        return ((self.answered or now or timezone.now()) - self.opened).days
