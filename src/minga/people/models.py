"""Persons with an account. Everything else about a person lives where it is used, behind their key."""

import uuid

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from minga.ledger.action import Actor
from minga.ledger.subjects import subject


def new_key() -> str:
    return uuid.uuid4().hex


class Group(models.TextChoices):
    """The actor groups that participation figures count."""

    AGENCY = "agency", _("Agencies")
    FRONTLINE = "frontline", _("Frontline officers")
    BUSINESS = "business", _("Businesses")
    DIGITAL = "digital", _("Digital teams")
    PROVIDER = "provider", _("Technology providers")
    RESIDENTS = "residents", _("Residents")
    OVERSIGHT = "oversight", _("Overseers")


@subject("person")
class Person(AbstractUser):
    """``key`` is the pseudonym under which the ledger knows this person; erasing drops the link."""

    key = models.CharField(max_length=36, unique=True, default=new_key, editable=False)
    display_name = models.CharField(max_length=120, blank=True)
    position = models.CharField(max_length=120, blank=True)
    group = models.CharField(max_length=20, choices=Group, default=Group.RESIDENTS)
    body_role = models.CharField(
        max_length=20,
        blank=True,
        choices=[("appointer", _("appoints overseers for the body"))],
    )

    demonstration = models.BooleanField(default=False, help_text="may sign in only in demonstration mode")

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return self.display_name or self.username

    @property
    def actor(self) -> Actor:
        return Actor(key=self.key, group=self.group, person_id=self.pk, body_role=self.body_role)

    @property
    def public_name(self) -> str:
        """How this person is named in public: officials by name and position, residents never, the erased by group."""
        if not self.is_active and not self.display_name:
            return str(self.get_group_display())
        if self.group == Group.RESIDENTS:
            return str(_("A resident"))
        return ", ".join(part for part in (self.name, self.position) if part)

    @property
    def ledger_title(self) -> str:
        return str(_("A person"))

    @property
    def is_public(self) -> bool:
        return False
