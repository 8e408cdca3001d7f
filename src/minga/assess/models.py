"""Reviews, what each group answered, and the rules that stop a tool by themselves."""

from datetime import datetime
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from minga.deliver.models import Stage
from minga.design.models import Release
from minga.ledger.subjects import subject
from minga.people.models import Group, Person
from minga.projects.models import Project


@subject("review")
class Review(models.Model):
    """Each group says whether a release earns its place. ``prefill`` has the shape of ``assess.prefill.prefill``.

    ``silence`` is the published reason for closing with answers of fewer than three groups.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        CLOSED = "closed", _("Closed")

    class Outcome(models.TextChoices):
        CONTINUE = "continue", _("It goes on as it is")
        CHANGE = "change", _("It goes on and something changes")
        PAUSE = "pause", _("It pauses: off until it is mended")
        STOP = "stop", _("It stops")

    ENDS = (Outcome.PAUSE, Outcome.STOP)

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="reviews")
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="reviews")
    opened = models.DateTimeField(default=timezone.now)
    due = models.DateTimeField(db_index=True)
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    prefill = models.JSONField(default=dict)
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    reason = models.TextField(blank=True)
    silence = models.TextField(blank=True)
    closed = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-opened", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["release"], condition=models.Q(state="open"), name="one_open_review_per_release"
            )
        ]

    def __str__(self) -> str:
        return self.ledger_title

    def get_absolute_url(self) -> str:
        return reverse("assess:review", args=[self.project.slug, self.pk])

    @property
    def ledger_title(self) -> str:
        version = self.release.version.version
        if self.state == self.State.OPEN:
            return gettext("Review of version %(version)s: open") % {"version": version}
        words = gettext("Review of version %(version)s: %(outcome)s")
        return words % {"version": version, "outcome": self.get_outcome_display().lower()}

    def is_overdue(self, now: datetime | None = None) -> bool:
        return self.state == self.State.OPEN and self.due < (now or timezone.now())


@subject("review_answer")
class ReviewAnswer(models.Model):
    """What one person answered for their group: the question set "evaluation". Answering again adds a row."""

    class Verdict(models.TextChoices):
        KEEP = "keep", _("Keep it")
        CHANGE = "change", _("Keep it, and change something")
        STOP = "stop", _("Stop it")

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="answers")
    group = models.CharField(max_length=20, choices=Group)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    set_version = models.CharField(max_length=20)
    answers = models.JSONField(default=dict)
    evidence = models.JSONField(default=dict)
    verdict = models.CharField(max_length=8, choices=Verdict)
    given = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.ledger_title

    def get_absolute_url(self) -> str:
        return self.review.get_absolute_url()

    @property
    def project(self) -> Project:
        return self.review.project

    @property
    def ledger_title(self) -> str:
        return gettext("Answer to the review, for: %(group)s") % {"group": self.get_group_display()}

    @property
    def is_public(self) -> bool:
        """Never by itself: the review shows answers by group, without the person."""
        return False


class Metric(models.TextChoices):
    """What a stop rule watches."""

    FLAG_SHARE = "flag_share", _("share of the processes read this month that it flagged")
    WITHDRAWN_SHARE = "withdrawn_share", _("share of its flags that were withdrawn or explained")


@subject("stop_rule")
class StopRule(models.Model):
    """When ``metric`` exceeds ``bound`` (a share, 0 to 1) over at least ``minimum`` events, the release steps back.

    A changed rule is a new row; the old one is no longer ``active``.
    """

    STEPS_BACK = (Stage.OFF, Stage.SHADOW, Stage.ONE, Stage.TEN, Stage.HALF)

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="stop_rules")
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="stop_rules")
    metric = models.CharField(max_length=20, choices=Metric)
    bound = models.DecimalField(max_digits=5, decimal_places=4)
    minimum = models.PositiveIntegerField()
    step_back_to = models.CharField(max_length=6, choices=[(s.value, s.label) for s in STEPS_BACK])
    active = models.BooleanField(default=True)
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["release", "metric"], condition=models.Q(active=True), name="one_active_rule_per_metric"
            )
        ]

    def __str__(self) -> str:
        return self.ledger_title

    def get_absolute_url(self) -> str:
        return reverse("assess:stop_rules", args=[self.project.slug])

    @property
    def ledger_title(self) -> str:
        return gettext("Stop rule: %(metric)s at most %(bound)s %%") % {
            "metric": self.get_metric_display(),
            "bound": f"{(self.bound * 100).normalize():f}",
        }


@subject("stop_rule_firing")
class Firing(models.Model):
    """A stop rule moved its release back. ``figure``: {count, of, value, low, high}, shares in 0..1."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="+")
    rule = models.ForeignKey(StopRule, on_delete=models.PROTECT, related_name="firings")
    at = models.DateTimeField(default=timezone.now)
    figure = models.JSONField(default=dict)
    before = models.CharField(max_length=6, choices=Stage)
    after = models.CharField(max_length=6, choices=Stage)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.ledger_title

    def get_absolute_url(self) -> str:
        return self.rule.get_absolute_url()

    @property
    def ledger_title(self) -> str:
        words = gettext("A stop rule moved the release from “%(before)s” to “%(after)s”")
        return words % {"before": self.get_before_display(), "after": self.get_after_display()}


def as_json(figure: Any) -> dict[str, Any]:
    """A measured share as it is kept: {count, of, value, low, high}."""
    return {name: getattr(figure, name) for name in ("count", "of", "value", "low", "high")}
