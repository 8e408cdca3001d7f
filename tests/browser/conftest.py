"""One example site per run, one browser, and everybody of the cast signed in when they are first needed."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.site import PASSWORD, Site, served, the_story
from tests.browser.walker import Walker

WIDE = {"width": 1280, "height": 900}
NARROW = {"width": 390, "height": 844}


@pytest.fixture(scope="session")
def story(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return the_story(tmp_path_factory)


@pytest.fixture(scope="session")
def site(story: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with served(story, tmp_path_factory.mktemp("site") / "home") as running:
        yield running


# Not for the whole session: while Playwright runs, Django refuses the database to every other test of this process.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Debian's Chromium where it is installed, otherwise Playwright's own. It calls nobody."""
    arguments = ["--disable-background-networking", *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=found, args=arguments)
        yield opened
        opened.close()


class Cast:
    """Everybody who has an account; each signs in once, through the form, and keeps their tab."""

    def __init__(self, browser: Browser, site: Site) -> None:
        self.browser, self.site = browser, site
        self.here: dict[str, Walker] = {}

    def __getattr__(self, name: str) -> Walker:
        if name.startswith("_"):
            raise AttributeError(name)
        if name not in self.here:
            self.here[name] = self.sign_in(name)
        return self.here[name]

    def sign_in(self, name: str, **options: object) -> Walker:
        walker = self.visitor(**options)
        walker.go("/accounts/login/")
        walker.fill(login=name, password=PASSWORD)
        walker.send()
        assert walker.path == "/", walker.read()
        return walker

    def visitor(self, **options: object) -> Walker:
        """A new person without an account, in English on a wide screen unless ``options`` say otherwise."""
        given: dict[str, object] = {"viewport": WIDE, "locale": "en-GB", **options}
        return Walker(self.browser.new_context(**given), self.site.address)  # type: ignore[arg-type]


@pytest.fixture(scope="package")
def people(browser: Browser, site: Site) -> Iterator[Cast]:
    cast = Cast(browser, site)
    yield cast
    for walker in cast.here.values():
        walker.context.close()


@pytest.fixture
def visitor(people: Cast) -> Iterator[Callable[..., Walker]]:
    """Makes visitors with options of a browser context; they leave after the test."""
    came: list[Walker] = []

    def come(**options: object) -> Walker:
        came.append(people.visitor(**options))
        return came[-1]

    yield come
    for walker in came:
        walker.context.close()
