"""Two bodies exchange signed lists over a real HTTP server: what is taken over, and everything that is refused."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from hypothesis import given as drawn
from hypothesis import strategies as st

from minga.ledger import checkpoints
from minga.ledger.action import BODY
from minga.ledger.models import Entry
from minga.ledger.refusals import Conflict, Invalid, NotAllowed, Refused
from minga.projects.models import Project
from minga.steering import cli, clock, federation
from minga.steering.actions import add_partner, end_partner, keep_signed_list
from minga.steering.models import PartnerBody, TheirRecord
from minga.steering.models.federation import fingerprint
from minga.steering.refreshing import refresh
from tests.conftest import Cast, by
from tests.steering.conftest import Neighbour, new_key

Answer = tuple[int, bytes]


@pytest.fixture
def partner(neighbour: Neighbour, cast: Cast) -> PartnerBody:
    return neighbour.partner(cast)


def again(partner: PartnerBody, cast: Cast) -> Any:
    partner.refresh_from_db()
    return refresh(by(cast.bea), partner)


def test_our_list_is_signed_served_and_taken_over_by_another(
    published: Project, cast: Cast, neighbour: Neighbour, pem: bytes, client: Client
) -> None:
    """What this installation serves is what another one fetches, checks and shows."""
    assert client.get("/federation/records.json").status_code == 404
    statement, records = federation.statement()
    keep_signed_list(by(cast.bea), BODY, statement, records, *checkpoints.sign(statement, pem))
    reply = client.get("/federation/records.json")
    assert reply.status_code == 200
    served = reply.json()
    assert served["records"][0]["id"] == published.slug
    neighbour.answer = (200, reply.content)
    vouched = add_partner(
        by(cast.bea), BODY, name="Ourselves", address=neighbour.address, fingerprint=fingerprint(served["public_key"]),
        how="In person",
    )  # fmt: skip
    kept = refresh(by(cast.bea), vouched)
    assert kept is not None
    assert (kept.records, kept.added) == (1, 1)
    record = TheirRecord.objects.get()
    assert record.text == records[published.slug]
    assert record.sha256 == statement["records"][0]["sha256"]


def test_a_changed_list_names_what_is_new_changed_and_gone(
    neighbour: Neighbour, partner: PartnerBody, cast: Cast
) -> None:
    neighbour.lists({"a": {"n": 1}, "b": {"n": 1}})
    assert again(partner, cast).added == 2
    assert again(partner, cast) is None
    before = Entry.objects.count()
    assert again(partner, cast) is None
    assert Entry.objects.count() == before, "the same list again is no event"
    neighbour.lists({"b": {"n": 2}, "c": {"n": 1}}, number=2)
    kept = again(partner, cast)
    assert (kept.added, kept.changed, kept.gone) == (1, 1, 1)
    assert TheirRecord.objects.get(external_id="a").listed is False
    assert json.loads(TheirRecord.objects.get(external_id="b").text) == {"n": 2}
    neighbour.lists({"a": {"n": 1}}, number=3)
    assert again(partner, cast).changed == 1
    assert TheirRecord.objects.get(external_id="a").listed is True


def test_another_key_than_the_one_vouched_for_is_refused(
    neighbour: Neighbour, partner: PartnerBody, cast: Cast
) -> None:
    neighbour.lists({"a": {}}, key=new_key())
    with pytest.raises(Invalid, match="another key than the one that was vouched for"):
        again(partner, cast)
    assert not TheirRecord.objects.exists()
    partner.refresh_from_db()
    assert "another key" in partner.trouble
    assert partner.troubled is not None


def test_a_changed_key_is_refused_and_what_came_earlier_stays(
    neighbour: Neighbour, partner: PartnerBody, cast: Cast
) -> None:
    neighbour.lists({"a": {"n": 1}})
    again(partner, cast)
    neighbour.lists({"a": {"n": 2}}, number=2, key=new_key())
    with pytest.raises(Invalid, match="key has changed"):
        again(partner, cast)
    assert json.loads(TheirRecord.objects.get().text) == {"n": 1}


def spoil_signature(whole: dict[str, Any]) -> None:
    whole["body"] = "City of Somewhere"


def spoil_record(whole: dict[str, Any]) -> None:
    whole["records"][0]["record"] = '{"n":9}'


def spoil_hash(whole: dict[str, Any]) -> None:
    whole["records"][0]["sha256"] = "0" * 64


def spoil_shape(whole: dict[str, Any]) -> None:
    del whole["number"]


def spoil_key(whole: dict[str, Any]) -> None:
    whole["public_key"] = "no key"


def spoil_form(whole: dict[str, Any]) -> None:
    whole["minga"] = "federation-9"


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (spoil_signature, "signature does not fit"),
        (spoil_record, "its hash is another"),
        (spoil_hash, "signature does not fit"),
        (spoil_shape, "no list of records"),
        (spoil_key, "names no key"),
        (spoil_form, "a form that is not known here"),
    ],
)
def test_a_list_that_was_tampered_with_is_refused_whole(
    neighbour: Neighbour, partner: PartnerBody, cast: Cast, spoil: Callable[[dict[str, Any]], None], words: str
) -> None:
    whole = neighbour.lists({"a": {"n": 1}, "b": {"n": 2}})
    spoil(whole)
    neighbour.says(whole)
    with pytest.raises(Invalid) as refused:
        again(partner, cast)
    assert words in str(refused.value)
    assert not TheirRecord.objects.exists()


def test_an_older_list_does_not_come_back(neighbour: Neighbour, partner: PartnerBody, cast: Cast) -> None:
    old = neighbour.lists({"a": {"n": 1}}, number=4)
    neighbour.lists({"a": {"n": 2}}, number=5)
    again(partner, cast)
    neighbour.says(old)
    with pytest.raises(Invalid, match="older than the one that is here"):
        again(partner, cast)
    assert json.loads(TheirRecord.objects.get().text) == {"n": 2}


@pytest.mark.parametrize("made", ["2999-01-01T00:00:00+00:00", "yesterday", "2026-01-01T00:00:00"])
def test_a_list_of_no_real_moment_is_refused(neighbour: Neighbour, partner: PartnerBody, cast: Cast, made: str) -> None:
    neighbour.lists({"a": {}}, made=made)
    with pytest.raises(Invalid, match=r"has not come yet|does not say when"):
        again(partner, cast)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ((200, b"<html>"), "no list of records"),
        ((200, b"[" * 100_000), "no list of records"),
        ((200, b"\xff\xfe"), "no list of records"),
        ((200, b""), "no list of records"),
        ((404, b""), "answered 404"),
        ((302, b""), "could not be fetched"),
        ((200, b" " * (33 * 2**20)), "larger than 32 MiB"),
    ],
)
def test_whatever_the_server_answers_the_reason_is_told(
    neighbour: Neighbour, partner: PartnerBody, cast: Cast, answer: Answer, words: str
) -> None:
    neighbour.answer = answer
    with pytest.raises(Invalid) as refused:
        again(partner, cast)
    assert words in str(refused.value)


def test_an_answer_without_end_is_cut_off(
    neighbour: Neighbour, partner: PartnerBody, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """200 MB are announced; reading stops at the limit, not at the end."""
    sent = 0

    def endless(self: Any) -> None:
        nonlocal sent
        self.send_response(200)
        self.send_header("Content-Length", str(200 * 10**6))
        self.end_headers()
        try:
            for _ in range(200):
                self.wfile.write(b" " * 10**6)
                sent += 1
        except OSError:
            return

    monkeypatch.setattr(neighbour.server.RequestHandlerClass, "do_GET", endless)
    with pytest.raises(Invalid, match="larger than 32 MiB"):
        again(partner, cast)
    assert sent < 100


@pytest.mark.parametrize(
    "address",
    [
        "http://elsewhere.example",
        "ftp://elsewhere.example",
        "elsewhere",
        "https://me:pw@elsewhere.example",
        "https://a/?q=1",
    ],
)
def test_only_plain_https_addresses_are_taken(cast: Cast, address: str) -> None:
    with pytest.raises(Invalid) as refused:
        add_partner(by(cast.bea), BODY, name="E", address=address, fingerprint="0" * 32, how="h")
    assert "address" in refused.value.fields


@pytest.mark.parametrize("host", ["127.0.0.1", "10.0.0.1", "169.254.169.254", "[::1]", "localhost"])
def test_a_private_address_is_never_asked(cast: Cast, settings: Any, host: str) -> None:
    settings.MINGA_IMPORT_HOSTS = ()
    partner = add_partner(by(cast.bea), BODY, name="E", address=f"https://{host}", fingerprint="0" * 32, how="h")
    with pytest.raises(Invalid, match="not a public"):
        refresh(by(cast.bea), partner)


@pytest.mark.parametrize("given", ["", "12 34", "g" * 32, "0" * 33])
def test_a_wrong_fingerprint_is_refused(cast: Cast, given: str) -> None:
    with pytest.raises(Invalid) as refused:
        add_partner(by(cast.bea), BODY, name="E", address="https://e.example", fingerprint=given, how="h")
    assert "fingerprint" in refused.value.fields


def test_a_fingerprint_may_be_typed_with_colons_or_blanks() -> None:
    assert federation.spelt("AB:CD " + "0" * 28) == "abcd" + " 0000" * 7


def test_the_daily_job_tries_every_partner_and_goes_on(neighbour: Neighbour, partner: PartnerBody, cast: Cast) -> None:
    add_partner(by(cast.bea), BODY, name="Down", address="https://127.0.0.1:1/x.json", fingerprint="0" * 32, how="h")
    neighbour.lists({"a": {}})
    assert clock.fetch_partners() == "1 new lists, 1 could not be fetched"
    entries = Entry.objects.count()
    assert clock.fetch_partners() == "0 new lists, 1 could not be fetched"
    assert Entry.objects.count() == entries, "the same trouble again is no event"


def test_an_ended_partner_is_not_asked_and_its_records_stay(
    neighbour: Neighbour, partner: PartnerBody, cast: Cast
) -> None:
    neighbour.lists({"a": {}})
    again(partner, cast)
    end_partner(by(cast.bea), BODY, partner, reason="They closed.")
    assert clock.fetch_partners() == "0 new lists, 0 could not be fetched"
    assert TheirRecord.objects.get().listed is False


def test_trust_is_stated_by_an_office_only(cast: Cast, offices: dict[str, Any], neighbour: Neighbour) -> None:
    for person in (cast.saul, cast.bento, cast.lena, cast.nadie):
        with pytest.raises(NotAllowed):
            add_partner(by(person), BODY, name="E", address=neighbour.address, fingerprint="0" * 32, how="h")


def test_a_list_that_is_not_ours_or_of_today_is_not_served(published: Project, cast: Cast, pem: bytes) -> None:
    statement, records = federation.statement()
    public, signature = checkpoints.sign(statement, pem)
    with pytest.raises(Invalid):
        keep_signed_list(by(cast.bea), BODY, statement | {"body": "x"}, records, public, signature)
    wrong = statement | {"number": 7}
    with pytest.raises(Conflict):
        keep_signed_list(by(cast.bea), BODY, wrong, records, *checkpoints.sign(wrong, pem))
    with pytest.raises(Conflict):
        keep_signed_list(by(cast.bea), BODY, statement, {published.slug: "{}"}, public, signature)
    assert keep_signed_list(by(cast.bea), BODY, statement, records, public, signature).number == 1


def test_the_command_signs_and_fetches(
    published: Project, cast: Cast, partner: PartnerBody, neighbour: Neighbour, pem: bytes, tmp_path: Any,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    key = tmp_path / "key.pem"
    key.write_bytes(pem)
    assert cli.main(["sign", "--key", str(key), "--as", "bea"]) == 0
    assert "List 1 with 1 records is served." in capsys.readouterr().out
    neighbour.lists({"a": {}})
    assert cli.main(["fetch", neighbour.address]) == 0
    assert "list 1, 1 records: 1 new" in capsys.readouterr().out
    assert cli.main(["fetch"]) == 0
    assert "nothing new since list 1" in capsys.readouterr().out
    neighbour.answer = (404, b"")
    assert cli.main(["fetch"]) == 1
    assert cli.main(["fetch", "https://unknown.example"]) == 1


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


@drawn(st.binary(max_size=300) | JSON.map(lambda value: json.dumps(value).encode()))
def test_no_answer_of_a_server_breaks_the_reader(raw: bytes) -> None:
    with pytest.raises(Refused):
        federation.read(raw)


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


@pytest.mark.parametrize("times", [federation.DEEPEST + 1, 3000])
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
