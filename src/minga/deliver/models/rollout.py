"""How far a release is in service."""

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy

from minga.design.models import Release
from minga.ledger.subjects import subject
from minga.projects.models import Project


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
