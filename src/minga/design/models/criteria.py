"""What a tool must do, and which commitments of a charter it is held to by that."""

from typing import Any

from django.core.validators import MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from minga.design.models.data import Dataset
from minga.engage.models import Ballot, Commitment, Contribution
from minga.ledger.subjects import subject
from minga.people.models import Person
from minga.projects.models import Project


@subject("criterion")
class Criterion(models.Model):
    """What the tool must do, in one sentence, with the measure behind it. ``bound`` is in the metric's unit."""

    class Comparison(models.TextChoices):
        AT_MOST = "le", _("at most")
        AT_LEAST = "ge", _("at least")

    class State(models.TextChoices):
        PROPOSED = "proposed", pgettext_lazy("criterion", "Proposed")
        APPROVED = "approved", pgettext_lazy("criterion", "Approved")
        RETIRED = "retired", _("No longer in force")

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="criteria")
    code = models.CharField(max_length=8)
    sentence = models.CharField(max_length=300)
    metric = models.CharField(max_length=40)
    group_by = models.CharField(max_length=120, blank=True, help_text="one attribute, or two with a comma")
    options = models.JSONField(default=dict, help_text="what the metric needs besides, such as the positive answer")
    comparison = models.CharField(max_length=2, choices=Comparison)
    bound = models.DecimalField(max_digits=9, decimal_places=4)
    minimum_group = models.PositiveIntegerField(default=30, validators=[MinValueValidator(1)])
    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="criteria")
    binding = models.BooleanField(default=True)
    contribution = models.ForeignKey(Contribution, on_delete=models.PROTECT, null=True, related_name="criteria")
    ballot = models.ForeignKey(Ballot, on_delete=models.PROTECT, null=True, related_name="criteria")
    approved_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    approved = models.DateTimeField(null=True)
    approval_reason = models.TextField(blank=True)
    against_ballot = models.BooleanField(default=False)
    replaces = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="replaced_by")
    state = models.CharField(max_length=10, choices=State, default=State.PROPOSED)
    proposed = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name_plural = "criteria"
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["project", "code"], name="one_criterion_per_code")]

    def __str__(self) -> str:
        return f"{self.code}: {self.sentence}"

    def get_absolute_url(self) -> str:
        return reverse("design:criterion", args=[self.project.slug, self.code])

    @property
    def ledger_title(self) -> str:
        return str(self)

    @property
    def params(self) -> dict[str, Any]:
        """What a ballot binds: every part of the criterion that decides whether a tool passes. No floats."""
        more = {"options": self.options} if self.options else {}
        return {
            "sentence": self.sentence,
            "metric": self.metric,
            "group_by": self.group_by,
            "comparison": self.comparison,
            "bound": f"{self.bound.normalize():f}",
            "minimum_group": self.minimum_group,
            "dataset": self.dataset.sha256,
            "binding": self.binding,
            **more,
        }


@subject("commitment_link")
class CommitmentLink(models.Model):
    """That a criterion holds a tool to a commitment of the body's charter; ``why`` in a sentence, in public.

    ``ended``: the link was a mistake or no longer holds; it stays readable in the ledger.
    """

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="commitment_links")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="commitment_links")
    commitment = models.ForeignKey(Commitment, on_delete=models.PROTECT, related_name="links")
    why = models.TextField(blank=True)
    linked = models.DateTimeField(default=timezone.now)
    ended = models.DateTimeField(null=True)

    class Meta:
        ordering = ["linked", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["criterion", "commitment"], condition=models.Q(ended=None), name="one_link_per_commitment"
            )
        ]

    def __str__(self) -> str:
        return self.ledger_title

    def get_absolute_url(self) -> str:
        return self.commitment.get_absolute_url()

    @property
    def ledger_title(self) -> str:
        words = _("%(code)s holds a tool to commitment %(number)s")
        return str(words) % {"code": self.criterion.code, "number": self.commitment.number}
