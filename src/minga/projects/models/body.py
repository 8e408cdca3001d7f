"""Who holds which office of the body itself, outside any project."""

from django.db import models
from django.utils import timezone

from minga.ledger.subjects import subject
from minga.people.models import Person
from minga.projects.roles import BodyRole


@subject("body_seat")
class BodySeat(models.Model):
    """A person's office at the body. Its acts have the place ``BODY``."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="offices")
    role = models.CharField(max_length=20, choices=BodyRole)
    since = models.DateTimeField(default=timezone.now)
    ended = models.DateTimeField(null=True)

    class Meta:
        ordering = ["since", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "role"], condition=models.Q(ended=None), name="one_current_body_seat"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_role_display()}"

    @property
    def ledger_title(self) -> str:
        return str(self.get_role_display())
