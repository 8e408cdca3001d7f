"""The one place that turns a version into advice, for checks, trials, draws and cases.

Tools of this package run here; a supplier's program runs in the sandbox, a service where the operator named its host.
"""

import re
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from minga.design import evaluation, programs, queries
from minga.design.models import ToolVersion
from minga.tools.base import Advice, Card, Model, Tool, ToolError
from minga.tools.providers import Answer, Openness, Provider, Spec, connect
from minga.tools.providers.spec import KEY_PREFIX, NETWORK_KINDS

Case = Mapping[str, Any]
Ask = Callable[[Sequence[Case]], list[Answer]]


class WithdrawnTool(ToolError):
    """Nobody may be shown what this version says, so it is not asked."""


def advise(version: ToolVersion, cases: Sequence[Case]) -> list[Answer]:
    """One answer for each case, in their order: an advice, or the failure of that case in one sentence.

    A case is named by its "id". Raises ToolError where nothing can run at all: the version is withdrawn, is not what
    was registered, this machine cannot isolate a program, or the operator has not named a service's host.
    """
    refuse_withdrawn(version)
    with opened(version) as ask:
        return ask(cases)


def spec_of(version: ToolVersion) -> Spec:
    """How the version is reached; a tool of this package without a description gets one from its card."""
    if version.spec:
        return Spec.from_json(version.spec)
    return own_spec(version.tool)


def own_spec(tool: str) -> Spec:
    """The description of a tool of this package, from its card; raises ToolError where it is not installed."""
    card = evaluation.tool_called(tool).card
    openness = Openness(weights="open" if card.learns else "none", code="open", data="none", documentation="open")
    return Spec("entry_point", tool, card.version, {}, card.licence, openness)


def refuse_withdrawn(version: ToolVersion) -> None:
    """Raises WithdrawnTool with the reason where the version, or all of its tool, was withdrawn.

    Raises ToolError where it is not prepared.
    """
    found = queries.withdrawn(version)
    if found is not None:
        raise WithdrawnTool(
            _("%(version)s was withdrawn: %(reason)s Whoever withdrew it, or the body, can restore it.")
            % {"version": version, "reason": found.reason}
        )
    if problem := queries.unprepared(version):
        raise ToolError(problem)


@contextmanager
def opened(version: ToolVersion) -> Iterator[Ask]:
    """The version ready to be asked several times; raises ToolError where it is not what was registered."""
    if version.kind == "entry_point":
        yield _in_process(version)
        return
    provider = reach(spec_of(version), version.program_sha256)
    try:
        evaluation.same_tool(version, provider.hash_of(version.settings))
        yield lambda cases: provider.advise_many(cases, version.settings)
    finally:
        provider.close()


def reach(spec: Spec, program_sha256: str = "") -> Provider:
    """The provider that ``spec`` describes, its card asked for; its program is unpacked where that was not done yet."""
    if program_sha256:
        programs.folder_of(program_sha256)
    hosts = frozenset(settings.MINGA_TOOL_HOSTS)
    if spec.kind in NETWORK_KINDS and not _named(spec.settings["url"], hosts):
        raise ToolError(
            _("The operator has not named the host of %(address)s, so nothing is sent there. "
              "Ask for it to be added to MINGA_TOOL_HOSTS, or bring the tool as a program.")
            % {"address": spec.settings["url"]}
        )  # fmt: skip
    return connect(
        spec, allow_network=spec.kind in NETWORK_KINDS, allow_hosts=hosts, allow_tools=settings.MINGA_TOOLS,
        programs=programs.root(),
    )  # fmt: skip


def key_name(address: str) -> str:
    """The variable that holds the key for a service: named after its host, so that no other host is ever sent it."""
    return KEY_PREFIX + re.sub("[^A-Z0-9]", "_", (urlsplit(address).hostname or "").upper())[:60]


def _named(address: str, hosts: frozenset[str]) -> bool:
    try:
        parts = urlsplit(address)
        named = {parts.hostname, f"{parts.hostname}:{parts.port}"}
    except ValueError:
        return False
    return not named.isdisjoint(hosts)


def card_of(version: ToolVersion) -> Card | None:
    """The card as the tool gave it when it was registered; for older versions that of the tool installed here."""
    if version.card:
        return card_from_json(version.card)
    try:
        return evaluation.tool_called(version.tool).card
    except ToolError:
        return None


def card_from_json(data: Mapping[str, Any]) -> Card:
    """A card that was kept as JSON (``dataclasses.asdict``)."""
    lists = {name: tuple(data[name]) for name in ("impacts", "data_needed", "serves")}
    failures = {language: tuple(lines) for language, lines in data["known_failures"].items()}
    return Card(**{**data, **lists, "known_failures": failures})


def _in_process(version: ToolVersion) -> Ask:
    tool = evaluation.tool_called(version.tool)
    model = trained(tool, version)
    return lambda cases: [_one(tool, model, case) for case in cases]


def trained(tool: Tool, version: ToolVersion) -> Model:
    """The tool set as registered; raises ToolError where it is another one. The last few are remembered."""
    model = _trained(tool, str(version.chosen_on.path) if version.chosen_on else "", version.settings)
    evaluation.same_tool(version, model.content_hash)
    return model


_models: OrderedDict[tuple[int, str, str], tuple[Tool, Model]] = OrderedDict()
MOST_MODELS = 4


def _trained(tool: Tool, data: str, text: str) -> Model:
    key = (id(tool), data, text)
    if key not in _models:
        _models[key] = (tool, tool.train(Path(data) if data else None, 1, text))
        while len(_models) > MOST_MODELS:
            _models.popitem(last=False)
    return _models[key][1]


def _one(tool: Tool, model: Model, case: Case) -> Answer:
    name, started, cpu = str(case["id"]), time.perf_counter(), time.thread_time()
    try:
        advice, failure = _possible(replace(tool.advise(model, case), case=name)), ""
    except ToolError as error:
        advice, failure = None, str(error)
    except Exception as error:  # a fault of the tool must not stop the cases after this one
        words = _("The tool broke on this case (%(error)s). Tell whoever makes it.")
        advice, failure = None, words % {"error": f"{type(error).__name__}: {error}"[:200]}
    return Answer(name, advice, failure, time.thread_time() - cpu, time.perf_counter() - started)


def _possible(advice: Advice) -> Advice:
    """As for suppliers' tools: a probability that is none (2, -1, not a number) is a failure, never left out."""
    if advice.probability is not None and not 0 <= advice.probability <= 1:
        words = _("The tool gave %(probability)s as a probability, which lies between 0 and 1. Tell whoever makes it.")
        raise ToolError(words % {"probability": advice.probability})
    return advice
