"""The approver: a criterion binds once she signs it, and the lead cannot do so alone."""

import pytest

from tests.browser.conftest import Cast
from tests.browser.site import SLUG

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

HOME = f"/projects/{SLUG}/"


def test_an_approver_signs_an_advisory_criterion(people: Cast) -> None:
    rosa = people.rosa
    rosa.go(f"{HOME}criteria/new/")
    rosa.send(expect=422)
    rosa.fill(sentence="At least 90 % of the rows can be used.", metric="rows_used_share", comparison="ge", bound=90)
    rosa.fill(group_by="none", minimum_group=30, binding="no")
    rosa.page.locator("main [name=dataset]").last.check()
    rosa.send()
    page = rosa.path
    assert "At least 90 % of the rows can be used." in rosa.read()

    lena, ada = people.lena, people.ada
    lena.go(page)
    ada.go(page)
    ada.fill(reason="It costs nothing and tells residents how much is missing.")
    ada.send()
    assert "At least 90 % of the rows can be used." in ada.go(f"{HOME}criteria/")
