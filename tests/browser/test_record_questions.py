"""A resident asks about one field of a record, a moderator lets it through, the lead answers, the resident reads it;
an auditor takes the pack and every export."""

from collections.abc import Callable

import pytest

from minga.register.exports import KEYS
from tests.browser.conftest import Cast
from tests.browser.site import SLUG
from tests.browser.walker import Walker

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

RECORD = f"/projects/{SLUG}/record/"
WORDS = "Who may see the names of the bidders?"


def test_a_question_is_asked_read_and_answered(people: Cast, visitor: Callable[..., Walker]) -> None:
    """Beside the one that the example story leaves open."""
    someone = visitor()
    someone.go(RECORD)
    someone.page.locator("summary").filter(has_text="What it is for").click()
    someone.page.locator("#field-limits").get_by_text("How it changed").wait_for(state="visible")
    someone.go(f"{RECORD}fields/human_oversight/")
    someone.press("Ask about this")
    someone.fill(text="")
    someone.send(expect=422)
    someone.fill(text=WORDS)
    someone.send()
    private = someone.path
    assert "A moderator reads it first" in someone.read()
    assert WORDS not in visitor().go(f"{RECORD}questions/")

    mora = people.mora
    mora.go(f"{RECORD}questions/moderation/")
    row = mora.page.locator("main section").filter(has_text=WORDS)
    row.locator('[value="yes"]').check()
    mora.leave(row.locator("button").click)
    assert "Open for 0 days" in someone.go(private)
    assert WORDS in someone.go(f"{RECORD}questions/")
    assert "2 questions open" in someone.go(RECORD)

    lena = people.lena
    assert "Answer 2 questions about the record" in lena.go(f"/projects/{SLUG}/")
    lena.go(f"{RECORD}questions/")
    lena.press("Answer: What people decided")
    lena.send(expect=422)
    lena.page.locator('main [value="explained"]').check()
    lena.fill(answer="Only the people who decide, and the overseer.")
    lena.send()
    told = someone.go(private)
    assert "The record is right" in told
    assert "Only the people who decide, and the overseer." in told
    assert "1 question open" in someone.go(RECORD)


def test_wrong_roles_are_refused(people: Cast, visitor: Callable[..., Walker]) -> None:
    someone = visitor()
    someone.go(f"{RECORD}questions/moderation/", expect=403)
    people.rosa.go(f"{RECORD}questions/moderation/", expect=403)


@pytest.mark.parametrize("locale", ["en-GB", "es"])
def test_an_auditor_takes_every_standard(locale: str, visitor: Callable[..., Walker]) -> None:
    someone = visitor(locale=locale)
    for key in KEYS:
        someone.go(f"{RECORD}export/{key}/")
        assert someone.page.locator("h1").count() == 1
        with someone.page.expect_download() as found:
            someone.page.locator(f'main a[href$="/export/{key}/file/"]').first.click()
        assert found.value.suggested_filename.startswith(f"{SLUG}-{key}.")


def test_an_auditor_takes_the_pack(people: Cast) -> None:
    olga = people.olga
    olga.go(f"/projects/{SLUG}/oversight/pack/")
    with olga.page.expect_download() as found:
        olga.page.locator("main form button").click()
    assert found.value.suggested_filename == f"{SLUG}-audit.zip"


def test_the_new_pages_fit_a_phone_without_script(people: Cast, visitor: Callable[..., Walker]) -> None:
    someone = visitor(viewport={"width": 390, "height": 844}, java_script_enabled=False, locale="es")
    for page in ("", "ask/?field=risks", "questions/", "fields/limits/", "follow/", "export/nl/"):
        assert someone.go(f"{RECORD}{page}")
    assert someone.go("/records/")
