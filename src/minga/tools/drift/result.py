"""What a watch found, in figures and in words."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

from minga.tools.drift.calibration import Calibration
from minga.tools.drift.statistics import Ks, Psi

Verdict = Literal["steady", "watch", "alert", "not_enough"]
ORDER: tuple[Verdict, ...] = ("not_enough", "steady", "watch", "alert")


def worst(verdicts: list[Verdict]) -> Verdict:
    return max(verdicts, key=ORDER.index, default="not_enough")


@dataclass(frozen=True, slots=True)
class Share:
    """``count`` of ``of`` with its Wilson 95 % interval; None where fewer than the minimum stand behind it."""

    count: int
    of: int
    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Rang:
    """Page-Hinkley: the mean rank moved ``direction``; noticed on ``noticed``, probably begun on ``began``.

    Days, or "row 1,200" where the table has no dates.
    """

    direction: str
    noticed: str
    began: str


@dataclass(frozen=True, slots=True)
class Series:
    """One column: ``kind`` is output, feature or group, ``type`` number or category. ``p`` is the smallest of its
    tests times their number, ``p_adjusted`` after Holm over everything that was compared."""

    name: str
    kind: str
    type: str
    reference: int
    window: int
    verdict: Verdict
    sentence: str
    psi: Psi | None = None
    ks: Ks | None = None
    chi_square_p: float | None = None
    p: float | None = None
    p_adjusted: float | None = None
    page_hinkley: Rang | None = None


@dataclass(frozen=True, slots=True)
class Moved:
    """One share before and now, of all or of one group; ``difference`` = now - before with Newcombe's 95 % interval."""

    rate: str
    attribute: str
    group: str
    reference: Share
    window: Share
    verdict: Verdict
    sentence: str
    difference: float | None = None
    low: float | None = None
    high: float | None = None
    p: float | None = None
    p_adjusted: float | None = None


@dataclass(frozen=True, slots=True)
class Fit:
    """Calibration before and now; judged by whether probabilities became too high or too low."""

    reference: Calibration
    window: Calibration
    verdict: Verdict
    sentence: str
    difference: float | None = None
    p: float | None = None
    p_adjusted: float | None = None


@dataclass(frozen=True, slots=True)
class Gap:
    """The largest difference between two groups in one share, with Newcombe's 95 % interval.

    It is the largest of several, so the interval is too narrow where there are many groups.
    """

    rate: str
    attribute: str
    highest: str
    lowest: str
    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Month:
    """One month of the window; "" holds the rows without a date. ``coverage`` is the share that was answered."""

    month: str
    rows: int
    coverage: Share
    shares: dict[str, Share]
    calibration: Calibration
    groups: dict[str, dict[str, dict[str, Share]]]
    gaps: tuple[Gap, ...]


@dataclass(frozen=True, slots=True)
class Alert:
    """A verdict of watch or alert with cases behind it: ``cases`` drawn at random from ``of`` in the window."""

    about: str
    verdict: Verdict
    sentence: str
    where: str
    of: int
    cases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Watched:
    """The whole finding. ``verdict`` is the worst of all. ``rows`` accounts for both tables: in = used + rejected +
    failed. ``settings`` holds every bound. ``notes`` says what was left out and how to read it."""

    verdict: Verdict
    sentence: str
    series: tuple[Series, ...]
    rates: tuple[Moved, ...]
    calibration: Fit
    gaps: tuple[Gap, ...]
    months: tuple[Month, ...]
    alerts: tuple[Alert, ...]
    compared: int
    rows: dict[str, Any]
    settings: dict[str, Any]
    notes: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        return asdict(self)
