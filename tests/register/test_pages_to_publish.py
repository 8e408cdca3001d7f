"""A standard of fields as a page to publish: one HTML document in the standard's language, from the same table."""

from html.parser import HTMLParser
from typing import Any

import pytest

from minga.register import cli
from minga.register.actions import describe, publish
from minga.register.exports import document, make
from minga.register.models import RecordVersion
from tests.conftest import by
from tests.deliver.conftest import Desk


class Page(HTMLParser):
    """The terms of the page with what stands under each, its headings, and what it would load."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.terms: dict[str, str] = {}
        self.headings: list[str] = []
        self.loads: list[str] = []
        self.language = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.loads += [str(given[name]) for name in ("src", "srcset", "action") if name in given]
        if tag in {"link", "script", "iframe"}:
            self.loads.append(tag)
        self.language = str(given.get("lang") or self.language) if tag == "html" else self.language
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "dt" in self.open:
            self.terms[data] = ""
        elif "dd" in self.open:
            self.terms[next(reversed(self.terms))] += data
        elif "h2" in self.open:
            self.headings.append(data)


@pytest.fixture
def version(told: Desk) -> RecordVersion:
    return publish(by(told.cast.lena), told.project)


def test_it_says_what_the_table_says_and_nothing_else(told: Desk, version: RecordVersion) -> None:
    made = make(told.project, version, "cl")
    page = Page(document(made))
    assert page.open == []
    assert page.language == "es"
    assert page.loads == []
    sections = made.standard.of.sections or {}
    assert page.headings == [text for text in sections.values() if text in page.headings]
    for line in made.standard.of.lines:
        said = made.exported.fields.get(line.name)
        if said:
            assert page.terms[line.title] == str(said)
        else:
            assert page.terms.get(line.title) == ("No consta." if line.required else None)
    assert made.standard.of.note is not None
    assert made.standard.of.note["es"] in document(made)
    assert f"versión {version.number}" in document(made)


def test_the_command_writes_the_page_and_the_others_when_asked(told: Desk, version: RecordVersion, capsys: Any) -> None:
    slug = told.project.slug
    made = make(told.project, version, "cl")
    assert cli.main(["export", slug, "--standard", "cl"]) == 0
    assert capsys.readouterr().out == document(made)
    assert cli.main(["export", slug, "--standard", "cl", "--form", "md"]) == 0
    assert capsys.readouterr().out.startswith(f"# {told.project.title}")
    assert cli.main(["export", slug, "--standard", "cl", "--form", "file"]) == 0
    assert capsys.readouterr().out == made.file().decode()
    assert cli.main(["export", slug, "--standard", "nl", "--form", "html"]) == 1
    assert "has no page" in capsys.readouterr().err


def test_visitors_download_it(told: Desk, version: RecordVersion, client: Any) -> None:
    home = f"/projects/{told.project.slug}/record/export"
    answer = client.get(f"{home}/cl.html")
    assert answer.content.decode() == document(make(told.project, version, "cl"))
    assert answer["Content-Disposition"].endswith('-cl.html"')
    assert client.get(f"{home}/nl.html").status_code == 404
    assert f"{home}/cl.html" in client.get(f"{home}/cl/").content.decode()


def test_only_whole_web_addresses_are_links(told: Desk) -> None:
    describe(by(told.cast.lena), told.project, "source_code_url", "javascript:alert(1)")
    describe(by(told.cast.lena), told.project, "public_contact", 'https://example.org/"onmouseover="x')
    page = document(make(told.project, publish(by(told.cast.lena), told.project), "cl"))
    assert 'href="javascript' not in page
    assert 'href="https://example.org/&quot;onmouseover=&quot;x"' in page
