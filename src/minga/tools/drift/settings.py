"""What can be chosen about a watch, and the names of the columns it reads."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from minga.tools.base import ToolError

ROLES = ("case", "at", "proposal", "probability", "abstained", "truth", "determination", "appealed", "low", "high")
GROUP_PREFIX = "group_"


class DriftError(ToolError):
    """A watch cannot be kept over what was given. The message says what, the likely cause and what to do."""


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a table of advice, one row per piece of advice. Only ``case`` must be there.

    ``at``            day of the advice: a date, a time, or text such as 2026-03-14 or 2026-03; or a column ``month``
    ``proposal``      what the tool said; empty where it abstained (or ``abstained`` says so)
    ``probability``   0 to 1, that the proposal is right
    ``truth``         what was right, where it is known
    ``determination`` accept, edit, reject or cannot_tell; edit and reject count as overruled
    ``appealed``      yes or no, empty where the time for it is not over
    ``low``, ``high`` interval of a proposed number, for the share of truths inside
    ``groups``        columns of groups; () takes those whose name begins with "group_"
    ``features``      columns of features; () takes all that have no other role
    ``categories``    features that are categories although they look like numbers, such as codes
    """

    case: str = "case"
    at: str = "at"
    proposal: str = "proposal"
    probability: str = "probability"
    abstained: str = "abstained"
    truth: str = "truth"
    determination: str = "determination"
    appealed: str = "appealed"
    low: str = "low"
    high: str = "high"
    groups: tuple[str, ...] = ()
    features: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Settings:
    """``bins``: quantile bins of PSI, fixed on the reference. The other fields:

    psi_watch, psi_alert     conventions of the trade, not tests: under .1 little, .1 to .25 some, .25 and more a lot
    rate_watch, rate_alert   by how much a share must move (0.05 = 5 points); our own convention
    rate_fold                a rare outcome (the rarer of yes and no) this many times as frequent, or as rare, is to
                             be watched as well, and its square an alert; our own convention
    significance             chance of any false word over all comparisons (Holm); Page-Hinkley has as much again
    tolerance                delta of Page-Hinkley: a lasting move of the mean smaller than this is let pass, in
                             standard deviations of the ranks in the reference
    threshold                lambda of Page-Hinkley, same unit times rows; None computes it from ``significance``
    minimum                  with fewer rows on either side nothing is judged
    minimum_group            with fewer cases behind it a share is not shown and not judged
    most_categories          a column with more different values is no category and is not judged
    shown, sample, seed      how many cases an alert names, drawn from so many kept at random, with this seed
    """

    bins: int = 10
    psi_watch: float = 0.1
    psi_alert: float = 0.25
    rate_watch: float = 0.05
    rate_alert: float = 0.1
    rate_fold: float = 2.0
    significance: float = 0.01
    tolerance: float = 0.25
    threshold: float | None = None
    minimum: int = 50
    minimum_group: int = 10
    most_categories: int = 1000
    shown: int = 20
    sample: int = 20_000
    seed: int = 0
    columns: Columns = field(default_factory=Columns)

    def __post_init__(self) -> None:
        right = (
            2 <= self.bins <= 100
            and 0 < self.psi_watch <= self.psi_alert
            and 0 < self.rate_watch <= self.rate_alert <= 1
            and self.rate_fold > 1
            and 0 < self.significance < 1
            and self.tolerance > 0
            and (self.threshold is None or self.threshold > 0)
            and min(self.minimum, self.minimum_group, self.shown, self.most_categories) >= 1
            and self.sample >= self.shown
        )
        if not right:
            raise DriftError(
                "The settings of the watch do not fit together. Bounds must be positive, those for watch no higher "
                "than those for alert, significance between 0 and 1, bins 2 to 100, sample no smaller than shown, "
                "rate_fold above 1. Correct the one that was changed."
            )

    def as_json(self) -> dict[str, Any]:
        return asdict(self)
