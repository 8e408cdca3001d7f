"""A project's identity, the roles in it, and its gates."""

import uuid

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from minga.ledger.subjects import subject
from minga.people.models import Person
from minga.projects import steps
from minga.projects.roles import Role


def new_chain() -> str:
    return str(uuid.uuid4())


@subject("project")
class Project(models.Model):
    """One AI tool's whole life, from a need to its reviews. ``step`` is the step it stands at, 1 to 8."""

    class Outcome(models.TextChoices):
        OPEN = "open", _("Under way")
        NO_AI = "no_ai", _("Decided: no AI")
        ENDED = "ended", _("Ended")

    slug = models.SlugField(max_length=80, unique=True)
    chain = models.CharField(max_length=36, unique=True, default=new_chain, editable=False)
    title = models.CharField(max_length=120)
    summary = models.TextField(help_text=_("What the tool does and what it does not, in two sentences."))
    step = models.PositiveSmallIntegerField(default=1)
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.OPEN)
    outcome_reason = models.TextField(blank=True)
    oecd_task = models.CharField(max_length=60, blank=True)
    oecd_function = models.CharField(max_length=60, blank=True)
    opened = models.DateTimeField(default=timezone.now)
    demonstration = models.BooleanField(default=False)

    class Meta:
        ordering = ["-opened"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("portal:project", args=[self.slug])

    @property
    def ledger_title(self) -> str:
        return self.title

    @property
    def phase(self) -> str:
        return steps.STEPS[self.step].phase


@subject("membership")
class Membership(models.Model):
    """A person's role in a project. ``on_board`` gives a seat on the joint board."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="memberships")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role)
    on_board = models.BooleanField(default=False)
    since = models.DateTimeField(default=timezone.now)
    ended = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["project", "person", "role"], condition=models.Q(ended=None), name="one_current_membership"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_role_display()}"

    @property
    def ledger_title(self) -> str:
        return str(self.get_role_display())


@subject("rule")
class DecisionRule(models.Model):
    """How a gate is decided, as the partners agreed. Without a row the step's own default holds."""

    class Rule(models.TextChoices):
        LEAD = "lead", _("the lead decides")
        BOARD_MAJORITY = "board_majority", _("joint board, by majority")
        BOARD_CONSENT = "board_consent", _("joint board, by consent")
        BALLOT = "ballot", _("ballot of the participants")

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="rules")
    step = models.PositiveSmallIntegerField()
    rule = models.CharField(max_length=20, choices=Rule)
    agreed = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["step", "-agreed"]

    def __str__(self) -> str:
        return f"{self.step}: {self.get_rule_display()}"

    @property
    def ledger_title(self) -> str:
        return str(self)


@subject("position")
class Position(models.Model):
    """What one member of the joint board says on a gate; an objection says why and is kept as dissent."""

    class Stand(models.TextChoices):
        AGREE = "agree", _("Agree")
        OBJECT = "object", _("Object")
        ABSTAIN = "abstain", _("Abstain")

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="positions")
    step = models.PositiveSmallIntegerField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    stand = models.CharField(max_length=10, choices=Stand)
    dissent = models.TextField(blank=True)
    given = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.step}: {self.get_stand_display()}"

    @property
    def ledger_title(self) -> str:
        return str(self)


@subject("gate")
class GateDecision(models.Model):
    """The end of a step: passed, or sent back, with what the rule counted."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="gates")
    step = models.PositiveSmallIntegerField()
    passed = models.BooleanField()
    rule = models.CharField(max_length=20, choices=DecisionRule.Rule)
    reason = models.TextField()
    tally = models.JSONField(default=dict)
    # One {"position", "group", "text"} for each objection; never a name: who it was is known from the position.
    dissent = models.JSONField(default=list, blank=True)
    against_ballot = models.BooleanField(default=False)
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    decided = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["decided"]

    def __str__(self) -> str:
        return self.ledger_title

    def get_absolute_url(self) -> str:
        return reverse("projects:step", args=[self.project.slug, self.step])

    @property
    def ledger_title(self) -> str:
        words = _("Gate %(step)s passed") if self.passed else _("Gate %(step)s not passed")
        return str(words) % {"step": self.step}


@subject("absence")
class Absence(models.Model):
    """The published reason why a group took no part in a phase."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="absences")
    phase = models.CharField(max_length=12)
    group = models.CharField(max_length=20)
    reason = models.TextField()
    explained = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "phase", "group"], name="one_reason_per_group")]

    def __str__(self) -> str:
        return self.reason

    @property
    def ledger_title(self) -> str:
        return self.reason
