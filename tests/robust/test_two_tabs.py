"""Two tabs on the same text of the record: the second is told, and what was written first stays."""

import re

from django.test import Client

from minga.projects.models import Project
from minga.register.queries import text_of
from tests.conftest import Cast

TEXT = "/projects/early-warnings/record/texts/benefits/"


def tab(client: Client) -> dict[str, str]:
    """The hidden fields of the page as it was opened."""
    page = client.get(TEXT).content.decode()
    return dict(re.findall(r'<input type="hidden" name="(once|seen)" value="([^"]*)"', page))


def test_the_second_tab_does_not_write_over_the_first(project: Project, cast: Cast) -> None:
    client = Client()
    client.force_login(cast.lena)
    first, second = tab(client), tab(client)
    assert first["seen"] == second["seen"] == "0"
    assert client.post(TEXT, {**first, "text": "Fairer calls."}).status_code == 302
    late = client.post(TEXT, {**second, "text": "Faster calls."})
    shown = late.content.decode()
    assert (late.status_code, "Somebody changed this" in shown, "Faster calls." in shown) == (422, True, True)
    assert text_of(project, "benefits") == "Fairer calls."
    assert client.post(TEXT, {**tab(client), "text": "Faster calls."}).status_code == 302
    assert text_of(project, "benefits") == "Faster calls."


def test_the_same_form_sent_twice_writes_once(project: Project, cast: Cast) -> None:
    client = Client()
    client.force_login(cast.lena)
    given = {**tab(client), "text": "Fairer calls."}
    assert [client.post(TEXT, given).status_code for _ in range(2)] == [302, 302]
    assert text_of(project, "benefits") == "Fairer calls."
