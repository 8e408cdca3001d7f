"""Groups are opened for a purpose; they meet, write minutes, decide with counted votes, and publish what they made."""

import hashlib
import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from minga.ledger.action import BODY, Act, action, may
from minga.ledger.refusals import Conflict, Invalid, NotAllowed, required
from minga.people.models import Group as PersonGroup
from minga.people.models import Person
from minga.projects.actions import make_task
from minga.projects.models import Project
from minga.projects.roles import OF_BODY, roles_of
from minga.steering.actions.common import refuse
from minga.steering.models import Group, GroupDecision, GroupMeeting, GroupMember, GroupOutput

LARGEST = 20 * 2**20
FollowUp = tuple[str, Person | None, date | None]
"""(what is to be done, who does it, by when)."""


@action("working_group.opened")
def open_group(
    act: Act, *, name: str, purpose: str, kind: str = Group.Kind.WORKING, open_to_all: bool = False,
    until: date | None = None,
) -> Group:  # fmt: skip
    """Open a group for a purpose, at best until a day. ``open_to_all``: anybody signed in may join."""
    required(name=name, purpose=purpose)
    if kind not in Group.Kind.values:
        raise Invalid(_("There is no such kind of group."), fields={"kind": _("Choose one.")})
    if until and until <= timezone.localdate(act.now):
        raise Invalid(_("This day has passed."), fields={"until": _("Give a day after today.")})
    act.note(kind=kind, open_to_all=open_to_all, until=until.isoformat() if until else "")
    return Group.objects.create(
        name=name.strip(), purpose=purpose.strip(), kind=kind, open_to_all=open_to_all, until=until, opened=act.now
    )


@action("working_group.closed")
def close_group(act: Act, group: Group, reason: str) -> Group:
    """Close a group; its minutes, decisions and outputs stay."""
    required(reason=reason)
    found = _open(group)
    found.closed, found.closed_reason = act.now, reason.strip()
    found.save(update_fields=["closed", "closed_reason"])
    act.note(reason=found.closed_reason)
    return found


@action("group_member.added")
def add_member(act: Act, group: Group, person: Person, chairs: bool = False) -> GroupMember:
    """Seat somebody in a group: anybody, by an office of the body; oneself, where the group is open to all."""
    found = _open(group)
    if not holds_office(act.actor) and not (found.open_to_all and person.pk == act.person_id and not chairs):
        raise NotAllowed(_("You may not seat this person."), do=_("Ask the chair, or the office that runs the group."))
    if GroupMember.objects.filter(group=found, person=person, ended=None).exists():
        raise Conflict(_("This person sits in the group already."))
    act.note(chairs=chairs)
    return GroupMember.objects.create(group=found, person=person, chairs=chairs, since=act.now)


@action("group_member.left")
def end_member(act: Act, member: GroupMember) -> GroupMember:
    """Leave a group, or end somebody's seat by an office of the body."""
    member = GroupMember.objects.select_for_update().get(pk=member.pk)
    if member.ended is not None:
        raise Conflict(_("This seat has ended already."))
    if not holds_office(act.actor) and member.person_id != act.person_id:
        raise NotAllowed(_("You may not end this seat."), do=_("Ask the office that runs the group."))
    member.ended = act.now
    member.save(update_fields=["ended"])
    return member


@action("group_meeting.called", level="group")
def call_meeting(act: Act, group: Group, *, on: date, agenda: str) -> GroupMeeting:
    """Call a meeting with its agenda; a past day is allowed, for meetings that were held before."""
    required(agenda=agenda)
    found = _open(group)
    _refuse_outsider(act, found)
    _refuse_names(found, agenda=agenda)
    act.because(found)
    act.note(on=on.isoformat())
    return GroupMeeting.objects.create(group=found, on=on, agenda=agenda.strip(), called=act.now)


@action("group_meeting.minuted", level="group")
def write_minutes(
    act: Act, meeting: GroupMeeting, *, minutes: str, present: int, follow_ups: Sequence[FollowUp] = ()
) -> GroupMeeting:  # fmt: skip
    """Publish the minutes; every follow-up becomes a task of the body with its owner and day.

    Minutes that were published are not overwritten: what is to be corrected is said in the next ones.
    """
    required(minutes=minutes)
    found = GroupMeeting.objects.select_for_update().select_related("group").get(pk=meeting.pk)
    _refuse_outsider(act, found.group)
    if found.minuted is not None:
        raise Conflict(_("These minutes are published."), do=_("Correct them in the minutes of the next meeting."))
    fields = {"present": _("Give how many were there.")} if present < 1 else {}
    voted = max((one.votes for one in found.decisions.all()), default=0)
    if 1 <= present < voted:
        fields["present"] = _("%(n)s voted in this meeting, so at least as many were there.") % {"n": voted}
    if found.on > timezone.localdate(act.now):
        fields["minutes"] = _("This meeting has not been held yet.")
    refuse(fields, _("These minutes cannot be published yet."))
    _refuse_names(found.group, minutes=minutes, follow_ups=" ".join(one[0] for one in follow_ups))
    found.minutes, found.present, found.minuted = minutes.strip(), present, act.now
    found.save(update_fields=["minutes", "present", "minuted"])
    for number, (title, owner, due) in enumerate(follow_ups):
        words = _("Agreed by “%(group)s”.") % {"group": found.group.name}
        task = make_task(act.by.also(f"task-{number}"), BODY, title, words, owner=owner, due=due, because=[found])
        found.tasks.add(task)
    act.because(found.group)
    act.note(present=present, follow_ups=len(follow_ups))
    return found


