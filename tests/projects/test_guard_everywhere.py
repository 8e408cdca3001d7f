"""Every address that takes a POST, tried by a visitor and by somebody without a role: refused, and nothing written."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from minga.engage.actions import submit
from minga.engage.models import Contribution
from minga.jobs.models import Outbox
from minga.ledger.models import Entry
from minga.projects.models import Project
from tests.conftest import Cast, by

# What a visitor may do by design; their forms are tested in their own rooms.
OPEN = {
    "engage:contribute",
    "deliver:contest",
    "deliver:contest_start",
    "deliver:reply",
    "register:ask",
    "set_language",
}
GIVEN = {
    "slug": "early-warnings", "pk": 1, "number": 1, "code": "C-01", "token": "no-such-token", "step": 1, "key": "x",
    "kind": "contribution", "identifier": "1", "version": "0.1", "phase": "design", "field": "limits", "name": "x",
}  # fmt: skip
# Accounts are allauth's own and tested in tests/people; the API is walked by its description below.
PASSED_OVER = ("accounts/", "api/", "static/")


def patterns(resolver: Any = None, prefix: str = "", space: str = "") -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(name, path, converters) of every address of the site."""
    for entry in (resolver or get_resolver()).url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = f"{entry.namespace}:" if entry.namespace else space
            yield from patterns(entry, route, inner)
        elif isinstance(entry, URLPattern) and not route.startswith(PASSED_OVER):
            yield f"{space}{entry.name}", route, entry.pattern.converters


def filled(route: str, converters: dict[str, Any]) -> str:
    for name, converter in converters.items():
        value = GIVEN.get(name, 1 if type(converter).__name__ == "IntConverter" else "x")
        kind = {"IntConverter": "int:", "SlugConverter": "slug:", "PathConverter": "path:"}
        spelt = [f"<{kind.get(type(converter).__name__, 'str:')}{name}>", f"<{name}>"]
        for each in spelt:
            route = route.replace(each, str(value))
    return "/" + route


ADDRESSES = sorted((name, filled(route, converters)) for name, route, converters in patterns())


@pytest.fixture
def given(project: Project, cast: Cast) -> Contribution:
    """Something for the numbers in the addresses to mean."""
    cache.clear()
    assert project.slug == GIVEN["slug"]
    return submit(by(cast.rosa), project, text="A flag on half of everything helps nobody.")


def counts() -> tuple[int, int]:
    return Entry.objects.count(), Outbox.objects.count()


def test_the_walk_reaches_every_room() -> None:
    rooms = {name.split(":")[0] for name, _ in ADDRESSES if ":" in name}
    assert rooms >= {
        "projects",
        "inventory",
        "commission",
        "engage",
        "design",
        "deliver",
        "assess",
        "register",
        "portal",
    }
    assert all("<" not in path for _, path in ADDRESSES), [path for _, path in ADDRESSES if "<" in path]


@pytest.mark.parametrize("who", ["visitor", "nadie", "remi"])
def test_posting_without_a_role_writes_nothing(given: Contribution, cast: Cast, who: str) -> None:
    """``nadie`` has an account and no role; ``remi`` is a researcher, who reads."""
    before = counts()
    wrong = []
    for name, path in ADDRESSES:
        if name in OPEN:
            continue
        client = Client(raise_request_exception=False)
        if who != "visitor":
            client.force_login(getattr(cast, who))
        reply = client.post(path, {"text": "x", "reason": "x", "once": f"{who}-{path}"[-40:], "choice": "accept"})
        if reply.status_code >= 500 or counts() != before:
            wrong.append((name, path, reply.status_code, counts()))
            before = counts()
    assert wrong == []


@pytest.mark.parametrize("who", ["visitor", "nadie"])
def test_the_api_writes_nothing_for_those_without_a_role(given: Contribution, cast: Cast, who: str) -> None:
    described = Client().get("/api/openapi.json").json()
    before, wrong, tried = counts(), [], 0
    for route, verbs in described["paths"].items():
        path = route
        for name, value in GIVEN.items():
            path = path.replace("{" + name + "}", str(value))
        for verb in verbs.keys() & {"post", "put", "patch", "delete"}:
            client = Client(raise_request_exception=False)
            if who != "visitor":
                client.force_login(getattr(cast, who))
            reply = getattr(client, verb)(path, json.dumps({"text": ""}), content_type="application/json")
            tried += 1
            if reply.status_code not in (400, 401, 403, 404, 405, 409, 422) or counts() != before:
                wrong.append((verb, path, reply.status_code))
                before = counts()
    assert tried > 10
    assert wrong == []


def test_a_form_without_its_token_is_refused(given: Contribution, cast: Cast) -> None:
    """Another site's page sends no CSRF token."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.lena)
    before = counts()
    codes = {client.post(path, {"text": "x"}).status_code for _, path in ADDRESSES}
    assert codes <= {403, 404, 405}
    assert counts() == before
