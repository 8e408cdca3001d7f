"""Champions of units and the meetings at which people learn from each other, with what came out of them."""

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from minga.ledger.subjects import subject
from minga.people.models import Person


@subject("champion")
class Champion(models.Model):
    """Whom a unit of the body sends to spread good practice."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="championed")
    unit = models.CharField(max_length=200)
    since = models.DateTimeField(default=timezone.now)
    ended = models.DateTimeField(null=True)

    class Meta:
        ordering = ["unit", "since"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "unit"], condition=models.Q(ended=None), name="one_current_champion_per_unit"
            )
        ]

    def __str__(self) -> str:
        return self.ledger_title

    def get_absolute_url(self) -> str:
        return reverse("learning:champions")

    @property
    def ledger_title(self) -> str:
        return _("Champion of %(unit)s") % {"unit": self.unit}


@subject("event")
class Event(models.Model):
    """A meetup, a hackathon or a training. ``came`` is counted afterwards; None before it was held."""

    class Kind(models.TextChoices):
        MEETUP = "meetup", gettext_lazy("Meetup")
        HACKATHON = "hackathon", gettext_lazy("Hackathon")
        TRAINING = "training", gettext_lazy("Training")

    kind = models.CharField(max_length=10, choices=Kind)
    title = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    place = models.CharField(max_length=200)
    on = models.DateField()
    starts = models.TimeField(null=True)
    host = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="hosted")
    course = models.CharField(max_length=80, blank=True)
    announced = models.DateTimeField(default=timezone.now)
    held = models.DateTimeField(null=True)
    came = models.PositiveIntegerField(null=True)
    learnt = models.TextField(blank=True)

    class Meta:
        ordering = ["-on", "-pk"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("learning:event", args=[self.pk])

    @property
    def ledger_title(self) -> str:
        return self.title


@subject("joined_event")
class Joined(models.Model):
    """Somebody wants to come. How many is public, who is not."""

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="joined")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey("EventTeam", on_delete=models.PROTECT, null=True, related_name="members")
    at = models.DateTimeField(default=timezone.now)
    is_public = False

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["event", "person"], name="one_place_per_person")]

    def __str__(self) -> str:
        return self.ledger_title

    @property
    def ledger_title(self) -> str:
        return _("Somebody comes to “%(event)s”") % {"event": self.event.title}


@subject("event_team")
class EventTeam(models.Model):
    """People who work on one thing at a hackathon."""

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="teams")
    name = models.CharField(max_length=120)
    works_on = models.CharField(max_length=300)
    formed = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["event", "name"], name="one_team_of_a_name")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return self.event.get_absolute_url()

    @property
    def ledger_title(self) -> str:
        return _("Team “%(name)s”") % {"name": self.name}


@subject("event_output")
class EventOutput(models.Model):
    """What an event made, where it stands, and what has to follow."""

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="outputs")
    team = models.ForeignKey(EventTeam, on_delete=models.PROTECT, null=True, related_name="outputs")
    title = models.CharField(max_length=200)
    url = models.CharField(max_length=500, blank=True)
    follow_up = models.CharField(max_length=300, blank=True)
    recorded = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return self.event.get_absolute_url()

    @property
    def ledger_title(self) -> str:
        return self.title
