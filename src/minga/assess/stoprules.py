"""Where a stop rule stands now. Nothing is written here."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from minga.assess.counting import COUNTERS, LEAST, group_gap
from minga.assess.models import Firing, Metric, StopRule, in_words
from minga.deliver import queries as deliver
from minga.deliver.models import STAGES, Stage
from minga.tools.base import Figure


@dataclass(frozen=True, slots=True)
class Standing:
    """``state``: too_few events to judge, within the bound, beyond it, or resting (at or behind ``step_back_to``)."""

    rule: StopRule
    state: Literal["too_few", "within", "beyond", "resting"]
    figure: Figure

    @property
    def sentence(self) -> str:
        if self.state == "resting":
            return _("The release is at or behind the stage that the rule would move it to.")
        if self.state == "too_few":
            return _("%(of)s events so far, the rule needs %(minimum)s: too few to judge, so it does nothing.") % {
                "of": self.figure.of,
                "minimum": self.rule.minimum,
            }
        words = (
            _("%(measured)s: within the bound of %(bound)s.")
            if self.state == "within"
            else _("%(measured)s: beyond the bound of %(bound)s.")
        )
        return words % {"measured": measured_words(self.rule.metric, self.figure), "bound": self.rule.bound_words}


def measured_words(metric: str, figure: Figure) -> str:
    """ "21 of 100 = 21 %", "12 points (North – South)", or "1 alert waits, for 9 days"."""
    if metric == Metric.ALERT_DAYS:
        words = ngettext("%(of)s alert waits, for %(days)s", "%(of)s alerts wait, for up to %(days)s", figure.of)
        return words % {"of": figure.of, "days": in_words(metric, figure.count)}
    if metric == Metric.GROUP_GAP:
        return f"{in_words(metric, figure.value or 0)} ({figure.group})"
    share = in_words(metric, figure.count / figure.of) if figure.of else "–"
    return _("%(count)s of %(of)s = %(share)s") % {"count": figure.count, "of": figure.of, "share": share}


def fired_words(firing: Firing) -> str:
    """What was measured when a rule fired."""
    kept = {"group": "", **firing.figure}
    return measured_words(firing.rule.metric, Figure(firing.rule.metric, **kept))


def measure(rule: StopRule, now: datetime) -> Figure:
    """The events of the rule's window; without a window those since it came into service (this month's for flags)."""
    since = now - timedelta(days=rule.window_days) if rule.window_days else None
    if rule.metric == Metric.GROUP_GAP:
        judged = group_gap(rule.release, since, now, max(LEAST, rule.minimum))
        return judged if judged.of else group_gap(rule.release, since, now)
    return COUNTERS[rule.metric](rule.release, since, now)


def standing(rule: StopRule, now: datetime) -> Standing:
    """What the rule says at ``now``. The share itself is held against the bound, not the end of its interval.

    A gap must also not be chance: its interval must not reach 0.
    """
    figure = measure(rule, now)
    here, back = deliver.stage_of(rule.release), Stage(rule.step_back_to)
    if STAGES.index(here) <= STAGES.index(back):
        return Standing(rule, "resting", figure)
    if figure.of < rule.minimum or not figure.of:
        return Standing(rule, "too_few", figure)
    return Standing(rule, "beyond" if _beyond(rule, figure) else "within", figure)


def _beyond(rule: StopRule, figure: Figure) -> bool:
    if rule.metric == Metric.ALERT_DAYS:
        return figure.count > rule.bound
    if rule.metric == Metric.GROUP_GAP:
        return (figure.value or 0) > float(rule.bound) and (figure.low or 0) > 0
    # Cross-multiplied, because a share as a float may fall a hair beyond a bound that it meets.
    return figure.count > rule.bound * figure.of
