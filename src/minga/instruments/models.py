"""Answers to question sets, and what people arrange around them: sets added, taken up, shared out, commented.

Answers are only ever added: a changed answer is the next version of it.
"""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from minga.instruments import library
from minga.instruments.definition import say
from minga.ledger import subjects
from minga.ledger.subjects import subject


@subject("answer")
class Answer(models.Model):
    """One version of the answer to one question about one thing; ``value`` None means taken back.

    ``chain`` is that of the place (project or body), ``version`` counts from 1.
    """

    chain = models.CharField(max_length=36)
    set = models.CharField(max_length=80)
    set_version = models.CharField(max_length=20)
    question = models.CharField(max_length=200)
    about_kind = models.CharField(max_length=40)
    about_id = models.CharField(max_length=40)
    version = models.PositiveIntegerField()
    value = models.JSONField(null=True)
    evidence = models.TextField(blank=True)
    evidence_url = models.CharField(max_length=500, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    group = models.CharField(max_length=20)
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["chain", "set", "about_kind", "about_id", "question", "version"],
                name="one_answer_per_version",
            )
        ]

    def __str__(self) -> str:
        return f"{self.set} {self.set_version}, {self.question}, version {self.version}"

    def get_absolute_url(self) -> str:
        """The page of what the answer is about."""
        thing = subjects.find(self.about_kind, self.about_id)
        return str(thing.get_absolute_url()) if thing and hasattr(thing, "get_absolute_url") else ""

    @property
    def ledger_title(self) -> str:
        return _("Answers to “%(set)s”") % {"set": title_of(self.set)}


def title_of(set_id: str) -> str:
    """The title of a set in the language of the page; its id where there is no such set (any more)."""
    found = library.find(set_id)
    return say(found.title, get_language() or "en") if found else set_id


class Place(models.Model):
    """What a row is about: a set, at a project or body (``chain``), filled in about one thing."""

    chain = models.CharField(max_length=36)
    set = models.CharField(max_length=80)
    about_kind = models.CharField(max_length=40)
    about_id = models.CharField(max_length=40)

    class Meta:
        abstract = True


@subject("added_set")
class AddedSet(models.Model):
    """A question set that this body added: the file exactly as it was published, never changed afterwards.

    ``requirements``: the publisher's file of what each level asks for, where there is one.
    """

    class Kind(models.TextChoices):
        SURVEYJS = "surveyjs", "SurveyJS"
        TOML = "toml", "TOML"

    set = models.CharField(max_length=80)
    version = models.CharField(max_length=40)
    kind = models.CharField(max_length=10, choices=Kind)
    title = models.CharField(max_length=300)
    file_name = models.CharField(max_length=200)
    url = models.CharField(max_length=500, blank=True)
    sha256 = models.CharField(max_length=64)
    content = models.TextField()
    requirements = models.TextField(blank=True)
    added = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["set", "added"]
        constraints = [models.UniqueConstraint(fields=["set", "version"], name="one_file_per_version")]

    def __str__(self) -> str:
        return self.ledger_title

    @property
    def ledger_title(self) -> str:
        return f"{self.title} ({self.version})"


@subject("chosen_set")
class ChosenSet(Place):
    """A set that a project or the body takes up beyond those of its steps, in one version until it is migrated."""

    version = models.CharField(max_length=40)
    chosen = models.DateTimeField(default=timezone.now)
    ended = models.DateTimeField(null=True)

    class Meta:
        ordering = ["chosen"]
        constraints = [
            models.UniqueConstraint(
                fields=["chain", "set", "about_kind", "about_id"],
                condition=models.Q(ended=None),
                name="one_current_choice_of_a_set",
            )
        ]

    def __str__(self) -> str:
        return f"{self.set} {self.version}"

    @property
    def ledger_title(self) -> str:
        return f"{title_of(self.set)} ({self.version})"


@subject("share")
class Share(Place):
    """Questions of a set that one person was asked to answer; ``section`` "" means all of it."""

    section = models.CharField(max_length=200, blank=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    due = models.DateField(null=True)
    given = models.DateTimeField(default=timezone.now)
    ended = models.DateTimeField(null=True)

    class Meta:
        ordering = ["due", "pk"]

    def __str__(self) -> str:
        return f"{self.set} {self.section}".strip()

    @property
    def ledger_title(self) -> str:
        return title_of(self.set)

    @property
    def is_public(self) -> bool:
        return False


@subject("answer_comment")
class Comment(Place):
    """What somebody in the project says about an answer; ``answer_version`` is the one they saw (0: none yet)."""

    question = models.CharField(max_length=200)
    answer_version = models.PositiveIntegerField(default=0)
    text = models.TextField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    group = models.CharField(max_length=20)
    made = models.DateTimeField(default=timezone.now)
    settled = models.DateTimeField(null=True)

    class Meta:
        ordering = ["made"]

    def __str__(self) -> str:
        return f"{self.set}, {self.question}"

    @property
    def ledger_title(self) -> str:
        return title_of(self.set)

    @property
    def is_public(self) -> bool:
        return False
