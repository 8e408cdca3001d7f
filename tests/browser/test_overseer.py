"""The overseer stops the example's release at once; the lead can bring it back only one stage at a time."""

import pytest

from tests.browser.conftest import Cast
from tests.browser.site import SLUG

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

HOME = f"/projects/{SLUG}/"


def test_the_overseer_stops_the_tool(people: Cast) -> None:
    olga, flor, lena = people.olga, people.flor, people.lena
    olga.go(f"{HOME}stages/")
    olga.press("Stop at once")
    olga.send(expect=422)
    olga.fill(reason="Residents were named in a letter.")
    assert "Stopped" in olga.send()
    assert "Residents were named in a letter." in olga.read()
    flor.go(f"{HOME}desk/")
    assert flor.page.get_by_role("button", name="Take this case").count() == 0

    for stage in ("shadow", "1", "10"):
        lena.go(f"{HOME}stages/")
        lena.press("Change the stage")
        offered = lena.page.locator("main [name=stage]").evaluate_all("all => all.map(one => one.value)")
        assert stage in offered
        assert "50" not in offered
        lena.fill(stage=stage, reason="The letter was mended, and the overseer agrees.")
        lena.send()
    flor.go(f"{HOME}desk/")
    assert "Residents were named in a letter." in olga.go(f"{HOME}stages/") or "change" in olga.read()
