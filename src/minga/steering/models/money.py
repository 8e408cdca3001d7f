"""Money that is tied to evidence, and what one more unit of coverage costs."""

from decimal import Decimal

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from minga.ledger.subjects import subject
from minga.people.models import Person
from minga.projects.models import Project


@subject("funding_line")
class FundingLine(models.Model):
    """Money set aside for one project, or (``project`` None) for several bodies' joint purpose.

    ``currency`` is a code of ISO 4217; ``giver`` says who pays, ``shared_with`` which bodies buy together.
    """

    project = models.ForeignKey(Project, on_delete=models.PROTECT, null=True, related_name="funding_lines")
    name = models.CharField(max_length=200)
    giver = models.CharField(max_length=200)
    shared_with = models.CharField(max_length=300, blank=True)
    currency = models.CharField(max_length=3)
    stated = models.DateTimeField(default=timezone.now)
    ended = models.DateTimeField(null=True)
    ended_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("steering:funding_line", args=[self.pk])

    @property
    def ledger_title(self) -> str:
        return gettext("Funding: %(name)s") % {"name": self.name}

    @property
    def amount(self) -> Decimal:
        return sum((part.amount for part in self.instalments.all()), Decimal())

    @property
    def released(self) -> Decimal:
        return sum((part.amount for part in self.instalments.all() if part.released), Decimal())


@subject("instalment")
class Instalment(models.Model):
    """A part of a line, paid only when the ledger holds the evidence named by ``condition`` and ``of``.

    ``of``: for a gate the step (1 to 8); for a check the criterion's code, "" for any binding one that is approved;
    for a review how many must be closed. ``evidence``: the ledger entries that it was released for, as [chain, seq].
    """

    class Condition(models.TextChoices):
        NONE = "none", _("nothing: it is paid at the start")
        GATE = "gate", _("a gate was passed")
        CHECK = "check", _("a check was passed")
        REVIEW = "review", _("a review was closed")

    line = models.ForeignKey(FundingLine, on_delete=models.PROTECT, related_name="instalments")
    number = models.PositiveIntegerField()
    amount = models.DecimalField(max_digits=16, decimal_places=2)
    condition = models.CharField(max_length=8, choices=Condition)
    of = models.CharField(max_length=40, blank=True)
    released = models.DateTimeField(null=True)
    released_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    evidence = models.JSONField(default=list)

    class Meta:
        ordering = ["line", "number"]
        constraints = [models.UniqueConstraint(fields=["line", "number"], name="one_instalment_per_number")]

    def __str__(self) -> str:
        return self.ledger_title

    def get_absolute_url(self) -> str:
        return self.line.get_absolute_url()

    @property
    def ledger_title(self) -> str:
        return gettext("Part %(number)s of “%(name)s”") % {"number": self.number, "name": self.line.name}


@subject("coverage")
class Coverage(models.Model):
    """How far a project is to reach and what that costs: ``fixed`` once, ``per_unit`` for each of ``planned`` units.

    ``wanted`` is how many units there are in all. Money in ``currency``.
    """

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="coverages")
    unit = models.CharField(max_length=60)
    wanted = models.PositiveIntegerField()
    planned = models.PositiveIntegerField()
    fixed = models.DecimalField(max_digits=16, decimal_places=2)
    per_unit = models.DecimalField(max_digits=16, decimal_places=2)
    currency = models.CharField(max_length=3)
    source = models.CharField(max_length=300)
    stated = models.DateTimeField(default=timezone.now)
    ended = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["project"], condition=models.Q(ended=None), name="one_plan_of_coverage")
        ]

    def __str__(self) -> str:
        return self.ledger_title

    def get_absolute_url(self) -> str:
        return reverse("steering:coverage", args=[self.project.slug])

    @property
    def ledger_title(self) -> str:
        return gettext("Planned coverage: %(planned)s of %(wanted)s (%(unit)s)") % {
            "planned": self.planned,
            "wanted": self.wanted,
            "unit": self.unit,
        }


@subject("coverage_count")
class CoverageCount(models.Model):
    """What was really reached by a day and what it had cost until then, both in all."""

    coverage = models.ForeignKey(Coverage, on_delete=models.PROTECT, related_name="counts")
    on = models.DateField()
    units = models.PositiveIntegerField()
    spent = models.DecimalField(max_digits=16, decimal_places=2)
    source = models.CharField(max_length=300)
    counted = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["on", "pk"]

    def __str__(self) -> str:
        return self.ledger_title

    def get_absolute_url(self) -> str:
        return self.coverage.get_absolute_url()

    @property
    def project(self) -> Project:
        return self.coverage.project

    @property
    def ledger_title(self) -> str:
        return gettext("Reached: %(units)s (%(unit)s)") % {"units": self.units, "unit": self.coverage.unit}
