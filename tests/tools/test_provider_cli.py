"""The command with which a supplier tries its own tool."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from minga.tools.providers.cli import main

FOLDER = Path(__file__).parents[2] / "examples" / "supplier_tool"


def test_a_run_adds_up(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cases = tmp_path / "cases.jsonl"
    cases.write_text('{"id": "1", "title": "Farola apagada"}\n\n{"id": "2", "title": "Dog"}\n', encoding="utf-8")
    out = tmp_path / "answers.jsonl"
    arguments = [str(FOLDER / "provider-1.1.toml"), str(cases), "--output", str(out), "--format", "json"]
    assert main(arguments) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["rows_in"], told["answered"], told["abstained"], told["failed"]) == (2, 1, 1, 0)
    assert told["proposals"] == {"lighting": 1}
    assert float(told["cost_per_1000"]) > 0
    assert told["seed"] is None
    assert told["peak_memory_mib"] > 1
    assert told["seconds"] > 0
    rows = [json.loads(line) for line in out.read_text().splitlines()]
    assert [row["case"] for row in rows] == ["1", "2"]
    assert rows[1]["advice"]["abstained_because"]


def test_the_seed_that_a_provider_was_given_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rule = r'settings = "[[rule]]\nname = \"Lamps\"\nroute = \"lighting\"\nany = [\"lamp\"]\n'
    rule += r'tests.match = [\"A lamp\"]\ntests.no_match = [\"A dog\"]\n"'
    levels = "\n".join(f'{part} = "open"' for part in ("weights", "code", "data", "documentation"))
    (tmp_path / "provider.toml").write_text(
        f'kind = "entry_point"\nname = "triage"\nversion = "1.0.0"\nlicence = "EUPL-1.2"\n'
        f"[settings]\nseed = 7\n{rule}\n[openness]\n{levels}\n"
    )
    (tmp_path / "cases.jsonl").write_text('{"id": "1", "text": "The lamp is out"}\n')
    arguments = [str(tmp_path / "provider.toml"), str(tmp_path / "cases.jsonl"), "--format", "json"]
    assert main(arguments) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["seed"], told["proposals"]) == (7, {"lighting": 1})


def test_a_csv_is_read_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(FOLDER / "provider-1.0.toml"), str(FOLDER / "reports.csv")]) == 0
    told = capsys.readouterr().out
    assert "rows in: 120\n" in told
    assert "proposed 60 times: general" in told


@pytest.mark.parametrize(
    ("line", "told"), [("[1]", "Line 1 is not a case"), ("{", "Line 1"), ('{"title": "x"}', "no usable 'id'")]
)
def test_bad_cases_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str], line: str, told: str) -> None:
    (tmp_path / "cases.jsonl").write_text(line + "\n")
    assert main([str(FOLDER / "provider-1.0.toml"), str(tmp_path / "cases.jsonl")]) == 1
    assert told in capsys.readouterr().err


def test_failed_cases_show_in_the_exit_status(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = (FOLDER / "provider-1.0.toml").read_text().replace('"general"]', '"none"]')
    (tmp_path / "provider.toml").write_text(text)
    (tmp_path / "1.0").mkdir()
    for name in ("tool.py", "card.toml", "words.toml"):
        (tmp_path / "1.0" / name).write_bytes((FOLDER / "1.0" / name).read_bytes())
    assert main([str(tmp_path / "provider.toml"), str(FOLDER / "reports.csv")]) == 1
    assert "failed 60 times: The provider proposes 'general'" in capsys.readouterr().out
