"""What happens to a task: made, given, taken, done with evidence, dropped with a reason."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from minga.instruments import queries
from minga.instruments.definition import Duty, cited, say
from minga.instruments.models import ChosenSet
from minga.ledger.action import BODY, Act, Actor, action
from minga.ledger.refusals import Blocked, Conflict, Invalid, NotAllowed, required
from minga.people.models import Person
from minga.projects.models import Project, Task
from minga.projects.roles import SIGNED_IN, VISITOR, permits, roles_of
from minga.projects.screens import is_of_a_step


@action("task.made")
def make_task(
    act: Act, title: str, text: str = "", wanted: str = "", due: date | None = None, owner: Person | None = None,
    skills: str = "", open_to_all: bool = False, because: Iterable[Any] = (),
) -> Task:  # fmt: skip
    """Put a thing to do on the board of a project or of the body. ``wanted``: what shows that it was done."""
    required(title=title)
    act.because(*because)
    act.note(open_to_all=open_to_all, due=due.isoformat() if due else "")
    return Task.objects.create(
        project=_project(act), title=title[:300], text=text, wanted=wanted, due=due, owner=owner, skills=skills,
        open_to_all=open_to_all, language=get_language() or "en", made=act.now,
    )  # fmt: skip


@action("tasks.derived")
def derive_tasks(act: Act, set_id: str, duties: Iterable[Duty], about: str = "", because: Iterable[Any] = ()) -> Task:
    """Keep the tasks of a set in step with its duties: new ones are made, open ones that no longer follow dropped.

    What is done stays done. The words are those of the duty today, in the language of this request. The entry is
    about the first task that changed; where none does this raises Invalid.
    """
    project, language = _project(act), get_language() or "en"
    held = Task.objects.filter(project=project, set=set_id, about=about).exclude(state=Task.State.DROPPED)
    kept = {task.duty: task for task in held}
    wanted = {duty.id: duty for duty in duties}
    new = [_follow(act, project, set_id, about, duty, language) for id, duty in wanted.items() if id not in kept]
    gone = [task for id, task in kept.items() if id not in wanted and task.state == Task.State.OPEN]
    for task in gone:
        _close(act, task, Task.State.DROPPED, _("The answers changed, and this no longer follows from them."), "")
    if not new and not gone:
        raise Invalid(_("The tasks follow from the answers already."))
    act.because(*because, *new)
    act.note(set=set_id, made=[task.duty for task in new], dropped=[task.duty for task in gone])
    return [*new, *gone][0]


def drop_duties(act: Act, dropped: ChosenSet, reason: str) -> None:
    """Close the open duties of a set that a project or the body asks no longer; part of the action that drops it.

    Duties stay where a step asks for the set anyway, and where the answers are about something else than the place.
    """
    project = _project(act)
    elsewhere = (dropped.about_kind, dropped.about_id) != queries.about_of(act.place)
    if elsewhere or (project and is_of_a_step(project, dropped.set)):
        return
    rows = Task.objects.select_for_update().filter(project=project, set=dropped.set, about="", state=Task.State.OPEN)
    tasks = list(rows.exclude(duty=""))
    words = _("The question set that it follows from is no longer asked here.")
    for task in tasks:
        _close(act, task, Task.State.DROPPED, " ".join(filter(None, (words, reason))), "")
    act.note(tasks_dropped=[task.duty for task in tasks])


def _follow(act: Act, project: Project | None, set_id: str, about: str, duty: Duty, language: str) -> Task:
    return Task.objects.create(
        project=project, set=set_id, duty=duty.id, about=about, title=say(duty.text, language)[:300],
        text=say(duty.help, language), wanted=say(duty.evidence, language), source=cited(duty.source, language)[:300],
        due=(act.now + timedelta(days=duty.days)).date() if duty.days else None, language=language, made=act.now,
    )  # fmt: skip


@action("task.assigned")
def assign_task(act: Act, task: Task, owner: Person | None, due: date | None = None) -> Task:
    """Give an open task to somebody (None: to nobody yet), until a day."""
    found = _open(act, task)
    found.owner, found.due = owner, due
    found.save(update_fields=["owner", "due"])
    act.note(assigned=owner is not None, due=due.isoformat() if due else "")
    return found


@action("task.taken")
def take_task(act: Act, task: Task) -> Task:
    """Take an open task oneself: one that is open to all, or one of a project or body in which one has a part."""
    found = _open(act, task)
    if found.owner_id is not None:
        raise Conflict(_("Somebody has taken this task."), do=_("Choose another, or offer them your help."))
    if not may_take(act.actor, found):
        raise NotAllowed(_("This task is for people of the project."), do=_("Choose one that is open to all."))
    found.owner_id = act.person_id
    found.save(update_fields=["owner"])
    return found


@action("task.given_back")
def give_back_task(act: Act, task: Task) -> Task:
    """Leave a task that one took to somebody else. No reason is asked."""
    found = _open(act, task)
    if found.owner_id is None or found.owner_id != act.person_id:
        raise NotAllowed(_("Only its owner gives a task back."), do=_("Ask whoever leads to give it to somebody else."))
    found.owner = None
    found.save(update_fields=["owner"])
    return found


@action("task.done")
def finish_task(act: Act, task: Task, evidence: str, evidence_url: str = "", credit: str = "") -> Task:
    """Close a task with what shows that it was done. Its owner does it, or whoever may give tasks away.

    ``credit``: the name under which the person who did it wants to be thanked in public; "" for none.
    """
    required(evidence=evidence)
    found = _open(act, task)
    if found.owner_id != act.person_id and not permits(act.actor, act.place, "task.assigned"):
        raise NotAllowed(_("Only its owner can say that a task is done."), do=_("Take the task first."))
    if evidence_url and not evidence_url.startswith(("https://", "http://")):
        words = _("This is no web address. Write it from https:// on.")
        raise Invalid(words, fields={"evidence_url": words})
    if credit.strip() and not may_be_thanked(act.actor, found):
        words = _("Only whoever did the task says how they are thanked.")
        raise Invalid(words, fields={"credit": words})
    found.credit = credit.strip()[:120]
    _close(act, found, Task.State.DONE, evidence, evidence_url)
    act.because(found)
    return found


@action("task.credited")
def change_credit(act: Act, task: Task, credit: str = "") -> Task:
    """Be thanked in public for a task one did under another name, or ("") under none any more."""
    found = Task.objects.select_for_update().get(pk=task.pk)
    if found.project_id != getattr(_project(act), "pk", None):
        raise Conflict(_("This task belongs elsewhere."))
    if found.state != Task.State.DONE:
        raise Blocked(_("This task is not done."), do=_("Say first that it is done."))
    if not may_be_thanked(act.actor, found):
        raise NotAllowed(_("Only whoever did the task says how they are thanked."))
    found.credit = credit.strip()[:120]
    found.save(update_fields=["credit"])
    act.note(named=bool(found.credit))
    return found


@action("task.dropped")
def drop_task(act: Act, task: Task, reason: str) -> Task:
    """Close a task that will not be done, with the reason; the reason is public."""
    required(reason=reason)
    found = _open(act, task)
    _close(act, found, Task.State.DROPPED, reason, "")
    act.note(reason=reason)
    return found


def may_take(actor: Actor, task: Task) -> bool:
    """Whether the task is open to all who are signed in, or belongs where the actor has a part."""
    if actor.person_id is None:
        return False
    return task.open_to_all or bool(roles_of(actor, task.project or BODY) - {SIGNED_IN, VISITOR})


def may_be_thanked(actor: Actor, task: Task) -> bool:
    """Whether somebody did the task: its owner, or whoever closes or closed one that nobody had taken."""
    if actor.person_id is None:
        return False
    return actor.person_id == (task.owner_id or task.closed_by_id or actor.person_id)


def _project(act: Act) -> Project | None:
    return act.place if isinstance(act.place, Project) else None


def _open(act: Act, task: Task) -> Task:
    found = Task.objects.select_for_update().get(pk=task.pk)
    if found.project_id != getattr(_project(act), "pk", None):
        raise Conflict(_("This task belongs elsewhere."))
    if found.state != Task.State.OPEN:
        raise Blocked(_("This task is closed."), do=_("Make a new one if there is more to do."))
    return found


def _close(act: Act, task: Task, state: str, evidence: str, url: str) -> None:
    task.state, task.evidence, task.evidence_url = state, evidence, url
    task.closed, task.closed_by_id = act.now, act.person_id
    task.save(update_fields=["state", "evidence", "evidence_url", "credit", "closed", "closed_by"])
