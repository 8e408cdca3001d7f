"""What is settled before anything is built: the need, the other ways, who is concerned, and who works together."""

from typing import Any

from django.core.validators import MaxValueValidator
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from minga.inventory.models import System
from minga.ledger.subjects import subject
from minga.people.models import Group, Person
from minga.projects.models import DecisionRule, Project

LOWEST, HIGHEST, HIGH_FROM = 0, 4, 3


class InProject(models.Model):
    """Something that a person did in a project at a time. ``page`` names the page that shows it."""

    page = "commission:need"

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        abstract = True

    def get_absolute_url(self) -> str:
        return reverse(self.page, args=[self.project.slug])

    @property
    def ledger_title(self) -> str:
        return str(self)

    @property
    def author(self) -> str:
        """How the person is named in public."""
        return self.person.public_name if self.person else ""


@subject("need")
class Need(InProject):
    """What is wrong today, for whom. A changed need is a new row with the next ``version``."""

    version = models.PositiveSmallIntegerField(default=1)
    statement = models.TextField()
    affected = models.TextField(blank=True)

    class Meta:
        ordering = ["project", "-version"]
        constraints = [models.UniqueConstraint(fields=["project", "version"], name="one_need_per_version")]

    def __str__(self) -> str:
        return self.statement


class Evidence(models.Model):
    """One piece of evidence for a need: words of somebody, a page, or a figure; each with its source."""

    class Kind(models.TextChoices):
        TEXT = "text", _("Words: an observation or a quotation")
        URL = "url", _("A page or document on the web")
        FIGURE = "figure", _("A figure")

    need = models.ForeignKey(Need, on_delete=models.CASCADE, related_name="evidence")
    kind = models.CharField(max_length=8, choices=Kind)
    content = models.TextField()
    source = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.content


@subject("why")
class Why(InProject):
    """One rung of the ladder "why does it matter?". A changed answer is a new version of the same rung."""

    need = models.ForeignKey(Need, on_delete=models.PROTECT, related_name="whys")
    position = models.PositiveSmallIntegerField()
    version = models.PositiveSmallIntegerField(default=1)
    text = models.TextField()

    class Meta:
        ordering = ["position", "-version"]
        constraints = [models.UniqueConstraint(fields=["project", "position", "version"], name="one_why_per_version")]

    def __str__(self) -> str:
        return self.text


@subject("prior_search")
class PriorSearch(InProject):
    """A search for tools that exist already: what was asked, over how many systems, what was found, and the verdict."""

    page = "commission:priors"

    class Verdict(models.TextChoices):
        REUSE = "reuse", _("One of them may do: look at it before building")
        LEARN = "learn", _("None fits, but there is something to learn")
        NONE = "none", _("Nothing that helps was found")

    query = models.CharField(max_length=300)
    searched = models.PositiveIntegerField(default=0)
    found = models.PositiveIntegerField(default=0)
    relevant = models.ManyToManyField(System, related_name="+")
    verdict = models.CharField(max_length=8, choices=Verdict)
    note = models.TextField()

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return self.query


@subject("option")
class Option(InProject):
    """One way to meet the need, with or without AI. Compared again, it is the next version under the same title."""

    page = "commission:options"

    class Kind(models.TextChoices):
        AI = "ai", _("With AI")
        NON_AI = "non_ai", _("Without AI")
        NOTHING = "nothing", _("Change nothing")

    class Cost(models.TextChoices):
        NONE = "none", _("No extra cost")
        LOW = "low", _("Within the running budget")
        MEDIUM = "medium", _("A part of a yearly budget")
        HIGH = "high", _("Needs money of its own")
        UNKNOWN = "unknown", _("Not known yet")

    class Time(models.TextChoices):
        WEEKS = "weeks", _("Weeks")
        MONTHS = "months", _("Up to six months")
        YEAR = "year", _("Up to a year")
        LONGER = "longer", _("Longer than a year")

    class Verdict(models.TextChoices):
        PURSUE = "pursue", _("Pursue")
        COMBINE = "combine", _("Do it in any case, beside another")
        REJECT = "reject", _("Do not pursue")
        OPEN = "open", _("Not settled")

    title = models.CharField(max_length=200)
    version = models.PositiveSmallIntegerField(default=1)
    kind = models.CharField(max_length=8, choices=Kind)
    cost = models.CharField(max_length=8, choices=Cost)
    time = models.CharField(max_length=8, choices=Time)
    affected = models.TextField()
    risk = models.TextField()
    verdict = models.CharField(max_length=8, choices=Verdict, default=Verdict.OPEN)
    reason = models.TextField()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["project", "title", "version"], name="one_option_per_version")]

    def __str__(self) -> str:
        return self.title


