"""The record in the form of other standards: one module per standard, found here by name.

A module offers ``TITLE`` and ``export(record) -> (document, losses)``; ``losses`` names everything that the standard
has no place for, and every field that it requires and the record cannot fill.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from django.utils.functional import Promise

from minga.ledger.refusals import Invalid
from minga.register.document import Record


@dataclass(frozen=True, slots=True)
class Loss:
    """``kind``: no_place (the standard has none), reduced (part of it gets lost), missing (required, not known).

    ``field`` is the canonical field, or for missing ones the standard's own reference.
    """

    kind: str
    field: str
    why: str

    def as_json(self) -> dict[str, str]:
        return asdict(self)


Export = Callable[[Record], tuple[dict[str, Any], list[Loss]]]


@dataclass(frozen=True, slots=True)
class Standard:
    """``fields``: how many the standard has; None where it takes the whole record."""

    name: str
    title: str | Promise
    fields: int | None
    export: Export


def standards() -> dict[str, Standard]:
    """Every standard that this installation can export to, by name."""
    from minga.register.exports import atrs, own

    return {module.STANDARD.name: module.STANDARD for module in (atrs, own)}


def standard(name: str) -> Standard:
    found = standards()
    if name not in found:
        raise Invalid(
            f"There is no export called {name!r}.",
            do=f"Use one of: {', '.join(found)}.",
            fields={"standard": ", ".join(found)},
        )
    return found[name]
