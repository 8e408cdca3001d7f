"""The one protocol every AI tool speaks, whoever made it, and the one type it answers with."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, Protocol, Self, runtime_checkable

OECD_TASKS = (
    "recognition",
    "event-detection",
    "forecasting",
    "personalisation",
    "interaction-support",
    "goal-driven-optimisation",
    "reasoning-with-knowledge-structures",
    "content-generation",
)
OECD_FUNCTIONS = ("internal-operations", "policy-making", "service-delivery", "oversight")
OECD_IMPACTS = ("productivity", "responsiveness", "accountability")

Phrase = Mapping[str, str]
"""One sentence by language; "en" is always there."""
Translations = Mapping[str, Mapping[str, str]]
"""By language, then by the English text as it stands in an advice or report: the text in that language."""


def in_language(text: str, translations: Translations, language: str) -> str:
    """``text``, which is English, in ``language`` where the tool gave it, else as it stands."""
    return translations.get(language, {}).get(text, text)


def merged(*several: Translations) -> dict[str, dict[str, str]]:
    """All of them together; the later one wins."""
    together: dict[str, dict[str, str]] = {}
    for translations in several:
        for language, words in translations.items():
            together.setdefault(language, {}).update(words)
    return together


class ToolError(Exception):
    """A tool cannot do what was asked. The message says what happened, the likely cause and what to do."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A pointer into the source: JSON path ("/tender/value/amount"), character span, row or page."""

    path: str
    value: Any
    read_as: str


@dataclass(frozen=True, slots=True)
class Reason:
    """One sign that speaks for the proposal, with the measurement behind it.

    ``measured`` and ``bound`` are in ``unit``; ``figures`` holds what the bound was made from
    (quartiles, fence, group size).
    """

    code: str
    sentence: str
    measured: float | None = None
    bound: float | None = None
    unit: str = ""
    figures: Mapping[str, Any] = field(default_factory=dict)
    evidence: tuple[Evidence, ...] = ()
    law: str = ""


@dataclass(frozen=True, slots=True)
class Advice:
    """What a tool says about one case: a proposal, or an abstention with its cause, never both.

    ``probability`` is in 0..1; ``interval`` is (low, high) in the unit of the proposal.
    ``not_computed`` maps each sign that could not be tested to why; ``tested`` maps each sign that
    was tested and did not fire to what was tested. All texts are English; ``translations`` holds them
    in other languages, so that what was frozen with a case can be read in each of them later.
    """

    case: str
    proposal: str | None = None
    abstained_because: str | None = None
    probability: float | None = None
    interval: tuple[float, float] | None = None
    reasons: tuple[Reason, ...] = ()
    tested: Mapping[str, str] = field(default_factory=dict)
    not_computed: Mapping[str, str] = field(default_factory=dict)
    translations: Translations = field(default_factory=dict)

    def __post_init__(self) -> None:
        if (self.proposal is None) == (self.abstained_because is None):
            raise ToolError(
                f"Advice on {self.case!r} must carry either a proposal or an abstention. "
                "The tool returned both or neither. Set exactly one of the two."
            )

    def in_language(self, language: str) -> Self:
        """The same advice with its texts in ``language``, as far as the tool gave them; to show, not to keep."""

        def said(text: str) -> str:
            return in_language(text, self.translations, language)

        def told(reason: Reason) -> Reason:
            evidence = tuple(replace(row, read_as=said(row.read_as)) for row in reason.evidence)
            return replace(reason, sentence=said(reason.sentence), unit=said(reason.unit), evidence=evidence)

        return replace(
            self,
            abstained_because=None if self.abstained_because is None else said(self.abstained_because),
            reasons=tuple(told(reason) for reason in self.reasons),
            tested={code: said(text) for code, text in self.tested.items()},
            not_computed={code: said(text) for code, text in self.not_computed.items()},
        )

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        reasons = tuple(
            Reason(**{**r, "evidence": tuple(Evidence(**e) for e in r["evidence"])}) for r in data["reasons"]
        )
        interval = data.get("interval")
        return cls(**{**data, "reasons": reasons, "interval": tuple(interval) if interval else None})


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured number with its uncertainty: ``value`` = ``count`` / ``of`` with a 95 % interval.

    ``group`` is "" for the whole. ``value`` is None where ``of`` is too small to judge.
    """

    metric: str
    group: str
    count: int
    of: int
    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Report:
    """What an evaluation found. ``rows_in`` = used + rejected + failed. The baseline comes first.

    ``baseline_sentence`` and ``notes`` are English; ``translations`` holds them in other languages.
    """

    tool: str
    version: str
    rows_in: int
    rows_used: int
    rows_rejected: int
    rows_failed: int
    figures: tuple[Figure, ...]
    baseline: tuple[Figure, ...] = ()
    baseline_sentence: str = ""
    notes: tuple[str, ...] = ()
    translations: Translations = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Card:
    """What a tool is, in the words of its ``card.toml``."""

    name: str
    title: Mapping[str, str]
    summary: Mapping[str, str]
    version: str
    oecd_task: str
    oecd_function: str
    impacts: tuple[str, ...]
    data_needed: tuple[str, ...]
    serves: tuple[str, ...]
    learns: bool
    known_failures: Mapping[str, tuple[str, ...]]
    licence: str = "Apache-2.0"

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a ``card.toml``; raises ToolError naming the unknown or missing key."""
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
        if raw.get("oecd_task") not in OECD_TASKS or raw.get("oecd_function") not in OECD_FUNCTIONS:
            raise ToolError(
                f"{path} names an OECD task or function that is not in the list. "
                f"Tasks: {', '.join(OECD_TASKS)}. Functions: {', '.join(OECD_FUNCTIONS)}."
            )
        for key in ("impacts", "data_needed", "serves"):
            raw[key] = tuple(raw.get(key, ()))
        raw["known_failures"] = {lang: tuple(lines) for lang, lines in raw.get("known_failures", {}).items()}
        try:
            return cls(**raw)
        except TypeError as error:
            raise ToolError(f"{path} is not a tool card: {error}. Compare it with a sibling tool's card.") from None


class Model(Protocol):
    """What ``train`` returns: settings or learned weights, with a content hash of their own."""

    @property
    def content_hash(self) -> str: ...


@runtime_checkable
class Tool(Protocol):
    """``data`` is always a path to a file in the form that the card names."""

    card: Card

    def train(self, data: Path | None, seed: int, settings: str = "") -> Model:
        """Fit, or for a rule-based tool read ``settings``; ``data`` may be None where nothing is learned."""
        ...

    def advise(self, model: Model, case: Mapping[str, Any]) -> Advice:
        """Advice on one case."""
        ...

    def advise_all(self, model: Model, data: Path) -> Sequence[Advice]:
        """Advice on every case of a file, where a case can only be judged among the others."""
        ...

    def evaluate(self, model: Model, data: Path, labels: Mapping[str, str] | None = None) -> Report:
        """Figures on ``data``; ``labels`` maps a case to the kind of true positive that it is."""
        ...

    def baseline(self, data: Path) -> Report:
        """What the simplest rule without learning reaches: every report opens with it."""
        ...

    def drift(self, model: Model, window: Path, since: datetime | None = None) -> Report:
        """How the newest window differs from what the model was set on."""
        ...


def installed() -> dict[str, Tool]:
    """The tools registered under the entry-point group ``minga.tools``, by name."""
    return {point.name: point.load() for point in entry_points(group="minga.tools")}
