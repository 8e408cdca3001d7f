"""The red flags as one of Minga's tools: the protocol of ``minga.tools.base``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson

from minga.tools.base import Advice, Card, Figure, Report, ToolError, merged
from minga.tools.redflags import evaluate as measuring
from minga.tools.redflags.engine import flag
from minga.tools.redflags.result import Result, Share
from minga.tools.redflags.sentences import WHY_NOT, said, translations
from minga.tools.redflags.settings import Settings

AMONG_OTHERS = ("R024", "R025", "R038", "R048", "R058")


class RedFlags:
    """Rules without learning: the model is the settings."""

    card = Card.read(Path(__file__).parent / "card.toml")

    def train(self, data: Path | None, seed: int, settings: str = "") -> Settings:
        """The settings that ``settings`` (INI or TOML text) describes, or all indicators with their defaults.

        ``data`` and ``seed`` are not used: nothing is learned. See ``choose_limits`` for limits from data.
        """
        return Settings.read(settings) if settings.strip() else Settings()

    def advise(self, model: Settings, case: Mapping[str, Any]) -> Advice:
        """Advice on one release by itself: indicators that compare releases are reported as not computed."""
        if not isinstance(case.get("ocid"), str):
            raise ToolError("The release has no ocid. Give one OCDS release as a JSON object with its ocid.")
        alone = [code for code in model.enabled if code in AMONG_OTHERS and not _has_own_limit(model, code)]
        told = model.only([code for code in model.enabled if code not in alone])
        result = flag(orjson.dumps(dict(case)), told)
        if not result.account.used:
            raise ToolError(f"The release cannot be used: {result.account.problems[0].reason}. Correct the data.")
        advice = result.explain(case["ocid"])
        not_computed = dict(advice.not_computed) | dict.fromkeys(alone, WHY_NOT["alone"])
        words = merged(advice.translations, translations([WHY_NOT["alone"]] if alone else []))
        return replace(advice, not_computed=not_computed, translations=words)

    def advise_all(self, model: Settings, data: Path) -> Sequence[Advice]:
        """Advice on every usable release of a file, in its order."""
        return list(flag(data, model).advice())

    def evaluate(self, model: Settings, data: Path, labels: Mapping[str, str] | None = None) -> Report:
        """See ``minga.tools.redflags.evaluate.evaluate``."""
        return measuring.evaluate(model, data, labels)

    def baseline(self, data: Path) -> Report:
        """One limit of 15 days for every call."""
        return measuring.baseline(data)

    def drift(self, model: Settings, window: Path, since: datetime | None = None) -> Report:
        """Flag shares of the calls opened before and since a moment; by default the middle call of the window.

        Figures: ``flag_share`` with groups "R003|before" and "R003|since", and a note where the 95 % intervals of
        the two do not touch.
        """
        result = flag(window, model)
        moment = since.isoformat() if since else result.middle_start()
        figures: list[Figure] = []
        notes = [] if moment else [said("drift_none")]
        for code, before, after in _halves(result, moment):
            figures += [
                measuring.figure("flag_share", f"{code}|before", before.fired, before.tested),
                measuring.figure("flag_share", f"{code}|since", after.fired, after.tested),
            ]
            if _apart(figures[-2], figures[-1]):
                notes.append(said("drift", code=code, after=after.share, before=before.share, moment=moment))
        account = result.account
        return Report(
            self.card.name, self.card.version, account.rows_in, account.used, account.rejected, account.failed,
            tuple(figures), notes=tuple(note["en"] for note in notes), translations=translations((), notes),
        )  # fmt: skip


def _has_own_limit(settings: Settings, code: str) -> bool:
    """R024, R038 and R058 need no other release once the settings give their limit."""
    return code not in ("R025", "R048") and settings.get(code, "threshold") is not None


def _halves(result: Result, moment: str | None) -> Iterator[tuple[str, Share, Share]]:
    if moment is None:
        return
    before = {share.indicator: share for share in result.shares_between(None, moment)}
    after = {share.indicator: share for share in result.shares_between(moment, None)}
    for code in result.settings.enabled:
        none = Share(code, "", 0, 0)
        yield code, before.get(code, none), after.get(code, none)


def _apart(first: Figure, second: Figure) -> bool:
    if first.low is None or first.high is None or second.low is None or second.high is None:
        return False
    return first.high < second.low or second.high < first.low


tool = RedFlags()
