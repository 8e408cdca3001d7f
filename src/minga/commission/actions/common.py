"""Checks that several verbs share."""

from typing import Any

from django.db.models import Max, Model, TextChoices
from django.utils.translation import gettext as _

from minga.ledger.refusals import Conflict, Invalid
from minga.projects.models import Project


def choose(choices: type[TextChoices], **given: str) -> None:
    """Raise Invalid where a value is not one of ``choices``."""
    for name, value in given.items():
        if value not in choices.values:
            raise Invalid(
                _("“%(value)s” is not one of the choices.") % {"value": value},
                do=_("Choose one of: %(choices)s.") % {"choices": ", ".join(choices.values)},
                fields={name: _("Choose one of the list.")},
            )


def unchanged(seen: str, stands: object) -> None:
    """Raise Conflict where somebody has changed a thing since a page showed it. ``seen`` is empty where no page did."""
    if seen and seen != str(stands):
        raise Conflict(
            _("Somebody changed this after you opened the page, so nothing was written."),
            cause=_("Another person, or another tab of yours, was quicker."),
            do=_("Copy your text, open the page again and see what stands there now."),
        )


def next_version(model: type[Model], project: Project, **where: Any) -> int:
    """The number after the last version of the rows of a project that match ``where``."""
    # PostgreSQL would let two people take the same number; SQLite has one writer at a time.
    Project.objects.select_for_update().get(pk=project.pk)
    return int(model._default_manager.filter(project=project, **where).aggregate(last=Max("version"))["last"] or 0) + 1
