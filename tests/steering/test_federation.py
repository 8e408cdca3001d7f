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
from minga.steering import cli, clock, federation, others
from minga.steering.actions import add_partner, end_partner, keep_signed_list
from minga.steering.models import PartnerBody, TheirRecord
from minga.steering.models.federation import fingerprint
from minga.steering.refreshing import refresh
from tests.conftest import Cast, by
from tests.steering.conftest import Neighbour, again, new_key

Answer = tuple[int, bytes]


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


def test_the_portfolio_counts_what_other_bodies_have_by_the_shared_phases(
    neighbour: Neighbour, partner: PartnerBody, cast: Cast, client: Client
) -> None:
    phases = (
        {"value": "in_use"},
        "in_use",
        {"value": "design"},
        {"value": ["in_use"]},
        "<b>",
        None,
        5,
        {"value": 10**30},
    )
    neighbour.lists({str(number): {"phase": phase} for number, phase in enumerate(phases)})
    again(partner, cast)
    [other] = others.others()
    assert (other.records, other.phases) == (8, {"design": 1, "in_use": 2, "not_stated": 5})
    text = client.get("/body/portfolio/", headers={"accept-language": "es"}).content.decode()
    assert "1 Diseño · 2 En uso · 5 no declarado" in text
    assert client.get("/api/steering/partners").json()[0]["phases"] == other.phases
    end_partner(by(cast.bea), BODY, partner, reason="They closed.")
    assert others.others() == []
