"""What comes back from a provider, whatever its kind, and what it cost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

from minga.tools.base import Advice, Card, ToolError
from minga.tools.providers.spec import Prices, Spec


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one case: an advice, or a failure in one plain sentence; exactly one of the two.

    ``cpu_seconds`` are those used on this machine for the case (0 for a service: they are its own). ``wall_seconds``
    is how long the case was waited for; cases sent together share it equally.
    """

    case: str
    advice: Advice | None = None
    failure: str = ""
    cpu_seconds: float = 0.0
    wall_seconds: float = 0.0
    tokens_in: int = 0
    tokens_out: int = 0

    def __post_init__(self) -> None:
        if (self.advice is None) == (not self.failure):
            raise ToolError(
                f"The answer on {self.case!r} must carry either an advice or a failure, never both or none."
            )


class Provider(Protocol):
    """A tool behind one of the four kinds of door."""

    spec: Spec
    card: Card
    content_hash: str
    content_note: str
    """What ``content_hash`` covers, and what it cannot."""

    def advise_many(self, cases: Sequence[Mapping[str, Any]], model_settings: str = "") -> list[Answer]:
        """One answer for each case, in their order. ``model_settings`` is the text the tool is set with.

        Raises ToolError where no case can be tried at all; whatever goes wrong with single cases is in their answers.
        """
        ...

    def hash_of(self, model_settings: str = "") -> str:
        """``content_hash`` with the model's settings: what a registered version is fixed by."""
        ...

    def close(self) -> None: ...


def cost_per_1000(answers: Sequence[Answer], prices: Prices) -> Decimal | None:
    """What 1,000 cases like these cost, in ``prices.currency``, to six decimals.

    (CPU seconds x price + tokens in / 1,000 x price + tokens out / 1,000 x price) x 1,000 / cases asked; failed cases
    count, for they were paid for too. None where nothing was asked, where nothing was measured, or where something
    was used that has no price: an incomplete sum would be too low.
    """
    used = (
        (Decimal(str(sum(each.cpu_seconds for each in answers))), prices.per_cpu_second),
        (Decimal(sum(each.tokens_in for each in answers)) / 1000, prices.per_1000_tokens_in),
        (Decimal(sum(each.tokens_out for each in answers)) / 1000, prices.per_1000_tokens_out),
    )
    measured = [(amount, price) for amount, price in used if amount]
    if not answers or not measured or all(price is None for _, price in used):
        return None
    total = Decimal(0)
    for amount, price in measured:
        if price is None:
            return None
        total += amount * price
    return (total * 1000 / len(answers)).quantize(Decimal("0.000001"))


def identifiers(spec: Spec, cases: Sequence[Mapping[str, Any]]) -> list[str]:
    """The identifier of each case; raises ToolError where one has none or two have the same."""
    found = [case.get(spec.id_field) for case in cases]
    for place, value in enumerate(found, 1):
        if isinstance(value, bool) or not isinstance(value, str | int) or not str(value).strip():
            raise ToolError(
                f"Case {place} of {len(cases)} has no usable {spec.id_field!r} ({value!r}). "
                "Each case needs a text or number that names it; correct the data, or id_field of the provider."
            )
    names = [str(value) for value in found]
    twice, times = next(iter(Counter(names).most_common(1)), ("", 0))
    if times > 1:
        raise ToolError(f"Two cases are called {twice!r}. Their answers could not be told apart; give each its own.")
    return names


def only_named(spec: Spec, case: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a case that the provider may see: those that ``spec.fields`` names, or all where it names none."""
    if not spec.fields:
        return {key: value for key, value in case.items() if key != spec.id_field}
    return {name: case[name] for name in spec.fields if name in case}
