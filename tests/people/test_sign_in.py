"""Signing in: our layout in both languages, second steps, other organisations' accounts, and the example's accounts."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client

from minga.people.models import Person
from tests.conftest import Cast
from tests.robust.serving import Installation

ENTRANCE = {
    "/accounts/login/": ("Sign In", "Iniciar sesión"),
    "/accounts/signup/": ("Sign Up", "Regístrese"),
    "/accounts/password/reset/": ("Password Reset", "Restablecer contraseña"),
}
OWN = ("/accounts/2fa/", "/accounts/2fa/totp/activate/", "/accounts/2fa/webauthn/add/", "/accounts/email/",
       "/accounts/password/change/", "/accounts/logout/")  # fmt: skip
PASSWORD = "a-long-pass-word-9"
RAW = re.compile(r"<(?:input|button|select|textarea)(?![^>]*(?:class=|hidden))[^>]*>")


def page(client: Client, path: str, language: str) -> str:
    client.cookies["django_language"] = language
    reply = client.get(path)
    if reply.status_code == 302 and "/reauthenticate/" in reply["Location"]:
        asked = client.get(reply["Location"])
        looks_like_ours(asked.content.decode(), language)
        reply = client.post(reply["Location"], {"password": PASSWORD}, follow=True)
    assert reply.status_code == 200, (path, reply.status_code)
    return reply.content.decode()


def looks_like_ours(text: str, language: str) -> None:
    assert f'<html lang="{language}' in text
    assert "web/minga.css" in text
    assert text.count("<h1") == 1
    assert text.count("<main") == 1
    assert RAW.findall(text) == []
    assert " style=" not in text
    assert all("src=" in tag or "json" in tag for tag in re.findall(r"<script[^>]*>", text))


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("path", ENTRANCE)
def test_doors_have_our_look(db: None, client: Client, path: str, language: str) -> None:
    text = page(client, path, language)
    looks_like_ours(text, language)
    assert "govuk-label" in text
    assert "govuk-button" in text


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("path", OWN)
def test_pages_of_an_account_have_our_look(cast: Cast, client: Client, path: str, language: str) -> None:
    own = Person.objects.create_user("own", email="own@home.example", password=PASSWORD)
    client.post("/accounts/login/", {"login": "own", "password": PASSWORD})
    assert own.pk == int(client.session["_auth_user_id"])
    looks_like_ours(page(client, path, language), language)


def test_a_wrong_password_is_told_at_the_top(db: None, client: Client) -> None:
    reply = client.post("/accounts/login/", {"login": "nobody", "password": "wrong"})
    assert "govuk-error-summary" in reply.content.decode()


def test_accounts_of_the_example_work_only_in_demonstration_mode(db: None, client: Client, settings: Any) -> None:
    Person.objects.create_user("lena", password="minga-demo", demonstration=True)
    given = {"login": "lena", "password": "minga-demo"}
    assert client.post("/accounts/login/", given).status_code == 302
    assert client.get("/accounts/2fa/", follow=True).wsgi_request.user.is_authenticated
    settings.MINGA_DEMONSTRATION = False
    assert not client.get("/accounts/login/").wsgi_request.user.is_authenticated
    again = Client().post("/accounts/login/", given)
    assert again.status_code == 200
    assert "govuk-error-summary" in again.content.decode()
    assert list(get_messages(again.wsgi_request)) == []


def test_an_erased_or_closed_account_does_not_sign_in(db: None) -> None:
    Person.objects.create_user("gone", password=PASSWORD, is_active=False)
    client = Client()
    client.post("/accounts/login/", {"login": "gone", "password": PASSWORD})
    assert "_auth_user_id" not in client.session


OFFERED = """
from minga.start import django
django()
from django.core.management import call_command
call_command("migrate", verbosity=0)
import json
from django.test import Client
client = Client(headers={"host": "localhost"})
page = client.get("/accounts/login/").content.decode()
print(json.dumps(["Ministry login" in page, "/accounts/oidc/oidc/login/" in page, page.count("govuk-button")]))
"""


def test_another_organisation_s_accounts_are_offered_by_settings(tmp_path: Path) -> None:
    given = {"MINGA_OIDC_URL": "https://id.ministry.example", "MINGA_OIDC_NAME": "Ministry login",
             "MINGA_OIDC_CLIENT_ID": "minga", "MINGA_OIDC_SECRET": "s"}  # fmt: skip
    (tmp_path / "with").mkdir()
    (tmp_path / "without").mkdir()
    named, linked, _ = json.loads(Installation(tmp_path / "with", given).python(OFFERED))
    assert (named, linked) == (True, True)
    named, linked, _ = json.loads(Installation(tmp_path / "without").python(OFFERED))
    assert (named, linked) == (False, False)
