"""Why no panel meets the quotas, and the smallest change after which one does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, eye_array, hstack, vstack

from minga.tools.panel.model import Member, PanelError, Quotas
from minga.tools.panel.space import Floats, Space


@dataclass(frozen=True, slots=True)
class Relaxation:
    """One quota that has to give way: from ``low``..``high`` to ``new_low``..``new_high``."""

    feature: str
    value: str
    low: int
    high: int
    new_low: int
    new_high: int
    in_pool: int

    @property
    def sentence(self) -> str:
        if self.new_low < self.low:
            return (
                f"At most {self.new_low} of the {self.low} wanted from {self.feature} {self.value!r} can be had "
                f"({self.in_pool} in the pool): lower that quota to {self.new_low}, or recruit more of them."
            )
        return (
            f"At least {self.new_high} from {self.feature} {self.value!r} are needed where at most {self.high} are "
            f"allowed ({self.in_pool} in the pool): raise that quota to {self.new_high}, or recruit more of the others."
        )

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "sentence": self.sentence}


class Infeasible(PanelError):
    """No panel meets all quotas. ``relaxations`` is a smallest set of changes; ``conflict`` the quotas that clash."""

    def __init__(self, message: str, relaxations: Sequence[Relaxation], conflict: Sequence[tuple[str, str]]) -> None:
        super().__init__(message)
        self.relaxations = tuple(relaxations)
        self.conflict = tuple(conflict)

    def as_json(self) -> dict[str, Any]:
        return {
            "error": str(self),
            "relaxations": [relaxation.as_json() for relaxation in self.relaxations],
            "conflict": [{"feature": feature, "value": value} for feature, value in self.conflict],
        }


def explain(space: Space, pool: Sequence[Member], quotas: Quotas) -> Infeasible:
    """The error to raise for a space without feasible panels."""
    if float(space.most.sum()) < space.size or (space.one_per_household and _homes(pool) < space.size):
        whom = "households" if space.one_per_household else "people"
        count = _homes(pool) if space.one_per_household else len(pool)
        return Infeasible(f"The pool has {count} {whom}, a panel of {space.size} needs more. Recruit more.", (), ())
    needed = _slack(space)
    if needed is None:
        return Infeasible(_too_small(pool, space), (), ())
    relaxations = _relaxations(space, needed, pool, quotas)
    conflict = _conflict(space)
    clash = ", ".join(f"{feature} {value!r}" for feature, value in conflict)
    sentences = " ".join(relaxation.sentence for relaxation in relaxations)
    return Infeasible(
        f"No panel of {space.size} meets all quotas. These cannot hold together: {clash}. "
        f"The smallest change that helps: {sentences}",
        relaxations,
        conflict,
    )


def _too_small(pool: Sequence[Member], space: Space) -> str:
    return f"A panel of {space.size} cannot be made from the {len(pool)} people of the pool. Recruit more."


def _homes(pool: Sequence[Member]) -> int:
    return len({("home", member.household) if member.household else ("person", member.id) for member in pool})


def _slack(space: Space) -> tuple[Floats, Floats] | None:
    """By how much each quota must be lowered and raised, in total least; None where none helps."""
    quotas, rows = len(space.names), space.rows.shape[0]
    width = len(space.kinds)
    give = vstack([eye_array(quotas), csr_array((rows - quotas, quotas))])
    matrix = hstack([space.rows, give, -give], format="csr")
    cost = np.r_[np.zeros(width), np.ones(2 * quotas)]
    upper = np.r_[space.most, np.full(2 * quotas, float(space.size))]
    found = milp(
        cost,
        integrality=np.ones(len(cost)),
        bounds=Bounds(np.zeros(len(cost)), upper),
        constraints=LinearConstraint(matrix, space.low, space.high),
        options={"mip_rel_gap": 0.0},
    )
    if found.x is None:
        return None
    slack = np.round(found.x[width:])
    return slack[:quotas], slack[quotas:]


def _relaxations(
    space: Space, needed: tuple[Floats, Floats], pool: Sequence[Member], quotas: Quotas
) -> list[Relaxation]:
    found = []
    for place, (feature, value) in enumerate(space.names):
        down, up = int(needed[0][place]), int(needed[1][place])
        if not down and not up:
            continue
        low, high = quotas[feature][value]
        have = sum(member.features[feature] == value for member in pool)
        found.append(Relaxation(feature, value, low, high, low - down, high + up, have))
    return found


def _conflict(space: Space) -> list[tuple[str, str]]:
    """A smallest set of quotas, in the sense that without any one of them a panel exists (deletion filter)."""
    kept = list(range(len(space.names)))
    for place in list(kept):
        trial = [other for other in kept if other != place]
        if not _possible(space, trial):
            kept = trial
    return [space.names[place] for place in kept]


def _possible(space: Space, quotas: Sequence[int]) -> bool:
    low, high = space.low.copy(), space.high.copy()
    dropped = [place for place in range(len(space.names)) if place not in set(quotas)]
    low[dropped], high[dropped] = 0.0, float(space.size)
    found = milp(
        np.zeros(len(space.kinds)),
        integrality=np.ones(len(space.kinds)),
        bounds=Bounds(space.least, space.most),
        constraints=LinearConstraint(space.rows, low, high),
    )
    return found.x is not None
