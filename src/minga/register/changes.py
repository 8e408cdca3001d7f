"""What changed between two published records, field by field."""

from collections.abc import Mapping
from typing import Any

from minga.register.document import FIELDS

type Document = Mapping[str, Any]


def compare(old: Document | None, new: Document) -> list[dict[str, Any]]:
    """[{field, kind, old, new}] in the order of the fields; provenance alone is no change.

    ``kind``: added, changed or removed. Without an old document there is nothing to compare.
    """
    if old is None:
        return []
    found = []
    for field in FIELDS:
        before, after = value_of(old, field), value_of(new, field)
        if before != after:
            kind = "added" if before is None else "removed" if after is None else "changed"
            found.append({"field": field, "kind": kind, "old": before, "new": after})
    return found


def value_of(document: Document, field: str) -> Any:
    """The value of a field, or None where it is not known."""
    known = document.get(field)
    return known["value"] if known else None


def items(change: Mapping[str, Any]) -> tuple[list[Any], list[Any]] | None:
    """(what a list lost, what it gained); None where the field is no list."""
    old, new = change["old"], change["new"]
    if not isinstance(old if old is not None else new, list):
        return None
    old, new = old or [], new or []
    return [item for item in old if item not in new], [item for item in new if item not in old]
