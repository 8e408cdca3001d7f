"""What a person is told about their case, and what they say against it."""

from datetime import datetime

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from minga.deliver.models.cases import Case, Determination
from minga.deliver.models.contacts import new_token
from minga.deliver.models.services import Route
from minga.design.models import TestCase
from minga.ledger.subjects import subject
from minga.people.models import Person
from minga.projects.models import Project


@subject("notice")
class Notice(models.Model):
    """What was told to the person of a case. ``content`` is frozen: the words, reasons and evidence, as they were sent.

    A notice about a determination says until when (``appeal_by``) and how it can be contested.
    """

    class Kind(models.TextChoices):
        FIRST = "first", _("an AI tool helps here")
        DETERMINATION = "determination", _("what was decided")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="notices")
    determination = models.OneToOneField(Determination, on_delete=models.PROTECT, null=True, related_name="notice")
    kind = models.CharField(max_length=14, choices=Kind)
    token = models.CharField(max_length=40, unique=True, default=new_token)
    content = models.JSONField(default=dict)
    sent_by = models.CharField(max_length=8, choices=Route, blank=True)
    sent = models.DateTimeField(null=True)
    appeal_by = models.DateTimeField(null=True)
    made = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.ledger_title

    def get_absolute_url(self) -> str:
        return reverse("deliver:notice", args=[self.token])

    @property
    def project(self) -> Project:
        return self.case.project

    @property
    def ledger_title(self) -> str:
        return gettext("Notice on %(case)s: %(kind)s") % {
            "case": self.case.ledger_title,
            "kind": self.get_kind_display(),
        }

    @property
    def is_public(self) -> bool:
        return False


@subject("appeal")
class Appeal(models.Model):
    """A person says that the determination on their case is wrong. Somebody who has not touched the case answers.

    ``new_outcome`` is one of the service's where the appeal is won; ``test_case`` is what the tool must get right
    from then on.
    """

    class State(models.TextChoices):
        OPEN = "open", _("waits for an answer")
        ANSWERED = "answered", _("answered")

    class Outcome(models.TextChoices):
        UPHELD = "upheld", _("the determination stands")
        CHANGED = "changed", _("the determination is changed")

    determination = models.ForeignKey(Determination, on_delete=models.PROTECT, related_name="appeals")
    text = models.TextField()
    route = models.CharField(max_length=8, choices=Route, default=Route.WEB)
    email = models.EmailField(blank=True)
    token = models.CharField(max_length=40, unique=True, default=new_token)
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    received = models.DateTimeField(default=timezone.now)
    due = models.DateTimeField(db_index=True)
    answer = models.TextField(blank=True)
    outcome = models.CharField(max_length=8, choices=Outcome, blank=True)
    new_outcome = models.CharField(max_length=60, blank=True)
    answered = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    test_case = models.ForeignKey(TestCase, on_delete=models.PROTECT, null=True, related_name="appeals")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["determination"], condition=models.Q(state="open"), name="one_open_appeal_per_determination"
            )
        ]

    def __str__(self) -> str:
        return self.ledger_title

    def get_absolute_url(self) -> str:
        return reverse("deliver:appeal", args=[self.project.slug, self.pk])

    @property
    def project(self) -> Project:
        return self.determination.project

    @property
    def ledger_title(self) -> str:
        if self.state == self.State.OPEN:
            return gettext("Appeal: open")
        return gettext("Appeal: %(outcome)s") % {"outcome": self.get_outcome_display()}

    @property
    def is_public(self) -> bool:
        return False

    @property
    def won(self) -> bool:
        return self.outcome == self.Outcome.CHANGED

    def is_overdue(self, now: datetime | None = None) -> bool:
        return self.state == self.State.OPEN and self.due < (now or timezone.now())
