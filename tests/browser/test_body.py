"""The pages of the body as a whole, walked by a visitor and by the office that runs them: axe, headings, Spanish."""

from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import NARROW, Cast
from tests.browser.crawl import LINKS, NOT_PAGES, axe_problems, kind_of, plain_problems
from tests.browser.site import SLUG
from tests.browser.walker import Walker

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

OF_THE_BODY = ("/body/", "/survey/")


def of_the_body(walker: Walker) -> Iterator[str]:
    """Each kind of page of the body once, by its links; yields while the walker stands on it."""
    waiting, kinds = ["/body/", f"/body/coverage/{SLUG}/", f"/body/portfolio/{SLUG}/"], set[str]()
    while waiting:
        path = waiting.pop(0)
        if (kind := kind_of(path)) in kinds or not kind.startswith("steering:"):
            continue
        kinds.add(kind)
        walker.go(path)
        yield path
        for link in walker.page.locator("a[href^='/']").evaluate_all(LINKS):
            if link.startswith(OF_THE_BODY) and not NOT_PAGES.search(link):
                waiting.append(link.partition("#")[0])


def looked_at(walker: Walker, language: str) -> int:
    wrong, axe, count = dict[str, list[str]](), Axe(), 0
    for path in of_the_body(walker):
        count += 1
        found = plain_problems(walker) + axe_problems(walker, axe)
        if walker.page.locator("html").get_attribute("lang") != language:
            found.append(f"not in {language}")
        if found:
            wrong[path] = found
    assert not wrong, wrong
    return count


def test_the_office_reaches_every_page_and_every_form(people: Cast) -> None:
    assert looked_at(people.ada, "en") >= 30


def test_a_visitor_reads_them_on_a_phone_in_spanish(visitor: Callable[..., Walker]) -> None:
    assert looked_at(visitor(viewport=NARROW, locale="es-PY"), "es") >= 15
