"""Every kind of page that the main roles reach: axe, one heading, a title, the language, the status, the width."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import NARROW, Cast
from tests.browser.crawl import axe_problems, is_new, pages, plain_problems
from tests.browser.walker import Walker

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

FEWEST = {"visitor": 45, "lena": 70, "flor": 50, "olga": 50}
# On a phone every page is measured, and one in so many looked at by axe.
ONE_IN = 4


@pytest.fixture(scope="module")
def known() -> set[tuple[str, str]]:
    """What axe has seen: the same page with the same kinds of elements is not looked at again for the next role."""
    return set()


def told(wrong: dict[str, list[str]]) -> str:
    return "\n".join(f"{path}: {found}" for path, found in wrong.items())


@pytest.mark.parametrize("name", FEWEST)
def test_every_page_is_accessible(
    name: str, people: Cast, visitor: Callable[..., Walker], known: set[tuple[str, str]]
) -> None:
    walker = visitor() if name == "visitor" else getattr(people, name)
    axe, wrong, count = Axe(), dict[str, list[str]](), 0
    for path in pages(walker):
        count += 1
        found = plain_problems(walker)
        if is_new(walker, known):
            found += axe_problems(walker, axe)
        if found:
            wrong[path] = found
    assert not wrong, told(wrong)
    assert count >= FEWEST[name], f"only {count} kinds of pages were reached"


def test_pages_in_spanish_fit_a_phone(people: Cast) -> None:
    walker = people.sign_in("lena", viewport=NARROW, locale="es-PY")
    axe, wrong = Axe(), dict[str, list[str]]()
    for number, path in enumerate(pages(walker)):
        found = plain_problems(walker)
        if walker.page.locator("html").get_attribute("lang") != "es":
            found.append("not in Spanish")
        if number % ONE_IN == 0:
            found += axe_problems(walker, axe)
        if found:
            wrong[path] = found
    walker.context.close()
    assert not wrong, told(wrong)
