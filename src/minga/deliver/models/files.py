"""Files of cases, taken over part by part."""

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from minga.deliver.models.services import Route, Service
from minga.people.models import Person
from minga.projects.models import Project


class CaseFile(models.Model):
    """One file of cases and what became of its rows: ``done`` = ``taken`` + ``rejected`` + ``failed``, in rows.

    ``done`` of ``rows_in`` rows have been gone through, from the first on, so that the work goes on where it stopped.
    ``problems``: [row, "rejected" | "failed", why]. ``kept`` is the name of the file in the spool, where it stays
    until it is finished.
    """

    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="files")
    name = models.CharField(max_length=200, help_text="as whoever sent it calls it")
    kept = models.CharField(max_length=60, unique=True)
    route = models.CharField(max_length=8, choices=Route)
    language = models.CharField(max_length=8)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    came = models.DateTimeField(default=timezone.now)
    finished = models.DateTimeField(null=True)
    rows_in = models.PositiveIntegerField()
    done = models.PositiveIntegerField(default=0)
    taken = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    problems = models.JSONField(default=list)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return gettext("Cases from %(file)s") % {"file": self.name}

    def get_absolute_url(self) -> str:
        return reverse("deliver:case_file", args=[self.project.slug, self.service.slug, self.pk])

    @property
    def project(self) -> Project:
        return self.service.project

    @property
    def left(self) -> int:
        """How many rows have not been gone through yet."""
        return self.rows_in - self.done
