"""Geometry of the opinion map: one scale for both axes, hulls, marks that stand for several people, labels.

Places are in units of the drawing: x from 0 to 100, y from 0 (top) to the frame's `height`.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from minga.web.svg.types_dialogue import MapGroup, MapPoint, OpinionMap

Place = tuple[float, float]

ONE_BY_ONE = 600
CELL = 100 / 28
SIDE_MARGIN = 4.0
TOP_MARGIN = 9.0
WIDE, SQUARE = 75.0, 100.0
# A label in units, measured on the narrowest drawing (354 px, chart text of 15 px).
LETTER_WIDTH, LABEL_HEIGHT = 2.3, 5.0


@dataclass(frozen=True)
class Frame:
    """Turns coordinates of the points into places: `place = offset + scale * (coordinate - centre)`, y down."""

    centre: Place
    scale: float
    height: float

    def place(self, x: float, y: float) -> Place:
        return 50 + self.scale * (x - self.centre[0]), self.height / 2 - self.scale * (y - self.centre[1])


@dataclass(frozen=True)
class Mark:
    """One drawn mark: where, whose group, whether sure, and how many people it stands for."""

    place: Place
    group: str
    sure: bool
    people: int


def check(chart: OpinionMap) -> None:
    """Raise ValueError for coordinates or groups that cannot be drawn."""
    letters = [group.letter for group in chart.groups]
    strange = sorted(set(letters) - set("ABCDE"))
    if strange or len(letters) != len(set(letters)):
        raise ValueError(f"The opinion map got the groups {letters}. Use each of the letters A to E at most once.")
    for point in chart.points:
        if not (math.isfinite(point.x) and math.isfinite(point.y)):
            raise ValueError(f"A point of the opinion map lies at ({point.x}, {point.y}). Give finite coordinates.")
        if point.group and not chart.not_real and point.group not in letters:
            raise ValueError(f"A point is in group {point.group!r}, but the map has {letters}. Add the MapGroup.")


def frame(chart: OpinionMap) -> Frame:
    """The frame that holds all points and given hulls; wide where the points are."""
    corners = () if chart.not_real else (corner for group in chart.groups for corner in group.hull)
    places = [(point.x, point.y) for point in chart.points] + list(corners)
    if not places:
        return Frame((0, 0), 1, WIDE)
    left, right = min(x for x, _y in places), max(x for x, _y in places)
    low, high = min(y for _x, y in places), max(y for _x, y in places)
    width, tall = right - left, high - low
    height = WIDE if width >= 1.2 * tall else SQUARE
    scales = [(100 - 2 * SIDE_MARGIN) / width] if width else []
    scales += [(height - 2 * TOP_MARGIN) / tall] if tall else []
    return Frame(((left + right) / 2, (low + high) / 2), min(scales, default=1), height)


def marks(chart: OpinionMap, framed: Frame) -> list[Mark]:
    """One mark per person, or from `ONE_BY_ONE` people on one per cell, group and sureness, at the mean place
    of those it stands for. The order of the points does not matter: it could tell who came first."""
    alike = bool(chart.not_real) or not chart.groups
    placed = sorted((framed.place(p.x, p.y), "" if alike else p.group, p.sure or alike) for p in chart.points)
    if len(placed) <= ONE_BY_ONE:
        return [Mark(place, group, sure, 1) for place, group, sure in placed]
    cells: dict[tuple[int, int, str, bool], list[Place]] = defaultdict(list)
    for (x, y), group, sure in placed:
        cells[int(x // CELL), int(y // CELL), group, sure].append((x, y))
    binned = [Mark(mean(found), group, sure, len(found)) for (_i, _j, group, sure), found in cells.items()]
    return sorted(binned, key=lambda mark: (-mark.people, mark.place, mark.group, mark.sure))


def mean(places: Sequence[Place]) -> Place:
    return math.fsum(x for x, _y in places) / len(places), math.fsum(y for _x, y in places) / len(places)


def hull(places: Iterable[Place]) -> list[Place]:
    """Convex hull by Andrew's monotone chain, without repeated or collinear corners."""
    ordered = sorted(set(places))
    if len(ordered) < 3:
        return ordered

    def half(run: Iterable[Place]) -> list[Place]:
        kept: list[Place] = []
        for x, y in run:
            while len(kept) > 1 and turn(kept[-2], kept[-1], (x, y)) <= 0:
                kept.pop()
            kept.append((x, y))
        return kept[:-1]

    return half(ordered) + half(reversed(ordered))


def turn(a: Place, b: Place, c: Place) -> float:
    """Positive where a, b, c turn left."""
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def corners(group: MapGroup, points: Iterable[MapPoint], framed: Frame) -> list[Place]:
    """The group's given hull, or that of its sure points."""
    given = group.hull or [(p.x, p.y) for p in points if p.group == group.letter and p.sure]
    return hull(framed.place(x, y) for x, y in given)


Box = tuple[float, float, float, float]


def label_box(middle: Place, text: str) -> Box:
    half = LETTER_WIDTH * len(text) / 2
    return middle[0] - half, middle[1] - LABEL_HEIGHT / 2, middle[0] + half, middle[1] + LABEL_HEIGHT / 2


def overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def covered(box: Box, drawn: Iterable[Mark], taken: Iterable[Box]) -> int:
    """How much a label here would hide; another label counts as much as a thousand marks."""
    hidden = sum(mark.people for mark in drawn if box[0] < mark.place[0] < box[2] and box[1] < mark.place[1] < box[3])
    return hidden + 1000 * sum(overlap(box, other) for other in taken)


def label_place(shape: Sequence[Place], text: str, framed: Frame, drawn: Sequence[Mark], taken: list[Box]) -> Place:
    """Above or below the hull, where it hides least; kept inside the drawing and added to `taken`."""
    half = LETTER_WIDTH * len(text) / 2
    left, right = min(x for x, _y in shape), max(x for x, _y in shape)
    x = min(100 - half, max(half, (left + right) / 2))
    heights = (min(y for _x, y in shape) - LABEL_HEIGHT * 0.8, max(y for _x, y in shape) + LABEL_HEIGHT * 0.8)
    places = [(x, min(framed.height - LABEL_HEIGHT / 2, max(LABEL_HEIGHT / 2, y))) for y in heights]
    best = min(places, key=lambda place: covered(label_box(place, text), drawn, taken))
    taken.append(label_box(best, text))
    return best
