"""Records that nobody hopes for: very long, in any script, with markup, with nothing known; every export and page."""

import json
import re
from html.parser import HTMLParser
from typing import Any

import msgspec
import pytest

from minga.deliver.actions import stop
from minga.ledger import guard
from minga.projects.models import Project
from minga.register.actions import publish
from minga.register.collect import build
from minga.register.document import FIELDS, TYPED, Record, as_json
from minga.register.exports import KEYS, document, make
from minga.register.models import RecordVersion
from minga.register.rows import Known
from minga.tools.registers import read
from tests.conftest import Cast, by
from tests.deliver.conftest import Desk
from tests.register.test_canonical import full

HOSTILE = {
    "long": "A sentence about the tool that goes on. " * 250,
    "one_word": "ñ" * 10_000,
    "emoji": "👩🏽‍💻 decides 🇵🇾. " * 600,
    "markup": "<script>alert(1)</script> <b onclick=x>&amp; </textarea>]]> {{ 7|add:1 }} " * 150,
    "right_to_left": "\u202eأداة تقرأ الطلبات وتقترح مكتبا.\u202c " * 300,
    "cells": "=cmd|' /C calc'!A0\n+1\n-1\n@SUM(A1)\n\t|x| --- | **y** [z](javascript:alert(1)) " * 120,
    "controls": "one\x00two\x0bthree\ufeff four\u2028five " * 400,
}


def hostile(project: Project, text: str) -> Record:
    """The record with ``text`` wherever people write."""
    whole = full(build(project))
    given: dict[str, Any] = {name: Known(text, getattr(whole, name).known_from) for name in TYPED if name != "limits"}
    return msgspec.structs.replace(whole, **given)


def frozen(project: Project, record: Record) -> RecordVersion:
    with guard.open_for_action():
        return RecordVersion.objects.create(project=project, number=1, document=as_json(record))


@pytest.mark.parametrize("kind", HOSTILE)
def test_every_export_is_right_and_can_be_read_again(kind: str, told: Desk) -> None:
    version = frozen(told.project, hostile(told.project, HOSTILE[kind]))
    for key in KEYS:
        made = make(told.project, version, key)
        assert [fault.say() for fault in made.faults] == [], key
        found = read(made.file(), key)
        assert (found.used, found.rejected, found.failed) == (1, [], []), key
        if key != "json":
            lost = {loss.field for loss in made.losses}
            assert "stage_history" in lost, key


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _value in attrs}

    def handle_data(self, data: str) -> None:
        self.text.append(data)


@pytest.mark.parametrize("kind", HOSTILE)
def test_pages_show_it_as_text(kind: str, told: Desk, client: Any) -> None:
    version = frozen(told.project, hostile(told.project, HOSTILE[kind]))
    home = f"/projects/{told.project.slug}/record"
    pages = ["/", "/versions/1/", "/fields/risks/", "/export/nl/", "/export/cl/", "/ask/?field=risks", "/questions/"]
    for page in pages:
        answer = client.get(home + page)
        assert answer.status_code == 200, page
        text = answer.content.decode()
        assert "<script>alert" not in text, page
        assert "<b onclick" not in text, page
    json.loads(re.findall(r'ld\+json">(.*?)</script>', client.get(f"{home}/").content.decode(), re.DOTALL)[0])
    told_page = Tags()
    told_page.feed(document(make(told.project, version, "cl")))
    assert "script" not in told_page.tags
    assert "onclick" not in told_page.attributes


def test_nothing_known_is_a_record_too(project: Project, cast: Cast, client: Any) -> None:
    bare = msgspec.structs.replace(
        build(project), **{name: None for name in FIELDS if name in Record.__struct_defaults__ or name in OPTIONAL}
    )
    version = frozen(project, bare)
    home = f"/projects/{project.slug}/record"
    page = client.get(f"{home}/").content.decode()
    assert "who answers for it is not written yet" in page
    for key in KEYS:
        made = make(project, version, key)
        assert made.faults == [], key
        assert client.get(f"{home}/export/{key}/").status_code == 200


OPTIONAL = [field.name for field in msgspec.structs.fields(Record) if field.default is None and not field.required]


def test_a_stopped_tool_and_a_withdrawn_one(told: Desk, client: Any) -> None:
    publish(by(told.cast.lena), told.project)
    stop(by(told.cast.olga), told.project, told.release, "It marks the wrong calls.")
    home = f"/projects/{told.project.slug}/record/"
    assert "Stopped" in client.get(home).content.decode()
    publish(by(told.cast.lena), told.project)
    page = client.get(home).content.decode()
    assert "Switched off" in page
    for key in KEYS:
        assert make(told.project, RecordVersion.objects.latest("number"), key).faults == []
