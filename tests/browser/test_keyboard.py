"""An auditor who uses no mouse: claims a case, opens its evidence and records a determination."""

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Cast
from tests.browser.site import SLUG

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

MOST_TABS = 150
FOCUSED = """() => {
    const here = document.activeElement;
    const label = here.labels && here.labels.length ? here.labels[0].innerText : '';
    const style = getComputedStyle(here);
    const near = here.type === 'radio' && here.labels.length ? getComputedStyle(here.labels[0], '::before') : style;
    return {
        words: (label || here.innerText || '').trim(),
        name: here.name || '',
        type: here.type || here.tagName.toLowerCase(),
        shown: style.outlineStyle !== 'none' || style.boxShadow !== 'none' || near.boxShadow !== 'none'
            || near.outlineStyle !== 'none' || near.borderWidth !== '0px',
    };
}"""


class Keyboard:
    """Moves only with Tab, Space, Enter and the arrows; every stop must be visible."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def tab_to(self, words: str = "", name: str = "") -> None:
        """Press Tab until the focus stands on something with these words or this field name."""
        for _press in range(MOST_TABS):
            self.page.keyboard.press("Tab")
            here = self.page.evaluate(FOCUSED)
            if (words and here["words"].startswith(words)) or (name and here["name"] == name):
                assert here["shown"], f"the focus on {here['words']!r} cannot be seen"
                return
        raise AssertionError(f"{MOST_TABS} times Tab do not reach {words or name!r} on {self.page.url}")

    def leave(self, key: str = "Enter") -> None:
        with self.page.expect_navigation():
            self.page.keyboard.press(key)


def test_an_auditor_decides_a_case_without_a_mouse(people: Cast) -> None:
    fidel = people.fidel
    fidel.go(f"/projects/{SLUG}/desk/?state=open")
    keys = Keyboard(fidel.page)

    keys.tab_to("Skip to the content")
    fidel.page.keyboard.press("Enter")
    keys.tab_to("Take this case")
    keys.leave()
    fidel.check()
    case = fidel.path
    assert "Your determination" in fidel.read()

    closed = fidel.page.locator('main a[href*="/source/"]').evaluate_all("links => links.map(link => link.innerText)")
    paths = [words for words in closed if words.startswith("/")] or ["Open the whole source"]
    for words in paths:
        keys.tab_to(words)
        keys.leave()
        keys.tab_to("Back to the case")
        keys.leave()
        fidel.check()

    keys.tab_to(name="choice")
    fidel.page.keyboard.press("Space")
    fidel.page.keyboard.press("ArrowDown")
    fidel.page.keyboard.press("ArrowUp")
    keys.tab_to(name="reason")
    fidel.page.keyboard.type("No grounds are in the file, and the bidders were not told.")
    keys.tab_to("Record determination")
    keys.leave()
    fidel.check()
    assert fidel.path == case
    text = fidel.read()
    assert "No grounds are in the file, and the bidders were not told." in text
    assert "Recorded" in text or "Your decision is recorded" in text
