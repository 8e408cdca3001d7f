"""Generated requests against the running API: it never breaks, and answers as its OpenAPI document says."""

from collections.abc import Iterator
from importlib import import_module
from pkgutil import walk_packages
from types import ModuleType
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from ninja import Schema
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance

from minga.api import ROOMS
from tests.browser.site import PASSWORD, SLUG, Site

pytestmark = pytest.mark.xdist_group("browser")

CHECKS = [not_a_server_error, content_type_conformance, response_schema_conformance]
EXAMPLES = {"visitor": 12, "lena": 12}
# Every other request asks for something that exists; otherwise all answers would be 404.
REAL = {"slug": SLUG, "pk": 1, "code": "F-0001", "party": 1, "standard": "uk-atrs", "field": "benefits"}


@pytest.fixture(scope="module")
def sessions(api_site: Site) -> Iterator[dict[str, requests.Session]]:
    """A visitor, and the lead with the CSRF token of a form."""
    visitor, lena = requests.Session(), requests.Session()
    lena.get(f"{api_site.address}/accounts/login/", timeout=20)
    given = {"login": "lena", "password": PASSWORD, "csrfmiddlewaretoken": lena.cookies["csrftoken"]}
    answer = lena.post(f"{api_site.address}/accounts/login/", given, timeout=20, allow_redirects=False)
    assert answer.status_code == 302
    lena.headers["X-CSRFToken"] = lena.cookies["csrftoken"]
    yield {"visitor": visitor, "lena": lena}
    visitor.close()
    lena.close()


def _make_real(case: Any, number: int) -> None:
    if number % 3:
        case.path_parameters |= {name: REAL[name] for name in case.path_parameters or {} if name in REAL}


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_api_answers_as_it_says(name: str, api_site: Site, sessions: dict[str, requests.Session]) -> None:
    schema = schemathesis.openapi.from_url(f"{api_site.address}/api/openapi.json")
    wrong: list[str] = []
    asked = 0
    for found in schema.get_all_operations():
        operation = found.ok()
        try:
            asked += _ask(operation, sessions[name], EXAMPLES[name])
        except (Exception, BaseExceptionGroup) as error:  # all operations are asked before the test fails
            wrong.append(f"{operation.label}: {error}")
    assert not wrong, "\n\n".join(wrong)
    assert asked > 200


def _ask(operation: Any, session: requests.Session, examples: int) -> int:
    """Send generated requests for one operation and check each answer; gives how many were sent."""
    sent = 0

    @settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def ask(case: Any) -> None:
        nonlocal sent
        sent += 1
        _make_real(case, sent)
        answer = case.call(session=session, timeout=20)
        case.validate_response(answer, checks=CHECKS)

    ask()
    return sent


def test_every_operation_says_what_it_does(api_site: Site) -> None:
    document = requests.get(f"{api_site.address}/api/openapi.json", timeout=20).json()
    operations = [operation for path in document["paths"].values() for operation in path.values()]
    assert len(operations) > 30
    assert [one["operationId"] for one in operations if not one.get("summary")] == []
    assert requests.get(f"{api_site.address}/api/", timeout=20).status_code == 200


def test_every_schema_name_stands_for_one_thing() -> None:
    """Rooms name their schemas apart: the OpenAPI document would keep only one of two with the same name."""
    seen: dict[str, str] = {}
    for module in _modules():
        for name, schema in vars(module).items():
            if isinstance(schema, type) and issubclass(schema, Schema) and schema.__module__ == module.__name__:
                assert name not in seen, f"{name} is in {seen[name]} and {module.__name__}"
                seen[name] = module.__name__
    assert {module.split(".")[1] for module in seen.values()} == set(ROOMS)


def _modules() -> Iterator[ModuleType]:
    """Each room's ``api``, and where that is a package every module in it."""
    for room in ROOMS:
        found = import_module(f"minga.{room}.api")
        yield found
        for inside in walk_packages(getattr(found, "__path__", ()), f"{found.__name__}."):
            yield import_module(inside.name)
