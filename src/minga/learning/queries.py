"""What other rooms and the pages ask of this one: certificates, skills, what is due, who did what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from minga.instruments.definition import say
from minga.learning import matching, shelf
from minga.learning.models import Certificate, Champion, Event, Expert, HelpOffer, HelpRequest, SkillNeed, TransferGoal
from minga.learning.models.courses import plain_title
from minga.learning.skills import labels
from minga.ledger import subjects
from minga.ledger.action import BODY, Actor, may
from minga.people.models import Person

SOON = timedelta(days=30)


def holds(person: Person | int | None, course: str, at: datetime) -> bool:
    """Whether somebody (None: nobody) has a certificate of any version of ``course`` that is valid at ``at``."""
    if person is None:
        return False
    pk = person if isinstance(person, int) else person.pk
    return any(found.holds(at) for found in Certificate.objects.filter(person_id=pk, course=course))


def course_title(course: str) -> str:
    """The title of a course in the language of the page; its id where it is gone."""
    found = shelf.course(course)
    return say(found.title, get_language() or "en") if found else course


def course_address(course: str) -> str:
    return reverse("learning:course", args=[course])


def skills_of(person: Person) -> list[str]:
    """The ids of the skills (see ``skills.SKILLS``) that somebody says they have; none for who is not in the list."""
    found = Expert.objects.filter(person=person, ended=None).first()
    return list(found.skills) if found else []


def newest_certificates(person: Person) -> list[Certificate]:
    """Somebody's certificates, the newest of each course only."""
    rows = Certificate.objects.filter(person=person).order_by("passed", "pk")
    return list({row.course: row for row in rows}.values())[::-1]


def due_again(at: datetime) -> list[Certificate]:
    """Certificates that end within 30 days of ``at``, whose holder has no newer one and was not yet reminded."""
    day = timezone.localdate(at)
    rows = Certificate.objects.filter(valid_until__gte=day, valid_until__lte=day + SOON, reminded=None)
    newest = {(row.person_id, row.course): row.pk for row in Certificate.objects.order_by("passed", "pk")}
    found = rows.filter(person__is_active=True).select_related("person")
    return [row for row in found if newest[(row.person_id, row.course)] == row.pk]


def what_next(person: Person) -> list[tuple[str, str]]:
    """What somebody can do in this room now: (sentence, address), what is due first."""
    return [*_refreshers_next(person), *_requests_next(person)]


def _refreshers_next(person: Person) -> list[tuple[str, str]]:
    today = timezone.localdate()
    language = get_language() or "en"
    return [
        (_refresher(row, today) % {"title": plain_title(row.title, language)}, course_address(row.course))
        for row in newest_certificates(person)
        if row.valid_until and row.valid_until <= today + SOON
    ]  # fmt: skip


def _refresher(row: Certificate, today: date) -> str:
    if row.valid_until and row.valid_until < today:
        return _("Take “%(title)s” again: your certificate has ended")
    return _("Take “%(title)s” again: your certificate ends")


def _requests_next(person: Person) -> list[tuple[str, str]]:
    rows = HelpOffer.objects.filter(
        expert__person=person, expert__ended=None, state=HelpOffer.State.PROPOSED, request__state=HelpRequest.State.OPEN
    )
    return [
        (_("“%(title)s” asks for your help") % {"title": row.request.project_title}, row.request.get_absolute_url())
        for row in rows.select_related("request")
    ]


def transfers_due(project: Any) -> list[TransferGoal]:
    """What a project's groups agreed to learn, is due, and nobody has checked: a review asks for it."""
    rows = TransferGoal.objects.filter(project_id=str(project.pk), met="")
    return list(rows.filter(due__lte=timezone.localdate()))


def next_in(project: Any, actor: Actor) -> list[tuple[str, str]]:
    """What somebody can do about what the project's groups teach each other: (sentence, address)."""
    due = transfers_due(project)
    if not due or not may(actor, project, "transfer.checked"):
        return []
    sentence = ngettext(
        "Say whether %(count)s thing was learnt that was agreed",
        "Say whether %(count)s things were learnt that were agreed",
        len(due),
    )
    return [(sentence % {"count": len(due)}, due[0].get_absolute_url())]


@dataclass(frozen=True, slots=True)
class Gap:
    """A skill that a project needs: how many of its people have it, and who else could help."""

    need: SkillNeed
    label: str
    present: int
    partners: list[Expert]

    @property
    def missing(self) -> bool:
        return self.present == 0


def gaps(project: Any) -> list[Gap]:
    """Every skill that the project needs, those that nobody in it has first."""
    needs = list(SkillNeed.objects.filter(project_id=str(project.pk), ended=None))
    everybody = list(Expert.objects.filter(ended=None, person__is_active=True).select_related("person"))
    inside = {expert.pk for expert in everybody if takes_part(expert.person.actor, project)}
    rows = []
    for need in needs:
        present = sum(need.skill in expert.skills for expert in everybody if expert.pk in inside)
        others = [one for one, _overlap in matching.best([need.skill], most=20) if one.pk not in inside]
        rows.append(Gap(need, labels([need.skill])[0], present, others[: matching.MOST]))
    return sorted(rows, key=lambda row: (not row.missing, row.need.pk))


def takes_part(actor: Actor, project: Any) -> bool:
    """Whether somebody takes part in the project: those who may say what it needs."""
    return may(actor, project, "skill.needed")


def project_of(slug: str) -> Any | None:
    """The project at an address, through the ledger's subjects; None where there is none."""
    model = subjects.kinds().get("project")
    return model._default_manager.filter(slug=slug).first() if model else None


def may_announce(actor: Actor) -> bool:
    """Whether somebody may announce events: champions, people in the directory, those who act for the body."""
    if actor.person_id is None:
        return False
    mine = {"person_id": actor.person_id, "ended": None}
    listed = Champion.objects.filter(**mine).exists() or Expert.objects.filter(**mine).exists()
    return listed or may(actor, BODY, "course.added")


@dataclass(frozen=True, slots=True)
class Activity:
    """What a champion has done since they became one: counted, not claimed."""

    champion: Champion
    events: int
    courses: int
    helped: int
    hours: Any

    @property
    def anything(self) -> bool:
        return bool(self.events or self.courses or self.helped)


def champions() -> list[tuple[str, list[Activity]]]:
    """The current champions by unit, each with what they have done."""
    rows = Champion.objects.filter(ended=None).select_related("person")
    units: dict[str, list[Activity]] = {}
    for champion in rows:
        units.setdefault(champion.unit, []).append(activity(champion))
    return list(units.items())


def activity(champion: Champion) -> Activity:
    """Events held, courses taught (trainings held on a course) and requests helped since ``champion.since``."""
    held = Event.objects.filter(host=champion.person, held__gte=champion.since)
    helped = HelpOffer.objects.filter(
        expert__person=champion.person, state=HelpOffer.State.DONE, answered__gte=champion.since
    )
    taught = held.filter(kind=Event.Kind.TRAINING).exclude(course="")
    hours = helped.aggregate(sum=Sum("hours"))["sum"] or 0
    return Activity(champion, held.count(), taught.count(), helped.count(), hours)
