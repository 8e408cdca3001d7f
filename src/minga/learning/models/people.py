"""Who knows what, who needs help with it, and what two sides agreed to teach each other.

This room lies below projects: a project is named by its id, its chain's place is found through the ledger's subjects.
"""

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from minga.learning.skills import labels
from minga.ledger.subjects import subject
from minga.people.models import Group, Person


class OfProject(models.Model):
    """A row about a project: its id, and its title and address as they were then."""

    project_id = models.CharField(max_length=40)
    project_title = models.CharField(max_length=200)
    project_slug = models.CharField(max_length=80)

    class Meta:
        abstract = True

    def get_absolute_url(self) -> str:
        return reverse("learning:project", args=[self.project_slug])


@subject("expert")
class Expert(models.Model):
    """What one person says they know and when they can help; they enter it, change it and end it themselves."""

    class Availability(models.TextChoices):
        NOW = "now", gettext_lazy("can help now")
        LATER = "later", gettext_lazy("can help, but not this month")
        QUESTIONS = "questions", gettext_lazy("answers short questions only")

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="expertise")
    skills = models.JSONField(default=list)
    more = models.TextField(blank=True)
    languages = models.CharField(max_length=120, blank=True)
    body = models.CharField(max_length=200, blank=True)
    availability = models.CharField(max_length=10, choices=Availability, default=Availability.NOW)
    hours = models.PositiveSmallIntegerField(default=0)
    listed = models.BooleanField(default=False)
    entered = models.DateTimeField(default=timezone.now)
    ended = models.DateTimeField(null=True)

    class Meta:
        ordering = ["entered", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=models.Q(ended=None), name="one_current_entry_of_expert"
            )
        ]

    def __str__(self) -> str:
        return self.ledger_title

    def get_absolute_url(self) -> str:
        return reverse("learning:people")

    @property
    def is_public(self) -> bool:
        return self.listed and self.ended is None

    @property
    def ledger_title(self) -> str:
        return _("An entry in the directory of people who know")

    @property
    def skill_labels(self) -> list[str]:
        return labels(self.skills)

    @property
    def shown_name(self) -> str:
        """How everybody sees whoever entered it: named only where they want to be in the public directory."""
        return self.person.public_name if self.listed else _("Somebody in the directory")


@subject("help_request")
class HelpRequest(OfProject):
    """A project asks for people with some skills, for some hours, until a day."""

    class State(models.TextChoices):
        OPEN = "open", gettext_lazy("Open")
        CLOSED = "closed", gettext_lazy("Closed")

    skills = models.JSONField(default=list)
    text = models.TextField()
    hours = models.PositiveSmallIntegerField(default=0)
    until = models.DateField(null=True)
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    outcome = models.TextField(blank=True)

    class Meta:
        ordering = ["state", "until", "pk"]

    def __str__(self) -> str:
        return self.ledger_title

    def get_absolute_url(self) -> str:
        return reverse("learning:request", args=[self.pk])

    @property
    def ledger_title(self) -> str:
        return _("Help wanted: %(skills)s") % {"skills": ", ".join(self.skill_labels)}

    @property
    def skill_labels(self) -> list[str]:
        return labels(self.skills)


@subject("help_offer")
class HelpOffer(models.Model):
    """One expert beside one request: proposed because skills overlap, then accepted or declined, then hours given."""

    class State(models.TextChoices):
        PROPOSED = "proposed", gettext_lazy("Asked")
        ACCEPTED = "accepted", gettext_lazy("Helps")
        DECLINED = "declined", gettext_lazy("Cannot help")
        DONE = "done", gettext_lazy("Has helped")

    request = models.ForeignKey(HelpRequest, on_delete=models.PROTECT, related_name="offers")
    expert = models.ForeignKey(Expert, on_delete=models.PROTECT, related_name="offers")
    overlap = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=State, default=State.PROPOSED)
    note = models.TextField(blank=True)
    hours = models.DecimalField(max_digits=6, decimal_places=1, default=0)
    proposed = models.DateTimeField(default=timezone.now)
    answered = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["request", "expert"], name="one_offer_per_request")]

    def __str__(self) -> str:
        return self.ledger_title

    def get_absolute_url(self) -> str:
        return self.request.get_absolute_url()

    @property
    def ledger_title(self) -> str:
        return _("An offer of help")


@subject("skill_need")
class SkillNeed(OfProject):
    """A skill that a project says it needs, and what for."""

    skill = models.CharField(max_length=40)
    reason = models.CharField(max_length=300, blank=True)
    stated = models.DateTimeField(default=timezone.now)
    ended = models.DateTimeField(null=True)

    class Meta:
        ordering = ["stated", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["project_id", "skill"], condition=models.Q(ended=None), name="one_current_need_per_skill"
            )
        ]

    def __str__(self) -> str:
        return self.ledger_title

    @property
    def ledger_title(self) -> str:
        return _("A skill is needed: %(skill)s") % {"skill": ", ".join(labels([self.skill]))}


@subject("transfer_goal")
class TransferGoal(OfProject):
    """What one group of a project agreed to teach another by a day, and whether it did. Both ways: two rows."""

    class Met(models.TextChoices):
        YES = "yes", gettext_lazy("Reached")
        PARTLY = "partly", gettext_lazy("Partly reached")
        NO = "no", gettext_lazy("Not reached")

    giver = models.CharField(max_length=20)
    learner = models.CharField(max_length=20)
    what = models.CharField(max_length=300)
    shown_by = models.CharField(max_length=300)
    due = models.DateField()
    agreed = models.DateTimeField(default=timezone.now)
    met = models.CharField(max_length=10, choices=Met, blank=True)
    note = models.TextField(blank=True)
    checked = models.DateTimeField(null=True)

    class Meta:
        ordering = ["due", "pk"]

    def __str__(self) -> str:
        return self.ledger_title

    @property
    def ledger_title(self) -> str:
        return _("To be learnt: %(what)s") % {"what": self.what}

    @property
    def sides(self) -> str:
        """Who teaches whom, in the words of the page."""
        return f"{Group(self.giver).label} → {Group(self.learner).label}"
