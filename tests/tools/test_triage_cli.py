"""``minga triage`` as a command."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from minga.tools.triage.cli import main
from tests.tools.test_triage_tool import RULES, letters


def json_of(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str, str]:
    model = tmp_path / "model.json"
    return str(letters(tmp_path / "train.csv", 300, 1)), str(letters(tmp_path / "test.csv", 120, 2)), str(model)


def test_train_evaluate_advise(files: tuple[str, str, str], capsys: pytest.CaptureFixture[str]) -> None:
    train, test, model = files
    assert main(["train", train, "--out", model, "--seed", "5", "--format", "json"]) == 0
    trained = json_of(capsys)
    assert trained["rows"] == {"in": 300, "used": 300, "rejected": 0, "failed": 0}
    assert sum(trained["routes"].values()) == 300
    assert main(["evaluate", test, "--model", model, "--train", train, "--group", "district", "--format", "json"]) == 0
    found = json_of(capsys)
    assert found["weights_hash"] == trained["weights_hash"]
    assert found["macro_f1"] > 0.9
    assert found["rows_in"] == 120 == found["rows_used"] + found["rows_rejected"] + found["rows_failed"]
    assert set(found["baseline"]) == {"majority", "linear_svc"}
    assert sum(row["size"] for row in found["groups"]["district"].values()) == 120
    numbers = ("accuracy", "coverage", "abstention_rate", "brier", "ece", "seconds", "cpu_seconds", "peak_memory_mib")
    assert all(isinstance(found[name], float) for name in numbers)
    assert main(["advise", test, "--model", model, "--format", "json"]) == 0
    advice = json_of(capsys)["advice"]
    assert len(advice) == 120
    assert {one["case"] for one in advice} == {str(row) for row in range(1, 121)}


def test_a_share_held_out(files: tuple[str, str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", files[0], "--split", "0.25", "--seed", "2", "--format", "json"]) == 0
    found = json_of(capsys)
    assert (found["cases"], found["rows_in"], found["seed"]) == (75, 300, 2)
    assert found["baseline"]["linear_svc"]["macro_f1"] > 0.5
    assert main(["evaluate", files[0], "--split", "0.25", "--train", files[1]]) == 1
    assert "not both" in capsys.readouterr().err


def test_rules_alone_and_text_for_people(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rules, data = tmp_path / "rules.toml", tmp_path / "data.csv"
    rules.write_text(RULES)
    data.write_text("text,label\nShe passed away,bereavement\nA bin,waste\n")
    assert main(["advise", str(data), "--settings", str(rules)]) == 0
    out = capsys.readouterr().out
    assert "proposal: bereavement" in out
    assert "nothing has been learned" in out
    assert main(["evaluate", str(data), "--settings", str(rules), "--format", "json"]) == 0
    found = json_of(capsys)
    assert found["decided_by_rules"] == 0.5
    assert found["out_of_scope"] == {"cases": 1, "proposed": 0, "auroc": 1.0}


def test_queue(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = tmp_path / "waiting.csv"
    data.write_text(
        "case,arrived,priority\nusual,2026-01-01T09:00,0\nhot,2026-01-15T09:00,3\nlater,2026-03-01,0\n"
        "bad,yesterday,0\nworse,2026-01-02,99\nworst,2026-01-02,much\n"
    )
    assert main(["queue", str(data), "--now", "2026-01-18T10:00", "--format", "json"]) == 0
    found = json_of(capsys)
    assert [(row["case"], row["overdue"]) for row in found["queue"]] == [("hot", True), ("usual", False)]
    assert found["not_yet_arrived"] == 1
    assert found["rows"]["failed"] == 3
    assert found["rows"]["in"] == found["rows"]["used"] + found["rows"]["rejected"] + found["rows"]["failed"] == 6


def test_what_cannot_be_done_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = tmp_path / "data.csv"
    data.write_text("a,b\n1,2\n")
    for arguments in (["train", "nowhere.csv"], ["train", str(data)]):
        assert main([*arguments, "--out", str(tmp_path / "m.json")]) == 1
    assert main(["evaluate", str(data), "--model", str(tmp_path / "none.json")]) == 1
    err = capsys.readouterr().err
    assert err.count("minga triage: ") == 3
    assert "no column 'text'" in err
    with pytest.raises(SystemExit) as left:
        main(["evaluate", str(data), "--split", "2"])
    assert left.value.code == 2


def test_a_closed_pipe(tmp_path: Path) -> None:
    data, rules = letters(tmp_path / "many.csv", 9000, 1), tmp_path / "rules.toml"
    rules.write_text(RULES)
    command = [sys.executable, "-m", "minga.tools.triage", "advise", str(data), "--settings", str(rules)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stderr
        assert process.stdout.readline()
        process.stdout.close()
        assert process.wait(60) == 141
        assert b"Traceback" not in process.stderr.read()
