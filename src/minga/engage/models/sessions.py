"""Public-dialogue sessions: plan, agenda, who was wanted and who came, what was said with consent."""

import datetime as dt

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from minga.engage.models.contributions import Contribution
from minga.ledger.subjects import subject
from minga.people.models import Group
from minga.projects.models import Project


class PolicyArea(models.TextChoices):
    """What a dialogue is about, so that sessions compare across projects: the divisions of COFOG (UN, 1999)."""

    GENERAL = "general", _("General public services")
    DEFENCE = "defence", _("Defence")
    ORDER = "order", _("Public order and safety")
    ECONOMY = "economy", _("Economic affairs, energy and transport")
    ENVIRONMENT = "environment", _("Environmental protection")
    HOUSING = "housing", _("Housing and community amenities")
    HEALTH = "health", _("Health")
    CULTURE = "culture", _("Recreation, culture and religion")
    EDUCATION = "education", _("Education")
    SOCIAL = "social", _("Social protection")


@subject("session")
class Session(models.Model):
    """One facilitated meeting. ``agenda`` holds {"minutes", "what", "how"}; ``consent`` is what people were asked.

    ``notes`` are the facilitator's own, read by the project's people only. ``finding`` is the report in one sentence,
    ``findings`` the rest of it.
    """

    class State(models.TextChoices):
        PLANNED = "planned", _("Planned")
        HELD = "held", _("Held")
        REPORTED = "reported", _("Reported")

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="sessions")
    title = models.CharField(max_length=200)
    purpose = models.TextField()
    place = models.CharField(max_length=120)
    held_on = models.DateField()
    starts = models.TimeField(default=dt.time(10))
    policy_area = models.CharField(max_length=20, choices=PolicyArea)
    agenda = models.JSONField(default=list)
    consent = models.TextField()
    access_needs = models.TextField(blank=True)
    notes = models.TextField(blank=True)
    finding = models.CharField(max_length=200, blank=True)
    findings = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.PLANNED)
    planned = models.DateTimeField(default=timezone.now)
    reported = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-held_on", "-pk"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("engage:session", args=[self.project.slug, self.pk])

    @property
    def ledger_title(self) -> str:
        return self.title


class Recruitment(models.Model):
    """How many people of one actor group, or of one stratum, a session wants, invited, and had in the room.

    A row has a ``group`` or a ``stratum``, never both: the two margins each count everybody. Counts, never names.
    """

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="recruitment")
    group = models.CharField(max_length=20, choices=Group, blank=True)
    stratum = models.CharField(max_length=40, blank=True)
    wanted = models.PositiveIntegerField(default=0)
    invited = models.PositiveIntegerField(default=0)
    came = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["group", "stratum"]
        constraints = [models.UniqueConstraint(fields=["session", "group", "stratum"], name="one_row_per_group")]

    def __str__(self) -> str:
        return f"{self.get_group_display()} {self.stratum}".strip()


class Recorded(models.Model):
    """Something said in a session, and how many people there held it.

    With the speakers' consent their words are a ``contribution``, which is public and is answered. Without it there
    is only the subject (``about``) in the facilitator's words: what was said is stored nowhere.
    """

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="recorded")
    contribution = models.OneToOneField(Contribution, on_delete=models.PROTECT, null=True, related_name="recorded")
    about = models.CharField(max_length=120)
    held_by = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-held_by", "pk"]

    def __str__(self) -> str:
        return self.about

    @property
    def quotable(self) -> bool:
        return self.contribution_id is not None
