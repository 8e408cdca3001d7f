"""Panels drawn by lot: a pool, quotas, a published seed, attendance, recommendations with the body's reply."""

from datetime import datetime

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from minga.engage.models.contributions import Contribution
from minga.engage.models.conversations import link_hash, random_id
from minga.engage.models.sessions import PolicyArea
from minga.ledger.subjects import subject
from minga.projects.models import Project


@subject("panel")
class Panel(models.Model):
    """``quotas`` is {feature: {value: [low, high]}}: how many of the panel may have each value.

    ``seed_source`` says, at the announcement, which public number of the day ``seed_on`` the lot is drawn with; the
    pool is closed before that day. ``pool_digest`` is the SHA-256 of the pool's file as it was closed, ``lottery`` the
    lottery over panels that was fixed with it and ``lottery_hash`` its hash, ``fairness`` the chances of being drawn
    in sum (shares of 1). ``rounds`` are the replacements: {"dropped", "added"}, names of the pool's file.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Taking names")
        CLOSED = "closed", _("Waiting for the draw")
        DRAWN = "drawn", _("Drawn")

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="panels")
    title = models.CharField(max_length=200)
    task = models.TextField()
    policy_area = models.CharField(max_length=20, choices=PolicyArea)
    size = models.PositiveIntegerField()
    quotas = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    announced = models.DateTimeField(default=timezone.now)
    seed_source = models.CharField(max_length=200)
    seed_on = models.DateField()
    seed = models.CharField(max_length=80, blank=True)
    import_report = models.JSONField(default=dict, blank=True)
    closed = models.DateTimeField(null=True)
    pool_size = models.PositiveIntegerField(default=0)
    pool_digest = models.CharField(max_length=64, blank=True)
    lottery = models.JSONField(default=dict, blank=True)
    lottery_hash = models.CharField(max_length=64, blank=True)
    fairness = models.JSONField(default=dict, blank=True)
    drawn = models.DateTimeField(null=True)
    rounds = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ["-announced", "-pk"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("engage:panel", args=[self.project.slug, self.pk])

    @property
    def ledger_title(self) -> str:
        return self.title


@subject("panellist")
class Panellist(models.Model):
    """Somebody in the pool: coarse features and a private link, known by its hash; no name, no account.

    ``number`` is given by lot when the pool closes and stands in its file instead of ``id``. ``reference`` is the
    body's own letter number of an imported row. ``probability`` is the chance with which the lot would draw them.
    """

    class State(models.TextChoices):
        POOL = "pool", _("In the pool")
        INVITED = "invited", _("Invited")
        ACCEPTED = "accepted", _("Takes part")
        DECLINED = "declined", _("Declined")
        SILENT = "silent", _("Did not answer")
        LEFT = "left", _("Left")

    id = models.BigIntegerField(primary_key=True, default=random_id)
    panel = models.ForeignKey(Panel, on_delete=models.PROTECT, related_name="panellists")
    link = models.CharField(max_length=64, unique=True)
    expires = models.DateTimeField()
    features = models.JSONField(default=dict)
    household = models.CharField(max_length=64, blank=True)
    reference = models.CharField(max_length=64, blank=True)
    language = models.CharField(max_length=10, default="en")
    number = models.PositiveIntegerField(null=True)
    probability = models.FloatField(null=True)
    state = models.CharField(max_length=10, choices=State, default=State.POOL)
    replaces = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="replaced_by")
    answer_by = models.DateTimeField(null=True)
    is_public = False

    class Meta:
        ordering = ["number", "pk"]

    def __str__(self) -> str:
        return self.ledger_title

    @property
    def project(self) -> Project:
        return self.panel.project

    @property
    def ledger_title(self) -> str:
        return str(_("A member of the pool"))

    @property
    def key(self) -> str:
        """Under which the ledger knows whatever they do, and under which their address can be erased."""
        return f"panellist-{self.pk}"

    @property
    def token(self) -> str:
        """Of the private link: made from the installation's key, stored nowhere; ``link`` is its hash."""
        return salted_hmac("engage.panellist", str(self.pk), algorithm="sha256").hexdigest()[:40]

    @classmethod
    def of_token(cls, token: str, now: datetime | None = None) -> "Panellist | None":
        """Whose private link this is; None where it is wrong or has expired."""
        found = cls.objects.select_related("panel__project").filter(link=link_hash(token)).first()
        return found if found and found.expires > (now or timezone.now()) else None

    def get_private_url(self) -> str:
        return reverse("engage:panellist", args=[self.token])


@subject("meeting")
class Meeting(models.Model):
    """One meeting of a panel, and who of it was there."""

    panel = models.ForeignKey(Panel, on_delete=models.PROTECT, related_name="meetings")
    held_on = models.DateField()
    topic = models.CharField(max_length=200)
    present = models.ManyToManyField(Panellist, related_name="meetings")
    present_count = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["held_on", "pk"]

    def __str__(self) -> str:
        return self.topic

    @property
    def project(self) -> Project:
        return self.panel.project

    @property
    def ledger_title(self) -> str:
        return self.topic


class Recommendation(models.Model):
    """What a panel recommends: a contribution with the votes for and against; the body's reply is its decision."""

    panel = models.ForeignKey(Panel, on_delete=models.PROTECT, related_name="recommendations")
    contribution = models.OneToOneField(Contribution, on_delete=models.PROTECT, related_name="recommendation")
    number = models.PositiveSmallIntegerField()
    in_favour = models.PositiveIntegerField()
    against = models.PositiveIntegerField()
    abstained = models.PositiveIntegerField(default=0)
    dissent = models.TextField(blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["panel", "number"], name="one_recommendation_number")]

    def __str__(self) -> str:
        return f"{self.number}. {self.contribution.text}"
