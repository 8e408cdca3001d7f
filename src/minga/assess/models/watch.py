"""What is noticed while a tool is in service: alerts, incidents, and what the overseer demands to know."""

from datetime import datetime

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from minga.deliver.models import Case, new_token
from minga.design.models import Release, ToolVersion
from minga.ledger.subjects import subject
from minga.people.models import Person
from minga.projects.models import Project


@subject("watching")
class Watching(models.Model):
    """What was measured of a release in one month: ``figures`` has the shape of ``minga.assess.watching.figures``."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="watchings")
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="watchings")
    month = models.DateField(help_text="the first day of the month measured")
    figures = models.JSONField(default=dict)
    measured = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-month", "-pk"]
        constraints = [models.UniqueConstraint(fields=["release", "month"], name="a_month_is_watched_once")]

    def __str__(self) -> str:
        return self.ledger_title

    def get_absolute_url(self) -> str:
        return reverse("assess:watch", args=[self.project.slug])

    @property
    def ledger_title(self) -> str:
        return gettext("What %(release)s did in %(month)s") % {
            "release": self.release.version,
            "month": f"{self.month:%Y-%m}",
        }


@subject("alert")
class Alert(models.Model):
    """A figure went beyond its bound. ``records`` are the numbers of cases behind it; a person says what they did.

    ``figure``: {before, now, low, high, of, where, p, psi}, each where there is one; shares lie in 0..1. ``bound`` is
    what it went beyond, ``written`` who wrote that; None where it is the default. Alerts raised before bounds could be
    written have neither.
    """

    class Metric(models.TextChoices):
        """What moved, or passed its bound."""

        FEATURE = "feature", _("what the tool is given")
        OUTPUT = "output", _("what the tool says")
        GROUP = "group", _("who comes")
        ABSTENTION = "abstention", _("how often the tool abstains")
        OVERRIDE = "override", _("how often people overrule it")
        APPEAL = "appeal", _("how often people appeal")
        RIGHT = "right", _("how often it proposes what is decided without it")
        INSIDE = "inside_interval", _("how often the truth lies in its interval")
        CALIBRATION = "calibration", _("how sure the tool is")
        FAILED = "failed", _("cases on which the tool failed")
        LATE = "late", _("cases decided too late")
        GAP_OVERRIDE = "gap_override", _("groups are overruled unequally")
        GAP_RIGHT = "gap_right", _("groups get right proposals unequally")
        GAP_ABSTENTION = "gap_abstention", _("groups get abstentions unequally")
        GAP_APPEAL = "gap_appeal", _("groups appeal unequally")

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="alerts")
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="alerts")
    watching = models.ForeignKey(Watching, on_delete=models.PROTECT, null=True, related_name="alerts")
    metric = models.CharField(max_length=60, choices=Metric)
    about = models.CharField(max_length=200, blank=True, help_text="the feature or group")
    figure = models.JSONField(default=dict)
    records = models.JSONField(default=list)
    bound = models.DecimalField(max_digits=7, decimal_places=4, null=True)
    written = models.ForeignKey("AlertBound", on_delete=models.PROTECT, null=True, related_name="alerts")
    raised = models.DateTimeField(default=timezone.now)
    acknowledged = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    done = models.TextField(blank=True, help_text="what the person found and did")

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["release", "metric", "about"],
                condition=models.Q(acknowledged=None),
                name="one_open_alert_each",
            )
        ]

    def __str__(self) -> str:
        return self.ledger_title

    def get_absolute_url(self) -> str:
        return reverse("assess:alert", args=[self.project.slug, self.pk])

    @property
    def ledger_title(self) -> str:
        about = f" ({self.about})" if self.about else ""
        return gettext("Alert: %(metric)s%(about)s") % {"metric": self.get_metric_display(), "about": about}

    def days_open(self, now: datetime | None = None) -> int:
        """Whole days that it waited, or has waited, for a person."""
        return ((self.acknowledged or now or timezone.now()) - self.raised).days

    @property
    def is_public(self) -> bool:
        return False


@subject("alert_bound")
class AlertBound(models.Model):
    """A bound that the person in charge wrote for one kind of alert, and why. The newest of a metric is in force.

    ``bound`` is a PSI for a column, a share or a difference of shares in 0..1 for everything else.
    """

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="alert_bounds")
    metric = models.CharField(max_length=60, choices=Alert.Metric)
    bound = models.DecimalField(max_digits=7, decimal_places=4)
    reason = models.TextField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.ledger_title

    def get_absolute_url(self) -> str:
        return reverse("assess:bound", args=[self.project.slug, self.metric])

    @property
    def ledger_title(self) -> str:
        return gettext("Bound of an alert: %(metric)s") % {"metric": self.get_metric_display()}


@subject("incident")
class Incident(models.Model):
    """Something went wrong, or nearly did. Anybody reports it; ``summary`` is what the body publishes about it.

    ``happened_from`` and the codes follow the common reporting frame of the OECD and the AI Incident Database, so
    that the export loses nothing.
    """

    class State(models.TextChoices):
        REPORTED = "reported", _("reported")
        CONFIRMED = "confirmed", _("confirmed")
        DISMISSED = "dismissed", _("not an incident")
        CLOSED = "closed", _("mended and closed")

    class Severity(models.TextChoices):
        HAZARD = "hazard", _("nobody was harmed, but could have been")
        INCIDENT = "incident", _("somebody was harmed")
        SERIOUS = "serious", _("somebody was harmed seriously, or many were")

    class Harm(models.TextChoices):
        RIGHTS = "human_rights", _("rights")
        MONEY = "economic", _("money or property")
        PHYSICAL = "physical", _("body or health")
        MIND = "psychological", _("fear or distress")
        REPUTATION = "reputational", _("good name")
        ENVIRONMENT = "environmental", _("the environment")
        PUBLIC = "public_interest", _("the public as a whole")

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="incidents")
    version = models.ForeignKey(ToolVersion, on_delete=models.PROTECT, null=True, related_name="incidents")
    cases = models.ManyToManyField(Case, related_name="incidents")
    code = models.CharField(max_length=12, unique=True)
    token = models.CharField(max_length=40, unique=True, default=new_token)
    title = models.CharField(max_length=200)
    text = models.TextField(help_text="as it was reported")
    email = models.EmailField(blank=True)
    happened = models.DateField(null=True)
    reported = models.DateTimeField(default=timezone.now)
    reporter = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.REPORTED)
    severity = models.CharField(max_length=10, choices=Severity, blank=True)
    harm = models.CharField(max_length=20, choices=Harm, blank=True)
    affected = models.CharField(max_length=200, blank=True, help_text="who was harmed, as a group")
    due = models.DateTimeField(help_text="when it must be triaged")
    triaged = models.DateTimeField(null=True)
    triaged_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    triage_reason = models.TextField(blank=True)
    action = models.TextField(blank=True, help_text="what was done so that it does not happen again")
    summary = models.TextField(blank=True)
    published = models.DateTimeField(null=True)
    closed = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.code

    def get_absolute_url(self) -> str:
        return reverse("assess:incident", args=[self.code])

    @property
    def ledger_title(self) -> str:
        return gettext("Incident %(code)s: %(state)s") % {"code": self.code, "state": self.get_state_display()}

    @property
    def is_public(self) -> bool:
        return self.published is not None


@subject("demand")
class Demand(models.Model):
    """The overseer asks, the body answers by ``due``. An answer that is late is shown as late."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="demands")
    question = models.TextField()
    overseer = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked = models.DateTimeField(default=timezone.now)
    due = models.DateTimeField(db_index=True)
    answer = models.TextField(blank=True)
    answered = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.ledger_title

    def get_absolute_url(self) -> str:
        return reverse("assess:demand", args=[self.project.slug, self.pk])

    @property
    def ledger_title(self) -> str:
        return gettext("A demand of the overseer: answered") if self.answered else gettext("A demand of the overseer")

    def is_overdue(self, now: datetime | None = None) -> bool:
        return self.answered is None and self.due < (now or timezone.now())
