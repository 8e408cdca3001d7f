"""A supplier's program that speaks JSON lines, in the sandbox: never in this process, never with a network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from minga.tools.base import Card
from minga.tools.providers.answers import Answer, identifiers, only_named
from minga.tools.providers.channel import Asked, Channel, Program
from minga.tools.providers.hashing import Sealed, hash_of_parts
from minga.tools.providers.spec import Spec
from minga.tools.providers.wire import Unreadable, advice_from, card_from, parse, refusal_in

NOTE = (
    "This hash covers every file of the program's folder (path, content, whether it may be run), the command and the "
    "description. The interpreter and libraries of this machine that the command calls are not part of it."
)


class Command:
    """Each call of ``advise_many`` starts the program afresh, so that no case leaves a trace for the next call."""

    content_note = NOTE

    def __init__(self, spec: Spec, folder: Path) -> None:
        self.spec = spec
        self._sealed = Sealed.now(folder)
        self._program = Program.from_settings(spec.settings, spec.settings["command"], folder, {})
        self.content_hash = self.hash_of()
        told: list[Card] = []
        with Channel(replace(self._program, restarts=0), "", lambda data: told.append(self._card(data))) as channel:
            channel.start()
        self.card = told[0]

    def hash_of(self, model_settings: str = "") -> str:
        return hash_of_parts(self.spec.identity(), self._sealed.content, model_settings)

    def advise_many(self, cases: Sequence[Mapping[str, Any]], model_settings: str = "") -> list[Answer]:
        names = identifiers(self.spec, cases)
        self._sealed.check()
        asked = [self._asked(name, case) for name, case in zip(names, cases, strict=True)]
        with Channel(self._program, model_settings, self._card) as channel:
            return channel.ask_each(asked)

    def close(self) -> None:
        """Nothing runs between calls."""

    def _card(self, data: Any) -> Card:
        return card_from(data, self.spec.name, self.spec.version)

    def _asked(self, name: str, case: Mapping[str, Any]) -> Asked:
        question = {"case": {**only_named(self.spec, case), "id": name}}
        return Asked(name, question, lambda line: self._read(line, name))

    def _read(self, line: bytes, name: str) -> Answer:
        data = parse(line)
        if refused := refusal_in(data):
            raise Unreadable(f"The program could not judge this case: {refused}")
        return Answer(name, advice_from(data, name, self.spec.labels))
