"""The review of the example: two groups have answered, a resident answers for the third."""

import pytest

from tests.browser.conftest import Cast
from tests.browser.service import answer_review
from tests.browser.site import SLUG

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def test_a_resident_answers_for_the_third_group(people: Cast) -> None:
    rosa = people.rosa
    rosa.go(f"/projects/{SLUG}/")
    rosa.go(f"/projects/{SLUG}/reviews/")
    rosa.leave(rosa.page.locator(f'main a[href^="/projects/{SLUG}/reviews/"]').first.click)
    page = rosa.path.split("answer/")[0]
    rosa.go(f"{page}answer/")
    answer_review(rosa, "keep")
    assert rosa.path == page

    lena = people.lena
    lena.go(f"{page}close/")
    lena.send(expect=422)
    lena.page.locator("main [name=outcome]").first.check()
    lena.fill(reason="Two groups want to keep it, one wants a change that is small.")
    lena.send()
    assert lena.path == page
    assert "Two groups want to keep it" in lena.read()
