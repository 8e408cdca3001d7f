"""What can be chosen about an opinion map, with Polis's numbers as the defaults."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, Self

Mode = Literal["minga", "polis"]


@dataclass(frozen=True, slots=True)
class Settings:
    """``mode``: "minga" finds groups that do not depend on the order of arrival and says whether they are real;
    "polis" finds them as Polis does. The other fields:

    strict            only accepted statements are shown (else also those not yet looked at)
    groups            participant -> group: use these groups instead of looking for some
    k                 force this number of groups (the best one is still reported as ``k_best``)
    resamples         how often people, statements and order are redrawn for the uncertainty; 0 leaves it out,
                      and then nothing says whether the groups are real
    seed              of every random draw
    minimum_votes     a participant with fewer votes (or statements, if there are fewer) is on the map without a group
    minimum_people    with fewer participants than this included, the most active are added
    included_before   participants who had a group before and keep it, however few their votes are now
    base              number of base clusters
    most_groups       the largest number of groups tried
    constituencies    participant -> constituency ("residents", "staff" ...)
    weights           participant -> weight, so that the participants add up to the affected population
    cut_points        at so many points in time the map is computed again, for the stability over time (0: not)
    smallest          figures of constituencies with fewer people than this are suppressed
    """

    mode: Mode = "minga"
    strict: bool = False
    groups: Mapping[Any, Any] | None = None
    k: int | None = None
    resamples: int = 0
    seed: int = 0
    minimum_votes: int = 7
    minimum_people: int = 15
    included_before: Collection[Any] = ()
    base: int = 100
    most_groups: int = 5
    constituencies: Mapping[Any, str] | None = None
    weights: Mapping[Any, float] | None = None
    cut_points: int = 0
    smallest: int = 10

    def with_k(self, k: int) -> Self:
        """The same with the number of groups forced."""
        return replace(self, k=k)
