"""The JSON that a supplier's tool speaks, read strictly: what is not exactly an advice or a card is refused.

-> {"minga": 1, "ask": "card", "settings": "..."}
<- {"name": "...", "version": "...", "title": {"en": "..."}, ...}        the keys of a card.toml
-> {"case": {"id": "17", "title": "..."}}
<- {"case": "17", "proposal": "roads", "probability": 0.9, "reasons": [{"code": "word", "sentence": "..."}]}
or {"case": "17", "abstained_because": "No word of the title is known."}
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Annotated, Any

import msgspec

from minga.tools.base import OECD_FUNCTIONS, OECD_IMPACTS, OECD_TASKS, Advice, Card, Evidence, Reason, ToolError
from minga.tools.intake.errors import IntakeError
from minga.tools.intake.strict import strict_json

SPEAKS = 1
Code = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
Line = Annotated[str, msgspec.Meta(min_length=1, max_length=300)]
Sentence = Annotated[str, msgspec.Meta(min_length=1, max_length=2_000)]
Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
Translated = dict[Annotated[str, msgspec.Meta(min_length=2, max_length=12)], dict[str, Sentence]]


class _Strict(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    pass


class WireEvidence(_Strict):
    path: Line
    value: Any = None
    read_as: Annotated[str, msgspec.Meta(max_length=2_000)] = ""


class WireReason(_Strict):
    code: Code
    sentence: Sentence
    measured: float | None = None
    bound: float | None = None
    unit: Annotated[str, msgspec.Meta(max_length=60)] = ""
    figures: dict[str, Any] = {}
    evidence: Annotated[list[WireEvidence], msgspec.Meta(max_length=100)] = []
    law: Annotated[str, msgspec.Meta(max_length=300)] = ""


class WireAdvice(_Strict):
    case: Line
    proposal: Line | None = None
    abstained_because: Sentence | None = None
    probability: Share | None = None
    interval: tuple[float, float] | None = None
    reasons: Annotated[list[WireReason], msgspec.Meta(max_length=100)] = []
    tested: dict[Code, Sentence] = {}
    not_computed: dict[Code, Sentence] = {}
    translations: Translated = {}


class WireCard(_Strict):
    name: Code
    version: Code
    title: dict[str, Line]
    summary: dict[str, Sentence]
    oecd_task: str
    oecd_function: str
    licence: Code
    impacts: list[str] = []
    data_needed: list[Line] = []
    serves: list[Line] = []
    learns: bool = False
    known_failures: dict[str, list[Sentence]] = {}


class Unreadable(ToolError):
    """What came back is not what the protocol says; the message is one plain sentence for the case's failure."""


class OutOfStep(Unreadable):
    """As above, and questions and answers may no longer belong together: no JSON, or an answer about another case."""


def parse(line: bytes) -> Any:
    """The value of one JSON text; raises OutOfStep saying where it is not strict JSON (repeated keys, NaN ...)."""
    try:
        return strict_json(line)
    except IntakeError as error:
        raise OutOfStep(f"The provider's answer is not valid JSON: {error}") from None


def advice_from(data: Any, case: str, labels: Collection[str] = ()) -> Advice:
    """The advice on ``case`` in one parsed answer.

    Raises Unreadable where it is not an advice, OutOfStep where it is about another case.
    """
    told = _converted(data, WireAdvice, "advice")
    if told.case != case:
        raise OutOfStep(
            f"The provider answered about case {told.case[:60]!r} when it was asked about {case[:60]!r}; "
            "an earlier answer may have been one too many."
        )
    if (told.proposal is None) == (told.abstained_because is None):
        raise Unreadable(
            "The provider's answer must carry either a proposal or abstained_because, and carries both or neither."
        )
    if told.proposal is not None and labels and told.proposal not in labels:
        raise Unreadable(f"The provider proposes {told.proposal[:60]!r}, which is not among the labels it may propose.")
    if told.interval and told.interval[0] > told.interval[1]:
        raise Unreadable(f"The provider's interval runs from {told.interval[0]} down to {told.interval[1]}.")
    return Advice(
        told.case, told.proposal, told.abstained_because, told.probability, told.interval,
        tuple(_reason(each) for each in told.reasons), told.tested, told.not_computed, told.translations,
    )  # fmt: skip


def card_from(data: Any, name: str, version: str) -> Card:
    """The card in one parsed answer; raises Unreadable where it is none, or not that of this name and version."""
    told = _converted(data, WireCard, "card")
    if (told.name, told.version) != (name, version):
        raise Unreadable(
            f"The provider calls itself {told.name} {told.version}, but {name} {version} was described here. "
            "Another version may have been put in its place. Describe that version and have it checked."
        )
    unknown = sorted(set(told.impacts) - set(OECD_IMPACTS))
    if told.oecd_task not in OECD_TASKS or told.oecd_function not in OECD_FUNCTIONS or unknown:
        raise Unreadable(
            f"The provider's card names an OECD task, function or impact that is not in the list "
            f"({told.oecd_task!r}, {told.oecd_function!r}, {', '.join(unknown) or 'impacts right'}). "
            f"Tasks: {', '.join(OECD_TASKS)}. Functions: {', '.join(OECD_FUNCTIONS)}. "
            f"Impacts: {', '.join(OECD_IMPACTS)}."
        )
    if "en" not in told.title or "en" not in told.summary:
        raise Unreadable('The provider\'s card has no English title or summary. Add them under the key "en".')
    return Card(**_card_fields(told))


def _card_fields(told: WireCard) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.structs.asdict(told)
    for key in ("impacts", "data_needed", "serves"):
        plain[key] = tuple(plain[key])
    plain["known_failures"] = {language: tuple(lines) for language, lines in told.known_failures.items()}
    return plain


def _reason(told: WireReason) -> Reason:
    evidence = tuple(Evidence(each.path, each.value, each.read_as) for each in told.evidence)
    return Reason(told.code, told.sentence, told.measured, told.bound, told.unit, told.figures, evidence, told.law)


def _converted[T](data: Any, kind: type[T], name: str) -> T:
    try:
        return msgspec.convert(data, kind)
    except msgspec.ValidationError as error:
        told = str(error).replace("Object ", "It ").replace("`", "")
        raise Unreadable(
            f"The provider's answer is no {name}: {told[:300]}. See docs/providers.md for its form."
        ) from None


def refusal_in(data: Any) -> str:
    """The words of ``{"case": ..., "failure": "..."}``, by which a tool says itself that it could not; else ""."""
    words = data.get("failure") if isinstance(data, Mapping) else None
    return words.strip()[:500] if isinstance(words, str) else ""
