"""Reads of contributions and decisions, and what the rooms above ask of them."""

from datetime import datetime
from typing import Any

from django.db.models import F, Model, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from minga.engage.models import Contribution
from minga.ledger import subjects
from minga.ledger.action import Actor, may
from minga.ledger.models import Edge
from minga.ledger.refusals import Invalid, NotAllowed
from minga.projects.models import Project

PUBLIC = (Contribution.Status.SHOWN, Contribution.Status.DECIDED)


def fresh[M: Model](project: Project, thing: M) -> M:
    """``thing`` as the database has it now, if it is of this project."""
    found = type(thing)._default_manager.filter(pk=thing.pk, project=project).first()
    if found is None:
        raise Invalid(_("This belongs to another project."), do=_("Open it from its own project."))
    return found


def person_of(actor: Actor) -> int:
    """The person behind ``actor``; some acts are never a visitor's or the system's."""
    if actor.person_id is None:
        raise NotAllowed(_("Only a person with an account may do this."), do=_("Sign in first."))
    return actor.person_id


def public_thing(project: Project, kind: str, identifier: object) -> Any | None:
    """The public thing of this project behind (kind, id), or None."""
    try:
        thing = subjects.find(kind, str(identifier))
    except (ValueError, OverflowError):
        return None
    belongs = thing == project or getattr(thing, "project_id", None) == project.pk
    return thing if thing is not None and belongs and getattr(thing, "is_public", True) else None


def public_contributions(project: Project) -> QuerySet[Contribution]:
    """What visitors may read, newest first, with the decision where there is one."""
    return project.contributions.filter(status__in=PUBLIC).select_related("decision", "project")


def undecided(project: Project) -> QuerySet[Contribution]:
    """Shown contributions without a decision, the most urgent first."""
    return project.contributions.filter(status=Contribution.Status.SHOWN).order_by(F("due").asc(nulls_last=True), "pk")


def held(project: Project) -> QuerySet[Contribution]:
    return project.contributions.filter(status=Contribution.Status.HELD).order_by(F("due").asc(nulls_last=True), "pk")


def overdue(project: Project, now: datetime | None = None) -> QuerySet[Contribution]:
    """Contributions, held ones too, whose authors should have had an answer by now."""
    waiting = (Contribution.Status.SHOWN, Contribution.Status.HELD)
    return project.contributions.filter(status__in=waiting, due__lt=now or timezone.now())


def moderation_log(project: Project) -> QuerySet[Contribution]:
    """What was moderated, newest first. Show date, kind, group and reason of these, never the text."""
    return project.contributions.exclude(moderated=None).order_by("-moderated", "-pk")


def contributions_about(kind: str, identifier: object) -> QuerySet[Contribution]:
    """Public contributions about one thing, such as ("criterion", 3)."""
    return Contribution.objects.filter(about_kind=kind, about_id=str(identifier), status__in=PUBLIC)


def median_days(project: Project) -> int | None:
    """Median of whole days from contribution to decision; None without decisions."""
    days = sorted(decision.days for decision in project.decisions.select_related("contribution"))
    return days[len(days) // 2] if days else None


def causes(subject: Model) -> list[tuple[str, str]]:
    """The (kind, id) pairs that the entries about ``subject`` follow from, itself left out."""
    kind, identifier = subjects.reference(subject)
    edges = Edge.objects.filter(entry__subject_kind=kind, entry__subject_id=identifier).values_list(
        "cause_kind", "cause_id"
    )
    return [pair for pair in dict.fromkeys(edges) if pair != (kind, identifier)]


def answer_next(project: Project, actor: Actor) -> list[tuple[str, str]]:
    rows = []
    waiting = held(project).count()
    if waiting and may(actor, project, "contribution.moderated"):
        sentence = ngettext("Look at %(count)s new contribution", "Look at %(count)s new contributions", waiting)
        rows.append((sentence % {"count": waiting}, reverse("engage:inbox", args=[project.slug])))
    count = undecided(project).count()
    if count and may(actor, project, "contribution.decided"):
        sentence = ngettext("Answer %(count)s contribution", "Answer %(count)s contributions", count)
        rows.append((sentence % {"count": count}, reverse("engage:inbox", args=[project.slug])))
    return rows
