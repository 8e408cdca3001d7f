"""The report of a year, frozen when it is published."""

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from minga.ledger.subjects import subject


@subject("annual_report")
class AnnualReport(models.Model):
    """``document`` is what ``steering.yearly.document`` made; a later version never changes an earlier one."""

    year = models.PositiveSmallIntegerField()
    version = models.PositiveIntegerField()
    document = models.JSONField()
    note = models.CharField(max_length=300, blank=True)
    published = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-year", "-version"]
        constraints = [models.UniqueConstraint(fields=["year", "version"], name="one_report_per_version")]

    def __str__(self) -> str:
        return self.ledger_title

    def get_absolute_url(self) -> str:
        return reverse("steering:report_version", args=[self.year, self.version])

    @property
    def ledger_title(self) -> str:
        return gettext("Report on %(year)s, version %(version)s") % {"year": self.year, "version": self.version}
