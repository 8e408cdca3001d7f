"""The rules that move a release back by themselves."""

from typing import Any

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from minga.deliver.models import Stage
from minga.design.models import Release
from minga.ledger.subjects import subject
from minga.projects.models import Project


class Metric(models.TextChoices):
    """What a stop rule watches."""

    FLAG_SHARE = "flag_share", _("share of the processes read this month that it flagged")
    WITHDRAWN_SHARE = "withdrawn_share", _("share of its flags that were withdrawn or explained")


@subject("stop_rule")
class StopRule(models.Model):
    """When ``metric`` exceeds ``bound`` (a share, 0 to 1) over at least ``minimum`` events, the release steps back.

    Events of the last ``window_days`` count; 0 means since the release came into service, or the current month for
    the share flagged.

    A changed rule is a new row; the old one is no longer ``active``.
    """

    STEPS_BACK = (Stage.OFF, Stage.SHADOW, Stage.ONE, Stage.TEN, Stage.HALF)

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="stop_rules")
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="stop_rules")
    metric = models.CharField(max_length=20, choices=Metric)
    bound = models.DecimalField(max_digits=5, decimal_places=4)
    minimum = models.PositiveIntegerField()
    window_days = models.PositiveSmallIntegerField(default=0)
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
