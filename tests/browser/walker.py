"""Somebody at a browser: goes, reads, fills in and sends, and complains about every page that is not in order."""

import re
import time
from collections.abc import Callable
from typing import Any

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Response

# What Chromium says about a page that answered with 4xx: the status is checked on its own.
ABOUT_STATUS = "Failed to load resource: the server responded with a status of 4"
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


class Walker:
    """One person in one tab. Every page must answer below 400 (or as expected), without a complaint of the browser
    (errors, CSP), and must not scroll sideways."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.address = address
        self.context = context
        self.page: Page = context.new_page()
        self.page.set_default_timeout(15_000)
        self.complaints: list[str] = []
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(f"page error: {error}"))

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not message.text.startswith(ABOUT_STATUS):
            self.complaints.append(f"{message.type}: {message.text} ({message.location.get('url', '')})")

    @property
    def path(self) -> str:
        return self.page.url.removeprefix(self.address)

    def go(self, path: str, expect: int = 200) -> str:
        """Open an address; gives the text of its ``<main>``."""
        return self._arrived(self.page.goto(self.address + path), expect)

    def press(self, name: str, expect: int = 200, within: str = "") -> str:
        """Press the button or link with this exact name that leads to another page."""
        place = self.page.locator(within) if within else self.page.locator("body")
        exact = re.compile(rf"^\s*{re.escape(name)}\s*$")
        found = place.get_by_role("button", name=exact).or_(place.get_by_role("link", name=exact)).first
        return self.leave(found.click, expect)

    def send(self, expect: int = 200, within: str = "main form") -> str:
        """Press the first button of the page's own form."""
        return self.leave(self.page.locator(f"{within} button").first.click, expect)

    def follow(self, words: str, link: str = "a") -> str:
        """Follow the first link in the row of a list that holds these words."""
        row = self.page.locator("main li, main tr").filter(has_text=words).first
        return self.leave(row.locator(link).first.click)

    def leave(self, act: Callable[[], Any], expect: int = 200) -> str:
        """Do something that leads to another page, and check that page."""
        with self.page.expect_navigation() as moved:
            act()
        return self._arrived(moved.value, expect)

    def _arrived(self, answer: Response | None, expect: int) -> str:
        text = self.page.locator("main").inner_text()
        if answer is not None:
            assert answer.status == expect, f"{self.path} answered {answer.status}:\n{text[:3000]}"
        self.check()
        return text

    def check(self) -> None:
        """The page as it stands now has nothing to complain about."""
        assert not self.complaints, f"{self.path}: {self.complaints}"
        beyond = self.page.evaluate(SIDEWAYS)
        assert beyond <= 0, f"{self.path} scrolls {beyond} px sideways"

    def read(self) -> str:
        return self.page.locator("main").inner_text()

    @property
    def heading(self) -> str:
        return self.page.locator("h1").inner_text()

    def fill(self, **given: Any) -> None:
        """Fill in the page's form by field name: words, one choice, a list of choices, True for a tick."""
        for name, value in given.items():
            self._fill(name, value)

    def _fill(self, name: str, value: Any) -> None:
        field = self.page.locator(f'main [name="{name}"]').first
        kind = field.evaluate("field => field.tagName === 'SELECT' ? 'select' : field.type")
        self._open_details(field)
        if kind in ("radio", "checkbox") and value is not True:
            for one in value if isinstance(value, list) else [value]:
                self.page.locator(f'main [name="{name}"][value="{one}"]').check()
        elif kind == "checkbox":
            field.check()
        elif kind == "select":
            field.select_option(str(value))
        elif kind == "file":
            field.set_input_files(value)
        else:
            field.fill(str(value))

    def choose(self, name: str, words: str) -> None:
        """Choose the answer of the field ``name`` whose label holds these words."""
        answers = self.page.locator(f'main input[name="{name}"]')
        answers.and_(self.page.get_by_label(re.compile(re.escape(words)))).check()

    def _open_details(self, field: Any) -> None:
        """Fields may lie in a closed disclosure: a person opens it first."""
        if field.is_visible() or not field.evaluate("field => !!field.closest('details:not([open])')"):
            return
        field.locator("xpath=ancestor::details[1]/summary").click()

    def until(self, path: str, *words: str, seconds: float = 30.0) -> str:
        """Look at ``path`` again and again until it says one of ``words`` (the worker is busy meanwhile)."""
        end = time.monotonic() + seconds
        while True:
            text = self.go(path)
            if any(word in text for word in words):
                return text
            assert time.monotonic() < end, f"{path} never said {words}:\n{text[:3000]}"
            time.sleep(0.25)


def day_parts(name: str, day: Any) -> dict[str, int]:
    """A date as the three boxes of the field ``name``."""
    return {f"{name}_day": day.day, f"{name}_month": day.month, f"{name}_year": day.year}
