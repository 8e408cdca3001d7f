"""A procedure in which offers are judged: the purchase of a tool, or an open call with a jury."""

import secrets
from datetime import datetime
from decimal import Decimal

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from minga.design.models import ToolVersion
from minga.ledger.subjects import subject
from minga.people.models import Person
from minga.procurement.models.suppliers import Supplier
from minga.projects.models import Project
from minga.web.format import day


def new_token() -> str:
    return secrets.token_urlsafe(24)


def priced(amount: Decimal | None, currency: str) -> str:
    """ "4,200 EUR" as the reader's country writes numbers; "" for no amount."""
    if amount is None:
        return ""
    digits = 0 if amount == amount.to_integral_value() else 2
    return f"{number_format(amount, decimal_pos=digits, use_l10n=True, force_grouping=True)}\u00a0{currency}"


def moment(when: datetime | None) -> str:
    """ "12 March 2026, 14:00 (America/Lima)": a time limit counts to the minute, in the time of the body."""
    if when is None:
        return ""
    local = timezone.localtime(when)
    return f"{day(local)}, {local:%H:%M} ({timezone.get_current_timezone_name()})"


@subject("procedure")
class Procedure(models.Model):
    """What is bought or called for, for a project or (``project`` None) for the body.

    ``locked``: since when it asks for offers, is public, and its award criteria can no longer change.
    ``budget`` is in ``currency``; of a call it is what all that are selected may get together.
    """

    class Kind(models.TextChoices):
        PURCHASE = "purchase", _("Purchase")
        CALL = "call", _("Open call")

    class Stage(models.TextChoices):
        NEED = "need", _("Need")
        SOLICITATION = "solicitation", _("Asking for offers")
        EVALUATION = "evaluation", _("Judging the offers")
        CONTRACT = "contract", _("Contract")
        MONITORING = "monitoring", _("Watching over what was agreed")
        EXIT = "exit", _("The end")

    project = models.ForeignKey(Project, on_delete=models.PROTECT, null=True, related_name="procedures")
    kind = models.CharField(max_length=10, choices=Kind)
    title = models.CharField(max_length=200)
    text = models.TextField(help_text="What is wanted and what happens with what is offered.")
    budget = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    currency = models.CharField(max_length=3, blank=True)
    opens = models.DateTimeField(null=True)
    closes = models.DateTimeField(null=True)
    stage = models.CharField(max_length=12, choices=Stage, default=Stage.NEED)
    locked = models.DateTimeField(null=True)
    opened = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-opened"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("procurement:procedure", args=[self.pk])

    @property
    def ledger_title(self) -> str:
        return self.title

    @property
    def money(self) -> str:
        return priced(self.budget, self.currency)

    @property
    def opening(self) -> str:
        return moment(self.opens)

    @property
    def closing(self) -> str:
        return moment(self.closes)

    def takes_offers(self) -> bool:
        """Whether an offer may be handed in at this moment."""
        now = timezone.now()
        begun = self.opens is None or self.opens <= now
        return self.stage == self.Stage.SOLICITATION and begun and (self.closes is None or now < self.closes)


@subject("award_criterion")
class AwardCriterion(models.Model):
    """What offers are judged by, from 0 to 4; ``weight`` is a share of the sum of all weights."""

    procedure = models.ForeignKey(Procedure, on_delete=models.PROTECT, related_name="criteria")
    name = models.CharField(max_length=120)
    text = models.TextField(blank=True)
    weight = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def ledger_title(self) -> str:
        return self.name


@subject("offer")
class Offer(models.Model):
    """What somebody offers. ``name`` is public once it is decided on; ``email`` and ``token`` never are.

    ``version``: the tool they offer, as it was registered in the project and is tried against its criteria.
    ``price`` is in the procedure's currency, per ``unit``.
    """

    class State(models.TextChoices):
        RECEIVED = "received", _("Received")
        SELECTED = "selected", _("Selected")
        DECLINED = "declined", _("Not selected")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    procedure = models.ForeignKey(Procedure, on_delete=models.PROTECT, related_name="offers")
    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, null=True, related_name="offers")
    name = models.CharField(max_length=200)
    email = models.CharField(max_length=254, blank=True)
    text = models.TextField()
    price = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    unit = models.CharField(max_length=80, blank=True)
    version = models.ForeignKey(ToolVersion, on_delete=models.PROTECT, null=True, related_name="offers")
    token = models.CharField(max_length=40, unique=True, default=new_token, editable=False)
    received = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=10, choices=State, default=State.RECEIVED)
    reason = models.TextField(blank=True)
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    decided = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["received", "pk"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"{self.procedure.get_absolute_url()}#offer-{self.pk}"

    @property
    def cost(self) -> str:
        """What it costs, with its unit; "" where no price was given."""
        price = priced(self.price, self.procedure.currency)
        return f"{price}, {self.unit}" if price and self.unit else price

    @property
    def granted(self) -> str:
        return priced(self.amount, self.procedure.currency)

    @property
    def ledger_title(self) -> str:
        return str(_("Offer %(number)s")) % {"number": self.pk}


@subject("assessor")
class Assessor(models.Model):
    """A person who judges the offers of a procedure: an evaluator, or a member of the jury."""

    procedure = models.ForeignKey(Procedure, on_delete=models.PROTECT, related_name="assessors")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    named = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["procedure", "person"], name="one_seat_per_assessor")]

    def __str__(self) -> str:
        return self.person.public_name

    @property
    def ledger_title(self) -> str:
        return str(_("An assessor"))


@subject("interest")
class Interest(models.Model):
    """What an assessor has to do with who made an offer; ``conflict``: so much that they do not judge it."""

    assessor = models.ForeignKey(Assessor, on_delete=models.PROTECT, related_name="interests")
    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="interests")
    conflict = models.BooleanField()
    text = models.TextField(blank=True)
    declared = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["assessor", "offer"], name="one_interest_per_offer")]

    def __str__(self) -> str:
        return f"{self.assessor}: {self.offer}"

    @property
    def ledger_title(self) -> str:
        return str(_("What an assessor has to do with an offer"))


@subject("offer_score")
class Score(models.Model):
    """Points from 0 to 4 that one assessor gives one offer for one criterion, with the reason."""

    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="scores")
    criterion = models.ForeignKey(AwardCriterion, on_delete=models.PROTECT, related_name="scores")
    assessor = models.ForeignKey(Assessor, on_delete=models.PROTECT, related_name="scores")
    points = models.PositiveSmallIntegerField()
    reason = models.TextField()
    given = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["offer", "criterion", "assessor"], name="one_score_per_criterion")
        ]

    def __str__(self) -> str:
        return f"{self.offer} · {self.criterion}: {self.points}"

    @property
    def ledger_title(self) -> str:
        return str(_("Points for an offer"))
