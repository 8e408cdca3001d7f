"""What the body wants to reach, by when, and how it changed its mind."""

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from minga.ledger.subjects import subject
from minga.people.models import Person
from minga.projects.models import Project, Task


@subject("goal")
class Goal(models.Model):
    """One goal of the roadmap: due by the end of ``quarter`` (1 to 4) of ``year``, judged by ``measure``."""

    class State(models.TextChoices):
        PLANNED = "planned", _("Planned")
        UNDER_WAY = "under_way", _("Under way")
        REACHED = "reached", _("Reached")
        MISSED = "missed", _("Not reached")
        DROPPED = "dropped", _("Dropped")

    title = models.CharField(max_length=200)
    reason = models.TextField()
    measure = models.CharField(max_length=300)
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="goals")
    year = models.PositiveSmallIntegerField()
    quarter = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.PLANNED)
    projects = models.ManyToManyField(Project, related_name="goals")
    tasks = models.ManyToManyField(Task, related_name="goals")
    stated = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["year", "quarter", "pk"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("steering:goal", args=[self.pk])

    @property
    def ledger_title(self) -> str:
        return gettext("Goal: %(title)s") % {"title": self.title}

    @property
    def when(self) -> str:
        return gettext("quarter %(quarter)s of %(year)s") % {"quarter": self.quarter, "year": self.year}

    @property
    def is_open(self) -> bool:
        return self.state in (self.State.PLANNED, self.State.UNDER_WAY)


class GoalChange(models.Model):
    """What was changed about a goal, and why. ``changes``: [{field, old, new}], in the words of that day."""

    goal = models.ForeignKey(Goal, on_delete=models.PROTECT, related_name="history")
    changes = models.JSONField(default=list)
    reason = models.TextField()
    changed = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.goal}: {self.changed:%Y-%m-%d}"
