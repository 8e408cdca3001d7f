"""A local GGUF model through xllamacpp (extra ``gguf``), in the sandbox: never in the web or worker process."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from minga.tools.base import ToolError
from minga.tools.providers.answers import Answer, identifiers
from minga.tools.providers.channel import Asked, Channel, Program
from minga.tools.providers.chat import chat_card, read_reply
from minga.tools.providers.hashing import Sealed, hash_of_parts
from minga.tools.providers.prompting import Prompting
from minga.tools.providers.spec import Spec
from minga.tools.providers.wire import OutOfStep, Unreadable, parse, refusal_in

SERVER = Path(__file__).parent / "gguf_server"
INSIDE = "/data/model.gguf"
NOTE = (
    "This hash covers the model file, the small program that serves it and the description. The library xllamacpp of "
    "this machine is not part of it."
)


class Gguf:
    """The same questions and rules as for a service, put to a model on this machine without a network."""

    content_note = NOTE

    def __init__(self, spec: Spec, model: Path) -> None:
        if find_spec("xllamacpp") is None:
            raise ToolError("Local models need the extra gguf, which is not installed. Run: pip install 'minga[gguf]'.")
        if not model.is_file():
            raise ToolError(f"There is no model file {model}. Correct the setting model of the provider {spec.name!r}.")
        self.spec, self.card = spec, chat_card(spec)
        self._prompting = Prompting(spec)
        self._model, self._server = Sealed.now(model), Sealed.now(SERVER)
        self._program = Program.from_settings(spec.settings, _command(spec), SERVER, {INSIDE: model})
        self.content_hash = self.hash_of()

    def hash_of(self, model_settings: str = "") -> str:
        return hash_of_parts(self.spec.identity(), self._model.content, self._server.content, model_settings)

    def advise_many(self, cases: Sequence[Mapping[str, Any]], model_settings: str = "") -> list[Answer]:
        names = identifiers(self.spec, cases)
        self._model.check()
        self._server.check()
        asked = [self._asked(name, case, model_settings) for name, case in zip(names, cases, strict=True)]
        with Channel(self._program, "", _ready) as channel:
            return channel.ask_each(asked)

    def close(self) -> None:
        """Nothing runs between calls."""

    def _asked(self, name: str, case: Mapping[str, Any], model_settings: str) -> Asked:
        question = {"case": {"id": name, "body": self._prompting.body(case, model_settings)}}
        return Asked(name, question, lambda line: self._read(line, name, case))

    def _read(self, line: bytes, name: str, case: Mapping[str, Any]) -> Answer:
        data = parse(line)
        if refused := refusal_in(data):
            raise Unreadable(refused)
        if not isinstance(data, Mapping) or data.get("case") != name:
            raise OutOfStep(f"The model's program answered about another case than {name[:60]!r}.")
        return read_reply(self._prompting, data.get("completion"), name, case, 0.0)


def _command(spec: Spec) -> list[str]:
    options = [("--context", spec.settings.get("context", 4096)), ("--threads", spec.settings.get("threads", 1))]
    flags = [str(part) for option in options for part in option]
    return [sys.executable, "-I", "-B", "/program", INSIDE, *flags]


def _ready(data: Any) -> None:
    if not isinstance(data, Mapping) or "ready" not in data:
        raise OutOfStep("The model's program did not say that it is ready.")
