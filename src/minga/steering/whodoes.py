"""Which role acts at which step, read from the table of permissions, and where nobody can act. Reads only."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from minga.projects.models import BodySeat, Membership, Project
from minga.projects.queries import office_holders
from minga.projects.roles import SIGNED_IN, TABLE, VISITOR, BodyRole, Role
from minga.projects.steps import STEPS, Step
from minga.register.happened import WORDS

EVERYBODY = {VISITOR, SIGNED_IN}
DECIDING = "gate.decided"


@dataclass(frozen=True, slots=True)
class Act:
    """Something that a step needs, and who may do it; ``everybody``: it takes no role."""

    action: str
    words: str
    roles: tuple[str, ...]
    everybody: bool


@dataclass(frozen=True, slots=True)
class Gap:
    """A step of a project that nobody can do as the roles are given out."""

    step: int
    words: str
    roles: tuple[str, ...]


def acts(step: Step) -> list[Act]:
    """What the step's gate asks for, and the gate itself; a need that is there twice is named once."""
    needs = {need.action: need.label for need in step.evidence} | {DECIDING: _("Decide the gate")}
    return [
        Act(action, words, _granted(action), bool(EVERYBODY & set(TABLE.get(action, ()))))
        for action, words in needs.items()
    ]


def _granted(action: str) -> tuple[str, ...]:
    allowed = TABLE.get(action, ())
    return tuple(role for role in Role.values if role in allowed)


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """A role: how many of each step's acts are its own, and how many people hold it in projects that are open."""

    role: str
    label: str
    cells: tuple[int, ...]
    people: int


def matrix() -> list[MatrixRow]:
    """Rows are the roles of projects, cells the eight steps: to how many of a step's acts the role is admitted."""
    of_steps = [acts(step) for step in STEPS.values()]
    return [
        MatrixRow(
            role.value,
            str(role.label),
            tuple(sum(1 for act in found if role.value in act.roles or act.everybody) for found in of_steps),
            _holders(role),
        )
        for role in Role
    ]


def _holders(role: Role) -> int:
    seats = Membership.objects.filter(role=role, ended=None, project__outcome=Project.Outcome.OPEN)
    return seats.values("person").distinct().count()


def gaps(project: Project) -> list[Gap]:
    """From the step where the project stands on: what needs a role that nobody holds. An overseer is always needed."""
    if project.outcome != Project.Outcome.OPEN:
        return []
    held = set(project.memberships.filter(ended=None).values_list("role", flat=True))
    found = [
        Gap(step.number, act.words, act.roles)
        for step in STEPS.values()
        if step.number >= project.step
        for act in acts(step)
        if not act.everybody and act.roles and not held & set(act.roles)
    ]
    if Role.OVERSEER.value not in held:
        found.insert(0, Gap(project.step, _("Nobody watches this project"), (Role.OVERSEER.value,)))
    return found


def role_names(roles: Iterable[str]) -> str:
    return ", ".join(str(Role(role).label) for role in roles)


@dataclass(frozen=True, slots=True)
class Office:
    """An office of the body: who holds it now, and what its table row admits it to."""

    role: str
    label: str
    seats: tuple[BodySeat, ...]
    may: tuple[str, ...]


def offices() -> list[Office]:
    """The three offices in their order, held or not."""
    held = office_holders()
    return [
        Office(role.value, str(role.label), tuple(seat for seat in held if seat.role == role), _may(role.value))
        for role in BodyRole
    ]


def _may(role: str) -> tuple[str, ...]:
    """What an office is admitted to beyond everybody, as the ledger page words it."""
    own = (action for action, roles in TABLE.items() if role in roles)
    return tuple(str(WORDS.get(action, action)) for action in own)
