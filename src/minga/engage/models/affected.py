"""Who is affected by a tool: the reference distribution that those who take part are compared with."""

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from minga.ledger.subjects import subject
from minga.people.models import Group
from minga.projects.models import Project


@subject("reference")
class Reference(models.Model):
    """A published count of the people affected. The newest of a project is the one in use."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="references")
    source = models.CharField(max_length=300)
    url = models.URLField(blank=True)
    as_of = models.DateField()
    given = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-given", "-pk"]

    def __str__(self) -> str:
        return self.source

    def get_absolute_url(self) -> str:
        return reverse("engage:affected", args=[self.project.slug])

    @property
    def ledger_title(self) -> str:
        return str(_("Who is affected: %(source)s")) % {"source": self.source}


class AffectedGroup(models.Model):
    """One group of the people affected, of ``size`` people.

    Each margin adds up to everybody affected: "group" counts actor groups (``key`` is one of them), "stratum" the
    coarse groups in which people may describe themselves, such as an age or a district.
    """

    class Margin(models.TextChoices):
        GROUP = "group", _("Actor group")
        STRATUM = "stratum", _("Self-description")

    reference = models.ForeignKey(Reference, on_delete=models.PROTECT, related_name="groups")
    margin = models.CharField(max_length=10, choices=Margin)
    key = models.CharField(max_length=40)
    name = models.CharField(max_length=80, blank=True)
    size = models.PositiveBigIntegerField()

    class Meta:
        ordering = ["margin", "-size", "key"]
        constraints = [models.UniqueConstraint(fields=["reference", "margin", "key"], name="one_size_per_group")]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        if self.margin == self.Margin.GROUP and self.key in Group.values:
            return str(Group(self.key).label)
        return self.name or self.key
