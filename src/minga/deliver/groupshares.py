"""Who is affected, who was selected, who appeals: shares per group side by side, and how far apart they are.

The dissimilarity of two distributions p and s is 1/2 sum |p_i - s_i|: 0 where both are the same, 1 where they share no
group (Duncan and Duncan 1955, the index of dissimilarity).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from minga.tools.representation import TOTAL, Coverage, Estimate, Reference, coverage, suppress_list
from minga.tools.stats import wilson

FEWEST = 10


def dissimilarity(first: Mapping[str, float], second: Mapping[str, float]) -> float:
    """1/2 sum |p_i - s_i| over the groups of both; each mapping holds people per group, at least one of them."""
    one, two = sum(first.values()), sum(second.values())
    if one <= 0 or two <= 0:
        raise ValueError("A distribution without people has no shares: give at least one count above 0.")
    groups = {**first, **second}
    return sum(abs(first.get(group, 0) / one - second.get(group, 0) / two) for group in groups) / 2


@dataclass(frozen=True, slots=True)
class Counts:
    """People per group of one population: everybody, those selected, those who appeal. ``stated``: its own total."""

    label: str
    groups: Mapping[str, int]
    stated: int | None = None

    @property
    def people(self) -> int:
        return sum(self.groups.values())


@dataclass(frozen=True, slots=True)
class Share:
    """A group's people and share (0..1) with its 95 % Wilson interval; all None where the group is hidden."""

    people: int | None = None
    share: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """One population beside the whole: ``shares`` in the order of the groups, and how far it is from the whole.

    ``apart`` is the dissimilarity, ``by_chance`` what random samples of the same size show; None for the whole, and
    where there are too few people to show anything.
    """

    label: str
    people: int | None
    shares: tuple[Share, ...]
    apart: Estimate | None = None
    by_chance: Estimate | None = None
    stated: int | None = None

    @property
    def left_out(self) -> int:
        """How many of the stated total no group holds: rounding, or groups that the source hid."""
        return (self.stated or 0) - (self.people or 0) if self.stated is not None and self.people is not None else 0


@dataclass(frozen=True, slots=True)
class Comparison:
    """``whole`` and each of ``parts`` by the same ``groups``."""

    groups: tuple[str, ...]
    whole: Part
    parts: tuple[Part, ...]

    @property
    def widest(self) -> tuple[Part, str, float] | None:
        """(part, group, gap in points) where a part is furthest above its share of the whole."""
        gaps = [
            (100 * (share.share - whole.share), part, group)
            for part in self.parts
            for group, share, whole in zip(self.groups, part.shares, self.whole.shares, strict=True)
            if share.share is not None and whole.share is not None
        ]
        if not gaps:
            return None
        gap, part, group = max(gaps, key=lambda found: found[0])
        return part, group, gap


def compare(whole: Counts, parts: Sequence[Counts], *, hide: bool) -> Comparison:
    """Shares per group of each part beside the whole, largest group first. None of ``whole`` may be empty.

    ``hide``: groups of one to nine people, and those that would tell them by subtraction, are not shown; figures are
    then computed from what is shown, the hidden groups put together.
    """
    if hide:
        whole, parts = _without_small(whole, parts)
    groups = tuple(sorted(whole.groups, key=lambda group: -whole.groups[group]))
    everybody = Part(whole.label, whole.people, _shares(groups, whole.groups, whole.people), stated=whole.stated)
    return Comparison(groups, everybody, tuple(_part(groups, whole, part, hide) for part in parts))


def _without_small(whole: Counts, parts: Sequence[Counts]) -> tuple[Counts, Sequence[Counts]]:
    """The same with the groups that the whole must hide put together as one."""
    cells = suppress_list(whole.groups, FEWEST).cells
    hidden = {group for group in whole.groups if cells[group, TOTAL] is None}
    others = _("other groups")

    def merged(counts: Counts) -> Counts:
        found: dict[str, int] = {}
        for group, people in counts.groups.items():
            name = others if group in hidden or group not in whole.groups else group
            found[name] = found.get(name, 0) + people
        return replace(counts, groups=found)

    return merged(whole), [merged(part) for part in parts]


def _shares(groups: Sequence[str], shown: Mapping[str, int | None], people: int) -> tuple[Share, ...]:
    return tuple(_share(shown.get(group, 0), people) for group in groups)


def _share(count: int | None, people: int) -> Share:
    if count is None or not people:
        return Share()
    return Share(count, count / people, *wilson(count, people))


def _part(groups: Sequence[str], whole: Counts, part: Counts, hide: bool) -> Part:
    counts = {group: part.groups.get(group, 0) for group in groups}
    people = sum(counts.values())
    shown: Mapping[str, int | None] = counts
    if hide:
        cells = suppress_list(counts, FEWEST).cells
        shown = {group: cells[group, TOTAL] for group in groups}
        if people < FEWEST or cells[TOTAL, TOTAL] is None or all(count is None for count in shown.values()):
            return Part(part.label, None, tuple(Share() for _group in groups))
    if not people:
        return Part(part.label, 0, tuple(Share() for _group in groups), stated=part.stated)
    figures = _figures(whole, shown, people, part.label)
    apart, chance = _turned(figures.representativeness), _turned(figures.by_chance)
    return Part(part.label, people, _shares(groups, shown, people), apart, chance, part.stated)


def _figures(whole: Counts, shown: Mapping[str, int | None], people: int, seed: str) -> Coverage:
    known = {group: count for group, count in shown.items() if count is not None}
    sizes: dict[str, float] = {group: whole.groups[group] for group in known}
    if len(known) < len(shown):
        together = _("other groups together")
        known[together] = people - sum(known.values())
        sizes[together] = whole.people - sum(sizes.values())
    return coverage(known, Reference(sizes, source=whole.label), seed=seed)


def _turned(found: Estimate) -> Estimate:
    """Dissimilarity from representativeness, which is 1 minus it; the ends of the interval change places."""
    if found.value is None or found.low is None or found.high is None:
        return found
    return replace(found, value=1 - found.value, low=1 - found.high, high=1 - found.low)
