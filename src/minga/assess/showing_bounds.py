"""The bounds of alerts in the words of their pages."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from minga.assess.bounds import COLUMNS, SHARES, Bound, Bounds, in_words
from minga.assess.models import Alert, AlertBound


@dataclass(frozen=True, slots=True)
class Shown:
    """A bound as a row: ``what`` is measured, and the bound itself."""

    what: str
    bound: Bound


def sentence(held: Bounds) -> str:
    """How many of the bounds are the body's own."""
    own = sum(bound.written is not None for bound in held.held.values())
    if not own:
        return _("All %(all)s bounds are defaults: the body wrote none.") % {"all": len(held.held)}
    return _("The body wrote %(own)s of %(all)s bounds itself; the others are defaults.") % {
        "own": own, "all": len(held.held),
    }  # fmt: skip


def rows(held: Bounds) -> list[tuple[str, str, list[Shown]]]:
    """(title, what a bound means there, rows): columns, shares that move, shares by themselves, and gaps."""
    gaps = {metric for metric in held.held if metric.startswith("gap_")}
    moved = set(held.held) - COLUMNS - SHARES - gaps
    parts = (
        (_("Columns"), _("How far values lie from the reference, as a population stability index."), COLUMNS),
        (_("Shares that move"), _("By how many points a share is higher or lower than in the reference. An outcome "
         "that is four times as frequent, or as rare, as before raises an alert too."), moved),
        (_("Shares by themselves"), _("The share itself, whatever it was before. Its whole interval lies beyond."),
         SHARES),
        (_("Groups"), _("How many points lie between the highest and the lowest group."), gaps),
    )  # fmt: skip
    return [
        (title, words, [Shown(capfirst(str(m.label)), held.of(m)) for m in Alert.Metric if m.value in found])
        for title, words, found in parts
    ]


def history(found: Iterable[AlertBound]) -> list[tuple[AlertBound, str]]:
    """What was written, each with its bound in words."""
    return [(one, in_words(one.metric, one.bound)) for one in found]
