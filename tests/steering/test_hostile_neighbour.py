"""A hostile neighbour, a careless one, and files that are none: what is refused, in which words, and what stays."""

import json
from typing import Any

import pytest
from django.test import Client

from minga.ledger import checkpoints
from minga.ledger.action import BODY
from minga.ledger.models import Entry
from minga.ledger.refusals import Conflict, Invalid
from minga.projects.models import Project
from minga.steering import cli, federation
from minga.steering.actions import add_partner, keep_signed_list
from minga.steering.models import PartnerBody, TheirRecord
from minga.steering.refreshing import refresh
from tests.conftest import Cast, by
from tests.steering.conftest import Neighbour, again


def deep(times: int) -> dict[str, Any]:
    inner: dict[str, Any] = {}
    for _ in range(times - 1):
        inner = {"value": inner}
    return inner


@pytest.mark.parametrize(
    ("spoiled", "words"),
    [
        ({"number": 2**31}, "no list can have"),
        ({"number": 10**40}, "no list can have"),
        ({"number": 0}, "no list can have"),
        ({"made": "0001-01-01T00:00:00+14:00"}, "does not say when"),
        ({"made": "9999-12-31T23:59:59-14:00"}, "has not come yet"),
    ],
)
def test_numbers_and_days_that_no_list_can_have_are_refused(
    neighbour: Neighbour, partner: PartnerBody, cast: Cast, spoiled: dict[str, Any], words: str
) -> None:
    neighbour.lists({"a": {}}, **spoiled)
    with pytest.raises(Invalid, match=words):
        again(partner, cast)


def test_two_different_lists_of_one_number_are_told_apart(
    neighbour: Neighbour, partner: PartnerBody, cast: Cast
) -> None:
    """Who signs two lists with the same number tells different readers different things."""
    neighbour.lists({"a": {"n": 1}}, number=3)
    again(partner, cast)
    neighbour.lists({"a": {"n": 2}}, number=3)
    with pytest.raises(Invalid, match="Two different lists"):
        again(partner, cast)
    assert json.loads(TheirRecord.objects.get().text) == {"n": 1}
    neighbour.lists({"a": {"n": 2}}, number=4)
    assert again(partner, cast).changed == 1


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("title", "A\0B", "no text"),
        ("url", "https://x.example/\0", "no text"),
        ("id", "a\0", "no text"),
        ("id", "", "no name of its own"),
        ("title", "", "missing or too long"),
        ("title", "x" * 301, "missing or too long"),
        ("url", "x" * 501, "missing or too long"),
    ],
)
def test_a_record_with_an_impossible_name_is_refused(
    neighbour: Neighbour, partner: PartnerBody, cast: Cast, field: str, value: str, words: str
) -> None:
    neighbour.lists({"a": {}}, items=[neighbour.item("a", {}) | {field: value}])
    with pytest.raises(Invalid) as refused:
        again(partner, cast)
    assert words in str(refused.value)


def test_a_record_that_is_there_twice_is_refused(neighbour: Neighbour, partner: PartnerBody, cast: Cast) -> None:
    neighbour.lists({"a": {}}, items=[neighbour.item("a", {})] * 2)
    with pytest.raises(Invalid, match="no name of its own"):
        again(partner, cast)


@pytest.mark.parametrize("times", [federation.DEEPEST + 1, 400])
def test_a_record_whose_parts_lie_inside_one_another_without_end_is_refused(
    neighbour: Neighbour, partner: PartnerBody, cast: Cast, times: int
) -> None:
    """Laid out for the eye, 9,000 of them would be 160 MB."""
    neighbour.lists({"a": deep(times)})
    with pytest.raises(Invalid, match="inside one another"):
        again(partner, cast)
    neighbour.lists({"a": deep(federation.DEEPEST)}, number=2)
    assert again(partner, cast).records == 1


