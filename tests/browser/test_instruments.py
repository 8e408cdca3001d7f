"""Three people answer whether a use is forbidden: asked, blocked by its article, commented, corrected, published."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser import story
from tests.browser.conftest import NARROW, Cast
from tests.browser.crawl import axe_problems, plain_problems
from tests.browser.walker import Walker, day_parts

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

SCREEN = "questions/prohibited/"
SECTION = f"{SCREEN}sections/practices/"
LIMITS = "questions/problem/sections/limits/"
CORRECTED = "It is never to rank the people who complain."
ARTICLE = "Article 5(1)(c)"


@pytest.fixture(scope="module")
def way(people: Cast, tmp_path_factory: pytest.TempPathFactory) -> story.Way:
    """A project whose need is stated and whose screen nobody has answered yet."""
    made = story.Way(people, Path(tmp_path_factory.mktemp("way")))
    story.open_project(made, title="Who reads the complaints first")
    story.show_the_need(made)
    return made


def looked_at(walker: Walker) -> None:
    """The page as it stands is in order for axe, and by its heading, title and language."""
    assert not [*plain_problems(walker), *axe_problems(walker, Axe())], walker.path


def test_three_people_answer_correct_a_forbidden_use_and_publish(
    way: story.Way, visitor: Callable[..., Walker]
) -> None:
    _ask(way)
    _be_asked_and_block(way)
    _comment(way)
    _meet_in_one_answer(way)
    way.gate(1)
    _publish(way, visitor())


def _ask(way: story.Way) -> None:
    lena = way.at("lena", f"{SCREEN}share/")
    looked_at(lena)
    flor = lena.page.locator('main [name="person"] option').filter(has_text="Flor").get_attribute("value")
    lena.fill(person=flor, section="practices", **day_parts("due", date.today() + timedelta(days=7)))
    assert "is asked to answer until" in lena.send()
    looked_at(lena)


def _be_asked_and_block(way: story.Way) -> None:
    flor = way.at("flor", "")
    flor.leave(flor.page.get_by_role("link", name="Answer what you were asked in").first.click)
    assert flor.path == way.home + SECTION
    looked_at(flor)
    flor.fill(**{**dict.fromkeys(story.PRACTICES, "no"), "social_scoring": "yes"})
    flor.press("Save and continue")
    assert flor.path == f"{way.home}{SCREEN}result/"
    assert ARTICLE in flor.read()
    looked_at(flor)
    lena = way.at("lena", "steps/1/decide/")
    lena.fill(passed="yes", reason="All the evidence is there.")
    assert ARTICLE in lena.send(expect=422)


def _comment(way: story.Way) -> None:
    dario = way.at("dario", f"{SCREEN}answers/social_scoring/")
    dario.page.locator('[name="comment-text"]').fill("It ranks complaints, not people. Did we mean that?")
    dario.press("Comment")
    assert "1 open comment" in dario.read()
    looked_at(dario)
    lena = way.at("lena", SECTION)
    lena.leave(lena.page.get_by_role("link", name="1 open comment").click)
    lena.leave(lena.page.locator("main button").filter(has_text="Settled").first.click)
    assert "open comment" not in lena.read()


def _meet_in_one_answer(way: story.Way) -> None:
    """Lena and Flor have the same page open; the second to save sees both texts and settles it by saving again."""
    lena, flor = way.at("lena", SECTION), way.at("flor", SECTION)
    flor.fill(social_scoring="unsure")
    flor.press("Save and continue")
    lena.fill(social_scoring="no")
    both = lena.leave(lambda: lena.page.get_by_role("button", name="Save and continue").click(), expect=422)
    assert "“We are not sure”" in both
    assert "“No”" in both
    looked_at(lena)
    lena.press("Save and continue")
    assert lena.path == f"{way.home}{SCREEN}result/"
    assert ARTICLE not in lena.read()


def _publish(way: story.Way, anybody: Walker) -> None:
    """What the tool may not be used for stands in the published record as it was corrected, word for word."""
    flor = way.at("flor", LIMITS)
    flor.fill(cannot="It puts people in order by how often they complain.")
    flor.press("Save and go back to the list")
    lena = way.at("lena", LIMITS)
    assert "Can go into the public record when it is published." in lena.read()
    looked_at(lena)
    lena.fill(cannot=CORRECTED)
    lena.press("Save and go back to the list")
    lena = way.at("lena", "record/texts/limits/")
    lena.fill(text="It reads written complaints only.")
    lena.send()
    lena = way.at("lena", "record/publish/")
    lena.send()
    anybody.go(f"{way.home}record/versions/1/")
    published = anybody.page.content()
    assert CORRECTED in published
    assert "how often they complain" not in published


def test_a_section_is_answered_with_the_keyboard_alone(way: story.Way) -> None:
    flor = way.at("flor", "questions/problem/sections/need/")
    keys = flor.page.keyboard
    for _ in range(60):
        keys.press("Tab")
        if flor.page.evaluate("document.activeElement.name") == "statement":
            break
    keys.type("Complaints wait for weeks.")
    for _ in range(60):
        keys.press("Tab")
        if flor.page.evaluate("document.activeElement.textContent").strip() == "Save and continue":
            break
    flor.leave(lambda: keys.press("Enter"))
    assert "Complaints wait for weeks." in way.at("flor", "questions/problem/answers/").read()


@pytest.mark.parametrize("locale", ["en-GB", "es-PY"])
def test_the_public_pages_fit_a_phone_in_both_languages(
    way: story.Way, visitor: Callable[..., Walker], locale: str
) -> None:
    walker = visitor(viewport=NARROW, locale=locale)
    for page in ("/instruments/", "/instruments/prohibited/", f"{way.home}questions/", f"{way.home}{SCREEN}result/",
                 f"{way.home}{SCREEN}print/"):  # fmt: skip
        walker.go(page)
        looked_at(walker)
