"""Whom to ask for help: those in the directory whose skills overlap most with what is wanted."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Count, Q

from minga.learning.models import Expert, HelpOffer

MOST = 5


def best(wanted: Iterable[str], without: int | None = None, most: int = MOST) -> list[tuple[Expert, list[str]]]:
    """Up to ``most`` people who can help now, each with the skills that fit: most of them first.

    Among equals those with more hours, then those who help least at the moment, so that not always the same are asked.
    """
    skills = list(wanted)
    running = Count("offers", filter=Q(offers__state__in=[HelpOffer.State.PROPOSED, HelpOffer.State.ACCEPTED]))
    people = Expert.objects.filter(ended=None, availability=Expert.Availability.NOW, person__is_active=True)
    found = []
    for expert in people.select_related("person").annotate(running=running):
        if expert.person_id == without:
            continue
        overlap = [skill for skill in skills if skill in expert.skills]
        if overlap:
            found.append((-len(overlap), -expert.hours, expert.running, expert.pk, expert, overlap))
    return [(row[4], row[5]) for row in sorted(found, key=lambda row: row[:4])[:most]]
