"""Time-limited trials: a frontline worker tries a version on made-up cases, and it ends by itself."""

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from minga.design.models.versions import ToolVersion
from minga.ledger.subjects import subject
from minga.people.models import Person
from minga.projects.models import Project


@subject("trial")
class Trial(models.Model):
    """``version`` may be tried in the sandbox until ``ends``, on at most ``most_cases`` cases that affect nobody.

    ``report``: what was tried and found, kept when it ends; its shape is that of ``minga.design.trials.report``.
    """

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("trial", "Open")
        ENDED = "ended", pgettext_lazy("trial", "Ended")

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="trials")
    version = models.ForeignKey(ToolVersion, on_delete=models.PROTECT, related_name="trials")
    question = models.CharField(max_length=300, help_text="what the trial is to find out")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    opened = models.DateTimeField(default=timezone.now)
    ends = models.DateTimeField(db_index=True)
    most_cases = models.PositiveSmallIntegerField(default=50)
    state = models.CharField(max_length=6, choices=State, default=State.OPEN)
    ended = models.DateTimeField(null=True)
    report = models.JSONField(default=dict)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.ledger_title

    def get_absolute_url(self) -> str:
        return reverse("design:trial", args=[self.project.slug, self.pk])

    @property
    def ledger_title(self) -> str:
        return str(_("Trial: %(question)s")) % {"question": self.question}


@subject("trial_case")
class TrialCase(models.Model):
    """One made-up case of a trial, what the tool said, and what the person made of it."""

    class Verdict(models.TextChoices):
        RIGHT = "right", _("right, and it would help")
        USELESS = "useless", _("right, but it would not help")
        WRONG = "wrong", _("wrong")
        UNSURE = "unsure", _("I cannot tell")

    trial = models.ForeignKey(Trial, on_delete=models.PROTECT, related_name="cases")
    number = models.PositiveSmallIntegerField()
    source = models.JSONField()
    advice = models.JSONField(default=dict)
    failure = models.TextField(blank=True)
    cpu_ms = models.PositiveIntegerField(null=True)
    verdict = models.CharField(max_length=8, choices=Verdict, blank=True)
    note = models.TextField(blank=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["trial", "number"], name="one_trial_case_per_number")]

    def __str__(self) -> str:
        return self.ledger_title

    def get_absolute_url(self) -> str:
        return self.trial.get_absolute_url()

    @property
    def project(self) -> Project:
        return self.trial.project

    @property
    def ledger_title(self) -> str:
        return str(_("Case %(number)s of a trial")) % {"number": self.number}

    @property
    def is_public(self) -> bool:
        return False
