"""A body's charter: what it has promised its residents, commitment by commitment."""

from django.db import models
from django.urls import reverse
from django.utils import timezone

from minga.engage.models.contributions import Contribution
from minga.ledger.subjects import subject


@subject("charter")
class Charter(models.Model):
    """A social contract of the whole body. A changed charter is a new one that names the one before it."""

    title = models.CharField(max_length=200)
    introduction = models.TextField()
    made_by = models.TextField(help_text="how it came about: who deliberated, for how long")
    language = models.CharField(max_length=10, default="en")
    adopted = models.DateField()
    replaces = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="replaced_by")
    given = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-adopted", "-pk"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("design:charter", args=[self.pk])

    @property
    def ledger_title(self) -> str:
        return self.title


@subject("commitment")
class Commitment(models.Model):
    """One sentence that the body is bound by; ``contribution`` where a resident's words stand behind it."""

    charter = models.ForeignKey(Charter, on_delete=models.PROTECT, related_name="commitments")
    number = models.PositiveSmallIntegerField()
    text = models.TextField()
    contribution = models.ForeignKey(Contribution, on_delete=models.PROTECT, null=True, related_name="commitments")

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["charter", "number"], name="one_commitment_number")]

    def __str__(self) -> str:
        return f"{self.number}. {self.text}"

    def get_absolute_url(self) -> str:
        return f"{self.charter.get_absolute_url()}#commitment-{self.number}"

    @property
    def ledger_title(self) -> str:
        return self.text
