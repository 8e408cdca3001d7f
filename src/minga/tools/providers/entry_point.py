"""A tool of this package, or one the operator installed and named on purpose. It runs in this process."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping, Sequence
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any

from minga.tools.base import Advice, Model, Tool, ToolError
from minga.tools.providers.answers import Answer, identifiers
from minga.tools.providers.hashing import hash_of_parts
from minga.tools.providers.spec import Spec

GROUP = "minga.tools"
NOTE = (
    "This hash covers the tool's own hash of its model and settings, its version and this description. Its code is "
    "that of the installed package, which the package manager vouches for."
)


def load(name: str, allowed: Collection[str] = ()) -> Tool:
    """The installed tool ``name``; another package's only where ``allowed`` names it.

    No other tool's code is loaded. Raises ToolError where there is none, two, or one that was not allowed.
    """
    points = entry_points(group=GROUP)
    found = [point for point in points if point.name == name]
    if not found:
        known = ", ".join(sorted({point.name for point in points})) or "none"
        raise ToolError(f"There is no tool {name!r} installed here. Installed: {known}. Check the name.")
    if len({point.value for point in found}) > 1:
        raise ToolError(
            f"Two packages install a tool called {name!r}. Remove one of them, so that it is clear which runs."
        )
    if not _own(found[0]) and name not in allowed:
        raise ToolError(
            f"The tool {name!r} comes from another package ({found[0].value}) and would run inside this service. "
            "If you installed it on purpose, name it in the setting that lists allowed tools; else run it as a command."
        )
    tool = found[0].load()
    if not isinstance(tool, Tool):
        raise ToolError(f"{found[0].value} is not a tool: it lacks part of the protocol of minga.tools.base.")
    return tool


def _own(point: EntryPoint) -> bool:
    return point.value.startswith("minga.tools.") and (point.dist is None or point.dist.name == "minga")


class Installed:
    """The tool is trained, or set, once for each text of settings; then each case is judged by itself."""

    content_note = NOTE

    def __init__(self, spec: Spec, allowed: Collection[str]) -> None:
        self.spec = spec
        self._tool = load(spec.settings.get("tool", spec.name), allowed)
        self.card = self._tool.card
        if self.card.version != spec.version:
            raise ToolError(
                f"The installed tool {self.card.name} has version {self.card.version}, but {spec.version} was "
                "described here. Install that version, or describe the installed one and have it checked."
            )
        self._models: dict[str, Model] = {}
        self.content_hash = self.hash_of()

    def hash_of(self, model_settings: str = "") -> str:
        return hash_of_parts(self.spec.identity(), self.card.version, self._model(model_settings).content_hash)

    def advise_many(self, cases: Sequence[Mapping[str, Any]], model_settings: str = "") -> list[Answer]:
        model = self._model(model_settings)
        return [self._one(model, name, case) for name, case in zip(identifiers(self.spec, cases), cases, strict=True)]

    def close(self) -> None:
        """Forget the models."""
        self._models.clear()

    def _model(self, text: str) -> Model:
        if text not in self._models:
            settings = self.spec.settings
            data = Path(settings["data"]) if "data" in settings else None
            self._models[text] = self._tool.train(data, settings.get("seed", 1), text or settings.get("settings", ""))
        return self._models[text]

    def _one(self, model: Model, name: str, case: Mapping[str, Any]) -> Answer:
        started, cpu = time.perf_counter(), time.thread_time()
        advice: Advice | None = None
        failure = ""
        try:
            advice = self._tool.advise(model, case)
        except ToolError as error:
            failure = str(error)
        except Exception as error:  # a fault of the tool must not stop the cases after this one
            failure = (
                f"The tool broke on this case ({type(error).__name__}: {str(error)[:200]}). Report it to its maker."
            )
        if advice is not None and advice.case != name:
            failure = f"The tool answered about case {advice.case[:60]!r} when it was asked about {name!r}."
            advice = None
        return Answer(name, advice, failure, time.thread_time() - cpu, time.perf_counter() - started)
