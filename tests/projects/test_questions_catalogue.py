"""The catalogue: every set with its source, found by words, topic and country, taken up and added; and its versions."""

import json
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from minga.instruments import library, queries
from minga.instruments.actions import answer
from minga.instruments.models import AddedSet, ChosenSet
from minga.ledger.action import BODY
from minga.projects.models import Project
from tests.conftest import Cast, by

P = "/projects/early-warnings/questions/"


def text_of(reply: Any) -> str:
    return str(reply.content.decode())


def form_of(*names: str) -> dict[str, Any]:
    elements = [{"type": "text", "name": name, "title": f"The {name}?"} for name in names]
    return {"title": "Small assessment", "pages": [{"name": "page1", "title": "One", "elements": elements}]}


def add(client: Client, version: str, *names: str, **changed: Any) -> Any:
    file = SimpleUploadedFile("small.json", json.dumps(form_of(*names)).encode())
    given = {"file": file, "set_id": "small", "version": version, "url": "https://example.org/small",
             "once": f"a{version}{names}"[:40]}  # fmt: skip
    return client.post("/instruments/add/", given | changed)


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_set_stands_in_the_catalogue_for_everybody(client: Client, db: None, language: str) -> None:
    client.cookies["django_language"] = language
    page = text_of(client.get("/instruments/"))
    for name in library.names():
        assert f'href="/instruments/{name}/"' in page
        assert client.get(f"/instruments/{name}/").status_code == 200


def test_words_topic_and_country_narrow_it(client: Client, db: None) -> None:
    page = text_of(client.get("/instruments/", {"q": "prohibido"}))
    assert 'href="/instruments/prohibited/"' in page
    assert 'href="/instruments/build/"' not in page
    page = text_of(client.get("/instruments/", {"topic": "audit", "country": "NL"}))
    assert 'href="/instruments/audit_nl/"' in page
    assert 'href="/instruments/prohibited/"' not in page
    assert "No set has all of these" in text_of(client.get("/instruments/", {"q": "zzzz"}))


def test_own_sets_can_be_downloaded(client: Client, db: None) -> None:
    reply = client.get("/instruments/prohibited/set.toml")
    assert reply.content == (library.SETS / "prohibited.toml").read_bytes()
    assert client.get("/instruments/nothing/set.toml").status_code == 404
    assert client.get("/instruments/nothing/").status_code == 404


def test_a_set_is_taken_up_from_its_page_and_dropped_again(client: Client, project: Project, cast: Cast) -> None:
    assert "Use it here" not in text_of(client.get("/instruments/ai_act_tier/"))
    client.force_login(cast.lena)
    assert f'action="{P}choose/"' in text_of(client.get("/instruments/ai_act_tier/?for=early-warnings"))
    reply = client.post(f"{P}choose/", {"set": "ai_act_tier", "once": "c1"})
    assert reply.headers["Location"] == f"{P}ai_act_tier/"
    assert "Use it here" not in text_of(client.get("/instruments/ai_act_tier/"))
    answer(by(cast.lena), project, "ai_act_tier", _some(project))
    assert client.post(f"{P}ai_act_tier/drop/", {"once": "c2"}).status_code == 302
    assert "no longer asked here" in text_of(client.get(f"{P}ai_act_tier/"))
    assert ChosenSet.objects.get().ended is not None


@pytest.mark.parametrize("name", ["readiness", "evaluation", "partner"])
def test_a_set_about_something_else_is_not_taken_up(client: Client, project: Project, cast: Cast, name: str) -> None:
    client.force_login(cast.lena)
    reply = client.post(f"{P}choose/", {"set": name, "once": "c3"})
    assert reply.status_code == 422
    assert "not made for this place" in text_of(reply)
    assert not ChosenSet.objects.exists()


def _some(project: Project) -> dict[str, Any]:
    """One answer to the first choice of the set."""
    one = queries.filled(project, "ai_act_tier").definition
    for id in one.read({}).visible:
        if type(one.questions[id]).__name__ == "Single":
            return {id: one.questions[id].options[0].value}  # type: ignore[attr-defined]
    raise AssertionError("the set begins without a choice")


@pytest.mark.parametrize("name", [None, "flor", "remi", "nadie"])
def test_choosing_and_adding_need_the_role(client: Client, project: Project, cast: Cast, name: str | None) -> None:
    if name:
        client.force_login(getattr(cast, name))
    assert client.post(f"{P}choose/", {"set": "ai_act_tier", "once": "n"}).status_code == 403
    assert client.post("/instruments/add/", {"once": "n"}).status_code == 403
    assert not ChosenSet.objects.exists()


