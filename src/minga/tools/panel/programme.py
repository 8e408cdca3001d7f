"""The integer and linear programmes, solved by HiGHS through SciPy (one thread, no randomness)."""

from __future__ import annotations

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_array, eye_array, hstack, vstack

from minga.tools.panel.model import PanelError
from minga.tools.panel.space import Floats, Space

DONE, INFEASIBLE = 0, 2


def best_panel(space: Space, weights: Floats, rough: float = 0.0) -> Floats | None:
    """The feasible panel (counts per kind) with the largest sum of weights; None where no panel is feasible.

    ``rough`` is how far from the best it may be, as a share. Raises PanelError when the solver gives up.
    """
    scale = float(np.abs(weights).max()) or 1.0
    for presolve in (True, False):
        found = milp(
            -1000.0 * weights / scale,
            integrality=np.ones(len(space.kinds)),
            bounds=Bounds(space.least, space.most),
            constraints=LinearConstraint(space.rows, space.low, space.high),
            options={"mip_rel_gap": rough, "presolve": presolve},
        )
        if found.status in (DONE, INFEASIBLE):
            break
    if found.status == INFEASIBLE:
        return None
    if found.x is None:
        raise PanelError(f"The solver stopped without a panel ({found.message}). Widen the quotas or report this pool.")
    counts: Floats = np.round(found.x)
    return counts


def nearest(space: Space, point: Floats) -> Floats:
    """The fractional panel with the smallest sum of differences from ``point``; no kind at 0 comes back."""
    kinds = len(point)
    rows, identity = space.rows, eye_array(kinds)
    blank = csr_array((rows.shape[0], kinds))
    matrix = vstack([hstack([rows, blank]), hstack([-rows, blank]), hstack([identity, -identity])])
    matrix = vstack([matrix, hstack([-identity, -identity])], format="csr")
    most = np.where(point <= 0.0, 0.0, space.most)
    found = linprog(
        np.r_[np.zeros(kinds), np.ones(kinds)],
        A_ub=matrix,
        b_ub=np.r_[space.high, -space.low, point, -point],
        bounds=np.c_[np.zeros(2 * kinds), np.r_[most, np.full(kinds, np.inf)]],
        method="highs-ds",
    )
    return point if found.x is None else found.x[:kinds]


class Relaxed:
    """The linear programme over fractional panels, in which probabilities bound those of the real ones."""

    def __init__(self, space: Space) -> None:
        self._kinds = len(space.kinds)
        equal = space.low == space.high
        upper = ~equal
        self._spread = vstack([space.rows[upper], -space.rows[upper]])
        self._spread_high = np.r_[space.high[upper], -space.low[upper]]
        self._equal, self._equal_to = space.rows[equal], space.low[equal]
        self._sizes = space.sizes
        self._bounds = np.c_[space.least, space.most]

    def raise_lowest(self, fixed: Floats) -> tuple[float, Floats, Floats]:
        """Maximise the lowest probability among kinds whose ``fixed`` is NaN, the others keeping theirs.

        Returns (that probability, counts, how much each kind's row holds it down).
        """
        free = np.isnan(fixed)
        floor = np.where(free, 0.0, fixed) * self._sizes
        identity = csr_array(np.eye(self._kinds))
        rise = csr_array(np.where(free, self._sizes, 0.0)[:, None])
        blank = csr_array((self._spread.shape[0], 1))
        matrix = vstack([_beside(-identity, rise), _beside(self._spread, blank)])
        found = linprog(
            np.r_[np.zeros(self._kinds), -1.0],
            A_ub=matrix,
            b_ub=np.r_[-floor, self._spread_high],
            A_eq=_beside(self._equal, csr_array((self._equal.shape[0], 1))),
            b_eq=self._equal_to,
            bounds=np.vstack([self._bounds, [-1.0, 2.0]]),
            method="highs-ds",
        )
        if found.x is None:
            raise PanelError(f"The solver stopped ({found.message}). Widen the quotas or report this pool.")
        return float(found.x[-1]), found.x[:-1], -found.ineqlin.marginals[: self._kinds] * self._sizes


def _beside(left: csr_array, right: csr_array) -> csr_array:
    return hstack([left, right], format="csr")


class Master:
    """The distribution over known panels: probabilities of the panels, found by a linear programme."""

    def __init__(self, space: Space) -> None:
        self.sizes = space.sizes
        self.panels: list[Floats] = []
        self._known: set[bytes] = set()

    def add(self, panel: Floats) -> bool:
        """Whether the panel was new."""
        key = panel.astype(np.int64).tobytes()
        if key in self._known:
            return False
        self._known.add(key)
        self.panels.append(panel)
        return True

    def shares(self) -> Floats:
        """Kinds x panels: the chance of each person of a kind, once that panel is drawn."""
        return np.array(self.panels).T / self.sizes[:, None]

    def solve(self, rises: Floats, floor: Floats) -> tuple[float, Floats, Floats]:
        """Maximise z with probability >= ``floor`` + ``rises`` * z for every kind.

        Returns (z, chance of each known panel, multiplier of each kind).
        """
        shares = self.shares()
        count = shares.shape[1]
        found = linprog(
            np.r_[np.zeros(count), -1.0],
            A_ub=np.c_[-shares, rises],
            b_ub=-floor,
            A_eq=np.r_[np.ones(count), 0.0][None, :],
            b_eq=[1.0],
            bounds=np.r_[np.tile([0.0, 1.0], (count, 1)), [[-2.0, 2.0]]],
            method="highs-ds",
        )
        if found.x is None:
            raise PanelError(f"The solver stopped ({found.message}). Widen the quotas or report this pool.")
        return float(found.x[-1]), np.maximum(found.x[:-1], 0.0), -found.ineqlin.marginals

    def fill(self, target: Floats) -> tuple[float, Floats, Floats]:
        """Maximise the mass of a mixture in which no kind's chance exceeds ``target``: (mass, chances, prices)."""
        panels = np.array(self.panels).T
        found = linprog(-np.ones(panels.shape[1]), A_ub=panels, b_ub=target * self.sizes, method="highs-ds")
        if found.x is None:
            raise PanelError(f"The solver stopped ({found.message}). Widen the quotas or report this pool.")
        return -float(found.fun), np.maximum(found.x, 0.0), -found.ineqlin.marginals
