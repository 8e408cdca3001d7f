"""Figures, dates, paths and quotations as text."""

import datetime as dt

import pytest
from django.template import Context, Template
from django.utils.translation import override

from minga.web import format as text_format
from minga.web.templatetags import minga


@pytest.mark.parametrize(("language", "shown"), [("en", "45.9\u202f%"), ("es", "45,9\u202f%")])
def test_percent_has_a_thin_space_and_the_decimal_mark_of_the_language(language: str, shown: str) -> None:
    with override(language):
        assert minga.percent(0.459) == shown
        assert minga.percent(45.9, "points") == shown


def test_percent_rounds_to_whole_numbers_on_request_and_says_none() -> None:
    with override("en"):
        assert minga.percent(0.459, "whole") == "46\u202f%"
        assert minga.percent(45.9, "points_whole") == "46\u202f%"
        assert minga.percent(None) == "–"


@pytest.mark.parametrize(("points", "shown"), [(16.16, "16.2"), (44.96, "45.0"), (0.04, "0.0"), (99.99, "100.0")])
def test_figures_are_rounded_not_cut_off(points: float, shown: str) -> None:
    with override("en"):
        assert text_format.decimal(points) == shown


def test_counts_stand_before_their_total() -> None:
    with override("en"):
        assert minga.count_of(41, 96) == "41 of 96"
        assert minga.whole(12383) == "12,383"
    with override("es"):
        assert minga.count_of(41, 96) == "41 de 96"


@pytest.mark.parametrize(("gap", "shown"), [(16.2, "+16"), (-20, "−20"), (0.3, "0"), (-0.3, "0")])
def test_gaps_carry_their_sign(gap: float, shown: str) -> None:
    assert text_format.signed(gap) == shown


def test_dates_read_as_people_write_them() -> None:
    with override("en"):
        assert minga.day(dt.date(2026, 3, 12)) == "12 March 2026"
        assert minga.day(dt.date(2026, 3, 12), "short") == "12 Mar"
        assert minga.day(None) == ""
    with override("es"):
        assert minga.day(dt.date(2026, 3, 12)) == "12 de marzo de 2026"


def test_a_moment_is_shown_as_the_day_in_the_local_time_zone(settings: pytest.FixtureRequest) -> None:
    settings.TIME_ZONE = "America/Asuncion"  # type: ignore[attr-defined]
    late = dt.datetime(2026, 3, 13, 1, 0, tzinfo=dt.UTC)
    with override("en"):
        assert minga.day(late) == "12 March 2026"


def test_paths_break_only_after_slashes_and_are_escaped() -> None:
    shown = minga.break_path("/tender/<b>/startDate")
    assert shown == '<span class="value path">/<wbr>tender/<wbr>&lt;b&gt;/<wbr>startDate</span>'


@pytest.mark.parametrize(("language", "marks"), [("en", "“”"), ("es", "«»")])
def test_quotes_use_the_marks_of_the_language_and_escape_the_words(language: str, marks: str) -> None:
    with override(language):
        shown = minga.quote("<script>alert(1)</script>", "statement")
    assert "<script>" not in shown
    assert f"{marks[0]}&lt;script&gt;" in shown
    assert shown.startswith('<blockquote class="quote statement">')


def test_each_form_gets_its_own_idempotency_key() -> None:
    template = Template("{% load minga %}{% once %}")
    first, second = template.render(Context()), template.render(Context())
    assert first.startswith('<input type="hidden" name="once" value="')
    assert first != second


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("No lamp works.", "“No lamp works.”"),
        ("“No lamp works.”", "“No lamp works.”"),
        ("“Lamps” and “roads”", "“‘Lamps’ and ‘roads’”"),
        ("“", "“‘”"),
    ],
)
def test_the_marks_of_a_person_are_not_doubled(text: str, told: str) -> None:
    with override("en"):
        assert text_format.quoted(text) == told
