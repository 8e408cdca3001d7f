"""Voting on a phone by keyboard without JavaScript, on two devices, with a code; and every page of it under axe."""

import csv
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import NARROW, WIDE, Cast
from tests.browser.crawl import axe_problems, plain_problems
from tests.browser.site import SLUG
from tests.browser.test_keyboard import Keyboard
from tests.browser.walker import Walker, day_parts

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

SEEDS = [
    "If a call repeats one that found no bidder, the repeat should not set off a warning.",
    "Whoever is flagged must see why.",
    "A warning on half of all tenders is no warning.",
    "A wrong flag must be marked as wrong in public.",
    "Emergency purchases should be left out.",
]
PHONE: dict[str, Any] = {"viewport": NARROW, "java_script_enabled": False}
ANSWERS = ("Agree", "Disagree", "Pass", "I don’t understand")


def opened(people: Cast, access: str) -> str:
    """The address of a new conversation with five statements, opened by the lead."""
    lena = people.lena
    lena.go(f"/projects/{SLUG}/conversations/new/")
    lena.fill(title="When should a tender set off a warning?", seeds="\n".join(SEEDS), access=access)
    lena.send()
    return lena.path


@pytest.fixture(scope="module")
def conversation(people: Cast) -> str:
    return opened(people, "open")


@pytest.fixture(scope="module")
def guarded(people: Cast) -> str:
    return opened(people, "codes")


def asked(walker: Walker) -> str:
    return walker.page.locator("blockquote.quote").inner_text()


def answer(walker: Walker, words: str) -> None:
    walker.leave(walker.page.locator(".vote-answers").get_by_role("button", name=words, exact=True).click)


def test_by_keyboard_on_a_phone_without_javascript(conversation: str, visitor: Callable[..., Walker]) -> None:
    walker = visitor(**PHONE)
    walker.go(conversation)
    keys = Keyboard(walker.page)
    keys.tab_to("Vote")
    keys.leave()
    heard = set[str]()
    for number in range(len(SEEDS)):
        walker.check()
        statement_and_answers_fit_one_screen(walker)
        heard.add(asked(walker))
        assert f"You answered {number} of {len(SEEDS)}" in walker.read()
        keys.tab_to(ANSWERS[number % 4])
        keys.leave()
    assert {words.strip("“”") for words in heard} == set(SEEDS)
    assert walker.heading == f"You answered all {len(SEEDS)} statements"


def statement_and_answers_fit_one_screen(walker: Walker) -> None:
    page = walker.page
    boxes = [page.locator("blockquote.quote").bounding_box()]
    boxes += [page.locator(".vote-answers").get_by_role("button").nth(n).bounding_box() for n in range(4)]
    for box in boxes:
        assert box is not None
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= NARROW["height"], f"{walker.path}: {box}"
        assert box["height"] >= 24


def test_after_a_vote_the_next_answers_are_one_tab_away(conversation: str, visitor: Callable[..., Walker]) -> None:
    walker = visitor(**PHONE)
    walker.go(f"{conversation}vote/")
    answer(walker, "Pass")
    walker.page.keyboard.press("Tab")
    assert walker.page.evaluate("!!document.activeElement.closest('#vote')")


def test_keys_vote_while_the_focus_is_in_the_box(conversation: str, visitor: Callable[..., Walker]) -> None:
    walker = visitor()
    walker.go(f"{conversation}vote/")
    answer(walker, "Agree")
    walker.leave(lambda: walker.page.keyboard.press("d"))
    assert "You answered 2 of 5" in walker.read()
    walker.go(f"{conversation}mine/")
    assert "Your answer: Disagree" in walker.read()


def test_an_earlier_answer_is_changed(conversation: str, visitor: Callable[..., Walker]) -> None:
    walker = visitor(**PHONE)
    walker.go(f"{conversation}vote/")
    words = asked(walker)
    answer(walker, "Agree")
    text = walker.press("Change an earlier answer")
    assert words in text
    assert "Your answer: Agree" in text
    walker.follow(words.strip("“”"))
    assert asked(walker) == words
    assert "your answer so far" in walker.read()
    answer(walker, "I don’t understand")
    assert "You answered 1 of 5" in walker.read()
    assert "Your answer: I don’t understand" in walker.go(f"{conversation}mine/")


