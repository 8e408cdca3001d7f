"""A visitor without an account and without JavaScript: reads, gives a sentence, contests a flag, searches."""

from collections.abc import Callable

import pytest

from tests.browser.site import SLUG
from tests.browser.walker import Walker

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

SENTENCE = "A warning on half of all tenders is no warning"


def test_a_visitor_follows_a_thread_and_gives_a_sentence(visitor: Callable[..., Walker]) -> None:
    walker = visitor(java_script_enabled=False)
    walker.go("/")
    walker.leave(walker.page.locator(f'main a[href="/projects/{SLUG}/"]').first.click)
    assert walker.heading == "Early warnings on public tenders"
    walker.go(f"/projects/{SLUG}/contributions/?kind=objection")
    walker.follow(SENTENCE)
    walker.press("Follow the whole thread")
    assert SENTENCE in walker.heading

    walker.go(f"/projects/{SLUG}/contributions/new/")
    walker.send(expect=422)
    assert walker.page.title().startswith("Error:")
    walker.fill(text="In our district the paper is put up on the last day.", kind="statement", group="residents")
    text = walker.send()
    assert walker.path.startswith("/answers/")
    assert "In our district the paper is put up on the last day." in text
    private = walker.path

    later = visitor(java_script_enabled=False)
    assert "In our district" in later.go(private)
    assert "In our district" not in later.go(f"/projects/{SLUG}/contributions/")


def test_a_visitor_contests_a_flag(visitor: Callable[..., Walker]) -> None:
    walker = visitor(java_script_enabled=False)
    walker.go("/contest/")
    walker.fill(code="F-9999")
    walker.send(expect=422)
    walker.go("/flags/?state=confirmed")
    code = walker.page.locator('main a[href^="/flags/F-"]').first.get_attribute("href").split("/")[2]  # type: ignore[union-attr]
    walker.go("/contest/")
    walker.fill(code=code.lower())
    walker.send()
    assert walker.path == f"/flags/{code}/contest/"
    walker.send(expect=422)
    walker.fill(text="The call was published in the newspaper three weeks before.")
    text = walker.send()
    assert walker.path.startswith("/contest/private/")
    assert "three weeks before" in text


def test_a_visitor_searches_in_spanish_on_a_phone(visitor: Callable[..., Walker]) -> None:
    walker = visitor(java_script_enabled=False, viewport={"width": 390, "height": 844})
    walker.go("/search/?q=tenders")
    walker.press("Español")
    assert walker.path == "/search/?q=tenders"
    assert walker.page.locator("html").get_attribute("lang") == "es"
    walker.fill(q="warning")
    walker.send()
    assert SENTENCE in walker.read()
    walker.press("English")
    assert walker.page.locator("html").get_attribute("lang") == "en"
