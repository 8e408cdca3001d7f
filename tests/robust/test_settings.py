"""What a production-like environment gives: secure cookies, HSTS, a CSP without inline code, nothing to warn about."""

import json
from pathlib import Path

import pytest

from tests.robust.serving import Installation

PRODUCTION = {
    "MINGA_ADDRESS": "https://minga.body.example",
    "MINGA_HOSTS": "minga.body.example",
    "MINGA_SECRET_KEY": "k7!" * 20 + "abcdefghij",
    "MINGA_BEHIND_PROXY": "1",
    "MINGA_SMTP_HOST": "mail.body.example",
    "MINGA_HSTS_SUBDOMAINS": "1",
}
ASK = """
import json
from minga.start import django
django()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from django.test import Client
secure = {"host": "minga.body.example", "x-forwarded-proto": "https"}
reply = Client(headers=secure).get("/accounts/login/")
client = Client(headers=secure, enforce_csrf_checks=True)
client.get("/i18n/setlang/")
plain = Client(headers={"host": "minga.body.example"}).get("/accounts/login/")
other = Client(headers={**secure, "host": "evil.example"}).get("/accounts/login/")
forged = client.post("/accounts/login/", {"login": "x", "password": "y"})
cookies = {name: [bool(morsel["secure"]), bool(morsel["httponly"]), morsel["samesite"]]
           for name, morsel in reply.cookies.items()}
print(json.dumps({"headers": dict(reply.headers), "cookies": cookies, "plain": plain.status_code,
                  "to": plain.headers.get("Location"), "other": other.status_code, "forged": forged.status_code}))
"""


@pytest.fixture(scope="module")
def production(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    return Installation(tmp_path_factory.mktemp("production"), PRODUCTION)


def test_django_s_own_check_for_deployment_has_nothing_to_say(production: Installation) -> None:
    done = production.minga("django", "check", "--deploy", "--fail-level", "WARNING", check=False)
    assert (done.returncode, "no issues" in done.stdout) == (0, True), done.stderr


def test_headers_and_cookies(production: Installation) -> None:
    told = json.loads(production.python(ASK).splitlines()[-1])
    headers = told["headers"]
    policy = headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert not any(word in policy for word in ("unsafe", "http:", "*"))
    assert {"object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"} <= {p.strip() for p in policy.split(";")}
    assert headers["Strict-Transport-Security"].startswith("max-age=31536000")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert told["cookies"]
    assert all(secure and hidden and site == "Lax" for secure, hidden, site in told["cookies"].values())
    assert (told["plain"], told["to"]) == (301, "https://minga.body.example/accounts/login/")
    assert (told["other"], told["forged"]) == (400, 403)


def test_a_drawn_key_is_kept_and_readable_by_its_owner_only(tmp_path: Path) -> None:
    place = Installation(tmp_path)
    ask = "from minga.start import django; django(); from django.conf import settings; print(settings.SECRET_KEY)"
    assert place.python(ask) == place.python(ask)
    assert (tmp_path / "secret-key").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("name", "value", "word"),
    [
        ("MINGA_DEBUG", "perhaps", "Use one of"),
        ("MINGA_LEASE_SECONDS", "soon", "Use a whole number"),
        ("MINGA_DATABASE", "postgres://host/", "names no database"),
    ],
)
def test_a_setting_that_cannot_be_used_stops_the_start(tmp_path: Path, name: str, value: str, word: str) -> None:
    done = Installation(tmp_path, {name: value}).minga("django", "check", check=False)
    assert done.returncode != 0
    assert word in done.stderr
