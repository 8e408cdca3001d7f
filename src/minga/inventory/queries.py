"""Searching what other bodies have published."""

from dataclasses import dataclass

from django.db.models import Count, QuerySet

from minga.inventory import index
from minga.inventory.models import Source, System
from minga.inventory.readers import reason
from minga.inventory.stems import WORD, query_terms, stem


@dataclass(frozen=True, slots=True)
class Snippet:
    """A piece of text: (text, whether it is a hit) one after the other."""

    parts: tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class Found:
    """The result of a search, best first. ``every_word`` is false where no system has all words together."""

    query: str
    systems: tuple[System, ...]
    total: int
    every_word: bool
    words: tuple[tuple[str, ...], ...]

    def mark(self, text: str, language: str, most: int = 260) -> Snippet:
        """``text`` around its first hit, at most about ``most`` characters, hits marked."""
        return highlight(text, language, self.words, most)


def search(text: str, *, country: str = "", stage: str = "", body: str = "", start: int = 0, most: int = 20) -> Found:
    """Systems that match ``text``, best first; with an empty text all that pass the filters, by name.

    ``country`` is a two-letter code, ``stage`` a value of ``Stage``, ``body`` a part of the body's name.
    All words must occur (stems, in English, Dutch, Spanish or Portuguese); if no system has them all,
    systems with any of them are given and ``every_word`` is false.
    """
    allowed = _filtered(country, stage, body)
    terms = query_terms(text)
    if not terms:
        rows = allowed if not text.strip() else allowed.none()
        return Found(text, tuple(rows[start : start + most]), rows.count(), True, ())
    every_word, ids = True, _allowed(index.match(terms, every=True), allowed)
    if not ids and len(terms) > 1:
        every_word, ids = False, _allowed(index.match(terms, every=False), allowed)
    page = ids[start : start + most]
    by_id = System.objects.select_related("source").in_bulk(page)
    return Found(text, tuple(by_id[pk] for pk in page), len(ids), every_word, tuple(terms))


def _filtered(country: str, stage: str, body: str) -> QuerySet[System]:
    rows = System.objects.select_related("source")
    if country:
        rows = rows.filter(country=country.upper())
    if stage:
        rows = rows.filter(stage=stage)
    if body.strip():
        rows = rows.filter(body__icontains=body.strip())
    return rows


def _allowed(ids: list[int], allowed: QuerySet[System]) -> list[int]:
    """Those of ``ids`` that pass the filters, in the same order."""
    keep = set(allowed.order_by().values_list("pk", flat=True))
    return [pk for pk in ids if pk in keep]


def highlight(text: str, language: str, terms: tuple[tuple[str, ...], ...], most: int) -> Snippet:
    """Cut ``text`` around its first hit and mark every word whose stem was asked for."""
    wanted = {alternative for term in terms for alternative in term}
    hits = [match.span() for match in WORD.finditer(text) if stem(match.group(), language) in wanted]
    begin = _word_start(text, max(0, hits[0][0] - most // 3)) if hits and hits[0][0] > most // 2 else 0
    end = len(text) if len(text) - begin <= most else max(begin + 1, text.rfind(" ", begin, begin + most))
    parts: list[tuple[str, bool]] = [("… ", False)] if begin else []
    position = begin
    for first, last in hits:
        if first < begin or last > end:
            continue
        parts += [(text[position:first], False), (text[first:last], True)]
        position = last
    parts.append((text[position:end] + (" …" if end < len(text) else ""), False))
    return Snippet(tuple(part for part in parts if part[0]))


def _word_start(text: str, position: int) -> int:
    return text.find(" ", position) + 1 if " " in text[position : position + 40] else position


def sources() -> list[Source]:
    """All imported registers, with the number of systems in each as ``kept``."""
    return list(Source.objects.annotate(kept=Count("systems")))


def problems(source: Source) -> list[tuple[int, str, str]]:
    """(row, "rejected" | "failed", reason in the reader's language) of every row that is not used."""
    return [(p["line"], p["kind"], reason(p["why"], p["what"])) for p in source.problems]


def countries() -> list[str]:
    return sorted(Source.objects.order_by().values_list("country", flat=True).distinct())
