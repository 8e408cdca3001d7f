"""Shortening, simple HTML, days, and structures told in prose."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minga.tools.base import ToolError
from minga.tools.registers import Canonical, Loss, export, prose
from minga.tools.registers import parts as p
from minga.tools.registers.paths import path
from minga.tools.registers.texts import MARK, from_html, read_day, shorten, to_html, write_day
from tests.tools.registers.worlds import words


@given(st.text(max_size=400), st.integers(20, 120))
def test_a_shortened_text_fits_and_begins_like_the_whole(text: str, most: int) -> None:
    short = shorten(text, most)
    assert len(short) <= most
    assert short == text or (short.endswith(MARK) and text.startswith(short.removesuffix(MARK)))


def test_a_text_is_shortened_at_the_end_of_a_sentence() -> None:
    text = "One sentence here. Another sentence follows it. And a third."
    assert shorten(text, 55) == "One sentence here. Another sentence follows it." + MARK
    assert shorten("word " * 30, 40) == "word word word word word word word" + MARK


def test_a_text_that_is_too_long_is_listed_with_both_lengths() -> None:
    long = "It reads each request. " * 30
    made = export(
        Canonical(summary={"nl": long}, public_url=[p.Link(kind="page", url="https://x.example/" + "a" * 600)]), "nl"
    )
    assert len(made.fields["description_short"]) <= 400
    assert made.fields["description_short"].endswith("." + MARK)
    short = next(loss for loss in made.losses if loss.kind == "shortened")
    assert short == Loss(
        "shortened", "summary", "description_short",
        {"had": len(long), "kept": len(made.fields["description_short"]), "most": 400},
    )  # fmt: skip
    assert "690" in short.say("en")
    assert "400" in short.say("es")
    assert "website" not in made.fields
    assert any(loss.kind == "too_long" and loss.target == "website" for loss in made.losses)


def test_the_length_of_html_is_that_of_its_text() -> None:
    made = export(Canonical(intended_purpose={"nl": "\n\n".join(["Een zin & meer."] * 140)}), "nl")
    assert "shortened" not in {loss.kind for loss in made.losses}
    assert len(made.fields["goal"]) > 2500
    assert made.fields["goal"].startswith("<p>Een zin &amp; meer.</p><p>")


@pytest.mark.parametrize(
    ("markup", "plain"),
    [("<p>a</p><p>b</p>", "a\n\nb"), ("<div>a<br/>b</div>", "a\nb"), ("<ul><li>a</li><li>b</li></ul>", "– a\n– b"),
     ("a < b", "a < b"), ("<p>x &amp; y</p>", "x & y"), ("", "")],
)  # fmt: skip
def test_simple_html_becomes_plain_paragraphs(markup: str, plain: str) -> None:
    assert from_html(markup) == plain


@given(st.lists(words.map(str.strip), min_size=1, max_size=4))
def test_plain_paragraphs_survive_html(paragraphs: list[str]) -> None:
    text = "\n\n".join(" ".join(each.split()) for each in paragraphs)
    assert from_html(to_html(text)) == text


@pytest.mark.parametrize(
    ("text", "patterns", "day"),
    [("3/7/2024", ["%-m/%-d/%Y"], "2024-03-07"), ("2024-05", ["%Y-%m"], "2024-05"), ("2024", ["%Y-%m", "%Y"], "2024"),
     ("Jan-24", ["%b-%y"], "2024-01"), ("13/13/2024", ["%m/%d/%Y"], None), ("soon", ["%Y"], None)],
)  # fmt: skip
def test_days_are_read_as_exactly_as_they_are_given(text: str, patterns: list[str], day: str | None) -> None:
    assert read_day(text, patterns) == day
    if day and "%b" not in patterns[0]:
        assert write_day(day, patterns) == text


def test_a_day_that_goes_out_as_a_month_is_a_loss() -> None:
    made = export(Canonical(start_date="2026-03-14", end_date="2026"), "nl")
    assert made.fields["begin_date"] == "2026-03"
    assert "end_date" not in made.fields
    assert ("precision", "start_date") in {(loss.kind, loss.field) for loss in made.losses}
    assert "end_date" in {loss.field for loss in made.losses}


LABELS = {"mitigation": "mitigation", "severity": "severity", "owner": "who answers"}
line = words.filter(lambda text: not text.startswith(("–", "  ")) and ": " not in text)


@given(st.lists(st.tuples(line, st.dictionaries(st.sampled_from(sorted(LABELS)), line)), min_size=1, max_size=4))
def test_items_in_prose_split_again(items: list[tuple[str, dict[str, str]]]) -> None:
    assert prose.split(prose.join(items, LABELS), LABELS) == items


def test_prose_without_marks_is_one_item() -> None:
    assert prose.split("Just text.\nIn two lines.", LABELS) == [("Just text.\nIn two lines.", {})]
    assert prose.join([("Just text.", {})], LABELS) == "Just text."
    assert prose.split_labelled("a\n\nWhy: b\n\nc\n\nWho: d", ["", "Why", "Who"]) == {
        "": "a",
        "Why": "b\n\nc",
        "Who": "d",
    }


@pytest.mark.parametrize("wrong", ["nothing", "risks[].colour", "name[]", "risks[kind=", "Deploying.name", ""])
def test_a_place_that_the_record_has_not_is_refused(wrong: str) -> None:
    with pytest.raises(ToolError, match="mapping file"):
        path(wrong)


def test_places_are_made_on_the_way() -> None:
    record = Canonical()
    path("assessments[kind=impact].url").set(record, "https://a.example")
    path("impact_on_rights.rights.level").set(record, "high")
    path("models[].name").set(record, ["a", "b"])
    path("record_id.own").set(record, "7")
    assert record.assessments == [p.Assessment(kind="impact", url="https://a.example")]
    assert path("impact_on_rights.rights.level").get(record) == "high"
    assert path("models[].name").get(record) == ["a", "b"]
    assert record.record_id == {"own": "7"}
    assert path("assessments[kind=equality|impact].url").get(record) == "https://a.example"
    assert path("assessments[kind=equality].url").get(record) is None
