"""The same questions put to many bodies, each with a link of its own and no account."""

import hashlib
from datetime import date

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from minga.ledger.action import Actor
from minga.ledger.subjects import subject


def link_hash(token: str) -> str:
    """SHA-256, in hex, of a private link: what is stored in its place."""
    return hashlib.sha256(token.encode()).hexdigest()


@subject("body_survey")
class Survey(models.Model):
    """A question set put to other bodies until ``closes``. ``purpose`` is told to those who are asked."""

    set = models.CharField(max_length=80)
    set_version = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    purpose = models.TextField()
    closes = models.DateField()
    opened = models.DateTimeField(default=timezone.now)
    closed = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("steering:survey", args=[self.pk])

    @property
    def ledger_title(self) -> str:
        return gettext("Survey: %(title)s") % {"title": self.title}

    def is_open(self, on: date | None = None) -> bool:
        return self.closed is None and self.closes >= (on or timezone.localdate())


@subject("surveyed_body")
class SurveyedBody(models.Model):
    """A body that was asked. ``link`` is the hash of its private link; the e-mail goes when the survey is closed."""

    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="bodies")
    name = models.CharField(max_length=200)
    email = models.EmailField(blank=True)
    link = models.CharField(max_length=64, db_index=True, blank=True)
    language = models.CharField(max_length=10, default="en")
    invited = models.DateTimeField(default=timezone.now)
    reminded = models.DateTimeField(null=True)
    answered = models.DateTimeField(null=True)

    class Meta:
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(fields=["survey", "name"], name="each_body_is_asked_once")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return self.survey.get_absolute_url()

    @property
    def ledger_title(self) -> str:
        return str(_("A body that was asked"))

    @property
    def is_public(self) -> bool:
        return False

    @property
    def token(self) -> str:
        """Of the private link: made from the installation's key, stored nowhere."""
        return salted_hmac("steering.survey", str(self.pk), algorithm="sha256").hexdigest()[:40]

    @property
    def actor(self) -> Actor:
        """Who the ledger says that the answers come from: the body itself, which has no account here."""
        return Actor(key=f"surveyed-{self.pk}", group="agency", kind="system")

    def get_private_url(self) -> str:
        return reverse("steering:survey_form", args=[self.token])