def test_a_published_set_is_added_and_not_passed_on(client: Client, cast: Cast) -> None:
    client.force_login(cast.bea)
    assert add(client, "1.0", "name").headers["Location"] == "/instruments/small/"
    client.logout()
    page = text_of(client.get("/instruments/small/"))
    assert "The name?" in page
    assert 'href="https://example.org/small"' in page
    assert client.get("/instruments/small/set.toml").status_code == 404
    assert 'href="/instruments/small/"' in text_of(client.get("/instruments/"))


FRENCH = {"default": "The name?", "fr": "Le nom ?", "es": "¿El nombre?"}


def test_a_language_that_the_page_lacks_is_chosen_for_the_questions_alone(
    client: Client, project: Project, cast: Cast
) -> None:
    client.force_login(cast.bea)
    form = form_of("name", "other")
    form["pages"].append({"name": "page2", "title": "Two", "elements": [{"type": "text", "name": "last"}]})
    form["pages"][0]["elements"][0]["title"] = FRENCH
    add(client, "1.0", file=SimpleUploadedFile("small.json", json.dumps(form).encode()))
    client.force_login(cast.lena)
    client.post(f"{P}choose/", {"set": "small", "once": "f1"})
    first, second = (part.id for part in library.load("small").sections)
    assert 'href="?set_language=fr"' in text_of(client.get("/instruments/small/"))
    for address in ("/instruments/small/", f"{P}small/print/", f"{P}small/sections/{first}/", f"{P}small/answers/"):
        page = text_of(client.get(address, {"set_language": "fr"}))
        assert "Le nom ?" in page, address
        assert '<html lang="en"' in page
        assert "Le nom ?" not in text_of(client.get(address, {"set_language": "de"}))
        assert "Le nom ?" not in text_of(client.get(address))
    page = text_of(client.get(f"{P}small/?set_language=fr"))
    assert f'href="{P}small/sections/{first}/?set_language=fr"' in page
    given = {"seen": '{"name": 0, "other": 0}', "name": "Nous", "once": "f2"}
    reply = client.post(f"{P}small/sections/{first}/?set_language=fr", given)
    assert reply.headers["Location"] == f"{P}small/sections/{second}/?set_language=fr"


def test_what_cannot_be_added_says_why(client: Client, cast: Cast) -> None:
    client.force_login(cast.bea)
    broken = SimpleUploadedFile("small.json", b'{"pages": [')
    reply = add(client, "1.0", "name", file=broken)
    assert reply.status_code == 422
    assert "govuk-error-summary" in text_of(reply)
    assert add(client, "1.0", "name").status_code == 302
    reply = add(client, "1.0", "another")
    assert reply.status_code == 422
    assert "already" in text_of(reply)
    assert AddedSet.objects.count() == 1


def test_a_move_to_another_version_is_shown_before_and_loses_nothing(
    client: Client, project: Project, cast: Cast
) -> None:
    client.force_login(cast.bea)
    add(client, "1.0", "name", "gone")
    client.force_login(cast.lena)
    client.post(f"{P}choose/", {"set": "small", "once": "m1"})
    answer(by(cast.lena), project, "small", {"name": "Ours", "gone": "Kept"})
    assert client.get(f"{P}small/migrate/").status_code == 404
    client.force_login(cast.bea)
    add(client, "2.0", "name", "new")
    client.force_login(cast.lena)
    assert "version 2.0 is out" in text_of(client.get(f"{P}small/"))
    page = text_of(client.get(f"{P}small/migrate/"))
    assert "1 answer moves along." in page
    assert "1 finds no place" in page
    assert "Kept" in page
    assert "The new?" in page
    assert ChosenSet.objects.get().version == "1.0"
    client.force_login(cast.flor)
    assert client.post(f"{P}small/migrate/", {"to": "2.0", "once": "m2"}).status_code == 403
    client.force_login(cast.lena)
    assert client.post(f"{P}small/migrate/", {"to": "2.0", "once": "m3"}).status_code == 302
    assert ChosenSet.objects.get().version == "2.0"
    assert queries.filled(project, "small").reading.answers == {"name": "Ours"}
    assert queries.values_under(project, "small", "1.0")["gone"] == "Kept"
    page = text_of(client.get("/instruments/small/"))
    assert "What changed from version 1.0 to 2.0" in page
    assert "1 part is new" in page
    ids = page[page.index("Which ones") :].partition("</details>")[0]
    assert re.search(r"New parts:</strong>\s*<span[^>]*>new<", ids)
    assert re.search(r"Parts that are gone:</strong>\s*<span[^>]*>gone<", ids)


def test_the_body_takes_up_sets_about_itself(client: Client, cast: Cast, offices: dict[str, Any]) -> None:
    client.force_login(cast.chela)
    page = text_of(client.get("/instruments/", {"for": "body"}))
    assert 'href="/instruments/readiness/?for=body"' in page
    assert 'href="/instruments/prohibited/' not in page
    assert client.post("/body/questions/choose/", {"set": "readiness", "once": "b1"}).status_code == 302
    assert ChosenSet.objects.get().chain == BODY.chain