@action("group_decision.recorded", level="group")
def decide(
    act: Act, meeting: GroupMeeting, *, text: str, votes_for: int, votes_against: int, abstained: int,
    dissent: str = "", project: Project | None = None,
) -> GroupDecision:  # fmt: skip
    """Record what a meeting decided with its votes. Whoever was against is heard: ``dissent`` is asked for then."""
    required(text=text)
    meeting = GroupMeeting.objects.select_for_update().select_related("group").get(pk=meeting.pk)
    _refuse_outsider(act, _open(meeting.group))
    fields = {}
    if meeting.on > timezone.localdate(act.now):
        fields["text"] = _("This meeting has not been held yet.")
    if min(votes_for, votes_against, abstained) < 0 or votes_for + votes_against + abstained == 0:
        fields["votes_for"] = _("Give the votes as they were counted.")
    elif meeting.present is not None and votes_for + votes_against + abstained > meeting.present:
        fields["votes_for"] = _("These are more votes than people were there (%(n)s).") % {"n": meeting.present}
    if votes_against > 0 and not dissent.strip():
        fields["dissent"] = _("Somebody voted against: write what they said.")
    if project is not None and meeting.group.kind != Group.Kind.BOARD:
        fields["project"] = _("Only a board approves projects.")
    refuse(fields, _("This decision cannot be recorded yet."))
    _refuse_names(meeting.group, text=text, dissent=dissent)
    made = GroupDecision.objects.create(
        meeting=meeting, project=project, text=text.strip(), votes_for=votes_for, votes_against=votes_against,
        abstained=abstained, dissent=dissent.strip(), recorded=act.now,
    )  # fmt: skip
    act.because(meeting, project)
    act.note(passed=made.passed, votes_for=votes_for, votes_against=votes_against, abstained=abstained)
    return made


@action("group_output.published", level="group")
def publish_output(
    act: Act, group: Group, *, title: str, text: str = "", url: str = "", file: Any = None
) -> GroupOutput:  # fmt: skip
    """Publish what a group made: a link, a file of at most 20 MiB, or both."""
    required(title=title)
    _refuse_outsider(act, group)
    fields = {}
    if not url and not file:
        fields["url"] = _("Give an address or a file.")
    if url and not url.startswith(("https://", "http://")):
        fields["url"] = _("This is no web address. Write it from https:// on.")
    if file and file.size > LARGEST:
        fields["file"] = _("This file is larger than 20 MiB.")
    refuse(fields, _("This cannot be published yet."))
    _refuse_names(group, title=title, text=text, url=url, file=file.name if file else "")
    made = GroupOutput(group=group, title=title.strip(), text=text.strip(), url=url, published=act.now)
    if file:
        made.sha256 = hashlib.sha256(b"".join(file.chunks())).hexdigest()
        made.file_name = file.name[:200]
        made.file = file
    made.save()
    act.because(group)
    act.note(sha256=made.sha256)
    return made


def holds_office(actor: Any) -> bool:
    """Whether the actor acts for the body, by appointment or by an office."""
    return not roles_of(actor, BODY).isdisjoint(OF_BODY)


def may_work_in(actor: Any, group: Group) -> bool:
    """Members and the offices of the body call meetings, write minutes and publish."""
    if actor.person_id is None or not may(actor, BODY, "group_meeting.called"):
        return False
    return holds_office(actor) or group.members.filter(person_id=actor.person_id, ended=None).exists()


def _refuse_outsider(act: Act, group: Group) -> None:
    if not may_work_in(act.actor, group):
        raise NotAllowed(_("This is for the members of the group."), do=_("Ask its chair to seat you."))


def _refuse_names(group: Group, **texts: str) -> None:
    """Minutes are public and residents are not named in public."""
    residents = Person.objects.filter(working_groups__group=group, group=PersonGroup.RESIDENTS).exclude(display_name="")
    names = residents.values_list("display_name", flat=True)
    words = _("This names a resident, and everybody can read it. Write “a resident” instead.")
    refuse(
        {field: words for field, text in texts.items() if any(_names(name, text) for name in names)},
        _("Nothing was published."),
    )


def _names(name: str, text: str) -> bool:
    """Whether the name stands in the text by itself, not inside a longer word."""
    return re.search(rf"(?<!\w){re.escape(name.strip().casefold())}(?!\w)", text.casefold()) is not None


def _open(group: Group) -> Group:
    found = Group.objects.select_for_update().get(pk=group.pk)
    if found.closed is not None:
        raise Conflict(_("This group is closed."), do=_("Open a new one if there is more to do."))
    return found
