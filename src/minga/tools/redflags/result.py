"""What a run found: flags, evidence, and why an indicator could not be computed. Details are read lazily."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from minga.tools.base import Advice, Evidence, Phrase, Reason, ToolError
from minga.tools.redflags import sentences
from minga.tools.redflags.columns import Store
from minga.tools.redflags.indicators import BY_PARTY, Run
from minga.tools.redflags.queries import statement
from minga.tools.redflags.read import Account
from minga.tools.redflags.sentences import ENGLISH, UNITS, WHY_NOT, WORDINGS
from minga.tools.redflags.settings import Settings
from minga.tools.stats import wilson

WINDOW = 5_000
NO_METHOD = "(no method)"


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """One pointer behind a flag: the JSON path into the release ``ocid`` and the value that stands there."""

    ocid: str
    indicator: str
    path: str
    value: str
    read_as: str


@dataclass(frozen=True, slots=True)
class Share:
    """How often an indicator fired among the releases of a method on which it could be computed."""

    indicator: str
    method: str
    fired: int
    tested: int

    @property
    def share(self) -> float:
        return self.fired / self.tested if self.tested else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % Wilson interval of the share."""
        return wilson(self.fired, self.tested)


class Result:
    """The outcome of ``flag``. ``account``: rows used, rejected, failed; ``figures``: quartiles and fences."""

    def __init__(self, settings: Settings, account: Account, store: Store, run: Run) -> None:
        self.settings, self.account = settings, account
        self.figures: Mapping[str, Mapping[str, float]] = run.figures
        self.currency = None if run.currency is None else store.words.texts[run.currency]
        self._store, self._run = store, run
        self._connection = store.connection

    def cardinal(self) -> dict[str, dict[str, dict[str, float]]]:
        """The results in Cardinal's shape: group, identifier, indicator, value."""
        found: dict[str, dict[str, dict[str, float]]] = {}
        by_party = ", ".join(f"'{code}'" for code in BY_PARTY)
        rows = self._connection.execute(
            "SELECT g.grp, coalesce(w.text, l.ocid), g.indicator, g.value FROM flag g JOIN release l ON l.r = g.r "
            f"LEFT JOIN word w ON w.id = g.id WHERE g.indicator NOT IN ({by_party}) UNION ALL "
            "SELECT p.grp, w.text, p.indicator, p.value FROM party_flag p JOIN word w ON w.id = p.id"
        ).fetchall()
        for group in ("OCID", "Buyer", "ProcuringEntity", "Tenderer"):
            for grp, name, indicator, value in rows:
                if grp == group:
                    found.setdefault(group, {}).setdefault(name, {})[indicator] = value
        return found

    def counts(self) -> dict[str, int]:
        """For each enabled indicator the number of releases on which it fired."""
        rows = self._connection.execute(
            "SELECT indicator, count(DISTINCT r) FROM flag WHERE measured IS NOT NULL GROUP BY indicator"
        ).fetchall()
        return dict.fromkeys(self.settings.enabled, 0) | dict(rows)

    def ocids(self) -> set[str]:
        """The ocid of every row used."""
        return {ocid for (ocid,) in self._connection.execute("SELECT ocid FROM release").fetchall()}

    def flags(self) -> Iterator[tuple[str, str, str, str, float]]:
        """(ocid, indicator, group, party or "", value) of every flag, in the order of the input."""
        cursor = self._connection.cursor().execute(
            "SELECT l.ocid, g.indicator, g.grp, coalesce(w.text, ''), g.value FROM flag g "
            "JOIN release l ON l.r = g.r LEFT JOIN word w ON w.id = g.id ORDER BY g.r, g.indicator, g.grp"
        )
        while rows := cursor.fetchmany(WINDOW):
            yield from rows

    def evidence_sql(self, code: str) -> str | None:
        """SQL for the evidence of an indicator: r, path, value, read_as; None where it has no flags to explain."""
        query = statement(code, "evidence")
        if query is None or not self._run.ready(code):
            return None
        inner = query.filled(self._run.values[code])
        return (
            "SELECT e.r, e.path, coalesce(e.value, w.text) AS value, e.read_as "
            f"FROM ({inner}) e LEFT JOIN word w ON w.id = e.word"
        )

    def evidence(self) -> Iterator[EvidenceRow]:
        """Every evidence row, indicator by indicator, a few thousand in memory at a time."""
        for code in self.settings.enabled:
            if (sql := self.evidence_sql(code)) is None:
                continue
            cursor = self._connection.cursor()
            cursor.execute(f"SET search_path = '{code},main'")
            cursor.execute(f"SELECT l.ocid, e.path, e.value, e.read_as FROM ({sql}) e JOIN release l ON l.r = e.r")
            while rows := cursor.fetchmany(WINDOW):
                for ocid, path, value, read_as in rows:
                    yield EvidenceRow(ocid, code, path, value or "", read_as)

    def evidence_batches(self, rows: int = 50_000) -> Iterator[pa.RecordBatch]:
        """Every evidence row as Arrow batches: indicator, ocid, path, value, read_as."""
        for code in self.settings.enabled:
            if (sql := self.evidence_sql(code)) is not None:
                cursor = self._connection.cursor()
                cursor.execute(f"SET search_path = '{code},main'")
                yield from cursor.sql(
                    f"SELECT '{code}' AS indicator, l.ocid, e.path, e.value, e.read_as "
                    f"FROM ({sql}) e JOIN release l ON l.r = e.r"
                ).to_arrow_reader(rows)

    def not_computed_counts(self) -> dict[str, dict[str, int]]:
        """For each enabled indicator: how many releases could not be tested, by reason in words."""
        found = {}
        for code in self.settings.enabled:
            rows = self._scoped(code, f"SELECT reason, count(*) FROM ({self._untested(code)}) u GROUP BY reason")
            found[code] = {WHY_NOT[reason]: count for reason, count in rows if reason is not None}
        return found

    def shares(self, leave_out: frozenset[str] = frozenset()) -> list[Share]:
        """Per indicator and procurement method (details): fired out of tested. ``leave_out``: ocids not counted."""
        self._connection.execute("CREATE OR REPLACE TABLE left_out (ocid VARCHAR)")
        if leave_out:
            self._connection.execute("INSERT INTO left_out SELECT unnest(?::VARCHAR[])", [sorted(leave_out)])
        where = "l.ocid NOT IN (SELECT ocid FROM left_out)"
        return [share for code in self.settings.enabled for share in self._shares(code, where, True)]

    def shares_between(self, start: str | None, end: str | None) -> list[Share]:
        """Per indicator, over all methods: releases whose tender period began from ``start`` and before ``end``."""
        where = "l.start_date IS NOT NULL"
        where += " AND l.start_date >= ?" if start else ""
        where += " AND l.start_date < ?" if end else ""
        values = [moment for moment in (start, end) if moment]
        return [share for code in self.settings.enabled for share in self._shares(code, where, False, values)]

    def _shares(self, code: str, where: str, by_method: bool, values: Sequence[str] = ()) -> list[Share]:
        method = f"coalesce(w.text, '{NO_METHOD}')" if by_method else "''"
        rows = self._scoped(
            code,
            f"""SELECT {method} AS method, count(g.r), count(*)
            FROM ({self._untested(code)}) u JOIN release l ON l.r = u.r
            LEFT JOIN (SELECT DISTINCT r FROM flag WHERE indicator = '{code}') g ON g.r = u.r
            LEFT JOIN word w ON w.id = l.details
            WHERE u.reason IS NULL AND {where}
            GROUP BY 1 ORDER BY 1""",
            values,
        )
        return [Share(code, name, fired, tested) for name, fired, tested in rows]

    def middle_start(self) -> str | None:
        """The start of the tender period of the middle release, in order of start; None where none has one."""
        row = self._connection.execute(
            "SELECT start_date FROM release WHERE start_date IS NOT NULL ORDER BY start_date "
            "LIMIT 1 OFFSET (SELECT count(start_date) // 2 FROM release)"
        ).fetchone()
        return row[0] if row else None

    def periods(self) -> list[tuple[str, int]]:
        """(procurement method, whole days) of each release on which R003 was computed."""
        if "R003" not in self.settings.enabled:
            return []
        return self._scoped(
            "R003",
            f"SELECT coalesce(w.text, '{NO_METHOD}'), p.days FROM period p JOIN release l ON l.r = p.r "
            "LEFT JOIN word w ON w.id = l.details WHERE p.days IS NOT NULL",
        )

    def warnings(self, minimum: int = 30) -> list[str]:
        """The warnings in English."""
        return [warning["en"] for warning in self.warning_phrases(minimum)]

    def warning_phrases(self, minimum: int = 30) -> list[Phrase]:
        """A sentence for each indicator that fires on more than ``warn_share`` of a method with enough releases."""
        limit = self.settings.warn_share
        return [
            sentences.said(
                "warning", code=s.indicator, share=s.share, method=s.method, count=s.fired, of=s.tested, limit=limit
            )
            for s in self.shares()
            if s.tested >= minimum and s.share > limit
        ]

    def explain(self, ocid: str) -> Advice:
        """All there is to say about one release; raises ToolError where it was not among the rows used."""
        row = self._connection.execute("SELECT r FROM release WHERE ocid = ?", [ocid]).fetchone()
        if row is None:
            raise ToolError(f"No usable release has the ocid {ocid!r}. Is it misspelt, or was its row rejected?")
        return next(self._advice_between(row[0], row[0]))

    def advice(self) -> Iterator[Advice]:
        """Advice on every release, in the order of the input, a few thousand in memory at a time."""
        for start in range(0, self._store.size, WINDOW):
            yield from self._advice_between(start, start + WINDOW - 1)

    def _advice_between(self, low: int, high: int) -> Iterator[Advice]:
        between = f"r BETWEEN {low} AND {high}"
        reasons = self._reasons(between)
        untested: dict[int, dict[str, str]] = defaultdict(dict)
        for code in self.settings.enabled:
            for r, reason in self._scoped(code, f"SELECT r, reason FROM ({self._untested(code)}) u WHERE {between}"):
                if reason is not None:
                    untested[r][code] = WHY_NOT[reason]
        for r, ocid in self._connection.execute(f"SELECT r, ocid FROM release WHERE {between} ORDER BY r").fetchall():
            yield self._one(ocid, reasons.get(r, []), untested.get(r, {}))

    def _one(self, ocid: str, signs: list[tuple[Reason, Phrase]], untested: dict[str, str]) -> Advice:
        reasons = tuple(reason for reason, _ in signs)
        fired = {reason.code for reason in reasons}
        missing = {code: why for code, why in untested.items() if code not in fired}
        tested = {
            code: WORDINGS[code].tested for code in self.settings.enabled if code not in fired and code not in missing
        }
        if not reasons and not tested:
            because = ENGLISH.said["nothing_computed"]
            words = sentences.translations([because, *missing.values()])
            return Advice(ocid, abstained_because=because, not_computed=missing, translations=words)
        shown = [text for reason in reasons for text in (reason.unit, *(row.read_as for row in reason.evidence))]
        return Advice(
            ocid,
            proposal="flag" if reasons else "no flag",
            reasons=reasons,
            tested=tested,
            not_computed=missing,
            translations=sentences.translations(
                [*tested.values(), *missing.values(), *shown], [sentence for _, sentence in signs]
            ),
        )

    def _reasons(self, between: str) -> dict[int, list[tuple[Reason, Phrase]]]:
        evidence: dict[tuple[int, str], list[Evidence]] = defaultdict(list)
        for code in self.settings.enabled:
            if (sql := self.evidence_sql(code)) is not None:
                rows = self._scoped(
                    code, f"SELECT r, path, value, read_as FROM ({sql}) e WHERE {between} ORDER BY path"
                )
                for r, path, value, read_as in rows:
                    evidence[r, code].append(Evidence(path, value, read_as))
        found: dict[int, list[tuple[Reason, Phrase]]] = defaultdict(list)
        rows = self._connection.execute(
            "SELECT g.r, g.indicator, g.grp, w.text, g.measured, g.bound, d.text FROM flag g "
            "JOIN release l ON l.r = g.r LEFT JOIN word w ON w.id = g.id LEFT JOIN word d ON d.id = l.details "
            f"WHERE g.measured IS NOT NULL AND g.{between} ORDER BY g.r, g.indicator, g.grp, w.text"
        ).fetchall()
        for r, code, group, party, measured, bound, details in rows:
            found[r].append(self._reason(code, (group, party, details), (measured, bound), tuple(evidence[r, code])))
        return found

    def _reason(
        self,
        code: str,
        who: tuple[str, str | None, str | None],
        numbers: tuple[float, float],
        evidence: tuple[Evidence, ...],
    ) -> tuple[Reason, Phrase]:
        """The reason, and its sentence in every language."""
        group, party, details = who
        sentence = sentences.fired(code, *numbers, group, party or "")
        subject = f"{group} {party}" if party else ""
        limit = self.settings.limits().get(details or "") if code == "R003" else None
        reason = Reason(
            code,
            sentence["en"],
            measured=numbers[0],
            bound=numbers[1],
            unit=(self.currency or "") if UNITS[code] == "currency" else UNITS[code],
            figures=dict(self.figures.get(code, {}))
            | ({"subject": subject} if subject else {})
            | {"exclusions_tested": self.exclusions(code)},
            evidence=evidence,
            law=limit.law if limit else "",
        )
        return reason, sentence

    def exclusions(self, code: str) -> list[str]:
        """The exclusions that were tested before the indicator was allowed to fire."""
        query = statement(code, "untested")
        text = query.text if query else ""
        return [why for reason, why in WHY_NOT.items() if f"'{reason}'" in text]

    def _untested(self, code: str) -> str:
        query = statement(code, "untested")
        if query is None:
            raise ToolError(f"sql/{code}.sql has no statement named untested. Was the installation cut off?")
        return query.filled(self._run.values[code])

    def _scoped(self, code: str, sql: str, values: Sequence[str] = ()) -> list[Any]:
        """Rows of a query that reads the tables of one indicator."""
        self._connection.execute(f"SET search_path = '{code},main'")
        try:
            return self._connection.execute(sql, list(values)).fetchall()
        finally:
            self._connection.execute("SET search_path = 'main'")

    def summary(self) -> dict[str, Any]:
        """Totals as JSON types: rows, flags per indicator, not computed, warnings, figures."""
        account = self.account
        return {
            "rows": {
                "in": account.rows_in, "used": account.used, "rejected": account.rejected,
                "failed": account.failed, "repaired": account.repaired,
            },
            "problems": dict(Counter(account.reasons())),
            "currency": self.currency,
            "flags": self.counts(),
            "not_computed": self.not_computed_counts(),
            "figures": {code: dict(values) for code, values in self.figures.items()},
            "warnings": self.warnings(),
        }  # fmt: skip
