"""Goals are set and changed in public, with the reason for every change."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from minga.ledger.action import Act, action
from minga.ledger.refusals import Conflict, Invalid, required
from minga.people.models import Person
from minga.projects.models import Project, Task
from minga.steering.actions.common import refuse
from minga.steering.models import Goal, GoalChange

FIELDS = ("title", "measure", "owner", "year", "quarter", "state")


@action("goal.set")
def set_goal(
    act: Act, *, title: str, reason: str, measure: str, owner: Person, year: int, quarter: int,
    projects: Iterable[Project] = (), tasks: Iterable[Task] = (),
) -> Goal:  # fmt: skip
    """Put a goal on the roadmap, with who answers for it and how anybody can tell that it is reached."""
    required(title=title, reason=reason, measure=measure)
    _refuse_when(year, quarter)
    goal = Goal.objects.create(
        title=title.strip(), reason=reason.strip(), measure=measure.strip(), owner=owner, year=year, quarter=quarter,
        stated=act.now,
    )  # fmt: skip
    linked = list(projects)
    goal.projects.set(linked)
    goal.tasks.set(tasks)
    act.because(*linked)
    act.note(title=goal.title, year=year, quarter=quarter)
    return goal


def _refuse_when(year: int, quarter: int) -> None:
    fields = {}
    if not 2000 <= year <= 2100:
        fields["year"] = _("Write the year with four digits.")
    if quarter not in (1, 2, 3, 4):
        fields["quarter"] = _("Choose a quarter from 1 to 4.")
    refuse(fields, _("This goal has no day yet."))


@action("goal.changed")
def change_goal(
    act: Act, goal: Goal, reason: str, given: Mapping[str, Any], projects: Iterable[Project] | None = None,
    tasks: Iterable[Task] | None = None,
) -> Goal:  # fmt: skip
    """Change what is given of FIELDS, or what is linked; what was there before stays in the goal's history."""
    required(reason=reason)
    found = Goal.objects.select_for_update().get(pk=goal.pk)
    if unknown := set(given) - set(FIELDS):
        raise Invalid(_("A goal has no “%(name)s”.") % {"name": sorted(unknown)[0]})
    if not found.is_open and given.get("state") not in (Goal.State.PLANNED, Goal.State.UNDER_WAY):
        raise Conflict(_("This goal is closed."), do=_("Open it again first: set its state to “under way”."))
    required(**{name: value for name, value in given.items() if name in ("title", "measure", "state")})
    _refuse_when(given.get("year", found.year), given.get("quarter", found.quarter))
    changes = [change for name in FIELDS if name in given and (change := _change(found, name, given[name]))]
    changes += _link(found, "projects", projects) + _link(found, "tasks", tasks)
    if not changes:
        raise Invalid(_("Nothing was changed, so there is nothing to save."), do=_("Change something first."))
    found.save()
    GoalChange.objects.create(goal=found, changes=changes, reason=reason.strip(), changed=act.now)
    act.because(found)
    act.note(fields=[change["field"] for change in changes], state=found.state)
    return found


def _change(goal: Goal, name: str, value: Any) -> dict[str, str] | None:
    before = _said(goal, name)
    setattr(goal, name, value)
    after = _said(goal, name)
    return {"field": name, "old": before, "new": after} if before != after else None


def _said(goal: Goal, name: str) -> str:
    if name == "owner":
        return goal.owner.public_name
    return str(getattr(goal, name))


def _link(goal: Goal, name: str, wanted: Iterable[Any] | None) -> list[dict[str, str]]:
    if wanted is None:
        return []
    manager = getattr(goal, name)
    before = "; ".join(str(one) for one in manager.all())
    manager.set(list(wanted))
    after = "; ".join(str(one) for one in manager.all())
    return [{"field": name, "old": before, "new": after}] if before != after else []
