"""Answers to question sets. Rows are only ever added: a changed answer is the next version of it."""

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
    question = models.CharField(max_length=80)
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
        if self.set not in library.names():
            return _("Answers to “%(set)s”") % {"set": self.set}
        return _("Answers to “%(set)s”") % {"set": say(library.load(self.set).title, get_language() or "en")}
