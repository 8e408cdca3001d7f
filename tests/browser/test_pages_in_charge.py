"""The pages of the people in charge as they see them: nothing overlaps, nobody is led to a closed door, and a refused
form keeps what was typed."""

from collections.abc import Callable

import pytest

from tests.browser.conftest import NARROW, Cast
from tests.browser.site import SLUG
from tests.browser.walker import Walker

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

HOME = f"/projects/{SLUG}/"
REPORTS = "/projects/street-reports-to-the-right-desk/"
PLACES = (
    "all => all.map(one => one.getBoundingClientRect()).map(({left, right, top, bottom}) => [left, right, top, bottom])"
)

Comes = Callable[..., Walker]


def overlapping(boxes: list[list[float]]) -> bool:
    """Whether two of the boxes (left, right, top, bottom) share more than a pixel each way."""
    pairs = ((one, other) for place, one in enumerate(boxes) for other in boxes[place + 1 :])
    return any(
        min(one[1], other[1]) - max(one[0], other[0]) > 1 and min(one[3], other[3]) - max(one[2], other[2]) > 1
        for one, other in pairs
    )


@pytest.mark.parametrize("width", [1280, 390, 320])
@pytest.mark.parametrize("language", ["en-GB", "es-ES"])
def test_the_words_of_an_axis_stand_apart(visitor: Comes, width: int, language: str) -> None:
    walker = visitor(viewport={"width": width, "height": 900}, locale=language)
    walker.go(f"{REPORTS}checks/")
    walker.leave(walker.page.locator("main .list-rows a").first.click)
    words = walker.page.locator(".shares .axis text").evaluate_all(PLACES)
    assert len(words) == 3
    assert not overlapping(words)


def test_the_phases_of_a_project_stand_side_by_side(visitor: Comes) -> None:
    walker = visitor()
    walker.go(HOME)
    tops = walker.page.locator(".rooms h3").evaluate_all("all => all.map(one => one.getBoundingClientRect().top)")
    assert len(tops) == 5
    assert max(tops) - min(tops) <= 1


def test_the_verdicts_of_a_review_fit_the_smallest_phone(visitor: Comes) -> None:
    walker = visitor(viewport={"width": 320, "height": 700}, locale="es-ES")
    walker.go(f"{HOME}reviews/")
    walker.leave(walker.page.locator("main .list-rows a").first.click)
    assert "Mantenerla y cambiar algo" in walker.read()


def test_nobody_is_led_to_a_page_that_refuses_them(people: Cast, visitor: Comes) -> None:
    flor, lena, guest = people.flor, people.lena, visitor()
    second, risk = f'main a[href="{HOME}second/"]', f'main a[href="{HOME}duties/risk/"]'
    flor.go(f"{HOME}desk/")
    assert flor.page.locator(second).count() == 1
    lena.go(f"{HOME}desk/")
    assert lena.page.locator(second).count() == 0
    lena.go(f"{HOME}duties/")
    assert lena.page.locator(risk).count() >= 1
    guest.go(f"{HOME}duties/")
    assert guest.page.locator(risk).count() == 0


def test_a_second_reader_on_a_phone_comes_to_the_form_without_scrolling(people: Cast) -> None:
    flor = people.flor
    flor.page.set_viewport_size(NARROW)
    flor.go(f"{HOME}second/")
    flor.leave(flor.page.locator("main .list-rows a").first.click)
    assert flor.page.locator("main .tree").last.is_hidden()
    flor.page.locator("main summary").last.click()
    assert flor.page.locator("main .tree").last.is_visible()
    flor.page.get_by_role("link", name="Go to your reading").click()
    assert flor.page.locator("#reading").bounding_box()["y"] < NARROW["height"] / 2  # type: ignore[index]
    flor.page.set_viewport_size({"width": 1280, "height": 900})


@pytest.mark.parametrize(
    ("question", "day", "said"),
    [
        ("<b>Why?</b> 😀", ("31", "2", "2027"), "This date does not exist. Enter it like 27 3 2026."),
        ("Why?", ("1", "1", "1990"), "Give a day after today."),
        ("Why? " * 2000, ("NaN", "-1", "9" * 40), "This date does not exist. Enter it like 27 3 2026."),
    ],
)
def test_a_refused_demand_keeps_what_was_typed(
    people: Cast, question: str, day: tuple[str, str, str], said: str
) -> None:
    olga = people.olga
    olga.go(f"{REPORTS}oversight/demand/")
    names = ("due_day", "due_month", "due_year")
    olga.fill(question=question, **dict(zip(names, day, strict=True)))
    olga.send(expect=422)
    assert olga.page.locator("[name=question]").input_value().strip() == question.strip()
    assert tuple(olga.page.locator(f"[name={name}]").input_value() for name in names) == day
    errors = [" ".join(text.split()) for text in olga.page.locator(".govuk-error-message").all_inner_texts()]
    assert errors == [f"Error: {said}"]
    assert olga.page.locator(".govuk-error-summary a").get_attribute("href") == "#id_due_0"
