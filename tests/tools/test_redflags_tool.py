"""The red flags as a tool: advice, evaluation with planted cases, limits from data, drift."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import orjson
import pytest

from minga.tools.base import Advice, Tool, ToolError
from minga.tools.redflags import Settings, choose_limits, tool
from minga.tools.redflags.generate import read_labels, write


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    made = write(tmp_path_factory.mktemp("redflags") / "data.jsonl", 4_000, 11)
    return made.data, read_labels(made.labels)


def test_it_is_a_tool() -> None:
    assert isinstance(tool, Tool)
    assert tool.card.name == "redflags"
    assert not tool.card.learns
    assert set(tool.card.title) == set(tool.card.summary) == set(tool.card.known_failures) == {"en", "es"}
    assert len(tool.card.known_failures["en"]) == len(tool.card.known_failures["es"])


def test_advice_on_one_and_on_all(written: tuple[Path, dict[str, str]]) -> None:
    data, _ = written
    model = tool.train(None, 1)
    everything = tool.advise_all(model, data)
    assert len(everything) == 4_000
    with data.open("rb") as file:
        first = orjson.loads(file.readline())
    alone = tool.advise(model, first)
    assert alone.case == everything[0].case == first["ocid"]
    assert "among other releases" in alone.not_computed["R025"]
    assert {r.code for r in alone.reasons} <= {r.code for r in everything[0].reasons}
    assert Advice.from_json(orjson.loads(orjson.dumps(everything[0].as_json()))) == everything[0]


def test_advice_needs_a_release() -> None:
    with pytest.raises(ToolError, match="ocid"):
        tool.advise(Settings(), {"tender": {}})


def test_no_advice_where_nothing_can_be_computed() -> None:
    advice = tool.advise(Settings(), {"ocid": "A", "tender": {"status": "cancelled"}})
    assert advice.abstained_because
    assert advice.proposal is None
    assert set(advice.not_computed) == set(Settings().enabled)


def test_evaluation(written: tuple[Path, dict[str, str]]) -> None:
    data, labels = written
    report = tool.evaluate(tool.train(None, 1), data, labels)
    assert report.rows_in == 4_000 == report.rows_used + report.rows_rejected + report.rows_failed
    figures = {(f.metric, f.group): f for f in report.figures}
    whole = figures["planted_found", ""]
    assert whole.of == len(labels)
    assert whole.value
    assert whole.low
    assert whole.low < whole.value
    assert figures["planted_found", "identical_prices"].count > 0
    small = [f for f in report.figures if f.of < 30]
    assert small
    assert all(f.value is None and f.low is None for f in small)
    labelled_too = {(f.metric, f.group): f for f in tool.evaluate(Settings(), data).figures}
    assert figures["flag_share", "R003"].of < labelled_too["flag_share", "R003"].of
    assert "without learning" in report.baseline_sentence
    assert report.baseline
    assert any(note.startswith("R024 not computed") for note in report.notes)


def test_default_fails_and_chosen_limits_pass(written: tuple[Path, dict[str, str]]) -> None:
    data, labels = written

    def worst(settings: Settings) -> float:
        shares = [f for f in tool.evaluate(settings, data, labels).figures if f.metric == "flag_share"]
        return max(f.value for f in shares if "|" in f.group and f.value is not None)

    assert worst(Settings()) > 0.2
    chosen = choose_limits(data, 0.2)
    assert worst(chosen) <= 0.2
    assert all(0 <= limit.days <= 15 and limit.law == "" for limit in chosen.limits().values())
    assert "SHA-256" in chosen.note
    assert chosen == Settings.read(chosen.as_toml())
    found = {f.group: f for f in tool.evaluate(chosen, data, labels).figures if f.metric == "planted_found"}
    assert found[""].count > 0


def test_drift(written: tuple[Path, dict[str, str]], tmp_path: Path) -> None:
    data, _ = written
    assert tool.drift(Settings(), data).notes == ()
    start = datetime.fromisoformat("2030-01-01T00:00:00+00:00")
    lines = []
    for n in range(400):
        opened = start + timedelta(days=n)
        closed = opened + timedelta(days=5 if n >= 200 else 30)
        period = {"startDate": opened.isoformat(), "endDate": closed.isoformat()}
        lines.append(orjson.dumps({"ocid": str(n), "tender": {"tenderPeriod": period}}))
    path = tmp_path / "window.jsonl"
    path.write_bytes(b"\n".join(lines))
    report = tool.drift(Settings().only(["R003"]), path)
    assert [(f.group, f.count, f.of) for f in report.figures] == [("R003|before", 0, 200), ("R003|since", 200, 200)]
    assert "R003 fires on 100.0% since" in report.notes[0]


def test_labels_of_releases_that_were_not_read_do_not_count(written: tuple[Path, dict[str, str]]) -> None:
    data, labels = written
    more = labels | {"elsewhere-1": "short_call", "elsewhere-2": "unheard_of"}
    plain, padded = (
        [f for f in tool.evaluate(Settings(), data, chosen).figures if f.metric == "planted_found"]
        for chosen in (labels, more)
    )
    assert plain
    assert padded == plain
