"""``minga redflags`` as a command."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import signal
import subprocess
import sys
from pathlib import Path

import orjson
import pytest

from minga.tools.redflags.cli import main
from minga.tools.redflags.generate import generate, write
from tests.shared import shared
from tests.signals import heed_the_terminal

LATE = {
    "ocid": "=cmd()|A1",
    "tender": {"tenderPeriod": {"startDate": "2020-01-01T00:00:00Z", "endDate": "2020-01-05T00:00:00Z"}},
    "bids": {"details": [{"status": "valid", "date": "2020-02-01T00:00:00Z", "tenderers": [{"id": "@SUM(1)"}]}]},
    "awards": [{"status": "active", "suppliers": [{"id": "@SUM(1)"}]}],
}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    path = tmp_path / "data.jsonl"
    path.write_bytes(orjson.dumps(LATE) + b"\n{broken\n")
    return path


def test_cardinal_format_is_the_fixture(capsys: pytest.CaptureFixture[str]) -> None:
    folder = "data/procurement/cardinal-fixtures"
    assert main([str(shared(f"{folder}/R018.jsonl")), "--format", "cardinal", "--indicator", "r018"]) == 0
    assert json.loads(capsys.readouterr().out) == json.loads(shared(f"{folder}/R018.expected").read_text())


def test_json_carries_evidence_and_problems(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(data), "--format", "json"]) == 0
    out, err = capsys.readouterr()
    found = json.loads(out)
    assert found["summary"]["rows"] == {"in": 2, "used": 1, "rejected": 0, "failed": 1, "repaired": 0}
    assert found["problems"][0]["row"] == 2
    paths = {e["path"] for reason in found["releases"][0]["reasons"] for e in reason["evidence"]}
    assert "/bids/details/0/date" in paths
    assert "row 2, failed: not JSON" in err
    assert "2 rows in: 1 used" in err


def test_csv_runs_no_formula(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(data), "--format", "csv"]) == 0
    rows = list(csv.reader(io.StringIO(capsys.readouterr().out)))
    assert rows[0] == ["ocid", "indicator", "path", "value", "read_as"]
    assert {row[0] for row in rows[1:]} == {"'=cmd()|A1"}
    assert "'@SUM(1)" in {row[3] for row in rows[1:]}


def test_table(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(data)]) == 0
    out = capsys.readouterr().out
    assert "R030" in out
    assert "Late bid won" in out
    assert "Not computed" in out


def test_explain(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", str(data), "=cmd()|A1"]) == 0
    out = capsys.readouterr().out
    assert "/bids/details/0/date = 2020-02-01T00:00:00Z" in out
    assert "Exclusions tested" in out
    assert main(["explain", str(data), "none"]) == 1
    assert "misspelt" in capsys.readouterr().err


def test_settings_file(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings = tmp_path / "settings.ini"
    settings.write_text("[R003]\nthreshold = 3\n")
    assert main([str(data), "--settings", str(settings), "--format", "cardinal"]) == 0
    assert json.loads(capsys.readouterr().out) == {}
    settings.write_text("[R003]\nthreshhold = 3\n")
    assert main([str(data), "--settings", str(settings)]) == 1
    assert "threshhold" in capsys.readouterr().err


def test_missing_file_and_private_address(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["nowhere.jsonl"]) == 1
    assert main(["http://127.0.0.1:9/data.json"]) == 1
    assert capsys.readouterr().err.count("minga redflags: ") == 2


def test_several_files_and_their_names(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    again = tmp_path / "again.jsonl"
    again.write_bytes(data.read_bytes())
    assert main([str(data), str(again), "--format", "cardinal"]) == 0
    err = capsys.readouterr().err
    assert "4 rows in: 1 used" in err
    assert f"stands again in row 1 of {again}" in err


def test_closed_pipe_and_module_entry(tmp_path: Path) -> None:
    path = tmp_path / "many.jsonl"
    path.write_bytes(b"\n".join(row.line for row in generate(2_000, 1)))
    command = [sys.executable, "-m", "minga.tools.redflags", str(path), "--format", "csv"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stderr
        assert process.stdout.readline().startswith(b"ocid,")
        process.stdout.close()
        assert process.wait(60) == 141
        assert b"Traceback" not in process.stderr.read()


def test_ctrl_c(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "minga.tools.redflags", "-"]
    pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    with subprocess.Popen(command, **pipes, preexec_fn=heed_the_terminal) as process:  # noqa: PLW1509
        assert process.stdin
        assert process.stderr
        process.stdin.write(b'{"ocid":"A"}\n' * 400_000)
        process.stdin.flush()
        for _ in range(30):  # pressed again where it fell into a callback that swallows it
            process.send_signal(signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(2)
                break
        assert process.wait(1) == 130
        err = process.stderr.read()
        assert b"Traceback" not in err
        assert b"Ctrl-C" in err


def test_evaluate_prints_one_object(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = write(tmp_path / "set.jsonl", 3000, 3)
    assert main(["evaluate", str(made.data), "--labels", str(made.labels), "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    rows = found["rows"]
    assert rows["in"] == rows["used"] + rows["rejected"] + rows["failed"]
    assert rows["used"] > 0
    assert found["baseline"]["sentence"]
    kinds = {row["group"]: row for row in found["figures"] if row["metric"] == "planted_found"}
    assert found["recall"] == pytest.approx(kinds[""]["count"] / kinds[""]["of"])
    assert found["group_sizes"]["planted_found"]["all"] == kinds[""]["of"] >= 30
    assert found["seconds"] > 0
    assert found["peak_memory_mib"] > 0
    assert found["seed"] is None


def test_evaluate_says_what_is_too_few(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", str(data)]) == 0
    told = capsys.readouterr().out
    assert "2 rows in: 1 used, 0 rejected, 1 failed." in told
    assert "too few to judge" in told


def test_evaluate_names_labels_that_are_not_there(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", str(data), "--labels", "none.json"]) == 1
    assert "none.json" in capsys.readouterr().err
