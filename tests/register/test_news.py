"""Following a record: confirmed through the address itself, told of each version, erased on leaving; and the feeds."""

from datetime import timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from django.utils import timezone

from minga.jobs.models import Outbox
from minga.ledger.action import BODY
from minga.ledger.models import Entry
from minga.ledger.refusals import Conflict, Invalid
from minga.projects.models import Project
from minga.register.actions import confirm, describe, follow, leave, publish
from minga.register.clock import forget_unconfirmed
from minga.register.models import RecordVersion, Subscription
from tests.conftest import Cast, by


def _mails(address: str) -> list[dict[str, Any]]:
    return [row.content for row in Outbox.objects.order_by("pk") if row.content.get("to") == address]


@pytest.fixture
def version(project: Project, cast: Cast) -> RecordVersion:
    describe(by(cast.dario), project, "limits", "It is not built yet.")
    return publish(by(cast.lena), project)


def _again(project: Project, cast: Cast, text: str) -> None:
    describe(by(cast.lena), project, "benefits", text)
    publish(by(cast.lena), project, note=text)


def test_nothing_is_sent_before_the_address_confirms(version: RecordVersion, cast: Cast, client: Any) -> None:
    made = follow(by(None), version.project, "ana@example.org")
    assert len(_mails("ana@example.org")) == 1
    assert made.token in _mails("ana@example.org")[0]["text"]
    _again(version.project, cast, "Time.")
    assert len(_mails("ana@example.org")) == 1
    client.post(f"/records/news/{made.token}/", {"confirm": "yes", "once": "x"})
    _again(version.project, cast, "More time.")
    news = _mails("ana@example.org")[-1]
    assert "version 3" in news["subject"]
    assert "More time." in news["text"]
    assert f"/records/news/{made.token}/" in news["text"]


def test_leaving_erases_the_address(version: RecordVersion, cast: Cast, client: Any) -> None:
    made = follow(by(None), version.project, "ana@example.org")
    confirm(by(None), version.project, made)
    assert client.get(f"/records/news/{made.token}/").status_code == 200
    made.refresh_from_db()
    assert made.ended is None, "opening the link changes nothing: mail scanners open links"
    client.post(f"/records/news/{made.token}/", {"leave": "yes", "once": "y"})
    made.refresh_from_db()
    assert (made.email, made.ended is None) == ("", False)
    before = len(_mails("ana@example.org"))
    _again(version.project, cast, "Time.")
    assert len(_mails("ana@example.org")) == before
    with pytest.raises(Conflict):
        confirm(by(None), version.project, made)
    assert follow(by(None), version.project, "ana@example.org").pk != made.pk


def test_all_records_and_one_record_are_one_mail(version: RecordVersion, cast: Cast) -> None:
    for one in (
        follow(by(None), version.project, "ana@example.org"),
        follow(by(None), BODY, "Ana@example.org", every=True),
        follow(by(None), BODY, "luz@example.org", every=True),
    ):
        confirm(by(None), one.project or BODY, one)
    asked_twice = follow(by(None), BODY, "luz@example.org", every=True)
    assert Subscription.objects.filter(email="luz@example.org").get() == asked_twice
    _again(version.project, cast, "Time.")
    news = [row for row in Outbox.objects.all() if "version 2" in row.content["subject"]]
    assert len(news) == 2


def test_each_is_written_to_in_their_language(version: RecordVersion, cast: Cast) -> None:
    from django.utils import translation

    with translation.override("es"):
        made = follow(by(None), version.project, "ana@example.org")
    confirm(by(None), version.project, made)
    _again(version.project, cast, "Time.")
    assert "Ficha pública" in _mails("ana@example.org")[-1]["subject"]


def test_no_address_is_in_the_ledger(version: RecordVersion) -> None:
    leave(by(None), version.project, follow(by(None), version.project, "ana@example.org"))
    assert not [entry for entry in Entry.objects.all() if "example.org" in entry.payload]
    with pytest.raises(Invalid):
        follow(by(None), version.project, "no address")


def test_an_address_that_never_confirms_is_forgotten(version: RecordVersion) -> None:
    old = follow(by(None, happened=timezone.now() - timedelta(days=8)), version.project, "ana@example.org")
    new = follow(by(None), version.project, "luz@example.org")
    assert forget_unconfirmed() == "1 forgotten"
    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.email, new.email) == ("", "luz@example.org")


def test_the_feeds(version: RecordVersion, cast: Cast, client: Any) -> None:
    _again(version.project, cast, "Time.")
    space = "{http://www.w3.org/2005/Atom}"
    for address in (f"/projects/{version.project.slug}/record/feed/", "/records/feed/"):
        root = ElementTree.fromstring(client.get(address).content)
        titles = [entry.findtext(f"{space}title") or "" for entry in root.iter(f"{space}entry")]
        assert len(titles) == 2
        assert "version 2" in titles[0]


def test_the_forms(project: Project, client: Any) -> None:
    for page in (f"/projects/{project.slug}/record/follow/", "/records/follow/"):
        assert client.get(page).status_code == 200
        assert client.post(page, {"email": "nothing"}).status_code == 422
    assert client.post("/records/follow/", {"email": "ana@example.org", "once": "z"}).status_code == 302
    assert Subscription.objects.get().project is None
