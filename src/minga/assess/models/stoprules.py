"""The rules that move a release back by themselves."""

from typing import Any

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from minga.deliver.models import Stage
from minga.design.models import Release
from minga.ledger.subjects import subject
from minga.projects.models import Project
from minga.web.format import percent, trimmed


class Metric(models.TextChoices):
    """What a stop rule watches."""

    FLAG_SHARE = "flag_share", _("share of the processes read this month that it flagged")
    WITHDRAWN_SHARE = "withdrawn_share", _("share of its flags that were withdrawn or explained")
    OVERRULED_SHARE = "overruled_share", _("share of the decisions with its advice in sight that went another way")
    APPEALS_WON_SHARE = "appeals_won_share", _("share of the answered appeals that changed the decision")
    FAILED_SHARE = "failed_share", _("share of the cases on which it failed")
    MISSED_SHARE = "missed_share", _("share of the control sample that it would have missed")
    GROUP_GAP = "group_gap", _("gap between two groups in the share of its proposals that go against the person")
    ALERT_DAYS = "alert_days", _("days that an alert waits for a person")

    @property
    def in_days(self) -> bool:
        return self == Metric.ALERT_DAYS


@subject("stop_rule")
class StopRule(models.Model):
    """When ``metric`` exceeds ``bound`` over at least ``minimum`` events, the release steps back.

    ``bound`` is a share or a difference of shares (0 to 1), or a number of days. Events of the last ``window_days``
    count; 0 means since the release came into service, or the current month for the share flagged.

    A changed rule is a new row; the old one is no longer ``active``.
    """

    STEPS_BACK = (Stage.OFF, Stage.SHADOW, Stage.ONE, Stage.TEN, Stage.HALF)

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="stop_rules")
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="stop_rules")
    metric = models.CharField(max_length=20, choices=Metric)
    bound = models.DecimalField(max_digits=8, decimal_places=4)
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
        return gettext("Stop rule: %(metric)s at most %(bound)s") % {
            "metric": self.get_metric_display(),
            "bound": self.bound_words,
        }

    @property
    def bound_words(self) -> str:
        """ "20 %", "10 points" or "7 days"."""
        return in_words(self.metric, float(self.bound))


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


def in_words(metric: str, value: float) -> str:
    """A value that a rule on ``metric`` watches, as a page shows it."""
    if Metric(metric).in_days:
        return ngettext("%(days)s day", "%(days)s days", int(value)) % {"days": trimmed(value)}
    if metric == Metric.GROUP_GAP:
        return gettext("%(points)s points") % {"points": trimmed(round(100 * value, 1))}
    share = round(100 * value, 1)
    return percent(share, 0 if share.is_integer() else 1)


def as_json(figure: Any) -> dict[str, Any]:
    """A measured share as it is kept: {count, of, value, low, high}."""
    return {name: getattr(figure, name) for name in ("count", "of", "value", "low", "high")}
