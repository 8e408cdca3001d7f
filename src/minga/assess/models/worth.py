"""What a tool was meant to bring, what it brought and cost, how people found it, and whether it earned a seal."""

from datetime import date

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from minga.ledger.subjects import subject
from minga.people.models import Group, Person
from minga.projects.models import Project


class Kind(models.TextChoices):
    EFFICIENCY = "efficiency", _("efficiency: less time, money or error")
    LEGITIMACY = "legitimacy", _("legitimacy: heard, fair, trusted, contestable")


@subject("benefit")
class Benefit(models.Model):
    """An expected benefit: from ``baseline`` to between ``expected_low`` and ``expected_high``, in ``unit``.

    ``worth`` is money per unit and year, as a range in ``currency`` (ISO 4217), or empty where it has no price.
    ``beneficiaries`` names who has the benefit.
    """

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="benefits")
    kind = models.CharField(max_length=12, choices=Kind)
    name = models.CharField(max_length=200)
    beneficiaries = models.CharField(max_length=300, blank=True)
    unit = models.CharField(max_length=60)
    baseline = models.DecimalField(max_digits=16, decimal_places=4)
    baseline_source = models.CharField(max_length=300)
    expected_low = models.DecimalField(max_digits=16, decimal_places=4)
    expected_high = models.DecimalField(max_digits=16, decimal_places=4)
    worth_low = models.DecimalField(max_digits=16, decimal_places=4, null=True)
    worth_high = models.DecimalField(max_digits=16, decimal_places=4, null=True)
    currency = models.CharField(max_length=3, blank=True)
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    due = models.DateField()
    stated = models.DateTimeField(default=timezone.now)
    ended = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("assess:worth", args=[self.project.slug])

    @property
    def ledger_title(self) -> str:
        return gettext("Expected benefit: %(name)s") % {"name": self.name}


@subject("measurement")
class Measurement(models.Model):
    """A measured value of a benefit: ``value`` with its range where it has one, from ``events`` observations."""

    benefit = models.ForeignKey(Benefit, on_delete=models.PROTECT, related_name="measurements")
    value = models.DecimalField(max_digits=16, decimal_places=4)
    low = models.DecimalField(max_digits=16, decimal_places=4, null=True)
    high = models.DecimalField(max_digits=16, decimal_places=4, null=True)
    events = models.PositiveIntegerField()
    how = models.TextField()
    on = models.DateField()
    recorded = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["on", "pk"]

    def __str__(self) -> str:
        return self.ledger_title

    def get_absolute_url(self) -> str:
        return self.benefit.get_absolute_url()

    @property
    def project(self) -> Project:
        return self.benefit.project

    @property
    def ledger_title(self) -> str:
        return gettext("Measured: %(name)s") % {"name": self.benefit.name}


@subject("cost")
class Cost(models.Model):
    """A cost once or per year: human (hours), financial (money) or environmental (kWh, kg CO2e), as a range.

    ``low`` and ``high`` are in ``unit``; ``price_low`` and ``price_high`` turn one unit into money of ``currency``
    (ISO 4217) where it has one.
    """

    class Kind(models.TextChoices):
        HUMAN = "human", _("human: time and strain")
        FINANCIAL = "financial", _("financial")
        ENVIRONMENTAL = "environmental", _("environmental")

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="costs")
    kind = models.CharField(max_length=14, choices=Kind)
    name = models.CharField(max_length=200)
    unit = models.CharField(max_length=40)
    low = models.DecimalField(max_digits=16, decimal_places=4)
    high = models.DecimalField(max_digits=16, decimal_places=4)
    price_low = models.DecimalField(max_digits=16, decimal_places=4, null=True)
    price_high = models.DecimalField(max_digits=16, decimal_places=4, null=True)
    currency = models.CharField(max_length=3, blank=True)
    yearly = models.BooleanField()
    source = models.CharField(max_length=300)
    measured = models.BooleanField(default=False, help_text="measured in service, not estimated beforehand")
    stated = models.DateTimeField(default=timezone.now)
    ended = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("assess:worth", args=[self.project.slug])

    @property
    def ledger_title(self) -> str:
        return gettext("Cost: %(name)s") % {"name": self.name}


@subject("data_use")
class DataUse(models.Model):
    """A use of the project's data that earns money: which ``data``, how (``use``), and ``earner``, who earns it.

    With ``none`` a person said that there is no such use; nothing stated is not that.
    """

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="data_uses")
    none = models.BooleanField(default=False)
    data = models.CharField(max_length=300, blank=True)
    use = models.TextField(blank=True)
    earner = models.CharField(max_length=200, blank=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    stated = models.DateTimeField(default=timezone.now)
    ended = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.ledger_title

    def get_absolute_url(self) -> str:
        return reverse("assess:worth", args=[self.project.slug])

    @property
    def ledger_title(self) -> str:
        if self.none:
            return gettext("No use of the data earns money")
        return gettext("A use of the data that earns money: %(who)s") % {"who": self.earner}


@subject("experience")
class Experience(models.Model):
    """What one person said about using the service or the tool: ``answers`` to the question set, and whether they won.

    ``ease`` is UMUX-Lite, 0 to 100. Given through a notice it carries no person; ``once`` keeps one per notice.
    """

    class Won(models.TextChoices):
        YES = "yes", _("it went the way I asked")
        PARTLY = "partly", _("in part")
        NO = "no", _("it went against me")
        OPEN = "open", _("it is not decided, or nothing was at stake")

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="experiences")
    question_set = models.CharField(max_length=60)
    set_version = models.CharField(max_length=20)
    group = models.CharField(max_length=20, choices=Group)
    answers = models.JSONField(default=dict)
    ease = models.FloatField(null=True)
    won = models.CharField(max_length=8, choices=Won)
    once = models.CharField(max_length=64, blank=True, help_text="hash of the notice that it came through")
    given = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["once"], condition=~models.Q(once=""), name="one_experience_per_notice")
        ]

    def __str__(self) -> str:
        return self.ledger_title

    def get_absolute_url(self) -> str:
        return reverse("assess:worth", args=[self.project.slug])

    @property
    def ledger_title(self) -> str:
        return gettext("Somebody said how it went")

    @property
    def is_public(self) -> bool:
        return False


@subject("seal")
class Seal(models.Model):
    """Awarded when every rule of ``rules_version`` was met; it expires. ``results``: [{rule, met, evidence}]."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="seals")
    rules_version = models.CharField(max_length=20)
    results = models.JSONField(default=list)
    awarded = models.DateTimeField(default=timezone.now)
    awarded_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    expires = models.DateField()
    ended = models.DateTimeField(null=True)
    ended_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.ledger_title

    def get_absolute_url(self) -> str:
        return reverse("assess:seal", args=[self.project.slug])

    @property
    def ledger_title(self) -> str:
        return gettext("Seal until %(day)s") % {"day": self.expires.isoformat()}

    def holds(self, on: date | None = None) -> bool:
        return self.ended is None and self.expires >= (on or timezone.localdate())
