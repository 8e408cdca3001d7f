"""The report and its command line."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest

from minga.tools.base import Card
from minga.tools.measure import Answers, possible, report
from minga.tools.measure.cli import main
from tests.tools.measure_worlds import binary, several, shares


def test_the_baseline_comes_first_and_the_rest_is_json() -> None:
    found = report(binary(seed=1), by=["region", "sex"], positive="yes", resamples=200)
    assert next(iter(found)) == "baseline"
    assert found["baseline"]["verdict"] == "better"
    assert "which needs no learning" in found["baseline"]["sentence"]["en"]
    assert found["rows"] == {**found["rows"], "in": 400, "used": 400, "rejected": 0, "failed": 0}
    assert sum(found["group_sizes"]["region"].values()) == 400
    assert {"accuracy", "macro_f1", "auc", "brier", "ece", "calibration_slope", "latency_p95"} <= set(found)
    assert found["seed"] == 1
    assert found["peak_memory_mib"] > 1
    assert any(one["metric"] == "equalized_odds" for one in found["gaps"])
    assert json.loads(json.dumps(found)) == found


def test_the_same_seed_gives_the_same_report() -> None:
    first, second = (report(binary(seed=1), by=["sex"], positive="yes", resamples=100) for _ in range(2))
    for found in (first, second):
        for changing in ("seconds", "cpu_seconds", "peak_memory_mib"):
            del found[changing]
    assert first == second


def test_a_tool_no_better_than_always_the_same_says_so_in_both_languages() -> None:
    found = report(shares({"a": (90, 100)}))
    sentence = found["baseline"]["sentence"]
    assert found["baseline"]["verdict"] == "worse"
    assert "You do not need this tool" in sentence["en"]
    assert "“yes” (100.0% right, tool 90.0%)" in sentence["en"]
    assert "no hace falta" in sentence["es"]
    assert "90,0 %" in sentence["es"]


def test_without_any_truth_the_rest_is_still_measured() -> None:
    answers = Answers.from_columns(truth=[None] * 40, proposal=["a", None] * 20)
    found = report(answers)
    assert found["baseline"]["compared"] == []
    assert "too few cases" in found["baseline"]["sentence"]["en"]
    assert found["coverage"] == 0.5
    assert "accuracy" not in found
    assert report(Answers.from_columns(truth=[], proposal=[]))["coverage"] is None


def test_only_what_the_answers_allow_is_measured() -> None:
    assert "auc" in possible(several(), None)
    assert "auc" not in possible(several(), "l1")
    assert "auc" not in possible(binary(), None)
    assert "recall" not in possible(binary(), None)
    assert not {"robustness", "exact_match"} & set(possible(binary(), "yes"))


@pytest.fixture
def table(tmp_path: Path) -> Path:
    answers, path = binary(seed=1, abstaining=0.02), tmp_path / "answers.csv"
    grouping = answers.groups["region"]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "was", "said", "p", "region"])
        for row in range(len(answers)):
            said = answers.proposal_texts[row] or ""
            region = grouping.names[grouping.codes[row]]
            writer.writerow([answers.cases[row], answers.truth_texts[row], said, answers.probability[row], region])
        writer.writerow(["broken"])
    return path


def options(table: Path, *more: str) -> list[str]:
    named = ["--truth", "was", "--proposal", "said", "--case", "id", "--probability", "p", "--by", "region"]
    return [str(table), *named, "--probability-of", "positive", "--positive", "yes", *more]


def test_the_command_prints_one_json_object(table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(options(table, "--format", "json", "--seed", "7")) == 0
    found = json.loads(capsys.readouterr().out)
    assert next(iter(found)) == "baseline"
    assert (found["rows"]["in"], found["rows"]["used"], found["rows"]["failed"]) == (401, 400, 1)
    assert found["seed"] == 7
    assert found["abstention_rate"] > 0


def test_the_command_speaks_in_words(table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(options(table, "--metric", "recall", "--minimum-group", "60")) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("The tool does better than always answering")
    assert "401 rows in: 400 used, 0 rejected, 1 failed." in lines
    assert any(line.startswith("largest gap in recall by region: ") for line in lines)
    assert any("not enough evidence" in line for line in lines)


def test_what_the_command_cannot_do_it_says(table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(table)]) == 1
    assert "has no column “truth”, “proposal”" in capsys.readouterr().err
    assert main([str(table) + "x", "--truth", "was"]) == 1
    assert "minga measure: " in capsys.readouterr().err


def test_it_runs_as_a_module_without_django(table: Path) -> None:
    code = (
        "import sys; from minga.tools.measure.cli import main; main(sys.argv[1:]); assert 'django' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", code, *options(table)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_card_is_whole() -> None:
    card = Card.read(Path("src/minga/tools/measure/card.toml"))
    assert {"en", "es"} == set(card.title) == set(card.summary) == set(card.known_failures)
    assert len(card.known_failures["en"]) == len(card.known_failures["es"])
