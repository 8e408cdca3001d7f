"""The moderator: shows one contribution, keeps another back with a reason, lets a contest through."""

from collections.abc import Callable

import pytest

from tests.browser.conftest import Cast
from tests.browser.site import SLUG
from tests.browser.walker import Walker

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

HOME = f"/projects/{SLUG}/"


def _say(walker: Walker, words: str) -> str:
    walker.go(f"{HOME}contributions/new/")
    walker.fill(text=words, kind="statement", group="residents")
    walker.send()
    return walker.path


def test_a_moderator_shows_one_text_and_keeps_another_back(people: Cast, visitor: Callable[..., Walker]) -> None:
    someone = visitor()
    good = _say(someone, "Tell us which offices buy without a call.")
    bad = _say(someone, "Mr Example of 5 Mill Street takes money.")
    mora = people.mora
    mora.go(f"{HOME}contributions/inbox/")
    mora.follow("Tell us which offices buy without a call.")
    mora.fill(show="yes")
    mora.send()
    mora.follow("Mr Example of 5 Mill Street")
    mora.fill(show="no")
    mora.send(expect=422)
    mora.page.locator('main [name="reason"]').first.check()
    mora.send()

    assert "Tell us which offices buy without a call." in someone.go(f"{HOME}contributions/")
    assert "5 Mill Street" not in someone.read()
    assert "5 Mill Street" not in someone.go(f"{HOME}moderation/")
    assert "Tell us which offices" in someone.go(good)
    assert "5 Mill Street" in someone.go(bad), "its author keeps the text"


def test_a_contest_is_read_and_then_answered_by_another_person(people: Cast, visitor: Callable[..., Walker]) -> None:
    someone = visitor()
    someone.go("/flags/?state=confirmed")
    someone.leave(someone.page.locator('main a[href^="/flags/F-"]').first.click)
    someone.go(f"{someone.path}contest/")
    someone.fill(text="The call repeats one that had been open for a month.")
    someone.send()
    private = someone.path
    mora = people.mora
    mora.go(f"{HOME}desk/moderation/")
    row = mora.page.locator("main section").filter(has_text="open for a month")
    row.locator('[value="yes"]').check()
    mora.leave(row.locator("button").click)

    ada = people.ada
    ada.go(f"{HOME}desk/contests/")
    ada.leave(ada.page.get_by_role("link", name="Answer the contest").last.click)
    ada.send(expect=422)
    ada.page.locator('main [name="outcome"]').first.check()
    ada.fill(answer="The earlier call is in the file now.")
    ada.send()
    assert "Answer" in someone.go(private) or "answer" in someone.read()


def test_wrong_roles_are_told_why(people: Cast, visitor: Callable[..., Walker]) -> None:
    someone = visitor()
    for page in ("contributions/inbox/", "desk/", "desk/moderation/", "people/grant/", "versions/new/"):
        someone.go(HOME + page, expect=403)
        assert someone.page.locator("h1").count() == 1
        people.rosa.go(HOME + page, expect=403)
