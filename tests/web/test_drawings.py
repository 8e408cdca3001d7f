"""Thread, weave, states and charts: what they say, what they escape, what they refuse."""

import re
from typing import Any

import pytest
from django.template import Context, Template
from django.utils.translation import override

from minga.web.gallery import example_charts, example_cut, example_links, example_weave
from minga.web.gallery_parts import example_grids
from minga.web.svg import charts, marks, thread, types, weave
from minga.web.svg.types import Interval, Knot, ShareChart, ShareRow

ATTACK = '"><script>alert(1)</script>'


def drawn(name: str) -> str:
    with override("en"):
        return str(charts.draw({**example_charts(), **example_grids()}[name]))


FIGURES = sorted(example_charts())
ALL = sorted({**example_charts(), **example_grids()})


@pytest.mark.parametrize("name", ALL)
def test_no_drawing_carries_style_script_or_a_title_from_outside(name: str) -> None:
    markup = drawn(name)
    assert "style=" not in markup
    assert "<script" not in markup
    assert not re.search(r"\son\w+=", markup)


@pytest.mark.parametrize("name", [*FIGURES, "matrix"])
def test_each_figure_says_its_finding_and_shows_its_data_as_a_table(name: str) -> None:
    markup = drawn(name)
    sentence = re.search(r'role="img" aria-label="([^"]+)"', markup)
    assert sentence
    assert len(sentence[1].split()) >= 5
    image, rest = markup.split("</div><", 1)
    assert "table" in rest
    assert "<table" not in image


@pytest.mark.parametrize("name", ALL)
def test_positions_are_per_cent_within_the_drawing(name: str) -> None:
    places = [float(found) for found in re.findall(r'\b(?:x|cx|x1|x2|width)="(-?[\d.]+)%"', drawn(name))]
    assert all(0 <= place <= 100 for place in places)


def test_texts_are_escaped_wherever_they_come_from() -> None:
    links = [Knot("check", href=ATTACK, when=ATTACK, said=ATTACK, label=ATTACK, note=ATTACK, count=1)]
    share = ShareChart(sentence=ATTACK, rows=(ShareRow(ATTACK, 1, 2.0, note=ATTACK, limit=ATTACK),), caption=ATTACK)
    cloth = types.Weave((), 1, ATTACK, labels=((0, ATTACK),))
    made = [
        thread.thread_bar(links),
        thread.thread_count(links),
        thread.thread_link(links[0], ATTACK, ATTACK, "", ""),
        charts.draw(share),
        weave.draw_weave(cloth),
        marks.state("passed", ATTACK),
        charts.draw(types.Histogram(ATTACK, (1, 2), ATTACK, case=types.Pointer(1, ATTACK))),
        charts.draw(types.BarList(ATTACK, (types.Bar(ATTACK, 1),))),
        charts.draw(types.RolloutBar(ATTACK, (types.Stage(ATTACK, ATTACK),))),
    ]
    assert all("<script>" not in markup for markup in made)
    assert all("&lt;script&gt;" in markup for markup in made)


def test_the_thread_bar_is_an_ordered_list_in_a_named_nav_with_hidden_drawings() -> None:
    with override("en"):
        markup = str(thread.thread_bar(example_links()))
    assert markup.startswith('<nav class="thread-bar" aria-label="Thread: from contribution to review"><ol>')
    assert markup.count("<li ") == 7
    assert markup.count('aria-current="step"') == 1
    assert markup.count("<svg") == markup.count('focusable="false"')
    assert "failed 27 April, passed 8 May" in markup
    assert '<span class="when" aria-hidden="true">27 Apr ✕ · 8 May ✓</span>' in markup
    assert "Link 6 of 7:" in markup


def test_a_failed_check_cuts_the_yarn_and_what_follows_is_not_yet() -> None:
    markup = str(thread.thread_bar(example_cut()))
    assert markup.count('class="strand solid"') == 3
    assert markup.count('class="strand cut"') == 1
    assert markup.count('class="strand dotted"') == 2
    assert markup.count('class="fray"') == 1


def test_the_count_uses_plurals() -> None:
    links = [Knot("criterion", count=11), Knot("review", count=1)]
    with override("en"):
        markup = str(thread.thread_count(links))
    assert "Criteria" in markup
    assert "Reviews" not in markup
    with override("es"):
        assert "Criterios" in str(thread.thread_count(links))


def test_too_few_draws_no_mark_and_says_so() -> None:
    row = ShareRow("Lease", 6, 50.0, Interval(20, 80), before=90.0, too_few=True)
    with override("en"):
        markup = str(charts.draw(ShareChart("Too few leases to say anything.", (row,), bound=20)))
    assert "<circle" not in markup
    assert "too few to judge" in markup
    assert "50" not in re.sub(r"<svg.*?</svg>", "", markup)


