"""``minga opinion`` as a command: the finding first, every row accounted for, clear words where it cannot."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from minga.cli import main as minga
from minga.tools.opinion.cli import main
from minga.tools.opinion.votes import Statement, Votes
from minga.tools.opinion.writing import write_polis
from tests.shared import shared

KEYS = {
    "pca", "participants", "base_clusters", "groups", "group_votes", "representative", "consensus",
    "group_aware_consensus", "priorities", "uncertainty", "rows", "group_sizes", "seed", "seconds", "cpu_seconds",
    "peak_memory_mib",
}  # fmt: skip
STATEMENTS = 12


def two_camps() -> Votes:
    """60 people: all agree on s0 and disagree with s1; on the others camp a (40) and camp b (20) are opposed."""
    rng = np.random.default_rng(3)
    rows = []
    for person in range(60):
        camp = 1 if person < 40 else -1
        for statement in range(STATEMENTS):
            usual = (1, -1)[statement] if statement < 2 else camp * (1 if statement % 2 else -1)
            vote = usual if rng.random() < 0.9 else 0
            rows.append((f"p{person:02}", f"s{statement}", vote))
    return Votes.from_rows(rows)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "conversation"
    statements = [Statement(f"s{n}", f"Text of \x1b[31mstatement {n}\nand more", 1) for n in range(STATEMENTS)]
    write_polis(path, two_camps(), statements, summary={"topic": "A \x07topic"}, identified=True)
    with (path / "votes.csv").open("a") as file:
        file.write("s0,p00,5\ns99,p00,1\n")
    return path


def json_of(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_json(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert minga(["opinion", str(folder), "--format", "json", "--seed", "1"]) == 0
    found = json_of(capsys)
    assert set(found) >= KEYS
    assert found["groups"]["real"] is True
    assert sorted(group["members"] for group in found["groups"]["list"]) == [20, 40]
    assert {key: found["participants"]["p00"][key] for key in ("votes", "in")} == {"votes": STATEMENTS, "in": True}
    camps = {found["participants"][f"p{n:02}"]["group"] for n in range(40)}
    assert len(camps) == 1
    assert found["pca"]["center"][found["statements"].index("s0")] > 0.8  # +1 is agree
    votes = next(file for file in found["rows"]["files"] if file["name"] == "votes.csv")
    assert (votes["in"], votes["used"], votes["rejected"]) == (60 * STATEMENTS + 2, 60 * STATEMENTS, 2)
    assert [problem["line"] for problem in votes["examples"]] == [60 * STATEMENTS + 3, 60 * STATEMENTS + 2]


def test_text_leads_with_the_finding(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(folder)]) == 0
    out = capsys.readouterr().out
    heads = [
        "A topic",
        "WHAT ALL GROUPS AGREE ON",
        "WHAT DIVIDES THE GROUPS",
        "ARE THERE GROUPS?",
        "GROUP 0: 40 of 60 people",
        "GROUP 1: 20 of 60 people",
        "WHO VOTED",
        "WHAT WAS READ (in = used + rejected + failed)",
    ]
    places = [out.index(head) for head in heads]
    assert places == sorted(places)
    united = out[places[1] : places[2]]
    assert "[s0]" in united
    assert "disagree: group 0" in united.partition("[s1]")[2]
    assert "[s2]" not in united
    assert "  Yes. " in out
    assert "votes.csv: 722 rows in = 720 used + 2 rejected + 0 failed" in out
    assert "1: the vote is not -1, 0 or 1: line 722 (s0,p00,5)" in out
    assert "\x1b" not in out
    assert "\x07" not in out
    assert max(map(len, out.splitlines())) <= 100


def test_groups_of_a_file(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    groups = tmp_path / "groups.csv"
    rows = "".join(f"p{n:02},{'AB'[n >= 40]}\n" for n in range(60))
    groups.write_text(f"participant,group\n{rows}zz,A\np00,B\n")
    assert main([str(folder), "--groups", str(groups), "--format", "json", "--resamples", "0"]) == 0
    found = json_of(capsys)
    assert found["uncertainty"] is None
    assert {name: group["members"] for name, group in found["group_votes"].items()} == {"A": 40, "B": 20}
    assert found["group_votes"]["B"]["votes"]["s3"]["disagree"] > 10
    file = found["rows"]["files"][-1]
    assert (file["name"], file["in"], file["used"], file["rejected"]) == ("groups.csv", 62, 61, 1)
    assert "1 participants have a group but no vote" in found["rows"]["notes"][0]
    assert main([str(folder), "--groups", str(groups)]) == 0
    assert "GROUP A: 40 of 60 people" in capsys.readouterr().out
    groups.write_text("participant,group\nstranger,A\n")
    assert main([str(folder), "--groups", str(groups)]) == 2
    assert "None of the 1 participants in groups.csv has voted" in capsys.readouterr().err


def test_same_seed_same_output_and_both_modes(folder: Path, tmp_path: Path) -> None:
    written = []
    for name in ("one", "two"):
        assert main([str(folder), "--seed", "5", "--format", "json", "--out", str(tmp_path / name)]) == 0
        written.append((tmp_path / name).read_bytes())
    assert written[0] == written[1]
    assert main([str(folder), "--mode", "polis", "--format", "json", "--out", str(tmp_path / "three")]) == 0
    assert json.loads((tmp_path / "three").read_bytes())["mode"] == "polis"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere"], "There is nothing at nowhere"),
        ([], "the following arguments are required: PATH"),
        (["x", "--resamples", "many"], "'many' is not a whole number"),
        (["x", "--mode", "other"], "invalid choice"),
    ],
)
def test_wrong_usage_is_2(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    try:
        status: Any = main(arguments)
    except SystemExit as stop:
        status = stop.code
    assert status == 2
    assert said in capsys.readouterr().err


def test_bad_file_and_place_to_write(tmp_path: Path, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text("participant,statement\na,1\n")
    assert main([str(bad)]) == 2
    assert capsys.readouterr().err.startswith("minga opinion: bad.csv has no column for the vote.")
    assert main([str(folder), "--out", str(tmp_path / "none" / "map.json")]) == 2
    assert "cannot be written (No such file or directory)" in capsys.readouterr().err


def test_one_vote_is_enough(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "one.csv"
    path.write_text("participant,statement,vote\na,1,1\n")
    assert main([str(path)]) == 0
    out = capsys.readouterr().out
    assert "ARE THERE GROUPS?\n  No." in out
    assert "1 people cast 1 votes" in out
    assert main([str(path), "--format", "json"]) == 0
    assert json_of(capsys)["groups"]["real"] is False


def test_closed_pipe_and_module_entry(folder: Path) -> None:
    command = [sys.executable, "-m", "minga.tools.opinion", str(folder), "--format", "json", "--resamples", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        assert process.wait(60) == 141
        assert b"Traceback" not in process.stderr.read()


def test_a_cloud_gets_no_groups(capsys: pytest.CaptureFixture[str]) -> None:
    """london: 26 people, and the tool says that there are no groups instead of drawing some."""
    assert main([str(shared("data/deliberation/london.youth.policing"))]) == 0
    out = capsys.readouterr().out
    assert out.startswith("What is the best way to engage more young people in local scrutiny of policing?")
    assert "WHAT MOST AGREE ON" in out
    assert "  No. " in out
    assert "GROUP 0" not in out
    assert "640 rows in = 640 used + 0 rejected + 0 failed; 2 of the used are replaced" in out


def test_the_groups_of_polis_are_used_as_given(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = shared("data/deliberation/scoop-hivemind.biodiversity")
    groups = tmp_path / "groups.csv"
    rows = (folder / "participants-votes.csv").read_text().splitlines()
    groups.write_text("".join(",".join(row.split(",")[:2]) + "\n" for row in rows))
    assert main([str(folder), "--groups", str(groups), "--resamples", "0", "--format", "json"]) == 0
    assert sorted(group["members"] for group in json_of(capsys)["groups"]["list"]) == [72, 371]
