"""What goes in: people of a pool, quotas, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from minga.tools.base import ToolError

Quotas = Mapping[str, Mapping[str, tuple[int, int]]]
"""By feature and value: the fewest and the most members of the panel that may have it."""


class PanelError(ToolError):
    """A panel cannot be selected from what was given. The message says what, the likely cause and what to do."""


@dataclass(frozen=True, slots=True)
class Member:
    """A person in the pool: an id without personal data, a value for every feature, and a household if asked for."""

    id: str
    features: Mapping[str, str]
    household: str | None = None


def checked(pool: Sequence[Member], quotas: Quotas, size: int) -> list[Member]:
    """The pool sorted by id, so that nothing below depends on its order.

    Raises PanelError for a size, quota, id or feature value that makes no sense.
    """
    if size < 1:
        raise PanelError(f"A panel of {size} is not possible. Give a size of at least 1.")
    if not quotas:
        raise PanelError("There are no quotas. Give at least one feature with its values, or draw a plain lot instead.")
    _check_quotas(quotas)
    _check_ids(pool)
    for member in pool:
        fault = value_fault(member.features, quotas)
        if fault:
            raise PanelError(f"Member {member.id!r} {fault}")
    return sorted(pool, key=lambda member: member.id)


def value_fault(features: Mapping[str, str], quotas: Quotas) -> str | None:
    """What is wrong with a person's values, as the end of a sentence; None where nothing is."""
    for feature, values in quotas.items():
        value = features.get(feature)
        if not value:
            return f"has no value for {feature!r}. Every person needs one of: {', '.join(values)}."
        if value not in values:
            return f"has {feature} {value!r}, for which there is no quota. There are quotas for: {', '.join(values)}."
    return None


def _check_quotas(quotas: Quotas) -> None:
    for feature, values in quotas.items():
        if not values:
            raise PanelError(
                f"The feature {feature!r} has no values. List each value with its lowest and highest count."
            )
        for value, (low, high) in values.items():
            if not 0 <= low <= high:
                raise PanelError(
                    f"The quota of {feature} {value!r} runs from {low} to {high}. "
                    "The lower number must be 0 or more and not above the higher one. Correct that row."
                )


def _check_ids(pool: Sequence[Member]) -> None:
    if not pool:
        raise PanelError("The pool is empty. Check that the file has rows below its header.")
    seen: set[str] = set()
    for member in pool:
        if not member.id or "\n" in member.id:
            raise PanelError(
                f"The id {member.id!r} is empty or has a line break. Give every person a plain, unique id."
            )
        if member.id in seen:
            raise PanelError(f"The id {member.id!r} occurs twice in the pool. Give every person an id of their own.")
        seen.add(member.id)
