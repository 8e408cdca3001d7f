"""Reviews, and what each group answered."""

from datetime import datetime

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

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
        OPEN = "open", pgettext_lazy("review", "Open")
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
        KEEP = "keep", pgettext_lazy("review", "Keep it")
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
