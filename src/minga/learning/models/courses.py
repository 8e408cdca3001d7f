"""Courses that a body added, who passed which one, and what people understood before and after."""

import secrets
from datetime import datetime
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from minga.ledger.subjects import subject
from minga.people.models import Group, Person

# Without 0, O, 1 and I, which are read for each other.
LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def new_code() -> str:
    """The number of a certificate: three groups of four, 60 bits drawn by lot."""
    return "-".join("".join(secrets.choice(LETTERS) for _letter in range(4)) for _group in range(3))


@subject("added_course")
class AddedCourse(models.Model):
    """A course that this body wrote itself: its file as it was given, never changed afterwards."""

    course = models.CharField(max_length=80)
    version = models.CharField(max_length=20)
    title = models.CharField(max_length=300)
    content = models.TextField()
    sha256 = models.CharField(max_length=64)
    added = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["course", "added"]
        constraints = [models.UniqueConstraint(fields=["course", "version"], name="one_file_per_course_version")]

    def __str__(self) -> str:
        return self.ledger_title

    def get_absolute_url(self) -> str:
        return reverse("learning:course", args=[self.course])

    @property
    def ledger_title(self) -> str:
        return f"{self.title} ({self.version})"


@subject("certificate")
class Certificate(models.Model):
    """Somebody passed one version of a course. ``code`` is the number by which anybody can verify it.

    ``named``: whoever has the number sees the name; officials are named, residents only where they agree.
    ``valid_until`` None: it does not end.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="certificates")
    course = models.CharField(max_length=80)
    version = models.CharField(max_length=20)
    title = models.JSONField(default=dict)
    score = models.PositiveSmallIntegerField()
    of = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=20, unique=True, default=new_code)
    named = models.BooleanField(default=False)
    passed = models.DateTimeField(default=timezone.now)
    valid_until = models.DateField(null=True)
    reminded = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-passed", "-pk"]
        indexes = [models.Index(fields=["person", "course"], name="certificate_of_whom")]

    def __str__(self) -> str:
        return self.ledger_title

    def get_absolute_url(self) -> str:
        return reverse("learning:certificate", args=[self.code])

    @property
    def ledger_title(self) -> str:
        return _("Certificate of the course “%(course)s”") % {"course": self.shown_title}

    def holds(self, at: datetime) -> bool:
        """Whether it is valid on the day of ``at``."""
        return self.passed <= at and (self.valid_until is None or timezone.localdate(at) <= self.valid_until)

    @property
    def shown_title(self) -> str:
        return plain_title(self.title, get_language() or "en")

    @property
    def holder(self) -> str:
        """Who is shown to whoever has the number: a name, or the group where there is none to show."""
        person = self.person
        if not self.named or not (person.is_active and person.name):
            return str(Group(person.group).label) if person.group != Group.RESIDENTS else _("A resident")
        return person.name if person.group == Group.RESIDENTS else person.public_name


@subject("course_attempt")
class Attempt(models.Model):
    """Somebody took a course and did not reach its pass mark. Theirs to see, nobody else's."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="course_attempts")
    course = models.CharField(max_length=80)
    version = models.CharField(max_length=20)
    score = models.PositiveSmallIntegerField()
    of = models.PositiveSmallIntegerField()
    taken = models.DateTimeField(default=timezone.now)
    is_public = False

    class Meta:
        ordering = ["-taken"]

    def __str__(self) -> str:
        return self.ledger_title

    @property
    def ledger_title(self) -> str:
        return _("A course was taken")


class Understanding(models.Model):
    """One run through a course, by nobody in particular: questions right before and after, of ``of``.

    ``before`` None: the questions before the course were left out. Only the day is kept.
    """

    course = models.CharField(max_length=80)
    version = models.CharField(max_length=20)
    before = models.PositiveSmallIntegerField(null=True)
    after = models.PositiveSmallIntegerField()
    of = models.PositiveSmallIntegerField()
    day = models.DateField()
    # The questions answered rightly before and after, by id: which page does not do its work.
    right_before = models.JSONField(default=list)
    right_after = models.JSONField(default=list)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["course", "version"], name="understanding_of_course")]

    def __str__(self) -> str:
        return f"{self.course} {self.version}: {self.before} → {self.after} / {self.of}"


@subject("understanding_count")
class UnderstandingCount(models.Model):
    """What the ledger says of the runs since the last count: how many, up to which row."""

    last = models.BigIntegerField()
    runs = models.PositiveIntegerField()
    counted = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.ledger_title

    def get_absolute_url(self) -> str:
        return reverse("learning:understanding")

    @property
    def ledger_title(self) -> str:
        return _("What people understood before and after courses")


def plain_title(title: dict[str, Any], language: str) -> str:
    """A certificate's course title in the language of the page, else in English, else in any."""
    short = language.partition("-")[0]
    return str(title.get(short) or title.get("en") or next(iter(title.values()), ""))
