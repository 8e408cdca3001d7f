"""The provider registers a version in the example project and asks for its checks."""

import pytest

from tests.browser.conftest import Cast
from tests.browser.site import SLUG

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

HOME = f"/projects/{SLUG}/"


def test_a_provider_registers_a_version_and_its_checks_run(people: Cast) -> None:
    paz = people.paz
    paz.go(f"{HOME}versions/new/")
    started = paz.page.locator("main [name=settings]").input_value()
    assert "[R003]" in started, "the form begins with the settings of the last version"
    paz.fill(tool="redflags", version="0.9", settings="[R003\nthreshold = ", change_note="A limit of two days.")
    assert "settings" in paz.send(expect=422).lower()
    paz.fill(settings="[R003]\nthreshold = 2\n", chosen_on="none")
    paz.send()
    version = paz.path
    assert "0.9" in paz.heading or "0.9" in paz.read()
    paz.press("Run the checks that are missing")
    text = paz.until(version, "The check of C-02")
    assert "The check of C-01" in text
    paz.go(f"{HOME}versions/")
    paz.follow("0.9")
    assert paz.path == version
