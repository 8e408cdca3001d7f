"""A small tool that speaks the protocol: it flags calls that were open for fewer days than a limit."""

import hashlib
import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from minga.tools.base import Advice, Card, Figure, Report, ToolError
from minga.tools.stats import wilson

CARD = Card(
    name="shortcalls",
    title={"en": "Short calls"},
    summary={"en": "Flags calls that were open for few days."},
    version="1",
    oecd_task="event-detection",
    oecd_function="oversight",
    impacts=("accountability",),
    data_needed=("OCDS",),
    serves=("frontline",),
    learns=False,
    known_failures={"en": ()},
)


@dataclass(frozen=True)
class Limits:
    days: int
    methods: Mapping[str, int]
    content_hash: str


def figure(metric: str, group: str, count: int, of: int) -> Figure:
    low, high = wilson(count, of)
    return Figure(metric, group, count, of, count / of if of else None, low, high)


class ShortCalls:
    card = CARD

    def train(self, data: Path | None, seed: int, settings: str = "") -> Limits:
        try:
            given = tomllib.loads(settings)
        except tomllib.TOMLDecodeError as error:
            raise ToolError(f"The settings are not TOML: {error}.") from None
        digest = hashlib.sha256(f"1:{settings}".encode()).hexdigest()
        return Limits(given.get("days", 15), given.get("methods", {}), digest)

    def rows(self, data: Path) -> Iterator[dict[str, Any]]:
        with data.open(encoding="utf-8") as file:
            yield from map(json.loads, file)

    def fires(self, model: Limits, row: dict[str, Any]) -> bool | None:
        period = row["tender"].get("tenderPeriod", {})
        if not period.get("endDate"):
            return None
        days = (date.fromisoformat(period["endDate"][:10]) - date.fromisoformat(period["startDate"][:10])).days
        return days < model.methods.get(row["tender"]["procurementMethodDetails"], model.days)

    def evaluate(self, model: Limits, data: Path, labels: Mapping[str, str] | None = None) -> Report:
        counts: dict[str, list[int]] = {}
        found, rows = 0, 0
        for row in self.rows(data):
            rows += 1
            fires = self.fires(model, row)
            if fires is None:
                continue
            for group in ("R003", f"R003|{row['tender']['procurementMethodDetails']}"):
                pair = counts.setdefault(group, [0, 0])
                pair[0] += fires
                pair[1] += 1
            found += bool(fires and labels and row["ocid"] in labels)
        figures = [figure("flag_share", group, *pair) for group, pair in counts.items()]
        if labels:
            figures.append(figure("planted_found", "", found, len(labels)))
        return Report("shortcalls", "1", rows, rows, 0, 0, tuple(figures))

    def baseline(self, data: Path) -> Report:
        report = self.evaluate(Limits(15, {}, ""), data)
        return Report(
            "baseline", "1", report.rows_in, report.rows_used, 0, 0, report.figures,
            baseline_sentence="One limit of 15 days for all calls, which needs no learning.",
        )  # fmt: skip

    def advise(self, model: Limits, case: Mapping[str, Any]) -> Advice:
        return Advice(case["ocid"], "look" if self.fires(model, dict(case)) else "none")

    def advise_all(self, model: Limits, data: Path) -> list[Advice]:
        return [self.advise(model, row) for row in self.rows(data)]

    def drift(self, model: Limits, window: Path, since: Any = None) -> Report:
        return self.evaluate(model, window)
