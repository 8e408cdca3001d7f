"""Things to do: duties that follow from answers, agreed follow-ups, and work that volunteers may take."""

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from minga.ledger.subjects import subject
from minga.people.models import Person
from minga.projects.models.projects import Project


@subject("task")
class Task(models.Model):
    """One thing to do, at a project or (``project`` None) at the body; done only with evidence.

    ``set``, ``duty`` and ``about`` name the duty it follows from, with its words frozen in ``title`` and ``text``;
    ``source`` cites the article or chapter. ``open_to_all``: anybody signed in may take it, with ``skills`` named;
    ``credit`` is how whoever did it wants to be thanked in public, "" for not by name.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        DONE = "done", _("Done")
        DROPPED = "dropped", _("Dropped")

    project = models.ForeignKey(Project, on_delete=models.PROTECT, null=True, related_name="tasks")
    title = models.CharField(max_length=300)
    text = models.TextField(blank=True)
    language = models.CharField(max_length=10, blank=True)
    set = models.CharField(max_length=80, blank=True)
    duty = models.CharField(max_length=120, blank=True)
    about = models.CharField(max_length=100, blank=True)
    source = models.CharField(max_length=300, blank=True)
    wanted = models.TextField(blank=True)
    skills = models.CharField(max_length=300, blank=True)
    open_to_all = models.BooleanField(default=False)
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="tasks")
    due = models.DateField(null=True)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    evidence = models.TextField(blank=True)
    evidence_url = models.CharField(max_length=500, blank=True)
    made = models.DateTimeField(default=timezone.now)
    credit = models.CharField(max_length=120, blank=True)
    closed = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["due", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "set", "duty", "about"],
                condition=~models.Q(duty="") & ~models.Q(state="dropped") & models.Q(project__isnull=False),
                name="one_task_per_duty",
            ),
            models.UniqueConstraint(
                fields=["set", "duty", "about"],
                condition=~models.Q(duty="") & ~models.Q(state="dropped") & models.Q(project__isnull=True),
                name="one_body_task_per_duty",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("projects:task", args=[self.pk])

    @property
    def ledger_title(self) -> str:
        return self.title
