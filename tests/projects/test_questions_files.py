"""Every kind of question comes back as it was given, by plain forms: files, tables, groups, dates, long lists."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from minga.instruments import queries
from minga.instruments.actions import add_set, choose_set
from minga.instruments.files import SetFile
from minga.ledger.action import BODY
from minga.projects.models import Project
from tests.conftest import Cast, by

P = "/projects/early-warnings/questions/kinds/"
OPTIONS = "\n".join(f'[[lists.many]]\nvalue = "v{n}"\ntext = {{ en = "Choice {n}" }}' for n in range(20))
KINDS = f"""
id = "kinds"
version = "1.0"
date = 2026-11-21
languages = ["en"]
title = {{ en = "All kinds" }}
[source]
title = {{ en = "This test" }}
{OPTIONS}
[[lists.two]]
value = "a"
text = {{ en = "First" }}
[[lists.two]]
value = "b"
text = {{ en = "Second" }}
[[sections]]
id = "one"
title = {{ en = "One" }}
[[sections.questions]]
id = "paper"
type = "file"
ask = {{ en = "Which paper?" }}
[[sections.questions]]
id = "which"
type = "single"
ask = {{ en = "Which of many?" }}
options = "many"
[[sections.questions]]
id = "table"
type = "matrix"
ask = {{ en = "How much of each?" }}
rows = "two"
columns = "two"
[[sections.questions]]
id = "day"
type = "date"
ask = {{ en = "Since when?" }}
[[sections.questions]]
id = "share"
type = "number"
ask = {{ en = "How much?" }}
[[sections.questions]]
id = "proofs"
type = "repeated"
ask = {{ en = "Which proofs?" }}
entry = {{ en = "Proof" }}
[[sections.questions.questions]]
id = "what"
type = "text"
ask = {{ en = "What?" }}
[[sections.questions.questions]]
id = "scan"
type = "file"
ask = {{ en = "A scan" }}
"""


def text_of(reply: Any) -> str:
    return str(reply.content.decode())


@pytest.fixture
def flor(client: Client, project: Project, cast: Cast) -> Client:
    add_set(by(cast.bea), BODY, SetFile("kinds.toml", KINDS.encode()))
    choose_set(by(cast.lena), project, "kinds")
    client.force_login(cast.flor)
    return client


def save(client: Client, once: str, **given: Any) -> None:
    """Send the section as a browser does: the hidden fields as shown, the rest as given."""
    page = text_of(client.get(f"{P}sections/one/"))
    hidden = dict(re.findall(r'type="hidden" name="(seen|proofs__count)" value="([^"]*)"', page))
    sent = {name: value.replace("&quot;", '"') for name, value in hidden.items()} | given | {"once": once}
    reply = client.post(f"{P}sections/one/", sent)
    assert reply.status_code == 302, text_of(reply)


def given_in(project: Project) -> dict[str, Any]:
    return queries.values(queries.current(project, "kinds"))


def test_all_kinds_come_back(flor: Client, project: Project) -> None:
    save(flor, "k1", which="v17", table__a="b", table__b="a", day_day="3", day_month="2", day_year="2027", share="1,5")
    now = given_in(project)
    assert now == {"which": "v17", "table": {"a": "b", "b": "a"}, "day": "2027-02-03", "share": 1.5}
    page = text_of(flor.get(f"{P}sections/one/"))
    assert '<select name="which"' in page
    assert re.search(r'value="v17"\s+selected', page)
    assert "Choice 17" in text_of(flor.get(f"{P}answers/"))


def test_a_file_is_kept_downloaded_replaced_and_removed(flor: Client, project: Project, cast: Cast) -> None:
    save(flor, "f1", paper=SimpleUploadedFile("law.pdf", b"first"))
    save(flor, "f2", share="3")
    assert given_in(project)["paper"]["name"] == "law.pdf"
    assert "Kept: law.pdf" in text_of(flor.get(f"{P}sections/one/"))
    reply = flor.get(f"{P}answers/paper/file/")
    assert b"".join(reply.streaming_content) == b"first"  # type: ignore[attr-defined]
    assert "attachment" in reply.headers["Content-Disposition"]
    assert flor.get(f"{P}answers/paper/file/?sha256={'0' * 64}").status_code == 404
    flor.force_login(cast.nadie)
    assert flor.get(f"{P}answers/paper/file/").status_code == 403
    flor.force_login(cast.flor)
    save(flor, "f3", paper__remove="on")
    assert "paper" not in given_in(project)
    assert flor.get(f"{P}answers/paper/file/").status_code == 404


def test_a_file_inside_a_group_survives_the_next_save(flor: Client, project: Project) -> None:
    save(flor, "g1", proofs__0__what="Minutes", proofs__0__scan=SimpleUploadedFile("m.pdf", b"scan"))
    save(flor, "g2", proofs__0__what="Minutes of 3 May", proofs__1__what="A letter")
    first, second = given_in(project)["proofs"]
    assert (first["what"], first["scan"]["name"]) == ("Minutes of 3 May", "m.pdf")
    assert second == {"what": "A letter"}
