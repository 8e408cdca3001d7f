"""What the desk keeps: stages, draws, cases, who opened what, determinations, flags, replies and contests."""

import secrets
from datetime import datetime

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from minga.design.models import Dataset, Release
from minga.ledger.subjects import subject
from minga.people.models import Person
from minga.projects.models import Project
from minga.tools.base import Advice


def new_token() -> str:
    return secrets.token_urlsafe(24)


class Stage(models.TextChoices):
    """Shares of the rollout, in the order in which a release walks them."""

    OFF = "off", pgettext_lazy("stage", "off")
    SHADOW = "shadow", pgettext_lazy("stage", "shadow")
    ONE = "1", "1\u202f%"
    TEN = "10", "10\u202f%"
    HALF = "50", "50\u202f%"
    ALL = "100", "100\u202f%"

    @property
    def share(self) -> int:
        """Per cent of the cases in which advice is shown."""
        return int(self.value) if self.value.isdigit() else 0


STAGES = tuple(Stage)


@subject("stage")
class StageChange(models.Model):
    """From ``since`` on, ``release`` stands at ``stage``."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="stage_changes")
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="stage_changes")
    stage = models.CharField(max_length=6, choices=Stage)
    since = models.DateTimeField(default=timezone.now)
    reason = models.TextField()
    stopped = models.BooleanField(default=False)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.ledger_title

    def get_absolute_url(self) -> str:
        return reverse("deliver:stages", args=[self.project.slug])

    @property
    def ledger_title(self) -> str:
        if self.stopped:
            return gettext("Stopped at once")
        return gettext("Stage: %(stage)s") % {"stage": self.get_stage_display()}


@subject("draw")
class Draw(models.Model):
    """One run of a release over a dataset: ``read`` = ``drawn`` + ``not_drawn`` + ``failed``.

    ``left_out`` says why processes were not drawn, ``problems`` why some failed; ``spread`` holds
    the days that calls were open, per method, so that a case can be shown among its like.
    """

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="draws")
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="draws")
    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="+")
    stage = models.CharField(max_length=6, choices=Stage)
    seed = models.PositiveBigIntegerField()
    drawn_at = models.DateTimeField(default=timezone.now)
    read = models.PositiveIntegerField()
    drawn = models.PositiveIntegerField()
    not_drawn = models.PositiveIntegerField()
    failed = models.PositiveIntegerField()
    flagged = models.PositiveIntegerField(help_text="processes that the tool flagged, drawn or not")
    left_out = models.JSONField(default=dict)
    problems = models.JSONField(default=list)
    spread = models.JSONField(default=dict)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.ledger_title

    def get_absolute_url(self) -> str:
        return reverse("deliver:stages", args=[self.project.slug])

    @property
    def ledger_title(self) -> str:
        return gettext("%(drawn)s of %(read)s processes drawn for the desk") % {"drawn": self.drawn, "read": self.read}


@subject("case")
class Case(models.Model):
    """One process that a person decides. ``source`` and ``advice`` are frozen as they were when it was drawn."""

    class Drawn(models.TextChoices):
        FLAGGED = "flagged", _("flagged")
        RANDOM = "random", _("drawn at random")

    class State(models.TextChoices):
        OPEN = "open", _("waits")
        CLAIMED = "claimed", _("claimed")
        REVEALED = "revealed", _("decided unaided, advice open")
        DECIDED = "decided", _("decided")
        UNDECIDED = "undecided", _("two readers could not tell")

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="cases")
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="cases")
    draw = models.ForeignKey(Draw, on_delete=models.PROTECT, related_name="cases")
    number = models.PositiveIntegerField()
    process = models.CharField(max_length=300, help_text="the process's own identifier (ocid)")
    title = models.CharField(max_length=300)
    buyer = models.CharField(max_length=300, blank=True)
    method = models.CharField(max_length=200, blank=True)
    source = models.JSONField()
    advice = models.JSONField()
    drawn = models.CharField(max_length=8, choices=Drawn)
    decide_first = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    claimed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    claimed = models.DateTimeField(null=True)
    due = models.DateTimeField(null=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["project", "number"], name="one_case_per_number"),
            models.UniqueConstraint(fields=["project", "process"], name="a_process_is_drawn_once"),
        ]

    def __str__(self) -> str:
        return self.ledger_title

    def get_absolute_url(self) -> str:
        return reverse("deliver:case", args=[self.project.slug, self.number])

    @property
    def label(self) -> str:
        return f"{self.number:04d}"

    @property
    def ledger_title(self) -> str:
        return gettext("Case %(number)s") % {"number": self.label}

    @property
    def is_public(self) -> bool:
        return False

    @property
    def told(self) -> Advice:
        """The frozen advice."""
        return Advice.from_json(self.advice)

    @property
    def told_here(self) -> Advice:
        """The frozen advice in the language of the page, for showing it."""
        return self.told.in_language((get_language() or "en")[:2])

    @property
    def closed(self) -> bool:
        return self.state in {self.State.DECIDED, self.State.UNDECIDED}


@subject("opened")
class Opened(models.Model):
    """``person`` looked at the source of ``case`` at ``path``; "/" is the source as a whole."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="opened")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    path = models.CharField(max_length=500)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "person", "path"], name="opened_once_each")]

    def __str__(self) -> str:
        return self.ledger_title

    @property
    def ledger_title(self) -> str:
        return gettext("Evidence opened")

    @property
    def is_public(self) -> bool:
        return False


@subject("determination")
class Determination(models.Model):
    """What a named person decided on a case, and why. ``revises`` is the same person's unaided decision.

    ``difference`` says how it differs from the advice, or from the decision that it revises.
    """

    class Choice(models.TextChoices):
        ACCEPT = "accept", _("accepted")
        EDIT = "edit", _("right for another reason")
        REJECT = "reject", _("rejected: there is a good reason")
        CANNOT_TELL = "cannot_tell", _("could not tell")

    ADVERSE = (Choice.ACCEPT, Choice.EDIT)

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="determinations")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    choice = models.CharField(max_length=12, choices=Choice)
    reason = models.TextField()
    before_advice = models.BooleanField(help_text="decided while the advice was withheld")
    difference = models.JSONField(default=dict)
    revises = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="revised_by")
    recorded = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.ledger_title

    def get_absolute_url(self) -> str:
        flag = Flag.objects.filter(determination=self).exclude(published=None).first()
        return flag.get_absolute_url() if flag else self.case.get_absolute_url()

    @property
    def adverse(self) -> bool:
        return self.choice in self.ADVERSE

    @property
    def project(self) -> Project:
        return self.case.project

    @property
    def ledger_title(self) -> str:
        return f"{self.case.ledger_title}: {self.get_choice_display()}"

    @property
    def is_public(self) -> bool:
        return Flag.objects.filter(determination=self).exclude(published=None).exists()


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
