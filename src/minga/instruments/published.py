"""Which answers may be printed word for word in what a body publishes: said by the room that publishes them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

type Taken = Mapping[str, frozenset[str]]
"""Set id -> the questions whose answers are taken."""

_sources: list[Callable[[], Taken]] = []


def also_published(source: Callable[[], Taken]) -> None:
    """Register what a room publishes; asked only when a page needs it."""
    if source not in _sources:
        _sources.append(source)


def published(set_id: str) -> frozenset[str]:
    """The questions of a set whose answers everybody can come to read."""
    return frozenset().union(*(source().get(set_id, frozenset()) for source in _sources))
