"""The opinion map: one scale, shapes per group, nobody lost, nothing drawn that is not real."""

import math
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.template import Context, Template
from django.utils.translation import override

from minga.web.gallery_dialogue import cloud, example_large_map, example_map
from minga.web.svg import charts, opinion_places
from minga.web.svg.types_dialogue import MapGroup, MapPoint, OpinionMap


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with override("en"):
        yield


def drawn(chart: Any) -> str:
    return str(charts.draw(chart))


def text_of(markup: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", markup).split())


def test_both_axes_have_one_scale_and_y_points_up() -> None:
    for points in (((0, 0), (8, 0), (0, 3)), ((0, 0), (3, 0), (0, 8))):
        framed = opinion_places.frame(OpinionMap("s", tuple(MapPoint(x, y) for x, y in points)))
        (x0, y0), (x1, _y1), (_x2, y2) = (framed.place(x, y) for x, y in points)
        assert (x1 - x0) / (points[1][0]) == pytest.approx((y0 - y2) / points[2][1])
        assert y2 < y0
        assert all(0 <= x <= 100 and 0 <= y <= framed.height for x, y in (framed.place(*p) for p in points))


def test_each_group_has_its_shape_and_who_could_belong_to_a_neighbour_is_hollow() -> None:
    markup = drawn(example_map())
    for letter, sure, unsure in (("A", 72, 17), ("B", 53, 11), ("C", 42, 19)):
        for css, people in (("sure", sure), ("unsure", unsure)):
            marks = re.search(rf'<g class="point {letter} {css}">(.*?)</g>', markup.split("<table")[0])
            assert marks
            assert marks[1].count(f'<use href="#point-{letter.lower()}"') == people
    assert markup.count('<polygon class="hull') == 3
    assert 'vector-effect="non-scaling-stroke"' in markup
    assert "Group A · 89" in markup
    assert "Hollow: could belong to a neighbour</b> (47 of 214)." in markup


def test_the_map_stands_as_a_table_beside_it() -> None:
    markup = drawn(example_map())
    assert 'aria-label="Three groups, and 47 of 214 people between them' in markup
    table = markup[markup.index("<table") :]
    assert "The map as a table" in table
    assert "A 89 17 “Names of companies may be published with a flag.” 40 of 47 agree" in text_of(table)
    assert '<span class="quote" lang="es">“El silencio no es un acuerdo.”</span>' in table


def test_more_can_stand_under_the_table() -> None:
    template = Template("{% load minga %}{% opinion_map map %}<p>In 200 repetitions</p>{% endopinion_map %}")
    markup = template.render(Context({"map": example_map()}))
    assert markup.endswith("</table><p>In 200 repetitions</p></div></figure>")


def test_the_order_of_the_points_leaves_no_trace() -> None:
    for chart in (example_map(), example_large_map()):
        turned = OpinionMap(chart.sentence, chart.points[::-1], chart.groups, chart.filled)
        assert drawn(turned) == drawn(chart)


def test_many_people_share_marks_and_none_is_lost() -> None:
    chart = example_large_map()
    framed = opinion_places.frame(chart)
    marks = opinion_places.marks(chart, framed)
    assert sum(mark.people for mark in marks) == len(chart.points) == 2750
    assert len(marks) < 400
    for letter in "ABCDE":
        for sure in (True, False):
            people = sum(p.group == letter and p.sure is sure for p in chart.points)
            assert sum(m.people for m in marks if m.group == letter and m.sure is sure) == people
    markup = drawn(chart)
    assert "2,750 in 292 marks" in markup
    assert len(markup) < 60_000


def test_a_mark_grows_with_its_people_in_area() -> None:
    everyone = tuple(cloud("A", 601, 0, (0, 0), 1))
    heap = OpinionMap("s", everyone + (MapPoint(5, 5, "A"),) * 400, (MapGroup("A", 1001),))
    sizes = [float(found) for found in re.findall(r'transform="scale\(([\d.]+)\)', drawn(heap))]
    assert max(sizes) == pytest.approx(1.4)
    framed = opinion_places.frame(heap)
    people = sorted(mark.people for mark in opinion_places.marks(heap, framed))
    assert people[-1] == 400
    assert sum(people) == 1001


def test_groups_that_are_not_real_are_not_drawn() -> None:
    grouped = example_map()
    markup = drawn(OpinionMap("No groups.", grouped.points, grouped.groups, not_real="They change with every draw."))
    assert "They change with every draw." in markup
    assert "<polygon" not in markup
    assert "Group A" not in markup
    assert set(re.findall(r'class="point (\w+) (\w+)"', markup)) == {("all", "sure")}
    assert markup.count('<use href="#point-a"') == 214
    assert "Everyone, not divided into groups 214" in text_of(markup)
    assert "Hollow" not in markup


def test_who_is_in_no_group_is_a_small_ring_and_counted() -> None:
    points = (*example_map().points, MapPoint(0, 0), MapPoint(0, 1))
    markup = drawn(OpinionMap("s", points, example_map().groups))
    assert markup.count('href="#point-none"') == 2
    assert "Small rings: 2 people in no group." in markup


def test_the_own_place_is_ringed_once() -> None:
    markup = drawn(example_map())
    assert markup.count('class="you"') == 1
    assert "You are here" in markup
    without = tuple(MapPoint(p.x, p.y, p.group) for p in example_map().points)
    assert "You are here" not in drawn(OpinionMap("s", without, example_map().groups))


def test_labels_do_not_lie_on_each_other() -> None:
    chart = example_large_map()
    framed = opinion_places.frame(chart)
    marks = opinion_places.marks(chart, framed)
    taken: list[opinion_places.Box] = []
    for group in chart.groups:
        shape = opinion_places.corners(group, chart.points, framed)
        opinion_places.label_place(shape, f"Group {group.letter} · {group.people}", framed, marks, taken)
    assert len(taken) == 5
    assert not any(opinion_places.overlap(one, other) for i, one in enumerate(taken) for other in taken[:i])
    assert all(box[0] >= 0 and box[2] <= 100 and box[1] >= 0 and box[3] <= framed.height for box in taken)


def test_the_hull_leaves_out_inner_and_collinear_points() -> None:
    square = [(0.0, 0.0), (4.0, 0.0), (4.0, 4.0), (0.0, 4.0)]
    inner = [(2.0, 2.0), (2.0, 0.0), (4.0, 1.0), (0.0, 0.0)]
    assert sorted(opinion_places.hull([*inner, *square])) == sorted(square)
    assert opinion_places.hull([(1.0, 1.0), (1.0, 1.0)]) == [(1.0, 1.0)]


@pytest.mark.parametrize(
    ("points", "groups", "said"),
    [
        ((MapPoint(math.nan, 0),), (), "finite"),
        ((MapPoint(0, 0, "B"),), (MapGroup("A", 1),), "group 'B'"),
        ((), (MapGroup("F", 1),), "letters A to E"),
        ((), (MapGroup("A", 1), MapGroup("A", 2)), "at most once"),
    ],
)
def test_a_map_that_cannot_be_drawn_says_why(points: Any, groups: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        charts.draw(OpinionMap("s", points, groups))


@pytest.mark.parametrize("points", [(), (MapPoint(3, 3),), (MapPoint(1, 2, "A"),) * 3])
def test_a_map_of_nobody_or_of_one_place_is_drawn(points: Any) -> None:
    groups = (MapGroup("A", len(points)),) if points and points[0].group else ()
    markup = drawn(OpinionMap("Nobody yet, or all alike.", points, groups))
    assert markup.count("<use") == len(points) + len(groups)
    assert "nan" not in markup
