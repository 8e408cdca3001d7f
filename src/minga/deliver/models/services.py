"""What people apply or write to the body for, and by which routes they do."""

from typing import Any

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from minga.ledger.subjects import subject
from minga.projects.models import Project


class Route(models.TextChoices):
    """How somebody reached the body. Everything but the web is the way without a computer."""

    WEB = "web", _("online")
    EMAIL = "email", _("by e-mail")
    PHONE = "phone", _("by telephone")
    POST = "post", _("by letter")
    COUNTER = "counter", _("at the counter")

    @property
    def digital(self) -> bool:
        return self in {Route.WEB, Route.EMAIL}


@subject("service")
class Service(models.Model):
    """A service whose cases a tool advises on and people decide.

    ``tool`` names the tool whose release advises; "" where none does yet. ``fields``: [{name, words, personal,
    shown_to_tool, needed, long, handed_over}], what a case holds; only what is marked goes to the tool, or back to the
    body's own system. ``outcomes``: [{code, words, adverse}], what a person can decide; nothing else can be recorded.
    ``groups``: the names of fields by which fairness is watched. Shares lie in 0..1: ``first_share`` is decided
    before the advice is shown, ``second_share`` is read blind by a second person, ``control_share`` is taken at
    random whatever place the tool gave it. ``hook_url`` receives each determination, signed with the secret that the
    operator put in the environment variable ``hook_secret``.
    """

    class Display(models.TextChoices):
        SHOWN = "shown", _("with the case")
        ON_REQUEST = "on_request", _("when the person asks for it")

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="services")
    slug = models.SlugField(max_length=60)
    name = models.CharField(max_length=120)
    purpose = models.TextField()
    lawful_basis = models.TextField()
    needs_consent = models.BooleanField(default=False)
    tool = models.CharField(max_length=60, blank=True)
    fields = models.JSONField(default=list)
    outcomes = models.JSONField(default=list)
    groups = models.JSONField(default=list)
    other_route = models.TextField(help_text="how the service is had without a computer")
    display = models.CharField(max_length=12, choices=Display, default=Display.SHOWN)
    first_share = models.DecimalField(max_digits=4, decimal_places=3, default="0.200")
    second_share = models.DecimalField(max_digits=4, decimal_places=3, default="0.050")
    control_share = models.DecimalField(max_digits=4, decimal_places=3, default="0.050")
    decide_days = models.PositiveSmallIntegerField(default=10)
    appeal_days = models.PositiveSmallIntegerField(default=42, help_text="days within which a person may appeal")
    answer_days = models.PositiveSmallIntegerField(default=28, help_text="days within which an appeal is answered")
    hook_url = models.URLField(max_length=400, blank=True)
    hook_secret = models.CharField(max_length=80, blank=True)
    form_open = models.BooleanField(default=False, help_text="anybody may hand a case in online")
    opened = models.DateTimeField(default=timezone.now)
    closed = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["project", "slug"], name="one_service_per_slug")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("deliver:service", args=[self.project.slug, self.slug])

    @property
    def ledger_title(self) -> str:
        return gettext("Service: %(name)s") % {"name": self.name}

    @property
    def adverse(self) -> frozenset[str]:
        """The codes of the outcomes that go against the person."""
        return frozenset(outcome["code"] for outcome in self.outcomes if outcome["adverse"])

    def outcome_words(self, code: str) -> str:
        return next((str(outcome["words"]) for outcome in self.outcomes if outcome["code"] == code), code)

    def outcome_advised(self, proposal: str | None) -> str:
        """The code of the outcome that a tool's proposal means; "" where it means none of this service's."""
        wanted = (proposal or "").strip().casefold()
        found = (o for o in self.outcomes if wanted and wanted in {o["code"].casefold(), str(o["words"]).casefold()})
        return next((str(outcome["code"]) for outcome in found), "")

    def told(self, source: dict[str, Any]) -> dict[str, Any]:
        """What of a case the tool is given: no more than the fields that are marked for it."""
        return {field["name"]: source.get(field["name"]) for field in self.fields if field["shown_to_tool"]}


@subject("route_use")
class RouteUse(models.Model):
    """How many people used ``route`` of a service in the month of ``month`` without leaving a case here."""

    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="route_uses")
    route = models.CharField(max_length=8, choices=Route)
    month = models.DateField()
    people = models.PositiveIntegerField()
    recorded = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-month", "pk"]

    def __str__(self) -> str:
        return self.ledger_title

    def get_absolute_url(self) -> str:
        return self.service.get_absolute_url()

    @property
    def project(self) -> Project:
        return self.service.project

    @property
    def ledger_title(self) -> str:
        return gettext("Use of the service %(route)s") % {"route": self.get_route_display()}
