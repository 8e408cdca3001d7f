"""What people understood before and after a course, from runs that name nobody."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import fmean, stdev

from scipy.special import stdtrit

from minga.learning.course import Course
from minga.learning.models import Understanding
from minga.tools.stats import wilson_of_share

FEWEST = 10  # fewer people give no figure: they could be told apart


@dataclass(frozen=True, slots=True)
class Share:
    """A share of questions right, or a change of it, in per cent with the ends of its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class QuestionShare:
    """Of those counted in ``people``, the per cent who had one question right before and after."""

    id: str
    before: Share
    after: Share


@dataclass(frozen=True, slots=True)
class Understood:
    """A course's figures over the people who answered before and after; ``people`` is None for fewer than 10.

    ``only_after`` counts the runs that left out the questions before (None for fewer than 10, save none at all).
    """

    course: Course
    people: int | None
    only_after: int | None
    before: Share | None = None
    after: Share | None = None
    change: Share | None = None
    questions: tuple[QuestionShare, ...] = ()


def understood(course: Course) -> Understood:
    """The figures of a course's present version.

    ``before``, ``after`` and ``change`` are means over people of the share of questions right, with Student's interval
    of a mean (n - 1 degrees of freedom); the change is paired. Each question's share has the Wilson interval.
    """
    rows = list(Understanding.objects.filter(course=course.id, version=course.version))
    paired = [row for row in rows if row.before is not None]
    alone = len(rows) - len(paired)
    only_after = alone if alone == 0 or alone >= FEWEST else None
    if len(paired) < FEWEST:
        return Understood(course, None if paired else 0, only_after)
    before = [100 * (row.before or 0) / row.of for row in paired]
    after = [100 * row.after / row.of for row in paired]
    change = [then - first for first, then in zip(before, after, strict=True)]
    return Understood(
        course, len(paired), only_after, mean_of(before, 0, 100), mean_of(after, 0, 100), mean_of(change, -100, 100),
        tuple(_question(asked.question.id, paired) for asked in course.questions),
    )  # fmt: skip


def _question(id: str, rows: list[Understanding]) -> QuestionShare:
    first = sum(id in row.right_before for row in rows)
    then = sum(id in row.right_after for row in rows)
    return QuestionShare(id, _share(first, len(rows)), _share(then, len(rows)))


def _share(count: int, of: int) -> Share:
    low, high = wilson_of_share(count / of, of)
    return Share(100 * count / of, 100 * low, 100 * high)


def mean_of(values: list[float], lowest: float, highest: float) -> Share:
    """The mean of at least two values with Student's 95 % interval, kept between ``lowest`` and ``highest``."""
    mean = fmean(values)
    spread = float(stdtrit(len(values) - 1, 0.975)) * stdev(values) / math.sqrt(len(values))
    return Share(mean, max(lowest, mean - spread), min(highest, mean + spread))
