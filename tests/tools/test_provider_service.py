"""A JSON service over real HTTP on this machine: what it may be sent, and what becomes of what it sends."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from minga.tools.base import ToolError
from minga.tools.providers import Spec, connect
from minga.tools.providers.answers import Answer
from minga.tools.providers.transport import Door, NoAnswer
from tests.tools.provider_parts import CARD, Web, cases, serving, spec_of

Reply = tuple[int, Any, dict[str, str]]
QUICK = {"backoff_seconds": 0.001, "seconds": 1, "retries": 2}


def honest(path: str, body: Any) -> Reply:
    if path == "/card":
        return 200, CARD, {}
    return 200, {"answers": [{"case": case["id"], "proposal": "a"} for case in body["cases"]]}, {}


def advising(reply: Callable[[list[str]], Any]) -> Callable[[str, Any], Reply]:
    """A service with the right card, whose advice is ``reply(identifiers)``: a body, or (status, body, headers)."""

    def answer(path: str, body: Any) -> Reply:
        if path == "/card":
            return 200, CARD, {}
        told = reply([case["id"] for case in body["cases"]])
        return told if isinstance(told, tuple) else (200, told, {})

    return answer


def described(web: Web, settings: dict[str, Any] | None = None, **more: Any) -> Spec:
    told = {"url": web.url, **QUICK, **(settings or {})}
    return spec_of("http", told, **{"fields": ["title"], "prices": {"per_cpu_second": 1}, **more})


def asked(web: Web, count: int = 3, settings: dict[str, Any] | None = None, **more: Any) -> list[Answer]:
    provider = connect(described(web, settings, **more), allow_network=True, allow_hosts=[web.host])
    answers = provider.advise_many(cases(count))
    provider.close()
    assert [answer.case for answer in answers] == [f"c{number}" for number in range(count)]
    return answers


def good(ids: list[str]) -> list[dict[str, Any]]:
    return [{"case": each, "proposal": "a"} for each in ids]


def test_a_service_gets_running_numbers_and_named_fields_only() -> None:
    with serving(honest) as web:
        answers = asked(web, 3, {"batch": 2})
    assert [answer.advice and (answer.advice.case, answer.advice.proposal) for answer in answers] == [
        ("c0", "a"), ("c1", "a"), ("c2", "a"),
    ]  # fmt: skip
    assert [answer.cpu_seconds for answer in answers] == [0, 0, 0]
    sent = [body["cases"] for path, body, _ in web.asked if path == "/advise"]
    assert sent == [
        [{"id": "1", "title": "Title 0"}, {"id": "2", "title": "Title 1"}],
        [{"id": "1", "title": "Title 2"}],
    ]


def test_the_identifier_leaves_only_if_it_is_named() -> None:
    with serving(honest) as web:
        assert all(answer.advice for answer in asked(web, 2, fields=["id", "title"]))
    assert web.asked[-1][1]["cases"][1] == {"id": "c1", "title": "Title 1"}


def test_without_permission_nothing_is_sent() -> None:
    with serving(honest) as web:
        with pytest.raises(ToolError, match="sends nothing to other machines"):
            connect(described(web), allow_hosts=[web.host])
        with pytest.raises(ToolError, match="is not encrypted"):
            connect(described(web), allow_network=True)
    assert web.asked == []


@pytest.mark.parametrize("url", ["https://127.0.0.1:9", "https://10.0.0.1", "https://169.254.1.1/x", "https://[::1]"])
def test_internal_addresses_are_refused_unless_named(url: str) -> None:
    with pytest.raises(ToolError, match="not a public address"):
        connect(spec_of("http", {"url": url, **QUICK}, fields=["title"]), allow_network=True)


@pytest.mark.parametrize("url", ["ftp://host/x", "https://user:word@host", "https://host/?key=1", "https:///x", "host"])
def test_only_a_plain_web_address_will_do(url: str) -> None:
    with pytest.raises(ToolError, match="plain address of a service"):
        connect(spec_of("http", {"url": url}, fields=["title"]), allow_network=True)


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        (lambda ids: b"<html>", "not valid JSON"),
        (lambda ids: b"[" * 100_000, "not valid JSON"),
        (lambda ids: b'{"answers": [{"case": "1", "proposal": "a", "probability": NaN}]}', "not valid JSON"),
        (lambda ids: {"results": []}, 'is not {"answers": [...]}'),
        (lambda ids: {"answers": []}, "left this case out"),
        (lambda ids: {"answers": good(["x7"])}, "answered on 1 that were not asked, such as 'x7'"),
        (lambda ids: {"answers": good(ids + ids)}, "answered 2 times on this case"),
        (lambda ids: {"answers": [{"case": each, "proposal": ""} for each in ids]}, "no advice"),
        (lambda ids: {"answers": [{"case": each, "failure": "Too short."} for each in ids]}, "Too short."),
        (lambda ids: (302, b"", {"Location": "http://127.0.0.1:1/"}), "redirects"),
        (lambda ids: (401, b"", {}), "wants another key"),
        (lambda ids: (404, b"", {}), "answered 404 to /advise"),
        (lambda ids: (500, b"", {}), "It was asked 3 times"),
        (lambda ids: (429, b"", {"Retry-After": "0"}), "It was asked 3 times"),
        (lambda ids: b"[" + b" " * 3_000_000 + b"]", "more than 1024 KiB"),
        (lambda ids: (200, b"{}", {"Content-Length": "900"}), "broke off"),
        (lambda ids: time.sleep(1.3), "did not answer within 1 seconds"),
    ],
)
def test_whatever_it_sends_each_case_has_its_failure(reply: Callable[[list[str]], Any], told: str) -> None:
    with serving(advising(reply)) as web:
        answers = asked(web, 2)
    assert all(told in answer.failure for answer in answers), answers


def test_an_answer_that_drips_is_cut_at_the_limit() -> None:
    def drip() -> Iterator[bytes]:
        for _ in range(100):
            yield b" "
            time.sleep(0.05)

    with serving(advising(lambda ids: (200, drip(), {}))) as web:
        answers = asked(web, 1)
    assert "did not finish its answer within 1 seconds" in answers[0].failure


@pytest.mark.parametrize("addresses", [["10.0.0.7"], ["93.184.216.34", "127.0.0.1"], []])
def test_a_public_name_for_an_internal_address_is_refused(addresses: list[str]) -> None:
    door = Door("https://tool.example", resolver=lambda host, port: addresses)
    with pytest.raises(NoAnswer, match="not a public address"):
        door.get("/card")
    door.close()


def test_one_bad_answer_in_a_batch_fails_alone() -> None:
    def reply(ids: list[str]) -> Any:
        return {"answers": [*good(ids[:1]), {"case": ids[1], "proposal": 3}]}

    with serving(advising(reply)) as web:
        first, second, third = asked(web)
    assert first.advice is not None
    assert "no advice" in second.failure
    assert "left this case out" in third.failure


def test_a_busy_service_is_asked_again() -> None:
    left = [(503, b"", {}), (429, b"", {})]
    with serving(advising(lambda ids: left.pop(0) if left else {"answers": good(ids)})) as web:
        assert all(answer.advice for answer in asked(web))
    assert len(web.asked) == 4


def test_a_service_that_keeps_failing_is_left_alone() -> None:
    with serving(advising(lambda ids: (404, b"", {}))) as web:
        answers = asked(web, 6, {"batch": 1})
    assert len(web.asked) == 1 + 3
    assert all("3 requests in a row" in answer.failure for answer in answers[3:])


def test_the_card_must_be_that_of_the_version() -> None:
    with (
        serving(lambda path, body: (200, {**CARD, "version": "9"}, {})) as web,
        pytest.raises(ToolError, match="sorter 9"),
    ):
        connect(described(web), allow_network=True, allow_hosts=["127.0.0.1"])


def test_the_hash_follows_card_and_description_and_says_its_limit() -> None:
    cards = [CARD, CARD, {**CARD, "learns": True}]
    with serving(lambda path, body: (200, cards.pop(0), {})) as web:
        opened = [connect(described(web), allow_network=True, allow_hosts=[web.host]) for _ in range(3)]
    assert opened[0].content_hash == opened[1].content_hash != opened[2].content_hash
    assert "cannot be hashed" in opened[0].content_note


def test_the_key_comes_from_its_own_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = {"key_env": "MINGA_PROVIDER_KEY_SORTER"}
    with serving(honest) as web:
        with pytest.raises(ToolError, match="no usable MINGA_PROVIDER_KEY_SORTER"):
            asked(web, 1, settings)
        monkeypatch.setenv("MINGA_PROVIDER_KEY_SORTER", "s3cret")
        assert asked(web, 1, settings)[0].advice is not None
    assert web.asked[-1][2]["Authorization"] == "Bearer s3cret"


def test_a_service_that_is_down_is_said_to_be_so() -> None:
    with serving(honest) as web:
        spec = described(web)
    with pytest.raises(ToolError, match="cannot be reached"):
        connect(spec, allow_network=True, allow_hosts=["127.0.0.1"])
