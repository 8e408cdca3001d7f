"""Courses that whoever decides a gate must have passed."""

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from minga.ledger.subjects import subject
from minga.projects.models.projects import Project


@subject("required_course")
class RequiredCourse(models.Model):
    """A gate asks whoever decides it for a valid certificate of ``course``.

    ``project`` None: in every project. ``step`` 0: at every gate. ``only_high``: only where the answers put the
    project among the high risks.
    """

    project = models.ForeignKey(Project, on_delete=models.PROTECT, null=True, related_name="required_courses")
    step = models.PositiveSmallIntegerField(default=0)
    course = models.CharField(max_length=80)
    only_high = models.BooleanField(default=False)
    since = models.DateTimeField(default=timezone.now)
    ended = models.DateTimeField(null=True)

    class Meta:
        ordering = ["step", "course", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "step", "course"],
                condition=models.Q(ended=None, project__isnull=False),
                name="one_current_requirement",
            ),
            models.UniqueConstraint(
                fields=["step", "course"],
                condition=models.Q(ended=None, project__isnull=True),
                name="one_current_body_requirement",
            ),
        ]

    def __str__(self) -> str:
        return self.ledger_title

    def get_absolute_url(self) -> str:
        if self.project is None:
            return reverse("projects:body_courses")
        return reverse("projects:courses", args=[self.project.slug])

    @property
    def ledger_title(self) -> str:
        return _("A gate asks for the course “%(course)s”") % {"course": self.course}
