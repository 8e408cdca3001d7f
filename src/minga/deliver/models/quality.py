"""How people and tool do together: second readers, how risky the use is, and whether the stop switch works."""

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from minga.deliver.models.cases import Case
from minga.deliver.models.rollout import Stage
from minga.design.models import Release
from minga.ledger.subjects import subject
from minga.people.models import Person
from minga.projects.models import Project


@subject("second_reading")
class SecondReading(models.Model):
    """Another person decides the same case blind: without the advice and without the first decision."""

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="second_reading")
    reader = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    asked = models.DateTimeField(default=timezone.now)
    outcome = models.CharField(
        max_length=60, blank=True, help_text="an outcome of the service, or a choice of the desk"
    )
    reason = models.TextField(blank=True)
    given = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.ledger_title

    @property
    def project(self) -> Project:
        return self.case.project

    @property
    def ledger_title(self) -> str:
        return gettext("Second reading of %(case)s") % {"case": self.case.ledger_title}

    @property
    def is_public(self) -> bool:
        return False


@subject("risk_level")
class RiskLevel(models.Model):
    """How much harm the use can do, and why it is judged so. The newest row counts; duties follow from it."""

    class Level(models.TextChoices):
        LOW = "low", _("low: people are informed, little can go wrong")
        LIMITED = "limited", _("limited: a wrong answer costs somebody time")
        HIGH = "high", _("high: rights, money, safety or a benefit depend on it")

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="risk_levels")
    level = models.CharField(max_length=8, choices=Level)
    reason = models.TextField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.ledger_title

    def get_absolute_url(self) -> str:
        return reverse("deliver:duties", args=[self.project.slug])

    @property
    def ledger_title(self) -> str:
        return gettext("Risk level: %(level)s") % {"level": self.get_level_display()}


@subject("drill")
class Drill(models.Model):
    """The stop switch was tried: from ``stage`` to off and back. ``hidden`` of ``looked_at`` cases showed no advice."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="drills")
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="drills")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    stage = models.CharField(max_length=6, choices=Stage)
    looked_at = models.PositiveIntegerField()
    hidden = models.PositiveIntegerField()
    milliseconds = models.PositiveIntegerField(help_text="from the switch to the last look")
    note = models.TextField(blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.ledger_title

    def get_absolute_url(self) -> str:
        return reverse("deliver:stages", args=[self.project.slug])

    @property
    def passed(self) -> bool:
        return self.hidden == self.looked_at

    @property
    def shows_it_works(self) -> bool:
        """Some advice was in sight before, and none after: with nothing in sight a drill shows nothing."""
        return self.passed and self.looked_at > 0

    @property
    def ledger_title(self) -> str:
        if not self.looked_at:
            return gettext("Drill of the stop switch: no advice was in sight")
        return (
            gettext("Drill of the stop switch: it works")
            if self.passed
            else gettext("Drill of the stop switch: it failed")
        )