def test_the_shade_lies_on_the_side_that_fails() -> None:
    row = (ShareRow("Planted cases", 40, 80.0),)
    at_least = str(charts.draw(ShareChart("At least 60 % must be found.", row, bound=60, at_most=False)))
    at_most = str(charts.draw(ShareChart("At most 60 % may be flagged.", row, bound=60)))
    assert 'class="beyond" x="0%" y="0" width="60%"' in at_least
    assert 'class="beyond" x="60%" y="0" width="40%"' in at_most
    assert 'class="bad"' in at_most
    assert 'class="bad"' not in at_least


def test_zero_is_a_ring_and_a_suppressed_count_is_named() -> None:
    markup = drawn("participation")
    assert markup.count('class="zero"') == 3
    assert "fewer than 10, not shown" in markup


def test_the_weave_names_blocked_weeks_in_its_table() -> None:
    with override("en"):
        markup = str(weave.draw_weave(example_weave()))
    assert 'class="stitch blocked"' in markup
    assert ">week 9</td>" in markup
    assert str(weave.draw_weave(example_weave(), "small", with_table=False)).count("<table") == 0


def test_what_cannot_be_drawn_is_refused_with_what_can() -> None:
    with pytest.raises(TypeError, match=r"got a dict.*ShareChart"):
        charts.draw({})  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="no state 'suspicious'"):
        marks.state("suspicious")  # type: ignore[arg-type]


@pytest.mark.parametrize(("share", "full"), [(0, 0), (1, 1), (10, 2), (50, 3), (100, 4), (None, 4)])
def test_stairs_fill_with_the_rollout(share: float | None, full: int) -> None:
    assert marks.stairs(share).count('class="full"') == full


@pytest.mark.parametrize(
    "chart",
    [
        types.ShareChart("No rows yet in this chart.", ()),
        types.Histogram("No rows yet in this chart.", (0, 0), "days"),
        types.BarList("No rows yet in this chart.", ()),
        types.VoteChart("No rows yet in this chart.", (types.Votes("A", 0, 0, 0),)),
        types.TookPartChart("No rows yet in this chart.", ()),
        types.CapacityMatrix("No rows yet in this chart.", ()),
        types.TypologyGrid("No rows yet in this chart.", ()),
    ],
)
def test_empty_data_draws_an_empty_figure(chart: Any) -> None:
    assert "No rows yet" in charts.draw(chart)


def test_a_rail_section_puts_notes_beside_the_body() -> None:
    template = Template(
        "{% load minga %}{% thread_rail %}{% thread_link knot title='It failed' meta='27 April' %}BODY"
        "{% beside %}{% note 'Why' %}NOTE{% endnote %}{% endthread_link %}"
        "{% thread_link knot title='Alone' %}ONLY{% endthread_link %}{% endthread_rail %}"
    )
    with override("en"):
        markup = template.render(Context({"knot": Knot("check", "failed", href="#check-1")}))
    assert 'id="check-1"' in markup
    assert '<div class="notes"><div class="note"><h2>Why</h2>NOTE</div></div>' in markup
    assert markup.count('class="notes"') == 1
    assert '<span class="visually-hidden">Check, failed: </span>It failed' in markup
    assert markup.count('class="strand cut"') == 2


@pytest.mark.parametrize(
    ("bound", "maximum", "above"), [(80, 100, True), (95, 100, True), (20, 70, False), (50, 100, False), (3, 100, True)]
)
def test_the_name_of_a_bound_never_covers_a_tick(bound: float, maximum: float, above: bool) -> None:
    rows = (ShareRow("here", 40, 60.0, Interval(50, 70)),)
    with override("en"):
        markup = str(charts.draw(ShareChart(ATTACK, rows, bound=bound, maximum=maximum, ticks=(0, maximum))))
    axis = markup.split('class="plot axis"', 1)[1].split("</svg>", 1)[0]
    heights = {text: float(y) for y, text in re.findall(r' y="([\d.]+)">([^<]+)</text>', axis)}
    named = next(y for text, y in heights.items() if text.startswith("bound"))
    ticks = {y for text, y in heights.items() if not text.startswith("bound")}
    assert len(ticks) == 1
    assert ticks.pop() - named == (20 if above else 0)


def test_too_few_to_judge_has_a_row_of_its_own_kind() -> None:
    with override("en"):
        markup = str(charts.draw(ShareChart("Few.", (ShareRow("here", 3, None, too_few=True),), ticks=(0, 100))))
    assert '<div class="chart-row unjudged">' in markup
    assert "circle" not in markup
