"""Who tells the story: the moment that it has reached, the cast, and requests in their name."""

import tomllib
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

from django.utils import timezone

from minga.ledger.action import SYSTEM, Actor, By
from minga.people.models import Person
from minga.portal.demonstration.data import WEEKS, Material
from minga.projects import actions as projects
from minga.projects import queries as gates
from minga.projects.models import Project
from minga.projects.steps import STEPS

HERE = Path(__file__).parent
LAW = "example, to be confirmed by the body"
BOARD = ("lena", "flor", "dario", "rosa", "bruno")


def read(name: str) -> dict[str, Any]:
    return tomllib.loads((HERE / name).read_text(encoding="utf-8"))


class Teller:
    """``at(day)`` moves on; every action after it is said to have happened then. The ledger says it was invented."""

    project: Project

    def __init__(
        self, material: Material | None, people: dict[str, Person], *, told: str = "", first_day: int = 0
    ) -> None:
        """``told``: beginning of the names of the files of another story, which starts on ``first_day`` of this one."""
        self.given, self.people, self.name = material, people, told.rstrip("_") or "story"
        self.words, self.answers = read(f"{told}words.toml"), read(f"{told}answers.toml")
        self.start = self.moment = timezone.now() - timedelta(weeks=WEEKS) + timedelta(days=first_day)
        self.keys = count(1)

    @property
    def material(self) -> Material:
        """The calls that the first story is told on."""
        if self.given is None:
            raise LookupError(f"The story “{self.name}” has no calls for tender.")
        return self.given

    def at(self, day: float) -> None:
        """Move to ``day`` days after the start, nine in the morning."""
        self.moment = (self.start + timedelta(days=day)).replace(hour=9, minute=0, second=0, microsecond=0)

    def by(self, name: str, after: timedelta = timedelta(minutes=7)) -> By:
        """A request of one of the cast, of a new visitor ("visitor") or of the system, ``after`` the last one."""
        self.moment += after
        number = next(self.keys)
        if name == "system":
            actor = SYSTEM
        elif name == "visitor":
            actor = Actor(key=f"visitor-{self.name}-{number}", group="residents", kind="visitor")
        else:
            actor = self.people[name].actor
        return By(actor, once=f"{self.name}-{number}", happened=self.moment, history="demonstration")

    def gate(self, number: int) -> None:
        """The board says where it stands where the rule asks for it; silent groups are explained; the gate passes."""
        step = STEPS[number]
        if gates.rule_for(self.project, step).startswith("board"):
            self._positions(number)
        if step.ends_phase:
            for group in gates.silent_groups(self.project, step.phase):
                reason = self._absent(group, step.phase)
                projects.explain_absence(self.by("lena"), self.project, phase=step.phase, group=group, reason=reason)
        reason = self.words["gates"][str(number)]
        projects.decide_gate(self.by("lena"), self.project, step=number, passed=True, reason=reason)
        self.project.refresh_from_db()

    def _absent(self, group: str, phase: str) -> str:
        words = self.words["absent"]
        return str(words.get(phase, {}).get(group) or words.get(group) or words["default"])

    def _positions(self, number: int) -> None:
        dissent = self.words["dissent"].get(str(number), "")
        for name in BOARD:
            said = dissent if name == "bruno" else ""
            stand = "object" if said else "agree"
            projects.give_position(self.by(name), self.project, step=number, stand=stand, dissent=said)
