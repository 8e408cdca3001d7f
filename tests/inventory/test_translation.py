"""The operator's translation service for queries: off by default, asked once, never in the way of a search."""

from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from minga.inventory.actions import import_inventory
from minga.inventory.readers import read_bytes
from minga.inventory.translation import Translated, translate
from minga.ledger.action import BODY
from tests.conftest import Cast, by
from tests.inventory.test_import import nl, record
from tests.tools.provider_parts import CARD, OPEN, Web, serving

DUTCH = {"baches": "gaten in het wegdek"}


def describe(folder: Path, url: str) -> Path:
    path = folder / "provider.toml"
    openness = "\n".join(f'{part} = "{level}"' for part, level in OPEN.items())
    path.write_text(
        f'kind = "http"\nname = "{CARD["name"]}"\nversion = "{CARD["version"]}"\nlicence = "EUPL-1.2"\n'
        f'fields = ["text", "to"]\n[settings]\nurl = "{url}"\nseconds = 2\nretries = 0\n[openness]\n{openness}\n'
    )
    return path


def answer(path: str, body: Any) -> tuple[int, Any, dict[str, str]]:
    if path.endswith("/card"):
        return 200, CARD, {}
    said = [
        {"case": case["id"], "proposal": DUTCH[case["text"]]}
        if case["text"] in DUTCH and case["to"] == "nl"
        else {"case": case["id"], "abstained_because": "Not known."}
        for case in body["cases"]
    ]
    return 200, {"answers": said}, {}


@pytest.fixture
def inventory(cast: Cast) -> None:
    cache.clear()
    import_inventory(by(cast.bea), BODY, reading=read_bytes(nl(record(title="Gaten in het wegdek")), "file"))


def posts(web: Web) -> int:
    return sum(path.endswith("/advise") for path, *_rest in web.asked)


def test_nothing_is_asked_where_nothing_is_configured(inventory: None) -> None:
    assert translate("baches", {"nl"}) == Translated()


def test_a_query_is_translated_once_and_the_page_says_so(
    inventory: None, client: Client, settings: Any, tmp_path: Path
) -> None:
    with serving(answer) as web:
        settings.MINGA_QUERY_PROVIDER = str(describe(tmp_path, web.url))
        settings.MINGA_TOOL_HOSTS = (web.host,)
        for _again in range(2):
            page = client.get("/inventory/?q=baches").content.decode()
            assert "<mark>Gaten</mark>" in page
            assert "gaten in het wegdek" in page
        assert posts(web) == 1
        assert "<mark>Gaten</mark>" not in client.get("/inventory/?q=baches&own=1").content.decode()


def test_a_host_that_the_operator_did_not_name_is_not_asked(inventory: None, settings: Any, tmp_path: Path) -> None:
    with serving(answer) as web:
        settings.MINGA_QUERY_PROVIDER = str(describe(tmp_path, web.url))
        settings.MINGA_TOOL_HOSTS = ()
        assert translate("baches", {"nl"}).failed
        assert web.asked == []


def test_a_service_that_fails_does_not_stop_the_search(
    inventory: None, client: Client, settings: Any, tmp_path: Path
) -> None:
    with serving(lambda path, body: (500, {}, {})) as web:
        settings.MINGA_QUERY_PROVIDER = str(describe(tmp_path, web.url))
        settings.MINGA_TOOL_HOSTS = (web.host,)
        page = client.get("/inventory/?q=wegdek")
        assert page.status_code == 200
        assert b"gave no answer" in page.content


def test_a_description_that_is_missing_is_a_failure_of_the_service(inventory: None, settings: Any) -> None:
    settings.MINGA_QUERY_PROVIDER = "nowhere/provider.toml"
    assert translate("baches", {"nl"}).failed
