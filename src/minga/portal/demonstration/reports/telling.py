"""What every part of the second story needs: its words, its days, and chance that falls alike each time."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from heapq import heappop, heappush
from itertools import count
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from minga.deliver.lots import lot
from minga.portal.demonstration.data import WEEKS
from minga.portal.demonstration.teller import Teller, read
from minga.projects.models import Project

CHAIN = str(uuid5(NAMESPACE_URL, "minga/demonstration/reports"))
FIRST_DAY = 10
LAST_DAY = WEEKS * 7 - FIRST_DAY - 1
LANGUAGES = ("en", "es")
NONE = "none"


class Story:
    """A project of its own, told by the same people."""

    def __init__(self, t: Teller) -> None:
        self.t, self.words, self.cases = t, t.words, read("reports_cases.toml")

    @property
    def project(self) -> Project:
        return self.t.project

    def at(self, day: float) -> None:
        """Move to ``day``; its fraction falls into the ten hours from eight in the morning."""
        self.t.at(int(day))
        self.t.moment += timedelta(hours=10 * (day % 1) - 1)

    def day_of(self, moment: datetime) -> float:
        """The day of the story on which ``moment`` lies."""
        return (moment - self.t.start) / timedelta(days=1)


def chance(purpose: str, name: object) -> float:
    """A number in [0, 1) that is the same each time the story is told."""
    return lot("reports", purpose, str(name))


def one_of[Thing](things: Sequence[Thing], purpose: str, name: object) -> Thing:
    return things[int(chance(purpose, name) * len(things))]


def by_share(things: Sequence[Mapping[str, Any]], share: str, purpose: str, name: object) -> Mapping[str, Any]:
    """One of ``things``, each as likely as its ``share``."""
    left = chance(purpose, name) * sum(thing[share] for thing in things)
    for thing in things:
        left -= thing[share]
        if left < 0:
            return thing
    return things[-1]


class Calendar:
    """What is going to happen, day by day; what happens may bring more."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self._waiting: list[tuple[float, int, Callable[[], None]]] = []
        self._order = count()

    def add(self, day: float, happens: Callable[[], None]) -> None:
        """Let something happen on ``day``; what would lie beyond the last day is left for whoever looks."""
        if day < LAST_DAY:
            heappush(self._waiting, (day, next(self._order), happens))

    def run(self) -> None:
        while self._waiting:
            day, _order, happens = heappop(self._waiting)
            self.story.at(day)
            happens()
