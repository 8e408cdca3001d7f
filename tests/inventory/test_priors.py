"""The search for what others have, as a step of commissioning: suggestions, filters, and how to search wider."""

import pytest
from django.test import Client

from minga.commission.actions import state_need
from minga.inventory.actions import import_inventory
from minga.inventory.readers import read_bytes
from minga.ledger.action import BODY
from minga.projects.models import Project
from tests.conftest import Cast, by
from tests.inventory.test_import import nl, record


@pytest.fixture
def page(cast: Cast, project: Project) -> str:
    dutch = nl(record(id="1", title="Fraude opsporen"), record(id="2", title="Fraude", status="ontwikkeling"))
    import_inventory(by(cast.bea), BODY, reading=read_bytes(dutch, "nl.json"))
    state_need(
        by(cast.lena),
        project,
        statement="Nobody sees fraud in tenders. Fraud costs us millions.",
        affected="Businesses",
        evidence=[{"kind": "figure", "content": "1 in 10", "source": "Audit"}],
    )
    return f"/projects/{project.slug}/priors/"


def test_the_words_of_the_need_are_offered(page: str, client: Client) -> None:
    assert '<a href="?q=fraud">fraud</a>' in client.get(page).content.decode()


def test_a_search_is_narrowed_and_widened(page: str, client: Client) -> None:
    assert "2 systems match" in client.get(f"{page}?q=fraud").content.decode()
    narrowed = client.get(f"{page}?q=fraud&phase=design").content.decode()
    assert "1 system matches" in narrowed
    assert 'href="?q=fraud"' in narrowed


def test_a_search_that_finds_nothing_says_how_to_search_wider(page: str, client: Client) -> None:
    told = client.get(f"{page}?q=zeppelin").content.decode()
    assert "To search wider" in told
    assert "it is a result too" in told
