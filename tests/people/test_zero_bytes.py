"""Zero bytes in an address are left out: PostgreSQL would fail on a search for one."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from minga.people.middleware import RefusalMiddleware


@pytest.mark.parametrize(
    ("query", "seen"), [("q=%00", ""), ("q=a%00b", "ab"), ("q=%0%000x", "x"), ("q=%2500", "%00"), ("q=a", "a")]
)
def test_no_page_sees_a_zero_byte(query: str, seen: str) -> None:
    def page(request: HttpRequest) -> HttpResponse:
        return HttpResponse(request.GET["q"])

    answer = RefusalMiddleware(page)(RequestFactory().get(f"/glossary/?{query}"))
    assert answer.content.decode() == seen
