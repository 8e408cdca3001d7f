"""Shares per group as drawings: the whole as a hollow dot, those compared with it as a filled one."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from minga.deliver.groupshares import Comparison, Part, Share
from minga.web.format import decimal, percent, whole
from minga.web.svg.types import Interval, ShareChart, ShareRow


def share_chart(found: Comparison, part: Part) -> ShareChart | None:
    """One population beside the whole; None where none of its groups may be shown."""
    if all(share.share is None for share in part.shares):
        return None
    pairs = zip(found.groups, found.whole.shares, part.shares, strict=True)
    return ShareChart(
        sentence=gap_words(found, part),
        rows=tuple(_row(group, whole, share) for group, whole, share in pairs),
        before_label=_("of all"),
        after_label=_("here"),
        group_label=_("Group"),
        maximum=100,
        ticks=(0, 50, 100),
    )


def _row(group: str, whole: Share, share: Share) -> ShareRow:
    before = None if whole.share is None else 100 * whole.share
    if share.share is None or share.low is None or share.high is None:
        return ShareRow(group or _("no name"), 0, None, before=before, too_few=True)
    return ShareRow(
        group or _("no name"),
        share.people or 0,
        100 * share.share,
        Interval(100 * share.low, 100 * share.high),
        before,
    )


def gap_words(found: Comparison, part: Part) -> str:
    """ "Outside Europe: 85.2 % here, 22.0 % of all": the group that is furthest above its share of the whole."""
    gaps = [
        (share.share - whole.share, group, share.share, whole.share)
        for group, whole, share in zip(found.groups, found.whole.shares, part.shares, strict=True)
        if share.share is not None and whole.share is not None
    ]
    if not gaps:
        return _("Too few people to show any group")
    gap, group, here, whole = max(gaps)
    if gap <= 0:
        return _("The shares are the same")
    words = _("%(group)s: %(here)s here, %(whole)s of all")
    return words % {"group": group, "here": percent(100 * here), "whole": percent(100 * whole)}


def apart_words(part: Part) -> str:
    """The dissimilarity with its interval, beside what chance alone brings at this number of people."""
    apart, chance = part.apart, part.by_chance
    if apart is None or apart.value is None or part.people is None:
        return _("Too few people to judge.")
    words = _("Dissimilarity %(value)s") % {"value": decimal(apart.value, 2)}
    if apart.low is not None and apart.high is not None:
        words = _("%(words)s (95 %% interval %(low)s to %(high)s).") % {
            "words": words,
            "low": decimal(apart.low, 2),
            "high": decimal(apart.high, 2),
        }
    if chance is None or chance.high is None:
        return words
    beside = ngettext(
        "A random sample of %(people)s person shows up to %(high)s.",
        "Random samples of %(people)s people show up to %(high)s.",
        part.people,
    ) % {"people": whole(part.people), "high": decimal(chance.high, 2)}
    return f"{words} {beside}"


@dataclass(frozen=True, slots=True)
class Beside:
    """One population beside the whole, ready for the page."""

    part: Part
    finding: str
    apart: str
    chart: ShareChart | None


@dataclass(frozen=True, slots=True)
class Cut:
    """One way to divide everybody into groups."""

    title: str
    whole: Part
    parts: tuple[Beside, ...]

    @property
    def bare(self) -> bool:
        """Whether no part has a group that may be shown: then one sentence says so for all."""
        return bool(self.parts) and all(beside.chart is None for beside in self.parts)


def cut(title: str, found: Comparison) -> Cut:
    parts = (Beside(part, gap_words(found, part), apart_words(part), share_chart(found, part)) for part in found.parts)
    return Cut(title, found.whole, tuple(parts))
