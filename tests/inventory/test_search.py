"""Search finds words in all their forms and languages, marks the hits, and filters."""

from typing import Any

import pytest
from django.test import Client

from minga.inventory.actions import import_inventory
from minga.inventory.models import System
from minga.inventory.queries import highlight, search
from minga.inventory.readers import read_bytes
from minga.inventory.stems import query_terms, stem
from minga.ledger.action import BODY
from tests.conftest import Cast, by
from tests.inventory.test_import import nl, record, system, us


@pytest.fixture
def inventory(cast: Cast) -> None:
    american = us(system("Contract notices", "1"), system("Chatbot", "2"), system("Notices in the purpose", "3"))
    dutch = nl(record(id="1", title="Aanbestedingen volgen", doel="Fraude bij vergunningen opsporen <b>nu</b>"))
    for content in (american, dutch):
        import_inventory(by(cast.bea), BODY, reading=read_bytes(content, "file"))


def names(text: str, **filters: Any) -> list[str]:
    return [found.name for found in search(text, **filters).systems]


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("notice", "Contract notices"),
        ("CONTRACTS", "Contract notices"),
        ("aanbesteding", "Aanbestedingen volgen"),
        ("vergunning fraude", "Aanbestedingen volgen"),
    ],
)
def test_other_forms_of_a_word_are_found(inventory: None, query: str, name: str) -> None:
    assert names(query)[0] == name


def test_all_words_must_occur_unless_none_has_them_all(inventory: None) -> None:
    assert search("contract notice").total == 1
    loose = search("chatbot vergunning")
    assert (loose.every_word, loose.total) == (False, 2)


@pytest.mark.parametrize("query", ['"', "a AND", "NEAR(", "x* OR (", "'; DROP TABLE", "& | !", "the of", "ñ", "\x00"])
def test_operators_are_only_words(inventory: None, query: str) -> None:
    search(query)
    assert System.objects.count() == 4


def test_filters(inventory: None) -> None:
    assert names("", country="nl") == ["Aanbestedingen volgen"]
    assert names("notice", stage="retired") == []
    assert len(names("notice", body="office x")) == 2


def test_a_changed_system_is_found_by_its_new_words_only(inventory: None, cast: Cast) -> None:
    import_inventory(by(cast.bea), BODY, reading=read_bytes(us(system("Forms", "2")), "file"))
    assert names("forms") == ["Forms"]
    assert names("chatbot") == []


def test_hits_are_marked_where_they_stand() -> None:
    text = "word " * 100 + "the notices here " + "tail " * 100
    parts = highlight(text, "en", tuple(query_terms("notice")), 120).parts
    assert ("notices", True) in parts
    assert sum(len(part) for part, _hit in parts) < 160


def test_accents_and_case_do_not_matter() -> None:
    assert stem("LICITACIÓN", "es") == stem("licitación", "es") == "licit"
    assert {"licit", "licitacion"} <= set(query_terms("licitación")[0])


def test_the_page_marks_hits_and_escapes_text(inventory: None, client: Client) -> None:
    page = client.get("/inventory/?q=vergunning").content.decode()
    assert "<mark>vergunningen</mark>" in page
    assert "<b>nu</b>" not in page


def test_the_api_searches(inventory: None, client: Client) -> None:
    found = client.get("/api/inventory/systems?q=notice&most=1").json()
    assert (found["total"], len(found["systems"])) == (2, 1)
    assert client.get(f"/api/inventory/systems/{found['systems'][0]['id']}").json()["source"] == "us2025"
    assert len(client.get("/api/inventory/registers").json()) == 2


def test_pages_of_a_system_and_a_register(inventory: None, client: Client) -> None:
    one = System.objects.get(name="Chatbot")
    assert b"demographic_features" in client.get(one.get_absolute_url()).content
    assert client.get(one.source.get_absolute_url()).status_code == 200


def test_a_person_of_the_body_uploads_a_register(cast: Cast, client: Client) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    assert client.get("/inventory/import/").status_code == 403
    client.force_login(cast.bea)
    assert client.get("/inventory/import/").status_code == 200
    bad = client.post("/inventory/import/", {"file": SimpleUploadedFile("x.json", b'{"algoritmes": [')})
    assert bad.status_code == 422
    assert b"cut off" in bad.content
    good = client.post("/inventory/import/", {"file": SimpleUploadedFile("x.json", nl(record()))})
    assert good.status_code == 302
    assert System.objects.count() == 1


def test_a_page_beyond_the_last_shows_the_last(inventory: None, client: Client) -> None:
    page = client.get("/inventory/?q=notice&page=99").content.decode()
    assert "Contract" in page
    assert "Nothing was found" not in page


@pytest.mark.parametrize("filters", [{}, {"source": ["us2025"]}, {"phase": ["in_use"]}])
def test_pages_follow_each_other_in_the_order_of_all(inventory: None, filters: dict[str, list[str]]) -> None:
    whole = names("notice contract chatbot", filters=filters)
    paged = [names("notice contract chatbot", filters=filters, start=n, most=1) for n in range(len(whole))]
    assert [name for page in paged for name in page] == whole
    assert names("notice contract chatbot", filters=filters, start=len(whole)) == []
