"""Cases that participants write: "this case must give that"."""

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from minga.engage.models import Contribution
from minga.ledger.subjects import subject
from minga.people.models import Person
from minga.projects.models import Project


@subject("test_case")
class TestCase(models.Model):
    """``source`` must give ``expected``; ``because`` says why in plain words. Agreed by the lead before it counts.

    ``source`` holds no personal data: a case that comes from an appeal is rewritten first.
    """

    __test__ = False

    class State(models.TextChoices):
        PROPOSED = "proposed", pgettext_lazy("test case", "Proposed")
        AGREED = "agreed", pgettext_lazy("test case", "Agreed")
        RETIRED = "retired", pgettext_lazy("test case", "No longer used")

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="test_cases")
    code = models.CharField(max_length=8)
    source = models.JSONField()
    expected = models.CharField(max_length=200)
    because = models.TextField()
    contribution = models.ForeignKey(Contribution, on_delete=models.PROTECT, null=True, related_name="test_cases")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=8, choices=State, default=State.PROPOSED)
    proposed = models.DateTimeField(default=timezone.now)
    agreed = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["project", "code"], name="one_test_case_per_code")]

    def __str__(self) -> str:
        return self.ledger_title

    def get_absolute_url(self) -> str:
        return reverse("design:test_case", args=[self.project.slug, self.code])

    @property
    def ledger_title(self) -> str:
        return str(_("Test case %(code)s must give “%(expected)s”")) % {"code": self.code, "expected": self.expected}
