"""What happens with champions and events: named, announced, joined, held, and what came out."""

from datetime import date, time

from django.utils.translation import gettext as _

from minga.learning import shelf
from minga.learning.models import Champion, Event, EventOutput, EventTeam, Joined
from minga.learning.queries import may_announce
from minga.ledger.action import Act, action
from minga.ledger.refusals import Blocked, Conflict, Invalid, NotAllowed, required
from minga.people.models import Person


@action("champion.named")
def name_champion(act: Act, person: Person, unit: str) -> Champion:
    """Name whom a unit sends to spread good practice. Call with ``BODY`` as the place."""
    required(unit=unit)
    if Champion.objects.filter(person=person, unit=unit.strip(), ended=None).exists():
        raise Conflict(_("This person is champion of this unit already."))
    act.note(unit=unit.strip())
    return Champion.objects.create(person=person, unit=unit.strip()[:200], since=act.now)


@action("champion.ended")
def end_champion(act: Act, champion: Champion) -> Champion:
    """End it. What was done as a champion stays counted."""
    if champion.ended is not None:
        raise Conflict(_("This has ended already."))
    champion.ended = act.now
    champion.save(update_fields=["ended"])
    return champion


@action("event.announced", level="group")
def announce_event(
    act: Act, kind: str, title: str, where: str, on: date, starts: time | None = None, text: str = "", course: str = "",
) -> Event:  # fmt: skip
    """Announce an event of one's own: champions, people in the directory, and those who act for the body."""
    required(title=title, where=where, on=on)
    if not may_announce(act.actor):
        raise NotAllowed(
            _("Champions, people in the directory and those who act for the body announce events."),
            do=_("Enter what you know in the directory first."),
        )
    if kind not in Event.Kind.values:
        raise Invalid(_("There is no such kind of event."), fields={"kind": _("Choose one.")})
    if course and shelf.course(course) is None:
        raise Invalid(_("There is no such course."), fields={"course": _("Choose one from the list.")})
    act.note(kind=kind, title=title.strip()[:200], on=on.isoformat())
    return Event.objects.create(
        kind=kind, title=title.strip()[:200], place=where.strip()[:200], on=on, starts=starts, text=text.strip(),
        course=course, host_id=act.person_id, announced=act.now,
    )  # fmt: skip


@action("event.joined")
def join_event(act: Act, event: Event, team: EventTeam | None = None) -> Joined:
    """Say that one comes, and with which team. Said again with another team it changes that."""
    if event.held is not None:
        raise Blocked(_("This event has been held."))
    if team is not None and team.event_id != event.pk:
        raise Conflict(_("This team belongs to another event."))
    found, _made = Joined.objects.get_or_create(event=event, person_id=act.person_id, defaults={"at": act.now})
    if team is not None:
        found.team = team
        found.save(update_fields=["team"])
    act.because(event)
    return found


@action("event.team_formed", level="group")
def form_team(act: Act, event: Event, name: str, works_on: str) -> EventTeam:
    """Form a team for an event and be its first member."""
    required(name=name, works_on=works_on)
    if event.held is not None:
        raise Blocked(_("This event has been held."))
    if event.teams.filter(name=name.strip()).exists():
        raise Conflict(_("There is a team of this name."), fields={"name": _("Choose another name.")})
    made = EventTeam.objects.create(
        event=event, name=name.strip()[:120], works_on=works_on.strip()[:300], formed=act.now
    )
    Joined.objects.update_or_create(
        event=event, person_id=act.person_id, defaults={"team": made}, create_defaults={"team": made, "at": act.now}
    )
    act.because(event)
    return made


@action("event.held", level="group")
def hold_event(act: Act, event: Event, came: int, learnt: str) -> Event:
    """Say that an event was held, how many came, and what was learnt."""
    required(learnt=learnt)
    found = _hosted(act, event)
    if found.held is not None:
        raise Conflict(_("This has been said already."))
    if found.on > act.now.date():
        raise Blocked(_("This event lies ahead."), do=_("Come back when it was held."))
    if came < 0:
        raise Invalid(_("Write how many came."), fields={"came": _("Write a whole number from 0 on.")})
    found.held, found.came, found.learnt = act.now, came, learnt.strip()
    found.save(update_fields=["held", "came", "learnt"])
    act.note(came=came)
    return found


@action("event.output_recorded", level="group")
def record_output(
    act: Act, event: Event, title: str, url: str = "", follow_up: str = "", team: EventTeam | None = None
) -> EventOutput:
    """Record what an event made: its host, or whoever takes part in it."""
    required(title=title)
    if event.host_id != act.person_id and not event.joined.filter(person_id=act.person_id).exists():
        raise NotAllowed(_("The host and those who took part record what came out."))
    if url and not url.startswith(("https://", "http://")):
        words = _("This is no web address. Write it from https:// on.")
        raise Invalid(words, fields={"url": words})
    if team is not None and team.event_id != event.pk:
        raise Conflict(_("This team belongs to another event."))
    act.because(event)
    return EventOutput.objects.create(
        event=event, team=team, title=title.strip()[:200], url=url[:500], follow_up=follow_up.strip()[:300],
        recorded=act.now,
    )  # fmt: skip


def _hosted(act: Act, event: Event) -> Event:
    found = Event.objects.select_for_update().get(pk=event.pk)
    if found.host_id != act.person_id:
        raise NotAllowed(_("Only its host says this of an event."))
    return found
