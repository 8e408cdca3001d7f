"""Voting in a browser: one thumb, keys only in the box, voices of the device only, and without script."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.urls("tests.web.urls")]

PHONE = {"width": 390, "height": 844}
LONG = "Every family should be told in writing, in the language it speaks at home, why it was chosen. " * 5
VOICES = """Object.defineProperty(window, "speechSynthesis", {value: {
  said: [], speaking: false, addEventListener() {}, cancel() { this.speaking = false; },
  getVoices: () => [{lang: "en-GB", localService: true}, {lang: "es-EC", localService: false}],
  speak(speech) { this.said.push([speech.text, speech.lang, speech.voice.localService]); this.speaking = true; }}});
window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };"""


@pytest.fixture(autouse=True)
def _demonstration(settings: pytest.FixtureRequest) -> None:
    settings.MINGA_DEMONSTRATION = True  # type: ignore[attr-defined]


def boxes(page: Page) -> list[dict[str, float]]:
    found = [button.bounding_box() for button in page.locator(".vote-answers button").all()]
    assert all(box is not None for box in found)
    return [dict(box) for box in found if box]


@pytest.mark.parametrize("text", ["Be quick.", "", LONG])
def test_on_a_phone_the_answers_lie_in_the_lower_half_of_one_screen(page: Page, text: str) -> None:
    page.set_viewport_size(PHONE)
    page.goto(f"/vote-page/?text={text}" if text else "/vote-page/")
    quote = page.locator("blockquote").bounding_box()
    assert quote is not None
    assert quote["y"] + quote["height"] < 844
    answers = boxes(page)
    assert min(box["y"] for box in answers) > 422
    assert max(box["y"] + box["height"] for box in answers) <= 844
    assert page.evaluate("document.documentElement.scrollWidth") == 390


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("width", [390, 320, 1280])
def test_agree_and_disagree_are_equal_and_so_are_the_other_two(page: Page, width: int, language: str) -> None:
    page.set_extra_http_headers({"Accept-Language": language})
    page.set_viewport_size({"width": width, "height": 844})
    page.goto("/vote-page/")
    agree, disagree, skip, unclear = boxes(page)
    for one, other in ((agree, disagree), (skip, unclear)):
        assert one["y"] == other["y"]
        assert (one["width"], one["height"]) == pytest.approx((other["width"], other["height"]), abs=0.1)
    assert agree["height"] >= 62
    assert skip["height"] >= (52 if width > 700 else 62)
    weights = page.locator(".vote-answers button").evaluate_all("all => all.map(b => getComputedStyle(b).fontWeight)")
    assert weights[0] == weights[1]
    assert weights[2] == weights[3]
    beyond = "all => all.filter(b => b.scrollWidth > b.clientWidth).map(b => b.textContent)"
    assert page.locator(".vote-answers button").evaluate_all(beyond) == []


def test_keys_act_only_while_the_focus_is_in_the_box(page: Page) -> None:
    page.goto("/vote-page/")
    page.keyboard.press("d")
    assert page.title() != "Voted"
    page.locator(".masthead a").first.focus()
    page.keyboard.press("d")
    assert page.title() != "Voted"
    page.locator(".vote-links a").first.focus()
    page.keyboard.press("Control+d")
    page.locator("#own").fill("")
    page.locator("#own").press("d")
    assert page.title() != "Voted"
    assert page.locator("#own").input_value() == "d"
    page.get_by_role("button", name="Pass").focus()
    with page.expect_navigation():
        page.keyboard.press("d")
    assert page.locator("p").inner_text() == "disagree"


def test_after_a_vote_the_fragment_brings_the_focus_into_the_box(page: Page) -> None:
    page.set_viewport_size(PHONE)
    page.goto("/vote-page/#vote")
    assert page.evaluate("document.activeElement.id") == "vote"
    assert min(box["y"] for box in boxes(page)) > 422
    with page.expect_navigation():
        page.keyboard.press("u")
    assert page.locator("p").inner_text() == "unclear"


def test_the_keys_are_named_in_the_language_of_the_page(page: Page) -> None:
    page.set_extra_http_headers({"Accept-Language": "es"})
    page.goto("/vote-page/#vote")
    shown = [key.lower() for key in page.locator(".vote-keys kbd").all_inner_texts()]
    assert shown == page.locator(".vote-answers button").evaluate_all("all => all.map(b => b.dataset.key)")
    with page.expect_navigation():
        page.keyboard.press(shown[3])
    assert page.locator("p").inner_text() == "unclear"


def test_reading_aloud_uses_only_a_voice_of_the_device(page: Page) -> None:
    page.add_init_script(VOICES)
    page.goto("/vote-page/?text=Be quick.&lang=en")
    page.get_by_role("button", name="Listen").click()
    assert page.evaluate("speechSynthesis.said") == [["“Be quick.”", "en", True]]
    page.get_by_role("button", name="Stop").click()
    assert page.evaluate("speechSynthesis.speaking") is False
    page.goto("/vote-page/?text=Sea breve.&lang=es")
    assert page.locator("[data-listen]").is_hidden()


def test_without_script_there_are_four_answers_and_no_promise_of_more(page: Page, address: str) -> None:
    context = page.context.browser.new_context(java_script_enabled=False)  # type: ignore[union-attr]
    plain = context.new_page()
    plain.goto(f"{address}/vote-page/")
    assert plain.locator("[data-listen]").is_hidden()
    assert plain.locator(".vote-keys").is_hidden()
    plain.get_by_role("button", name="Disagree").click()
    assert plain.locator("p").inner_text() == "disagree"
    context.close()


@pytest.mark.parametrize("where", ["/vote-page/?chosen=agree", "/embed-page/"])
def test_axe_finds_nothing_on_the_vote_page_and_in_the_frame(page: Page, where: str) -> None:
    for width in (1280, 390, 320):
        page.set_viewport_size({"width": width, "height": 844})
        page.goto(where)
        assert page.evaluate("document.documentElement.scrollWidth") == width
        found = Axe().run(page).response["violations"]
        assert [(rule["id"], rule["nodes"][0]["html"]) for rule in found] == []
