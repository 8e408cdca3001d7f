"""A language model behind the chat interface: what it is asked, and which of its replies become advice."""

from __future__ import annotations

import json
from typing import Any

import pytest

from minga.tools.base import ToolError
from minga.tools.providers import connect, cost_per_1000
from minga.tools.providers.answers import Answer
from tests.tools.provider_parts import Web, serving, spec_of

CASE = {"id": "c1", "title": "Lámpara rota", "text": "The lamp of Mill Lane is out.", "name": "Ana"}
SETTINGS = {
    "model": "small", "template": "Title: ${title}\nText: ${text}", "system": "Sort reports.", "seconds": 2,
    "backoff_seconds": 0.001, "retries": 1,
}  # fmt: skip
GOOD = {"proposal": "lighting", "abstained_because": None, "probability": 0.8, "reasons": []}


def completion(reply: Any, **choice: Any) -> dict[str, Any]:
    content = reply if isinstance(reply, str) else json.dumps(reply)
    told = {"message": {"role": "assistant", "content": content}, "finish_reason": "stop", **choice}
    return {"choices": [told], "usage": {"prompt_tokens": 120, "completion_tokens": 30}}


def ask(web: Web, case: dict[str, Any] = CASE, model_settings: str = "", **more: Any) -> Answer:
    settings = {**SETTINGS, "url": f"{web.url}/v1", **more.pop("settings", {})}
    told = {"fields": ["title", "text"], "labels": ["lighting", "roads"], **more}
    provider = connect(spec_of("openai", settings, **told), allow_network=True, allow_hosts=[web.host])
    answers = provider.advise_many([case], model_settings)
    provider.close()
    assert [answer.case for answer in answers] == ["c1"]
    return answers[0]


def replied(reply: Any, **choice: Any) -> Answer:
    with serving(lambda path, body: (200, completion(reply, **choice), {})) as web:
        return ask(web)


def test_a_reply_becomes_advice_with_its_quotes_as_spans() -> None:
    quoted = {"sentence": "It names a lamp.", "quote": "lamp of Mill Lane"}
    answer = replied({**GOOD, "reasons": [quoted]})
    assert answer.advice is not None
    assert (answer.advice.proposal, answer.advice.probability) == ("lighting", 0.8)
    evidence = answer.advice.reasons[0].evidence[0]
    start, end = (int(word) for word in evidence.read_as.split() if word.isdigit())
    assert (evidence.path, CASE["text"][start - 1 : end]) == ("/text", "lamp of Mill Lane")
    assert (answer.tokens_in, answer.tokens_out) == (120, 30)


def test_the_request_holds_schema_template_and_no_other_field() -> None:
    with serving(lambda path, body: (200, completion(GOOD), {})) as web:
        ask(web, model_settings="Streets at night go first.")
    path, body, _ = web.asked[0]
    assert path == "/v1/chat/completions"
    assert "Ana" not in json.dumps(body)
    assert "c1" not in json.dumps(body)
    assert body["messages"][1]["content"] == "Title: Lámpara rota\nText: The lamp of Mill Lane is out."
    assert "Streets at night" in body["messages"][0]["content"]
    assert (body["model"], body["temperature"], body["seed"]) == ("small", 0, 1)
    form = body["response_format"]["json_schema"]
    assert form["strict"] is True
    assert form["schema"]["additionalProperties"] is False
    assert set(form["schema"]["required"]) == {"proposal", "abstained_because", "probability", "reasons"}
    assert form["schema"]["properties"]["proposal"]["anyOf"][0]["enum"] == ["lighting", "roads"]


def test_a_missing_field_is_said_to_be_missing() -> None:
    with serving(lambda path, body: (200, completion(GOOD), {})) as web:
        ask(web, {"id": "c1", "title": "Lamp"})
    assert web.asked[0][1]["messages"][1]["content"] == "Title: Lamp\nText: (missing)"


def test_an_abstention_is_an_answer() -> None:
    answer = replied({**GOOD, "proposal": None, "probability": None, "abstained_because": "Too short."})
    assert answer.advice is not None
    assert answer.advice.abstained_because == "Too short."


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        ("I think it is lighting.", "not valid JSON"),
        ({**GOOD, "proposal": "trees"}, "proposal"),
        ({**GOOD, "probability": 7}, "probability"),
        ({**GOOD, "probability": "0.5"}, "probability"),
        ({**GOOD, "colour": "red"}, "colour"),
        ({"proposal": "lighting"}, "abstained_because"),
        ({**GOOD, "abstained_because": "Unsure."}, "either a proposal or"),
        ({**GOOD, "proposal": None}, "either a proposal or"),
        ({**GOOD, "reasons": [{"sentence": "Because.", "quote": "the mayor said"}]}, "does not stand in the case"),
        ({**GOOD, "reasons": [{"sentence": "Because.", "quote": "Ana"}]}, "does not stand in the case"),
        ("", "no reply in words"),
    ],
)
def test_a_reply_that_breaks_a_rule_fails(reply: Any, told: str) -> None:
    answer = replied(reply)
    assert told in answer.failure
    assert answer.tokens_out == 30


def test_a_reply_cut_short_and_an_answer_of_another_form_fail() -> None:
    assert "cut short" in replied(GOOD, finish_reason="length").failure
    for body in ([], {}, {"choices": []}, {"choices": [{"message": "x"}]}, {"choices": [3]}):
        with serving(lambda path, told, body=body: (200, body, {})) as web:
            assert "no chat completion" in ask(web).failure


def test_tokens_become_costs() -> None:
    prices = {"per_1000_tokens_in": "0.5", "per_1000_tokens_out": 2}
    answer = replied(GOOD)
    spec = spec_of("openai", {**SETTINGS, "url": "https://x"}, fields=["title", "text"], prices=prices)
    assert str(cost_per_1000([answer], spec.prices)) == "120.000000"


@pytest.mark.parametrize(
    ("template", "told"),
    [("${title} ${name}", "asks for name"), ("Sort it.", "no field at all"), ("costs 5 $", "begins no name")],
)
def test_a_template_may_use_the_named_fields_only(template: str, told: str) -> None:
    settings = {**SETTINGS, "url": "https://example.org", "template": template}
    with pytest.raises(ToolError, match=told):
        connect(spec_of("openai", settings, fields=["title"]), allow_network=True)


def test_the_card_names_what_language_models_get_wrong() -> None:
    with serving(lambda path, body: (200, completion(GOOD), {})) as web:
        spec = spec_of("openai", {**SETTINGS, "url": web.url}, fields=["title", "text"], title="Sorter of reports")
        provider = connect(spec, allow_network=True, allow_hosts=[web.host])
    assert web.asked == []
    assert provider.card.title["en"] == "Sorter of reports"
    assert any("not calibrated" in line for line in provider.card.known_failures["en"])
    assert "cannot be hashed" in provider.content_note
