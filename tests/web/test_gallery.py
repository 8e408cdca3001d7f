"""The gallery: every component on one page, under the real settings."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Page

from minga.web.context import current_site

pytestmark = pytest.mark.urls("tests.web.urls")


@pytest.fixture(autouse=True)
def _demonstration(settings: pytest.FixtureRequest) -> None:
    settings.MINGA_DEMONSTRATION = True  # type: ignore[attr-defined]


def test_the_page_carries_no_inline_script_or_style(client: Client) -> None:
    answer = client.get("/gallery/")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "style=" not in page
    assert "<style" not in page
    assert not re.search(r"<script(?![^>]*\bsrc=)", page)
    assert "Example." in page


def test_identifiers_are_unique(client: Client) -> None:
    ids = re.findall(r'\sid="([^"]+)"', client.get("/gallery/").content.decode())
    assert sorted(ids) == sorted(set(ids))


def test_the_gallery_is_closed_outside_the_demonstration(client: Client, settings: pytest.FixtureRequest) -> None:
    settings.MINGA_DEMONSTRATION = False  # type: ignore[attr-defined]
    assert client.get("/gallery/").status_code == 404


def test_errors_change_the_title_and_keep_what_was_typed(client: Client) -> None:
    answer = client.post("/gallery/", {"reason": "The <b>flood</b>"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "<title>Error: Components" in page
    assert "The &lt;b&gt;flood&lt;/b&gt;" in page


def test_spanish_reaches_every_part(client: Client) -> None:
    page = client.get("/gallery/", headers={"accept-language": "es"}).content.decode()
    assert '<html lang="es">' in page
    assert "Las mismas cifras en una tabla" in page
    assert 'lang="en">English</button>' in page


def test_the_body_names_itself(client: Client, settings: pytest.FixtureRequest) -> None:
    settings.MINGA_BODY_NAME = "Comuna <Sur>"  # type: ignore[attr-defined]
    page = client.get("/gallery/").content.decode()
    assert "<b>Comuna &lt;Sur&gt;</b>" in page
    assert "– Comuna &lt;Sur&gt;</title>" in page


def test_the_masthead_offers_only_pages_that_somebody_serves(settings: pytest.FixtureRequest) -> None:
    settings.MINGA_NAV = [("Projects", "/projects/"), ("Nowhere", "/nowhere/"), ("Body", "https://body.example/")]  # type: ignore[attr-defined]
    settings.MINGA_LEDGER_PATH = "/nowhere/"  # type: ignore[attr-defined]
    site = current_site()
    assert [link.text for link in site.nav] == ["Projects", "Body"]
    assert site.ledger == ""
    assert len(site.footer) == 3


def test_the_language_is_switched_without_script(client: Client) -> None:
    answer = client.post("/i18n/setlang/", {"language": "es", "next": "/gallery/"}, follow=True)
    assert '<html lang="es">' in answer.content.decode()


@pytest.mark.browser
@pytest.mark.parametrize("language", ["en", "es"])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(page: Page, language: str) -> None:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.set_extra_http_headers({"Accept-Language": language})
    for width in (1280, 390, 320):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto("/gallery/")
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        assert page.evaluate("document.documentElement.scrollWidth") == width
        found = Axe().run(page).response["violations"]
        assert [(rule["id"], rule["nodes"][0]["html"]) for rule in found] == []
    assert complaints == []


@pytest.mark.browser
def test_the_error_summary_takes_the_focus_and_leads_to_the_field(page: Page) -> None:
    page.goto("/gallery/")
    page.get_by_role("button", name="Record determination").click()
    page.wait_for_selector(".govuk-error-summary:focus")
    page.locator(".govuk-error-summary a").first.click()
    assert page.evaluate("document.activeElement.id") == "id_choice_0"
