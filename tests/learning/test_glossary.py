"""The glossary: plain words in every language, found, cited and linked."""

import json

import pytest
from django.template import Context, Template
from django.test import Client
from django.utils.translation import override

from minga.learning import glossary


def test_every_term_speaks_both_languages_in_one_short_sentence() -> None:
    found = glossary.terms()
    assert len(found) >= 60
    for term in found.values():
        for text in (term.word, term.short):
            assert set(text) == {"en", "es"}
            assert all(words.strip() for words in text.values())
        assert all(len(words.split()) <= 30 and words.endswith(".") for words in term.short.values())
        assert term.more == {} or set(term.more) == {"en", "es"}
        assert all(id in found and id != term.id for id in term.see)


def test_terms_stand_by_the_alphabet_of_the_language() -> None:
    for language in ("en", "es"):
        with override(language):
            names = [glossary.plain(term.name) for term in glossary.in_order()]
            assert names == sorted(names)


@pytest.mark.parametrize(
    ("asked", "first"),
    [("calibration", "calibration"), ("CALIBRACION", "calibration"), ("sesgo automatización", "automation_bias")],
)
def test_search_in_either_language_without_accents(asked: str, first: str) -> None:
    assert glossary.search(asked)[0].id == first


def test_search_that_finds_nothing() -> None:
    assert glossary.search("xyzzy") == []


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "es"])
def test_the_page_has_an_anchor_for_each(client: Client, language: str) -> None:
    client.cookies["django_language"] = language
    told = client.get("/glossary/").content.decode()
    for term in glossary.terms().values():
        assert f'id="{term.id}"' in told
    some = client.get("/glossary/", {"q": "drift"}).content.decode()
    assert 'id="drift"' in some
    assert 'id="seal"' not in some
    assert client.get("/glossary/", {"q": "xyzzy"}).status_code == 200


@pytest.mark.django_db
def test_as_data(client: Client) -> None:
    told = json.loads(client.get("/glossary.json").content)
    assert {row["id"] for row in told["terms"]} == set(glossary.terms())


def test_the_tag_links_with_the_short_meaning() -> None:
    page = Template('{% load glossary %}{% term "calibration" %} {% term "drift" "it drifts" %}')
    told = page.render(Context())
    assert 'href="/glossary/#calibration"' in told
    assert glossary.terms()["calibration"].short["en"].replace("“", "“") in told
    assert ">it drifts</a>" in told
    with override("es"):
        assert ">calibración</a>" in page.render(Context())
