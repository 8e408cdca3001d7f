"""Searching what other bodies have published."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db import connection
from django.utils.translation import gettext as _

from minga.inventory import index
from minga.inventory.board import FACETS, Board, board
from minga.inventory.highlighting import Marker, Snippet
from minga.inventory.models import Source, System
from minga.inventory.readers import reason
from minga.inventory.terms import Also, Asked, asked
from minga.inventory.words import TITLES, say
from minga.ledger.refusals import Conflict
from minga.tools.registers import Canonical, from_json

SHOWN = 6
"""Values of a facet that are shown unless all are asked for."""
LIGHT = ("id", "source_id", "name", "body", "unit", "country", "language", "purpose", "stage", "url", "listed")
type Filters = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Value:
    """One code of a facet, with how many of the found systems have it."""

    code: str
    label: str
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """``unstated``: found systems whose register does not state it; of them ``read`` were coded from their words.

    ``more``: how many values are not shown.
    """

    key: str
    title: str
    values: tuple[Value, ...]
    unstated: int
    read: int
    more: int


@dataclass(frozen=True)
class Found:
    """The result of a search, best first. ``every_word`` is false where no system has all words together.

    ``also``: words that were looked for as well because they mean the same in another language.
    """

    query: str
    systems: tuple[System, ...]
    total: int
    every_word: bool
    also: tuple[Also, ...]
    filters: Filters
    board: Board
    hits: int
    alternatives: frozenset[str]

    @cached_property
    def marker(self) -> Marker:
        return Marker(self.alternatives)

    def mark(self, text: str, language: str, most: int = 260) -> Snippet:
        """``text`` around its first hit, at most about ``most`` characters, hits marked."""
        return self.marker.cut(text, language, most)

    def facets(self, whole: str = "") -> list[Facet]:
        """Counts that follow the words and the filters of all other facets; ``whole``: a facet shown in full."""
        names = self.board.names
        masks = {name: self.board.any_of(name, codes) for name, codes in self.filters.items()}
        found = []
        for name in FACETS:
            allowed = self.hits
            for other, mask in masks.items():
                allowed &= mask if other != name else -1
            found.append(self._facet(name, allowed, names, name == whole))
        return found

    def _facet(self, name: str, allowed: int, names: Mapping[str, str], whole: bool) -> Facet:
        chosen = set(self.filters.get(name, ()))
        bits, read = self.board.bits[name], self.board.read.get(name, 0)
        counts = [((allowed & each).bit_count(), code) for code, each in bits.items()]
        ranked = sorted((-count, code) for count, code in counts if count or code in chosen)
        shown = [(code, -less) for n, (less, code) in enumerate(ranked) if whole or n < SHOWN or code in chosen]
        stated = allowed & self.board.stated[name] & ~read
        return Facet(
            name,
            str(TITLES[name]),
            tuple(Value(code, say(name, code, names), count, code in chosen) for code, count in shown),
            allowed.bit_count() - stated.bit_count(),
            (allowed & read).bit_count(),
            len(ranked) - len(shown),
        )


def search(
    text: str,
    *,
    country: str = "",
    stage: str = "",
    body: str = "",
    filters: Filters | None = None,
    languages: bool = True,
    translated: Sequence[Also] = (),
    start: int = 0,
    most: int = 20,
) -> Found:
    """Systems that match ``text``, best first; with an empty text all that pass the filters, by name.

    ``country`` is a two-letter code, ``stage`` a value of ``Stage``, ``body`` a part of the body's name, ``filters``
    codes by facet: one of them must be stated. All words must occur (their stems in five languages, or with
    ``languages`` what means the same in a language of the registers); if no system has them all, systems with any of
    them are given and ``every_word`` is false. ``translated``: the same query in other languages, looked for as well.
    """
    here = board()
    told = {name: tuple(codes) for name, codes in (filters or {}).items() if codes and name in FACETS}
    allowed = here.everything
    for name, codes in told.items():
        allowed &= here.any_of(name, codes)
    narrow = _narrow(here, country, stage, body)
    queries = [asked(text, here.languages if languages else ())]
    queries += [Asked(asked(each.word).terms, (each,)) for each in translated]
    if not any(query.terms for query in queries):
        hits = narrow if not text.strip() else 0
        ids = here.by_name(hits & allowed, start, most)
        return _found(text, ids, (hits & allowed).bit_count(), True, queries, told, here, hits)
    terms = [query.terms for query in queries]
    every_word, matched = _matched(here, terms, narrow & allowed)
    everywhere = here.set_of(matched) & narrow
    among = here.within(matched, narrow & allowed)
    ids = index.best(terms, every_word, among if len(among) < len(matched) else None, start, most) if among else []
    return _found(text, ids, len(among), every_word, queries, told, here, everywhere)


def _matched(here: Board, terms: Sequence[Sequence[index.Term]], allowed: int) -> tuple[bool, list[int]]:
    """The systems with all words together; where none of the allowed has them, those with any of them, and False."""
    every = index.match(terms, every=True)
    if max(map(len, terms)) <= 1 or here.set_of(every) & allowed:
        return True, every
    return False, index.match(terms, every=False)


def _narrow(here: Board, country: str, stage: str, body: str) -> int:
    allowed = here.everything
    if country:
        allowed &= here.any_of("country", [country.upper()])
    if stage:
        allowed &= here.stages.get(stage, 0)
    return allowed & here.named(body) if body.strip() else allowed


def _found(
    text: str,
    ids: Sequence[int],
    total: int,
    every: bool,
    queries: Sequence[Asked],
    told: Filters,
    here: Board,
    hits: int,
) -> Found:
    also = tuple(dict.fromkeys(each for query in queries for each in query.also))
    stems = frozenset().union(*(query.stems for query in queries))
    return Found(text, light(ids), total, every, also, told, here, hits, stems)


def light(ids: Sequence[int]) -> tuple[System, ...]:
    """The systems with these ids, in their order, without what only their own pages show.

    Written out, because every search runs it and the query builder takes ten times as long as the query.
    """
    if not ids:
        return ()
    with connection.cursor() as cursor:
        marks = ", ".join(["%s"] * len(ids))
        cursor.execute(f"SELECT {', '.join(LIGHT)} FROM inventory_system WHERE id IN ({marks})", list(ids))
        found = {row[0]: System.from_db(connection.alias, LIGHT, row) for row in cursor.fetchall()}
    return tuple(found[pk] for pk in ids if pk in found)


def highlight(text: str, language: str, terms: tuple[tuple[str, ...], ...], most: int) -> Snippet:
    """Cut ``text`` around its first hit and mark every word whose stem was asked for."""
    return Marker({alternative for term in terms for alternative in term}).cut(text, language, most)


def record_of(found: System) -> Canonical:
    """The system as a canonical record. Raises Conflict where it was imported before there were such."""
    if not found.canonical:
        raise Conflict(
            _("This system was imported by an earlier version, without a record to write from."),
            do=_("Ask the body to import its register again."),
        )
    return from_json(found.canonical)


def sources() -> list[Source]:
    """All imported registers, with the number of systems in each as ``kept``."""
    return list(board().sources.values())


def problems(source: Source) -> list[tuple[int, str, str]]:
    """(row, "rejected" | "failed", reason in the reader's language) of every row that is not used."""
    return [(p["line"], p["kind"], reason(p["why"], p["what"])) for p in source.problems]


def countries() -> list[str]:
    return sorted(code for code in board().bits["country"])
