"""The sets that a body added, from the database; parsed once for each file."""

from __future__ import annotations

from functools import lru_cache

from django.apps import apps
from django.db.models.functions import Length

from minga.instruments import files
from minga.instruments.instrument import Instrument


def ids() -> list[str]:
    """The ids of added sets, in alphabetical order; none where Django was not started."""
    if not apps.ready:
        return []
    from minga.instruments.models import AddedSet

    return sorted(set(AddedSet.objects.order_by().values_list("set", flat=True)))


def versions(set_id: str) -> list[str]:
    """The versions of an added set, newest first."""
    if not apps.ready:
        return []
    from minga.instruments.models import AddedSet

    found = AddedSet.objects.filter(set=set_id).values_list("version", flat=True)
    return sorted(found, key=files.version_key, reverse=True)


def load(set_id: str, version: str = "") -> Instrument | None:
    """An added set in ``version``, or else its newest; None where it is not here."""
    if not apps.ready:
        return None
    from minga.instruments.models import AddedSet

    rows = AddedSet.objects.filter(set=set_id).annotate(words=Length("requirements"))
    held = list(rows.values_list("version", "pk", "sha256", "words"))
    if version:
        held = [row for row in held if row[0] == version]
    if not held:
        return None
    _version, pk, sha256, words = max(held, key=lambda row: files.version_key(row[0]))
    return _made(pk, sha256, words)


@lru_cache(maxsize=32)
def _made(pk: int, sha256: str, words: int) -> Instrument:
    """The instrument of a row; its hash, and the length of what may be added to it later, tell whether it is known."""
    from minga.instruments.models import AddedSet

    row = AddedSet.objects.get(pk=pk)
    return files.rebuilt(row.kind, row.content, row.set, row.version, row.requirements, row.file_name, row.url)
