"""What people read before they vote on a criterion: its frozen parts in plain words.

The room above knows what a measure and a dataset are; it says so through ``tell_with``, so that nothing here
imports it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from minga.engage.models import Ballot
from minga.projects.models import Project


@dataclass(frozen=True, slots=True)
class Part:
    """One frozen part of a criterion. ``value`` is what stands in the source, such as a hash."""

    label: str
    text: str
    href: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class Frozen:
    """A criterion of a ballot: its sentence, its parts in words, and the exact parameters."""

    sentence: str
    parts: tuple[Part, ...]
    params: Mapping[str, Any]


Teller = Callable[[Project, Mapping[str, Any]], list[Part]]
_tellers: list[Teller] = []


def tell_with(teller: Teller) -> None:
    """Set who puts the parts of a criterion into words: (project, one row of the parameters) -> parts."""
    _tellers[:] = [teller]


def told(ballot: Ballot) -> list[Frozen]:
    """What a yes binds, criterion by criterion; empty where the ballot carries no parameters."""
    return [
        Frozen(
            str(row.get("sentence", "")), tuple(part for tell in _tellers for part in tell(ballot.project, row)), row
        )
        for row in ballot.params
    ]