def test_whatever_a_record_holds_its_page_is_shown(
    neighbour: Neighbour, partner: PartnerBody, cast: Cast, client: Client
) -> None:
    """HTML is text, a broken address is no link, and what is long is cut here and whole in the API."""
    evil = {"<script>alert(1)</script>" * 99: "<img src=x onerror=alert(1)>", "big": int("9" * 300), "=cmd()": "=cmd()"}
    many = {f"field {n}": "x" * 3000 for n in range(300)}
    items = [
        neighbour.item("a", evil | many) | {"title": "<script>alert(2)</script>", "url": "http://["},
        neighbour.item("b", {}) | {"url": "javascript:alert(3)", "title": "\u202eb" * 150},
    ]
    neighbour.lists({"a": evil | many, "b": {}}, items=items)
    again(partner, cast)
    pages = [record.get_absolute_url() for record in TheirRecord.objects.all()]
    for page in [*pages, partner.get_absolute_url(), "/body/partners/", "/body/partners/?q=%00script&page=x"]:
        reply = client.get(page)
        text = reply.content.decode()
        assert reply.status_code == 200
        assert "<script>alert" not in text
        assert "<img src=x" not in text
        assert 'href="javascript:' not in text
        assert 'href="http://["' not in text
        assert len(text) < 10**6


def test_a_redirect_leads_to_no_private_address(
    neighbour: Neighbour, partner: PartnerBody, cast: Cast, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    """Only the neighbour's own door is allowed; every other door of the same machine is not."""
    settings.MINGA_IMPORT_HOSTS = (neighbour.address.removeprefix("http://"),)
    asked: list[str] = []
    leads = {"to": ""}

    def elsewhere(self: Any) -> None:
        asked.append(self.path)
        self.send_response(302)
        self.send_header("Location", leads["to"])
        self.send_header("Content-Length", "0")
        self.end_headers()

    monkeypatch.setattr(neighbour.server.RequestHandlerClass, "do_GET", elsewhere)
    for where, words in (
        ("http://127.0.0.1:1/", "not a public"),
        ("http://169.254.169.254/latest/", "not a public"),
        ("http://2130706433/", "not a public"),
        ("http://[::ffff:127.0.0.1]/", "not a public"),
        ("file:///etc/passwd", "not a web address"),
        ("/federation/records.json", "redirects more than"),
    ):
        leads["to"] = where
        asked.clear()
        with pytest.raises(Invalid, match=words):
            again(partner, cast)
        assert 1 <= len(asked) <= 10


@pytest.mark.parametrize(
    "address", ["https://[", "https://a b", "https://", "https://x.example/" + "a" * 490, "https://\0", "//x.example"]
)
def test_an_address_that_is_none_is_refused_in_words(cast: Cast, address: str) -> None:
    with pytest.raises(Invalid):
        refresh(
            by(cast.bea),
            add_partner(by(cast.bea), BODY, name="E", address=address, fingerprint="0" * 32, how="h"),
        )


def test_what_a_server_says_is_kept_short(neighbour: Neighbour, partner: PartnerBody, cast: Cast) -> None:
    neighbour.reason = "No " * 3000
    with pytest.raises(Invalid):
        again(partner, cast)
    partner.refresh_from_db()
    assert 0 < len(partner.trouble) <= 1000
    entries = Entry.objects.count()
    with pytest.raises(Invalid):
        again(partner, cast)
    assert Entry.objects.count() == entries, "the same trouble again is no event"


def test_a_list_with_another_title_than_ours_is_not_served(published: Project, cast: Cast, pem: bytes) -> None:
    statement, records = federation.statement()
    for wrong in (
        statement | {"records": [statement["records"][0] | {"title": "Something else"}]},
        statement | {"made": "2999-01-01T00:00:00+00:00"},
        statement | {"made": None},
        {name: value for name, value in statement.items() if name != "records"},
        statement | {"minga": "federation-2"},
        statement | {"more": 1},
    ):
        with pytest.raises((Conflict, Invalid)):
            keep_signed_list(by(cast.bea), BODY, wrong, records, *checkpoints.sign(wrong, pem))


@pytest.mark.parametrize("raw", [b"", b"{", b"[1]", b"\xff\xfe{", b"\x00", b'{"records": 5}', "{é".encode("latin-1")])
def test_a_file_that_is_no_statement_is_refused_in_words(
    published: Project, cast: Cast, tmp_path: Any, raw: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "statement.txt"
    file.write_bytes(raw)
    assert cli.main(["load", str(file), "--public-key", "zz", "--signature", "é", "--as", "bea"]) == 1
    assert "statement" in capsys.readouterr().err


def test_files_that_are_not_there_are_told_by_name(
    published: Project, cast: Cast, tmp_path: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    gone = str(tmp_path / "gone")
    assert cli.main(["sign", "--key", gone, "--as", "bea"]) == 1
    assert cli.main(["load", gone, "--public-key", "", "--signature", "", "--as", "bea"]) == 1
    assert capsys.readouterr().err.count(gone) == 2
    assert cli.main(["fetch", "https://["]) == 1
