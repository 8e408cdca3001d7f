"""Statements, coverage, influence, QR codes: what they show, what they hide, what they refuse."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.utils.translation import override

from minga.web import vote
from minga.web.gallery_dialogue import example_dialogue, example_statements
from minga.web.svg import charts, qr, statements
from minga.web.svg.charts_power import place
from minga.web.svg.types import Interval, TookPart, TookPartChart, Votes
from minga.web.svg.types_dialogue import (
    Constituency,
    CoverageCell,
    CoverageRow,
    CoverageTable,
    Influence,
    InfluenceChart,
    MapGroup,
    MapPoint,
    OpinionMap,
    QRCode,
    StatementRow,
)

ATTACK = '"><script>alert(1)</script>'
DRAWN = ("map", "large_map", "unreal_map", "coverage", "influence", "code")


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with override("en"):
        yield


def drawn(chart: Any) -> str:
    return str(charts.draw(chart))


def text_of(markup: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", markup).split())


@pytest.mark.parametrize("name", DRAWN)
def test_no_drawing_carries_style_or_script_and_positions_stay_inside(name: str) -> None:
    markup = drawn(example_dialogue()[name])
    assert "style=" not in markup
    assert not re.search(r"<script|\son\w+=", markup)
    places = [float(found) for found in re.findall(r'\b(?:x|y|cx|x1|x2)="(-?[\d.]+)%"', markup)]
    assert all(0 <= found <= 100 for found in places)


def test_texts_are_escaped_wherever_they_come_from() -> None:
    row = StatementRow(
        ATTACK,
        (Votes(ATTACK, 1, 2, 3),),
        (Constituency(ATTACK, 1, 2),),
        state="passed",
        state_text=ATTACK,
        note=ATTACK,
        links=((ATTACK, ATTACK),),
        href=ATTACK,
        language=ATTACK,
        original=ATTACK,
        original_language=ATTACK,
    )
    group = MapGroup("A", 1, 0, ATTACK, ATTACK, ATTACK, label=(0, 0))
    made = [
        statements.statement_votes((row,), ATTACK),
        drawn(OpinionMap(ATTACK, (MapPoint(0, 0, "A"),), (group,), ATTACK, caption=ATTACK)),
        drawn(OpinionMap(ATTACK, (), not_real=ATTACK)),
        drawn(CoverageTable(ATTACK, (ATTACK,), (CoverageRow(ATTACK, 5, (CoverageCell(1, 20),)),), ATTACK)),
        drawn(InfluenceChart(ATTACK, (Influence(ATTACK, 1, 0.5, 2, ATTACK),), caption=ATTACK)),
        drawn(QRCode("x", ATTACK, ATTACK)),
        vote.vote_statement(ATTACK, ATTACK, ATTACK, ATTACK, ATTACK, ATTACK),
        vote.vote_answers(ATTACK, ATTACK),
        vote.progress(1, 2, ATTACK),
        vote.tell("", ATTACK),
    ]
    assert all("<script>" not in markup and "&lt;script&gt;" in markup for markup in made)


# Statements


def test_a_row_shows_quote_constituencies_state_and_votes() -> None:
    markup = str(statements.statement_votes(example_statements(), "#map"))
    words = text_of(markup)
    assert "“A warning on half of all tenders is no warning. If everything is red, nobody looks.”" in words
    assert "Agree: residents 48/67 48 of 67 · officers 27/32 27 of 32" in words
    assert "overseers fewer than 10" in words
    assert 'href="#thread-17"' in markup
    assert "71 % agree of 51" in words
    assert "A, B, C: groups of people who voted alike ( map )" in words
    assert 'aria-label="A: 71\u202f% agree of 51. B: 78\u202f% agree of 36. C: 79\u202f% agree of 39."' in markup


def test_the_key_and_the_table_stand_once_for_the_whole_list() -> None:
    markup = str(statements.statement_votes(example_statements()))
    assert markup.count('class="key"') == 1
    assert markup.count("<table") == 1
    assert len(re.findall(r"<tr><th scope=\"row\">", markup)) == 9
    assert statements.statement_votes(()) == ""


def test_a_rejected_statement_counts_the_other_side() -> None:
    row = StatementRow("No.", (Votes("A", 5, 8, 35),), (Constituency("residents", 41, 61),), lead="disagree")
    words = text_of(str(statements.statement_votes((row,))))
    assert "Disagree: residents 41/61" in words
    assert "73 % disagree of 48" in words


def test_too_few_votes_show_no_bar_and_no_count() -> None:
    row = StatementRow("Seventeen.", (Votes("A", 7, 0, 1, too_few=True),))
    markup = str(statements.statement_votes((row,)))
    assert "too few to judge" in markup
    assert "<rect" not in markup[markup.index("<ul") : markup.index("</ul>")]
    assert not re.search(r">\s*[78]\s*<", markup)


def test_a_translation_keeps_the_words_of_the_author() -> None:
    row = StatementRow("Be quick.", (), original="Utqaylla.", original_language="qu")
    markup = str(statements.statement_votes((row,)))
    assert '<blockquote class="quote" lang="qu">“Utqaylla.”</blockquote>' in markup
    assert "Translated; the author’s own words" in markup


# Coverage and influence


def test_coverage_shows_share_gap_interval_and_people_and_hides_the_few() -> None:
    markup = drawn(example_dialogue()["coverage"])
    words = text_of(markup)
    assert "41 % −20 34 to 48 · 88 people" in words
    assert words.count("fewer than 10") == 2
    assert "0, nobody took part" in words
    assert words.count("not yet") == 3
    assert markup.count('class="zero"') == 1
    assert markup.count('data-label="Design"') == 3


def test_coverage_needs_a_cell_for_each_phase() -> None:
    with pytest.raises(ValueError, match="shorter"):
        charts.draw(CoverageTable("c", ("one", "two"), (CoverageRow("r", 5, (CoverageCell(),)),)))


def test_a_suppressed_group_shows_neither_mark_nor_figure() -> None:
    row = TookPart("Overseers", 1, 77.0, Interval(60, 90), suppressed=True)
    markup = drawn(TookPartChart("Overseers are too few to show.", (row,)))
    chart = markup[markup.index("chart-row head") :]
    assert words_about(chart).count("fewer than 10") == 2
    assert 'class="after"' not in chart
    assert "77" not in words_about(chart)
    assert "60" not in words_about(chart)


def words_about(markup: str) -> str:
    return text_of(re.sub(r"<svg.*?</svg>", "", markup))


@pytest.mark.parametrize(("ratio", "at"), [(1, 50), (4, 100), (0.25, 0), (2, 75), (0.5, 25), (0, 0), (9, 100)])
def test_influence_is_placed_on_a_log_scale_around_one(ratio: float, at: float) -> None:
    assert place(ratio, 4) == pytest.approx(at)


def test_influence_says_ratio_and_interval_and_judges_no_few() -> None:
    markup = drawn(example_dialogue()["influence"])
    words = text_of(markup)
    assert "1: as much as their share" in words
    assert "2.8 1.9 to 3.9" in words
    assert words.count("too few to judge") == 2
    assert "A dashed ring at the left end is 0." in words
    assert markup.count('class="zero"') == 1
    assert markup.count('class="after"') == 3


def test_the_axis_of_influence_holds_all_values() -> None:
    markup = drawn(InfluenceChart("One group changed much more.", (Influence("A", 6.1, 5.0, 7.9),)))
    assert "1/8" in markup
    assert 'x2="98.' in markup or 'x2="99.' in markup


# QR codes


def test_a_code_is_one_path_that_draws_exactly_its_modules() -> None:
    import segno

    text = "https://minga.example/c/7/i/K4F9-2M"
    matrix = segno.make_qr(text, error="m", boost_error=False).matrix
    markup = drawn(QRCode(text, "Code to vote"))
    assert 'role="img" aria-label="Code to vote"' in markup
    side = len(matrix) + 2 * qr.QUIET
    assert f'viewBox="0 0 {side} {side}"' in markup
    dark = {(x, y) for y, row in enumerate(matrix, qr.QUIET) for x, bit in enumerate(row, qr.QUIET) if bit}
    runs = re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", markup)
    assert {(int(x) + i, int(y)) for x, y, n in runs for i in range(int(n))} == dark


def test_a_text_that_does_not_fit_is_refused_with_advice() -> None:
    with pytest.raises(ValueError, match="shorter text"):
        charts.draw(QRCode("x" * 5000, "Too long"))


# The vote page


def test_up_to_sixty_squares_then_one_bar() -> None:
    assert vote.progress(7, 60).count("<rect") == 60
    many = str(vote.progress(312, 900))
    assert many.count("<rect") == 2
    assert 'class="full" x="0" y=".5" width="34.67%"' in many
    assert "<b>312</b> of 900" in many


def test_the_answers_are_two_equal_pairs_with_keys() -> None:
    markup = str(vote.vote_answers(chosen="pass"))
    buttons = re.findall(r'<button type="submit" class="([\w -]+)" name="vote" value="(\w+)" data-key="(\w)"', markup)
    assert buttons == [
        ("vote-button", "agree", "a"),
        ("vote-button", "disagree", "d"),
        ("vote-button quiet", "pass", "p"),
        ("vote-button quiet", "unclear", "u"),
    ]
    assert "Pass<small>your answer so far</small>" in markup
    with override("es"):
        keys = re.findall(r'data-key="(\w)"', str(vote.vote_answers()))
    assert len(set(keys)) == 4


@pytest.mark.parametrize(
    ("length", "size"), [(100, "quote vote"), (200, "quote vote long"), (400, "quote vote longer")]
)
def test_a_long_statement_is_set_smaller(length: int, size: str) -> None:
    assert f'class="{size}"' in vote.vote_statement("x" * length)


def test_listening_is_hidden_until_the_script_finds_a_voice() -> None:
    assert "<span data-listen hidden>" in vote.vote_statement("Words.", language="es")


# The page for other sites


@pytest.mark.urls("tests.web.urls")
def test_the_embedded_page_has_no_masthead_and_its_links_leave_the_frame(client: Client) -> None:
    page = client.get("/embed-page/").content.decode()
    assert "masthead" not in page
    assert "<nav" not in page
    assert "<script" not in page
    assert '<base target="_top">' in page
    assert '<a href="https://body.example/c/7/" target="_top">Open the whole page</a>' in page
    assert 'id="point-c"' in page
    assert 'id="stripes"' in page