def test_the_private_link_goes_on_elsewhere(conversation: str, visitor: Callable[..., Walker]) -> None:
    here = visitor(**PHONE)
    here.go(f"{conversation}vote/")
    words = asked(here)
    answer(here, "Disagree")
    here.go(f"{conversation}seat/")
    here.press("Español")
    assert here.path == f"{conversation}seat/"
    link = here.page.locator("main .value a").inner_text()
    elsewhere = visitor()
    elsewhere.go(link.removeprefix(elsewhere.address))
    assert elsewhere.path == f"{conversation}vote/"
    assert "You answered 1 of 5" in elsewhere.read()
    assert words in elsewhere.go(f"{conversation}mine/")
    assert "You answered 0 of 5" in visitor().go(f"{conversation}vote/")


def test_a_code_opens_a_seat_once(guarded: str, people: Cast, visitor: Callable[..., Walker]) -> None:
    held, code = guarded, codes_of(people.fabia, guarded)[0]
    walker = visitor(**PHONE)
    walker.go(held)
    walker.press("Vote")
    assert walker.path == f"{held}join/"
    walker.fill(code="0000-0000-0000")
    walker.send(expect=422)
    walker.fill(code=code["code"].lower().replace("-", " "))
    walker.send()
    assert walker.heading == "Keep this link to come back"
    walker.press("Vote", within="main")
    answer(walker, "Agree")
    assert "You answered 1 of 5" in walker.read()
    other = visitor(**PHONE)
    other.go(code["link"].removeprefix(other.address))
    assert "This code has been used." in other.send(expect=422)


def codes_of(fabia: Walker, held: str) -> list[dict[str, str]]:
    """Codes as the facilitator gets them for a mail merge; the page has none of them afterwards."""
    address = f"{held}invitations/"
    fabia.go(held)
    fabia.press("Invitation codes")
    assert fabia.path == address
    fabia.fill(count=12, constituency="residents", kind="csv", **day_parts("expires", date.today() + timedelta(days=9)))
    with fabia.page.expect_download() as started:
        fabia.page.locator("main form button").first.click()
    with Path(started.value.path()).open(newline="") as file:
        rows = list(csv.DictReader(file))
    text = fabia.go(address)
    assert "fewer than 10" in text
    assert not [row for row in rows if row["code"] in text]
    return rows


def test_paper_is_typed_looked_at_and_kept(conversation: str, people: Cast) -> None:
    fabia = people.fabia
    fabia.go(f"{conversation}rooms/")
    fabia.press("Type the sheets")
    fabia.fill(where="School", people=12, constituency="residents", sheets="1a 2d 3p\n1a 9a\n2x")
    text = fabia.send()
    assert "2 of 3 sheets and 4 of 6 answers can be used." in text
    fabia.press("Change it")
    fabia.fill(sheets="1a 2d 3p\n1a 4a\n2u")
    assert "3 of 3 sheets and 6 of 6 answers can be used." in fabia.send()
    assert "Recorded: 3 sheets." in fabia.press("Keep it") + fabia.page.locator("body").inner_text()


@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["1280", "390"])
@pytest.mark.parametrize(("locale", "language"), [("en-GB", "en"), ("es-PY", "es")])
def test_every_page_of_it_is_accessible(
    viewport: dict[str, int],
    locale: str,
    language: str,
    conversation: str,
    guarded: str,
    visitor: Callable[..., Walker],
) -> None:
    walker, axe, wrong = visitor(viewport=viewport, locale=locale), Axe(), dict[str, list[str]]()

    def look(path: str) -> None:
        walker.go(path)
        found = plain_problems(walker) + axe_problems(walker, axe)
        if walker.page.locator("html").get_attribute("lang") != language:
            found.append("another language")
        if found:
            wrong[path] = found

    look(conversation)
    look(f"{conversation}vote/")
    walker.leave(walker.page.locator(".vote-answers button[value=agree]").click)
    for name in ("", "vote/1/", "mine/", "say/", "you/", "seat/", "moderation/log/"):
        look(f"{conversation}{name}")
    for _statement in range(len(SEEDS) - 1):
        walker.go(f"{conversation}vote/")
        walker.leave(walker.page.locator(".vote-answers button[value=pass]").click)
    look(f"{conversation}vote/")
    look(f"{guarded}join/?code=0123-4567-89AB")
    assert not wrong, "\n".join(f"{path}: {found}" for path, found in wrong.items())
