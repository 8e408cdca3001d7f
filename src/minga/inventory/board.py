"""All systems by what they state, as sets of bits, so that counts which follow every filter cost microseconds.

The board of a database is built once per process and import (some 0.1 s for 7,000 systems) and then only asked.
"""

import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db import connection

from minga.inventory.models import Source, System

FACETS = ("task", "function", "impact", "risk", "theme", "phase", "country", "body", "source", "year")
QUESTIONS = ("appeal", "consultation", "assessment", "law", "risk_known", "in_use")
ONE = ord("1")
_boards: dict[str, tuple[object, "Board"]] = {}
_lock = threading.Lock()


@dataclass(frozen=True, eq=False)
class Board:
    """Bit n of a set stands for ``ids[n]``; bits are in the order of names.

    ``bits``: sets by facet or question and code. ``read``: per facet the systems whose codes came from words.
    ``stages``: sets by ``Stage``. ``sources``: the registers by key, each with its number of systems as ``kept``.
    """

    ids: tuple[int, ...]
    bits: Mapping[str, Mapping[str, int]]
    read: Mapping[str, int]
    stages: Mapping[str, int]
    sources: Mapping[str, Source]

    @cached_property
    def languages(self) -> frozenset[str]:
        """The languages of the registers."""
        return frozenset(source.language for source in self.sources.values())

    @cached_property
    def names(self) -> dict[str, str]:
        """The names of the registers by key."""
        return {key: source.name for key, source in self.sources.items()}

    @property
    def everything(self) -> int:
        return (1 << len(self.ids)) - 1

    def any_of(self, facet: str, codes: Iterable[str]) -> int:
        """The systems with one of the codes."""
        found, bits = 0, self.bits[facet]
        for code in codes:
            found |= bits.get(code, 0)
        return found

    @cached_property
    def stated(self) -> Mapping[str, int]:
        """Per facet the systems that have any code of it."""
        return {facet: self.any_of(facet, self.bits[facet]) for facet in FACETS}

    def named(self, part: str) -> int:
        """The systems of bodies whose name has ``part`` in it."""
        wanted = part.strip().casefold()
        return self.any_of("body", (name for name in self.bits["body"] if wanted in name.casefold()))

    def set_of(self, ids: Iterable[int]) -> int:
        """The set of systems with these ids; an id that came after the board was built is left out."""
        marks = bytearray(b"0" * len(self.ids))
        for n in map(self.places.get, ids):
            if n is not None:
                marks[-1 - n] = ONE
        return int(marks or b"0", 2)

    def within(self, ids: Sequence[int], allowed: int) -> list[int]:
        """Those of ``ids`` that are in a set, in their order."""
        marks = f"{allowed:0{len(self.ids)}b}"[::-1]
        found = zip(ids, map(self.places.get, ids), strict=True)
        return [pk for pk, n in found if n is not None and marks[n] == "1"]

    def by_name(self, allowed: int, start: int, most: int) -> list[int]:
        """The ids of a set in the order of names, from ``start`` on."""
        found: list[int] = []
        for n, byte in enumerate(allowed.to_bytes(len(self.ids) // 8 + 1, "little")):
            if start >= (held := byte.bit_count()):
                start -= held
                continue
            here = [self.ids[8 * n + bit] for bit in range(8) if byte >> bit & 1][start:]
            found, start = found + here, 0
            if len(found) >= most:
                break
        return found[:most]

    @cached_property
    def places(self) -> Mapping[int, int]:
        return {pk: n for n, pk in enumerate(self.ids)}


def board() -> Board:
    """The board of this database as it stands."""
    name, state = str(connection.settings_dict["NAME"]), _state()
    known = _boards.get(name)
    if known and known[0] == state:
        return known[1]
    with _lock:
        known = _boards.get(name)
        if not known or known[0] != state:
            known = _boards[name] = (state, _build())
    return known[1]


def _state() -> object:
    """What differs whenever the systems do: the last import of each register, and how many systems there are."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, sha256, imported, (SELECT COUNT(*) FROM inventory_system), "
            "(SELECT MAX(id) FROM inventory_system) FROM inventory_source ORDER BY id"
        )
        return cursor.fetchall()


def _build() -> Board:
    rows = System.objects.order_by("name", "pk").values_list("pk", "country", "body", "source__key", "stage", "facets")
    ids: list[int] = []
    places: dict[str, dict[str, list[int]]] = {name: {} for name in (*FACETS, *QUESTIONS, "read", "stage")}
    for n, (pk, country, body, source, stage, facets) in enumerate(rows):
        ids.append(pk)
        told = {**facets, "country": [country], "body": [body], "source": [source], "stage": [stage]}
        for name, codes in told.items():
            for code in codes:
                if code and name in places:
                    places[name].setdefault(code, []).append(n)
    sets = {name: {code: _bits(found, len(ids)) for code, found in codes.items()} for name, codes in places.items()}
    sources = {source.key: source for source in Source.objects.defer("problems", "losses")}
    for key, register in sources.items():
        register.kept = sets["source"].get(key, 0).bit_count()  # type: ignore[attr-defined]
    return Board(tuple(ids), sets, sets.pop("read"), sets.pop("stage"), sources)


def _bits(places: Iterable[int], length: int) -> int:
    marks = bytearray(length // 8 + 1)
    for n in places:
        marks[n >> 3] |= 1 << (n & 7)
    return int.from_bytes(marks, "little")
