"""A tool behind an HTTP service that speaks JSON: GET /card, POST /advise with a batch of cases."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from minga.tools.providers.answers import Answer, identifiers, only_named
from minga.tools.providers.hashing import hash_of_parts
from minga.tools.providers.spec import Spec
from minga.tools.providers.transport import Door, NoAnswer
from minga.tools.providers.wire import Unreadable, advice_from, card_from, refusal_in

BATCH = 20
GIVE_UP_AFTER = 3
NOTE = (
    "This hash covers the description, the version the service declares and its card. What runs at a service cannot be "
    "hashed from here: it can change without notice. Have it checked regularly, and agree on notice in the contract."
)


class Service:
    """Cases go out in batches, under running numbers where ``id`` is not among the fields that may be sent."""

    content_note = NOTE

    def __init__(self, spec: Spec, allow_hosts: Collection[str]) -> None:
        self.spec = spec
        self._door = Door.from_settings(spec.settings, allow_hosts)
        told = self._door.get("/card")
        self.card = card_from(told, spec.name, spec.version)
        self._parts = (spec.identity(), told)
        self.content_hash = self.hash_of()

    def hash_of(self, model_settings: str = "") -> str:
        return hash_of_parts(*self._parts, model_settings)

    def advise_many(self, cases: Sequence[Mapping[str, Any]], model_settings: str = "") -> list[Answer]:
        names, size = identifiers(self.spec, cases), self.spec.settings.get("batch", BATCH)
        answers: list[Answer] = []
        in_a_row = 0
        for start in range(0, len(cases), size):
            batch = list(zip(names[start : start + size], cases[start : start + size], strict=True))
            if in_a_row >= GIVE_UP_AFTER:
                answers += [Answer(name, failure=given_up(in_a_row)) for name, _ in batch]
                continue
            found, answered = self._batch(batch, model_settings)
            answers += found
            in_a_row = 0 if answered else in_a_row + 1
        return answers

    def close(self) -> None:
        """Close the connections that were kept for the next request."""
        self._door.close()

    def _batch(self, batch: Sequence[tuple[str, Mapping[str, Any]]], settings: str) -> tuple[list[Answer], bool]:
        """The answers of one request, and whether the service answered it at all."""
        sent = {self._alias(name, place): name for place, (name, _) in enumerate(batch, 1)}
        body = [{**only_named(self.spec, case), "id": alias} for alias, (_, case) in zip(sent, batch, strict=True)]
        started = time.perf_counter()
        try:
            told = _by_case(self._door.post("/advise", {"minga": 1, "settings": settings, "cases": body}))
        except (NoAnswer, Unreadable) as error:
            told, trouble = {}, str(error)
        else:
            strangers = sorted(set(told) - set(sent))
            trouble = _missing(strangers)
            if strangers:
                told = {alias: rows for alias, rows in told.items() if alias in sent}
        each = (time.perf_counter() - started) / len(batch)
        answers = [self._answer(alias, name, told.get(alias, []), trouble, each) for alias, name in sent.items()]
        return answers, bool(told)

    def _alias(self, name: str, place: int) -> str:
        return name if self.spec.id_field in self.spec.fields else str(place)

    def _answer(self, alias: str, name: str, rows: Sequence[Any], trouble: str, seconds: float) -> Answer:
        if len(rows) != 1:
            failure = trouble if not rows else f"The service answered {len(rows)} times on this case; none was taken."
            return Answer(name, failure=failure, wall_seconds=seconds)
        if refused := refusal_in(rows[0]):
            return Answer(name, failure=f"The service could not judge this case: {refused}", wall_seconds=seconds)
        try:
            told = advice_from(rows[0], alias, self.spec.labels)
        except Unreadable as error:
            return Answer(name, failure=str(error), wall_seconds=seconds)
        return Answer(name, replace(told, case=name), wall_seconds=seconds)


def given_up(times: int) -> str:
    """Why a case was not sent any more."""
    return f"The service failed {times} requests in a row, so this case was not sent. Try again when it works."


def _by_case(data: Any) -> dict[str, list[Any]]:
    rows = data.get("answers") if isinstance(data, Mapping) else None
    if not isinstance(rows, list) or not isinstance(data, Mapping) or set(data) != {"answers"}:
        raise Unreadable('The service\'s answer is not {"answers": [...]}. See docs/providers.md for its form.')
    found: dict[str, list[Any]] = {}
    for row in rows:
        name = row.get("case") if isinstance(row, Mapping) else None
        found.setdefault(name if isinstance(name, str) else "", []).append(row)
    return found


def _missing(strangers: Sequence[str]) -> str:
    told = "The service left this case out of its answer."
    if strangers:
        told += f" It answered on {len(strangers)} that were not asked, such as {strangers[0][:60]!r}."
    return told
