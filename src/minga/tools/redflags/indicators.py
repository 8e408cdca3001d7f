"""The eleven indicators over a filled store: SQL finds the cases, Python computes the fences."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

import duckdb
import pyarrow as pa

from minga.tools.redflags.columns import Store
from minga.tools.redflags.fences import Quartiles, finite, quantile
from minga.tools.redflags.queries import general_values, indicator_values, statement, statements
from minga.tools.redflags.settings import Settings

PAIRED = ("R024", "R058")
BY_PARTY = ("R025", "R038", "R048")
NO_FLAGS = """SELECT CAST('' AS VARCHAR) AS indicator, CAST(0 AS INTEGER) AS r, CAST('' AS VARCHAR) AS grp,
    CAST(NULL AS INTEGER) AS id, CAST(0 AS DOUBLE) AS value, CAST(0 AS DOUBLE) AS measured, CAST(0 AS DOUBLE) AS bound
    WHERE 1 = 0"""
MOMENT = """CREATE MACRO seconds(x) AS CASE
    WHEN substr(x, 11, 1) = 'T' AND substr(x, 17, 1) = ':' AND (substr(x, length(x), 1) = 'Z'
        OR (substr(x, length(x) - 5, 1) IN ('+', '-') AND substr(x, length(x) - 2, 1) = ':'))
    THEN epoch(TRY_CAST(x AS TIMESTAMPTZ)) END"""
type Party = tuple[str, int, float, float, float]


class Run:
    """One run of the enabled indicators. ``figures`` holds quartiles and fences, ``currency`` the main one."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self.connection: duckdb.DuckDBPyConnection = store.connection
        self.settings = settings
        self.figures: dict[str, dict[str, float]] = defaultdict(dict)
        self._parts: list[str] = []
        self._usable: dict[str, bool] = defaultdict(bool)
        self.values: dict[str, dict[str, str]] = {}
        self.words = store.words
        self.currency: int | None = self.words[settings.currency]
        self._prepare()
        for code in settings.enabled:
            self._indicator(code)
        self.connection.execute("SET search_path = 'main'")
        self.connection.execute(f"CREATE VIEW flag AS {' UNION ALL '.join([NO_FLAGS, *self._parts])}")

    def _prepare(self) -> None:
        self.connection.execute(MOMENT)
        self.connection.execute("CREATE TABLE limits (details INTEGER, days INTEGER)")
        if limits := [(self.words[method], limit.days) for method, limit in self.settings.limits().items()]:
            self.connection.executemany("INSERT INTO limits VALUES (?, ?)", limits)
        self.connection.execute(
            "CREATE TABLE party_flag (indicator VARCHAR, grp VARCHAR, id INTEGER, value DOUBLE, whole DOUBLE)"
        )
        values = general_values(self.settings, self.words)
        for part in statements("facts"):
            if part.name == "pair":
                self._find_currency(values)
                values["currency"] = indicator_values(self.settings, self.words, "R024", self.currency)["currency"]
            if part.kind != "query" and (part.name != "pair" or set(PAIRED) & set(self.settings.enabled)):
                self.connection.execute(f"CREATE {part.kind} {part.name} AS {part.filled(values)}")

    def _find_currency(self, values: dict[str, str]) -> None:
        """The first currency seen, as the reference implementation takes it, unless the settings name one."""
        query = statement("facts", "main_currency")
        if self.currency is None and query is not None:
            for until in (2_000, 2**31 - 1):
                row = self.connection.execute(query.filled(values | {"until": str(until)})).fetchone()
                if row:
                    self.currency = row[0]
                    return

    def _indicator(self, code: str) -> None:
        self.connection.execute(f"CREATE SCHEMA {code}")
        self.connection.execute(f"SET search_path = '{code},main'")
        values = indicator_values(self.settings, self.words, code, self.currency)
        self.values[code] = values | {"usable_fence": "1"}
        if code in PAIRED and not self._pair_fence(code):
            return  # no tables: there is nothing to read evidence or marks from
        if code in BY_PARTY:
            self._party_tables(code)
        for part in statements(code):
            if part.kind != "query" and (code not in BY_PARTY or part.name == "touched"):
                self.connection.execute(f"CREATE {part.kind} {part.name} AS {part.filled(self.values[code])}")
        self._collect(code)

    def _collect(self, code: str) -> None:
        """Remember where the flags of an indicator lie; ``flag`` shows them all together without copying them."""
        if code in BY_PARTY:
            self._parts.append(f"SELECT '{code}', r, grp, id, measured, measured, bound FROM {code}.touched")
            return
        self._parts.append(f"SELECT '{code}', r, 'OCID', NULL, value, measured, bound FROM {code}.flags")
        if statement(code, "marks") is not None:
            self._parts.append(f"SELECT '{code}', r, grp, id, value, NULL, NULL FROM {code}.marks")

    def _pair_fence(self, code: str) -> bool:
        """Set the fence of R024 or R058; False where it cannot separate anything (not above zero)."""
        threshold = self.settings.get(code, "threshold")
        figures = self.figures[code]
        if threshold is not None:
            fence, usable = float(threshold), float(threshold) > 0
        else:
            quartiles = Quartiles.of([ratio for (ratio,) in self._rows(code, "ratios")])
            fence = quartiles.lower if code == "R024" else quartiles.upper
            figures |= quartiles.figures()
            usable = fence > 0 and (code == "R058" or quartiles.q1 > 0)
        figures |= finite({"lower_fence" if code == "R024" else "upper_fence": fence})
        self.values[code]["fence"] = repr(fence) if math.isfinite(fence) else "NULL"
        self.values[code]["usable_fence"] = "1" if usable else "0"
        return usable

    def _rows(self, code: str, name: str) -> list[Any]:
        query = statement(code, name)
        return [] if query is None else self.connection.execute(query.filled(self.values[code])).fetchall()

    def _party_tables(self, code: str) -> None:
        for part in statements(code):
            if part.kind != "query" and part.name != "touched":
                self.connection.execute(f"CREATE {part.kind} {part.name} AS {part.filled(self.values[code])}")
        parties = self._rows(code, "parties")
        flagged = list({"R025": self._r025, "R038": self._r038, "R048": self._r048}[code](parties))
        self.values[code]["usable_fence"] = "1" if self._usable[code] else "0"
        names = ("grp", "id", "value", "whole", "bound")
        columns = [list(column) for column in zip(*flagged, strict=True)] or [[] for _ in names]
        kinds = (pa.string(), pa.int32(), pa.float64(), pa.float64(), pa.float64())
        arrays = [pa.array(column, kind) for column, kind in zip(columns, kinds, strict=True)]
        self.connection.register("found", pa.Table.from_arrays(arrays, names=list(names)))
        self.connection.execute("CREATE TABLE party_flags AS SELECT grp, id, value AS measured, bound FROM found")
        self.connection.execute(f"INSERT INTO main.party_flag SELECT '{code}', grp, id, value, whole FROM found")
        self.connection.unregister("found")

    def _r025(self, parties: Sequence[Any]) -> Iterator[Party]:
        figures, threshold = self.figures["R025"], self.settings.get("R025", "threshold")
        ratios = [part / whole for _, _, part, whole in parties]
        busy = quantile(sorted(whole for *_, whole in parties), self.settings.get("R025", "percentile") / 100)
        quartiles = Quartiles.of(ratios)
        fence = quartiles.lower if threshold is None else float(threshold)
        if threshold is None:
            figures |= quartiles.figures()
        figures |= finite({"upper_fence": busy, "lower_fence": fence})
        self._usable["R025"] = fence > 0 and (threshold is not None or quartiles.q1 > 0)
        if self._usable["R025"]:
            for (group, name, _, whole), ratio in zip(parties, ratios, strict=True):
                if whole >= busy and ratio <= fence:
                    yield group, name, ratio, whole, fence

    def _r038(self, parties: Sequence[Any]) -> Iterator[Party]:
        figures, threshold = self.figures["R038"], self.settings.get("R038", "threshold")
        groups: dict[str, list[tuple[int, float, float]]] = defaultdict(list)
        for group, name, part, whole in parties:
            groups[group].append((name, part / whole, whole))
        for group, members in groups.items():
            quartiles = Quartiles.of([ratio for _, ratio, _ in members])
            fence = quartiles.upper if threshold is None else float(threshold)
            if threshold is None:
                figures |= {f"{group}_{name}": value for name, value in quartiles.figures().items()}
            figures |= finite({f"{group}_upper_fence": fence})
            self._usable["R038"] |= fence > 0
            if fence > 0:
                yield from ((group, name, ratio, whole, fence) for name, ratio, whole in members if ratio >= fence)

    def _r048(self, parties: Sequence[Any]) -> Iterator[Party]:
        figures, threshold = self.figures["R048"], self.settings.get("R048", "threshold")
        quartiles = Quartiles.of([float(part) for _, _, part, _ in parties])
        fence = quartiles.upper if threshold is None else float(threshold)
        if threshold is None:
            figures |= quartiles.figures()
        figures |= finite({"upper_fence": fence})
        self._usable["R048"] = not math.isnan(fence)
        for group, name, part, whole in parties:
            if part >= fence:
                yield group, name, float(part), whole, fence

    def ready(self, code: str) -> bool:
        """Whether the indicator's tables were made: not where it has no usable fence."""
        return code not in PAIRED or self.values[code]["usable_fence"] == "1"
