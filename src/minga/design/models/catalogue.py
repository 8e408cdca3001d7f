"""What is said across projects about a tool: whether it may be used, and how its choice was weighed."""

from datetime import datetime

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from minga.ledger.subjects import subject
from minga.people.models import Person
from minga.projects.models import Project


@subject("withdrawal")
class Withdrawal(models.Model):
    """From ``since`` on nobody is shown what ``tool`` says; ``version`` "" means all of them.

    Without a project it holds in every project of the body. It ends when somebody lifts it, with a reason.
    """

    project = models.ForeignKey(Project, on_delete=models.PROTECT, null=True, related_name="withdrawals")
    tool = models.CharField(max_length=60, db_index=True)
    version = models.CharField(max_length=20, blank=True)
    reason = models.TextField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField(default=timezone.now)
    lifted = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    lifted_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.ledger_title

    def get_absolute_url(self) -> str:
        return reverse("design:catalogue_tool", args=[self.tool])

    @property
    def ledger_title(self) -> str:
        name = f"{self.tool} {self.version}".strip()
        words = _("%(tool)s was withdrawn") if self.lifted is None else _("%(tool)s may be used again")
        return str(words) % {"tool": name}

    def holds(self, at: datetime | None = None) -> bool:
        return self.lifted is None or (at is not None and at < self.lifted)


@subject("comparison")
class Comparison(models.Model):
    """Open or closed, own machine or service: the options weighed with visible weights, for the procurement file.

    ``options``, ``weights`` and ``result`` have the shapes of ``minga.tools.providers.openness``.
    """

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="comparisons")
    title = models.CharField(max_length=200)
    options = models.JSONField(default=list)
    weights = models.JSONField(default=dict)
    result = models.JSONField(default=dict)
    reason = models.TextField(help_text="what follows from it, in the words of who made it")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    made = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("design:comparison", args=[self.project.slug, self.pk])

    @property
    def ledger_title(self) -> str:
        return str(_("Comparison: %(title)s")) % {"title": self.title}