@subject("stakeholder")
class Stakeholder(InProject):
    """An organisation or group that the project concerns, and how it was or will be reached."""

    page = "commission:stakeholder"

    class Path(models.TextChoices):
        EXISTING = "existing", _("We work together already")
        OPEN_CALL = "open_call", _("Found by an open call")
        CONTACT = "contact", _("Not yet: to be asked")

    name = models.CharField(max_length=200)
    group = models.CharField(max_length=20, choices=Group)
    concern = models.TextField()
    path = models.CharField(max_length=12, choices=Path)
    call_text = models.TextField(blank=True)
    call_where = models.CharField(max_length=300, blank=True)
    call_answers = models.PositiveIntegerField(null=True)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["project", "name"], name="one_stakeholder_per_name")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse(self.page, args=[self.project.slug, self.pk])


def _score() -> Any:
    return models.PositiveSmallIntegerField(validators=[MaxValueValidator(HIGHEST)])


@subject("assessment")
class Assessment(InProject):
    """Five scores from 0 to 4, each with its reason. A later assessment stands beside the earlier ones."""

    page = "commission:stakeholder"
    SCORES = ("interest", "importance", "alignment", "capacity", "willingness")

    stakeholder = models.ForeignKey(Stakeholder, on_delete=models.PROTECT, related_name="assessments")
    interest = _score()
    importance = _score()
    alignment = _score()
    capacity = _score()
    willingness = _score()
    reasons = models.JSONField(default=dict)

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return str(_("%(name)s: capacity %(capacity)s, willingness %(willingness)s")) % {
            "name": self.stakeholder,
            "capacity": self.capacity,
            "willingness": self.willingness,
        }

    def get_absolute_url(self) -> str:
        return reverse(self.page, args=[self.project.slug, self.stakeholder_id])


@subject("beneficiaries")
class Beneficiaries(InProject):
    """How many people gain from the tool: by using it (direct) or from its use (indirect), as a range with its source.

    ``share`` is the per cent that this group is of all people affected, where it is known.
    """

    page = "commission:stakeholders"

    class Kind(models.TextChoices):
        DIRECT = "direct", _("Direct: they will use it")
        INDIRECT = "indirect", _("Indirect: they gain from its use")

    who = models.CharField(max_length=200)
    stakeholder = models.ForeignKey(Stakeholder, on_delete=models.PROTECT, null=True, related_name="beneficiaries")
    kind = models.CharField(max_length=8, choices=Kind)
    low = models.PositiveBigIntegerField()
    high = models.PositiveBigIntegerField()
    share = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    source = models.TextField()

    class Meta:
        ordering = ["kind", "-high"]

    def __str__(self) -> str:
        return self.who


@subject("partnership")
class Partnership(InProject):
    """Who works together on what terms. A change of terms is a new version, which everybody signs again."""

    page = "commission:partnership"

    version = models.PositiveSmallIntegerField(default=1)
    aims = models.TextField()
    changes = models.TextField(blank=True)
    rules = models.JSONField(default=dict)
    in_force = models.DateTimeField(null=True)

    class Meta:
        ordering = ["project", "-version"]
        constraints = [models.UniqueConstraint(fields=["project", "version"], name="one_partnership_per_version")]

    def __str__(self) -> str:
        return str(_("Partnership agreement, version %(version)s")) % {"version": self.version}

    @property
    def rule_words(self) -> list[tuple[int, str]]:
        """(step, decision rule in words), by step."""
        names = dict(DecisionRule.Rule.choices)
        return [(int(step), str(names[rule])) for step, rule in sorted(self.rules.items())]


class Party(models.Model):
    """One side of a partnership: what it brings, and whether its people are paid for their time.

    ``low`` and ``high`` are the band of the amount in ``currency`` per ``per``.
    """

    class Pay(models.TextChoices):
        SALARY = "salary", _("Paid by their employer")
        PAID = "paid", _("Paid by the project")
        EXPENSES = "expenses", _("Expenses only")
        UNPAID = "unpaid", _("Not paid")

    class Per(models.TextChoices):
        HOUR = "hour", _("an hour")
        DAY = "day", _("a day")
        PROJECT = "project", _("for the whole project")

    partnership = models.ForeignKey(Partnership, on_delete=models.CASCADE, related_name="parties")
    name = models.CharField(max_length=200)
    group = models.CharField(max_length=20, choices=Group)
    brings = models.TextField()
    pay = models.CharField(max_length=10, choices=Pay)
    low = models.PositiveIntegerField(null=True)
    high = models.PositiveIntegerField(null=True)
    currency = models.CharField(max_length=3, blank=True)
    per = models.CharField(max_length=8, choices=Per, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = "parties"
        constraints = [models.UniqueConstraint(fields=["partnership", "name"], name="one_party_per_name")]

    def __str__(self) -> str:
        return self.name


@subject("agreement")
class Agreement(InProject):
    """One party's signature under one version of the partnership."""

    page = "commission:partnership"

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="agreements")
    party = models.OneToOneField(Party, on_delete=models.PROTECT, related_name="agreement")
    group = models.CharField(max_length=20, choices=Group)

    class Meta:
        ordering = ["at"]

    def __str__(self) -> str:
        return str(_("%(party)s signed version %(version)s")) % {
            "party": self.party,
            "version": self.partnership.version,
        }
