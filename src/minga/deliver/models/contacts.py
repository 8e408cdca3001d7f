"""The person behind a case: how to reach them, what they consented to, and who looked."""

import secrets

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from minga.deliver.models.cases import Case
from minga.ledger.subjects import subject
from minga.people.models import Person
from minga.projects.models import Project


def new_token() -> str:
    return secrets.token_urlsafe(24)


class Contact(models.Model):
    """The only place that says whose case it is; ``token`` is their private link. Erasing it keeps the case."""

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="contact")
    token = models.CharField(max_length=40, unique=True, default=new_token)
    name = models.CharField(max_length=200, blank=True)
    email = models.EmailField(blank=True)
    address = models.TextField(blank=True)
    language = models.CharField(max_length=8, default="en")
    erased = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.case.ledger_title

    def get_absolute_url(self) -> str:
        return reverse("deliver:own_case", args=[self.token])


@subject("consent")
class Consent(models.Model):
    """A person agreed that their case is used for ``purpose``, until they withdraw it. From then on no tool advises."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="consents")
    purpose = models.TextField()
    given = models.DateTimeField(default=timezone.now)
    withdrawn = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.ledger_title

    @property
    def project(self) -> Project:
        return self.case.project

    @property
    def ledger_title(self) -> str:
        return gettext("Consent of the person concerned")

    @property
    def is_public(self) -> bool:
        return False


class Access(models.Model):
    """Somebody looked at a case, changed it or took it out. One row per look, for the person concerned to read."""

    class What(models.TextChoices):
        CASE = "case", _("looked at the case")
        ADVICE = "advice", _("looked at what the tool says")
        SOURCE = "source", _("looked at a piece of evidence")
        DECIDED = "decided", _("decided")
        SECOND = "second", _("read it as second reader")
        APPEAL = "appeal", _("read it for an appeal")
        EXPORT = "export", _("took it to another system")
        TOOL = "tool", _("the tool read it")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="accesses")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    what = models.CharField(max_length=8, choices=What)
    why = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.case.ledger_title}: {self.get_what_display()}"
