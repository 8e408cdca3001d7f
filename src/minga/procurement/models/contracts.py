"""What was agreed: the annex to a contract, what people changed in its clauses, and money that comes in stages."""

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from minga.ledger.subjects import subject
from minga.people.models import Person
from minga.procurement.models.procedures import Offer, Procedure, priced


@subject("clause_edit")
class ClauseEdit(models.Model):
    """A clause that people took out or wrote anew for one procedure, with the reason; the newest row counts."""

    procedure = models.ForeignKey(Procedure, on_delete=models.PROTECT, related_name="clause_edits")
    clause = models.CharField(max_length=60)
    language = models.CharField(max_length=10)
    out = models.BooleanField(default=False)
    text = models.TextField(blank=True)
    reason = models.TextField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    made = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.clause

    @property
    def ledger_title(self) -> str:
        return self.clause


@subject("annex")
class Annex(models.Model):
    """One version of a contract annex, frozen as it was built. ``document`` is ``annexes.as_json`` of it."""

    procedure = models.ForeignKey(Procedure, on_delete=models.PROTECT, related_name="annexes")
    number = models.PositiveIntegerField()
    language = models.CharField(max_length=10)
    high = models.BooleanField()
    document = models.JSONField()
    sha256 = models.CharField(max_length=64)
    made = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["procedure", "number"], name="one_annex_per_number")]

    def __str__(self) -> str:
        return self.ledger_title

    def get_absolute_url(self) -> str:
        return reverse("procurement:annex", args=[self.procedure_id, self.number])

    @property
    def ledger_title(self) -> str:
        return str(_("Contract annex, version %(number)s")) % {"number": self.number}


@subject("funding_stage")
class FundingStage(models.Model):
    """Money for a selected offer that is paid once something has been shown.

    ``needs``: [{"action", "count", "words"}] that the project's ledger must hold since the offer was selected;
    without a project ``evidence`` alone decides.
    """

    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="funding")
    number = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=200)
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    needs = models.JSONField(default=list)
    wanted = models.TextField(help_text="What must be shown, in words.")
    evidence = models.TextField(blank=True)
    evidence_url = models.CharField(max_length=500, blank=True)
    released = models.DateTimeField(null=True)
    released_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["offer", "number"]
        constraints = [models.UniqueConstraint(fields=["offer", "number"], name="one_funding_stage_per_number")]

    def __str__(self) -> str:
        return self.name

    @property
    def money(self) -> str:
        return priced(self.amount, self.offer.procedure.currency)

    @property
    def ledger_title(self) -> str:
        return self.name
