"""A language model behind an OpenAI-compatible service: one case a request, the reply held to a schema."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from minga.tools.base import Card
from minga.tools.providers.answers import Answer, identifiers
from minga.tools.providers.hashing import hash_of_parts
from minga.tools.providers.prompting import Prompting, content_in, tokens_of
from minga.tools.providers.service import GIVE_UP_AFTER, NOTE, given_up
from minga.tools.providers.spec import Spec
from minga.tools.providers.transport import Door, NoAnswer
from minga.tools.providers.wire import Unreadable

KNOWN_FAILURES = (
    "A language model can be led by words that stand in the case itself.",
    "The probability is the model's own statement; it is not calibrated until it was measured.",
    "The sentences given as reasons are written after the fact and need not be what led to the proposal.",
    "The same question can be answered differently the next time.",
)


def chat_card(spec: Spec) -> Card:
    """The card of a language model: a service has none of its own, so it is made from the operator's description."""
    return Card(
        name=spec.name,
        title={"en": spec.title or spec.name},
        summary={"en": spec.summary or "A language model that is asked about one case at a time."},
        version=spec.version,
        oecd_task="interaction-support",
        oecd_function="internal-operations",
        impacts=("productivity",),
        data_needed=spec.data_needed or spec.fields,
        serves=(),
        learns=True,
        known_failures={"en": KNOWN_FAILURES},
        licence=spec.licence,
    )


class Chat:
    """POST {url}/chat/completions with a JSON schema; a reply that breaks it is a failure of that case."""

    content_note = NOTE

    def __init__(self, spec: Spec, allow_hosts: Collection[str]) -> None:
        self.spec, self.card = spec, chat_card(spec)
        self._prompting = Prompting(spec)
        self._door = Door.from_settings(spec.settings, allow_hosts)
        self.content_hash = self.hash_of()

    def hash_of(self, model_settings: str = "") -> str:
        return hash_of_parts(self.spec.identity(), model_settings)

    def advise_many(self, cases: Sequence[Mapping[str, Any]], model_settings: str = "") -> list[Answer]:
        answers: list[Answer] = []
        in_a_row = 0
        for name, case in zip(identifiers(self.spec, cases), cases, strict=True):
            if in_a_row >= GIVE_UP_AFTER:
                answers.append(Answer(name, failure=given_up(in_a_row)))
                continue
            started = time.perf_counter()
            try:
                data = self._door.post("/chat/completions", self._prompting.body(case, model_settings))
            except (NoAnswer, Unreadable) as error:
                answers.append(Answer(name, failure=str(error), wall_seconds=time.perf_counter() - started))
                in_a_row += 1
                continue
            in_a_row = 0
            answers.append(read_reply(self._prompting, data, name, case, time.perf_counter() - started))
        return answers

    def close(self) -> None:
        """Close the connection that was kept for the next request."""
        self._door.close()


def read_reply(prompting: Prompting, data: Any, name: str, case: Mapping[str, Any], seconds: float) -> Answer:
    """The answer in a chat completion; its tokens count even where the reply cannot be used."""
    advice, failure = None, ""
    try:
        advice = prompting.read(content_in(data), name, case)
    except Unreadable as error:
        failure = str(error)
    tokens_in, tokens_out = tokens_of(data)
    return Answer(name, advice, failure, wall_seconds=seconds, tokens_in=tokens_in, tokens_out=tokens_out)
