"""From which figure on an alert is raised: the body's own bounds, and the defaults where it wrote none. Reads only.

A bound never speaks alone: what moved must also be more than chance (docs/watch.md).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, DecimalException

from django.utils.translation import gettext as _

from minga.assess.models import Alert, AlertBound
from minga.projects.models import Project
from minga.tools.drift import Fit, Moved, Series, Settings
from minga.tools.drift.result import Verdict
from minga.web.format import decimal, percent, trimmed

Metric = Alert.Metric
COLUMNS = frozenset({Metric.FEATURE, Metric.OUTPUT, Metric.GROUP})
SHARES = frozenset({Metric.FAILED, Metric.LATE})
FOLDED = frozenset({Metric.ABSTENTION, Metric.OVERRIDE, Metric.APPEAL, Metric.RIGHT, Metric.INSIDE})
"""Rare outcomes of these raise an alert too where they are four times as frequent, or as rare."""
DRIFT = Settings()
OWN = Decimal("0.1")
"""Our own convention: more than every tenth case failed or late, groups more than ten points apart."""
RANGE = Decimal("0.001"), Decimal("0.999")
PSI_RANGE = Decimal("0.01"), Decimal(10)


@dataclass(frozen=True, slots=True)
class Bound:
    """``value`` is a PSI, or a share or difference in 0..1; ``written`` is None where it is the default."""

    metric: str
    value: Decimal
    written: AlertBound | None = None

    @property
    def words(self) -> str:
        return in_words(self.metric, self.value)


def default(metric: str) -> Decimal:
    if metric in COLUMNS:
        return Decimal(str(DRIFT.psi_alert))
    return OWN if metric in SHARES or metric.startswith("gap_") else Decimal(str(DRIFT.rate_alert))


def in_words(metric: str, value: Decimal) -> str:
    """ "PSI 0.25", "10 %" or "10 points"."""
    if metric in COLUMNS:
        return _("PSI %(value)s") % {"value": decimal(float(value), 2)}
    hundredths = round(float(100 * value), 1)
    if metric in SHARES:
        return percent(hundredths, 0 if hundredths.is_integer() else 1)
    return _("%(points)s points") % {"points": trimmed(hundredths)}


def read(metric: str, given: object) -> Decimal | None:
    """A bound as somebody wrote it; None where it is no number, or none that this metric can pass."""
    try:
        value = Decimal(str(given).strip())
    except DecimalException:
        return None
    least, most = PSI_RANGE if metric in COLUMNS else RANGE
    return round(value, 4) if value.is_finite() and least <= value <= most else None


def read_page(metric: str, given: object) -> Decimal | None:
    """The same as ``read``, of what stands on a page: per cent and points in place of shares."""
    if metric in COLUMNS:
        return read(metric, given)
    try:
        return read(metric, Decimal(str(given).strip()) / 100)
    except DecimalException:
        return None


def range_words(metric: str) -> str:
    """What to write instead of what was refused."""
    if metric in COLUMNS:
        return _("Write a PSI from 0.01 to 10, such as 0.25.")
    if metric in SHARES:
        return _("Write per cent from 0.1 to 99.9, such as 10.")
    return _("Write points from 0.1 to 99.9, such as 10.")


def text(value: Decimal) -> str:
    """As it stands in the ledger: "0.25"."""
    return f"{value.normalize():f}"


@dataclass(frozen=True, slots=True)
class Bounds:
    """The bound of every metric."""

    held: Mapping[str, Bound]

    def of(self, metric: str) -> Bound:
        return self.held[metric]

    def value(self, metric: str) -> float:
        return float(self.held[metric].value)

    def lowest(self, metrics: Collection[str]) -> float:
        return min(self.value(metric) for metric in metrics)

    def settings(self, settings: Settings) -> Settings:
        """For ``minga.tools.drift``: it says what moved beyond chance, ``again`` what of it passes a bound."""
        return replace(
            settings,
            psi_watch=min(DRIFT.psi_watch, self.lowest(COLUMNS)),
            psi_alert=float(PSI_RANGE[1]),
            rate_watch=min(DRIFT.rate_watch, self.lowest(FOLDED | {Metric.CALIBRATION})),
            rate_alert=1.0,
        )

    def again[Judged: (Series, Moved, Fit)](self, found: Judged) -> Judged:
        """The same finding with the word that the bounds give it; steady and too few stay what they are."""
        if found.verdict not in {"watch", "alert"}:
            return found
        word = self._column(found) if isinstance(found, Series) else self._rate(found)
        return replace(found, verdict=word)

    def _column(self, found: Series) -> Verdict:
        """A PSI with a test that agrees; a turn of its mean that was noticed is to be watched."""
        size, bound = found.psi.value if found.psi else 0.0, self.value(found.kind)
        moved = found.p_adjusted is not None and found.p_adjusted < DRIFT.significance
        if moved and size >= bound:
            return "alert"
        return "watch" if found.page_hinkley or (moved and size >= min(DRIFT.psi_watch, bound)) else "steady"

    def _rate(self, found: Moved | Fit) -> Verdict:
        """``settings`` leaves the word alert to what is four times as frequent, or as rare, as before."""
        metric = Metric.CALIBRATION if isinstance(found, Fit) else found.rate
        size = abs(found.difference or 0.0)
        return "alert" if found.verdict == "alert" or size >= self.value(metric) else "watch"


def in_force(project: Project) -> Bounds:
    """The newest bound that was written for each metric, else its default. One query."""
    written = AlertBound.objects.filter(project=project).select_related("person", "project").order_by("pk")
    newest = {one.metric: one for one in written}
    return Bounds({metric.value: _bound(metric.value, newest.get(metric.value)) for metric in Metric})


def _bound(metric: str, written: AlertBound | None) -> Bound:
    return Bound(metric, written.bound if written else default(metric), written)
