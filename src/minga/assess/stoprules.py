"""Where a stop rule stands now. Nothing is written here."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.utils.translation import gettext as _

from minga.assess.models import Metric, StopRule
from minga.deliver import queries as deliver
from minga.deliver.models import STAGES, Stage
from minga.tools.base import Figure
from minga.web.format import percent


@dataclass(frozen=True, slots=True)
class Standing:
    """``state``: too_few events to judge, within the bound, beyond it, or resting (at or behind ``step_back_to``)."""

    rule: StopRule
    state: Literal["too_few", "within", "beyond", "resting"]
    figure: Figure

    @property
    def sentence(self) -> str:
        of, count = self.figure.of, self.figure.count
        if self.state == "resting":
            return _("The release is at or behind the stage that the rule would move it to.")
        if self.state == "too_few":
            return _("%(of)s events so far, the rule needs %(minimum)s: too few to judge, so it does nothing.") % {
                "of": of,
                "minimum": self.rule.minimum,
            }
        words = (
            _("%(count)s of %(of)s = %(share)s: within the bound of %(bound)s.")
            if self.state == "within"
            else _("%(count)s of %(of)s = %(share)s: beyond the bound of %(bound)s.")
        )
        share = percent(100 * count / of)
        return words % {"count": count, "of": of, "share": share, "bound": percent(100 * float(self.rule.bound))}


def measure(rule: StopRule, now: datetime) -> Figure:
    if rule.metric == Metric.FLAG_SHARE:
        return deliver.flag_share_this_month(rule.release, now)
    return deliver.withdrawn_share(rule.project, rule.release)


def standing(rule: StopRule, now: datetime) -> Standing:
    """What the rule says at ``now``. The share itself is held against the bound, not the end of its interval."""
    figure = measure(rule, now)
    here, back = deliver.stage_of(rule.release), Stage(rule.step_back_to)
    if STAGES.index(here) <= STAGES.index(back):
        return Standing(rule, "resting", figure)
    if figure.of < rule.minimum or not figure.of:
        return Standing(rule, "too_few", figure)
    # Cross-multiplied, because a share as a float may fall a hair beyond a bound that it meets.
    beyond = figure.count > rule.bound * figure.of
    return Standing(rule, "beyond" if beyond else "within", figure)
