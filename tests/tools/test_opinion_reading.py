"""Reading conversations: every row accounted for, bad files told from good ones, and what is written is read back."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minga.tools.base import ToolError
from minga.tools.intake import csv_safe
from minga.tools.opinion.reading import Conversation, read, read_groups
from minga.tools.opinion.reading.account import FileAccount
from minga.tools.opinion.reading.table import BLOCK
from minga.tools.opinion.votes import Statement, Votes
from minga.tools.opinion.writing import write_polis
from tests.shared import shared

REAL = (
    ("london.youth.policing", 26, 36, 39, 640, 638, 24, 2),
    ("scoop-hivemind.biodiversity", 536, 314, 316, 29_802, 29_719, 443, 49),
    ("vtaiwan.uberx", 1_921, 197, 197, 49_997, 49_443, 1_219, 96),
)
LOG = "participant,statement,vote\n"


def log(folder: Path, text: str | bytes, name: str = "votes-of-people.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def last_votes(votes: Votes) -> dict[tuple[str, str], int]:
    """The vote that counts of each pair, the plain way."""
    rows = zip(votes.person.tolist(), votes.statement.tolist(), votes.value.tolist(), strict=True)
    return {(str(votes.participants[p]), str(votes.statements[s])): value for p, s, value in rows}


def account(conversation: Conversation, name: str, unit: str = "rows") -> FileAccount:
    found = next(file for file in conversation.report.files if (file.name, file.unit) == (name, unit))
    assert found.rows_in == found.used + found.rejected + found.failed
    assert sum(found.reasons.values()) == found.rejected + found.failed
    return found


@pytest.mark.parametrize(("name", "people", "voted", "listed", "rows", "pairs", "grouped", "miscounted"), REAL)
def test_real_exports(
    name: str, people: int, voted: int, listed: int, rows: int, pairs: int, grouped: int, miscounted: int
) -> None:
    found = read(shared(f"data/deliberation/{name}"))
    assert (len(found.votes.participants), len(found.votes.statements), len(found.statements)) == (
        people,
        voted,
        listed,
    )
    votes = account(found, "votes.csv")
    assert (votes.rows_in, votes.used, votes.superseded) == (rows, rows, rows - pairs)
    assert account(found, "participants-votes.csv", "cells").used == pairs
    assert len(found.groups) == grouped
    assert len(found.report.notes) == 1  # the matrix says the same as the log; the list counts re-votes twice
    assert f"agrees and disagrees of {miscounted} statements otherwise" in found.report.notes[0]
    assert "it counts a changed vote each time" in found.report.notes[0]
    assert found.votes.time is not None
    assert np.all(np.diff(found.votes.time) >= 0)


def test_export_without_a_log() -> None:
    found = read(shared("data/deliberation/american-assembly.bowling-green"))
    assert (len(found.votes), len(found.votes.participants), len(found.votes.statements)) == (225_524, 2_031, 896)
    assert found.votes.time is None
    assert sum(statement.moderated == -1 for statement in found.statements) == 289
    assert found.summary["topic"] == "Improving Bowling Green / Warren County"


@pytest.mark.parametrize(
    ("name", "people", "statements", "votes", "meta"),
    [
        ("below-100-ptpts", 35, 44, 504, 0),
        ("25ptpt-3gp-no-strict-with-meta", 27, 57, 1_386, 4),
        ("150ptpt-3gp-no-strict-no-meta", 160, 118, 4_785, 0),
    ],
)
def test_fixtures(name: str, people: int, statements: int, votes: int, meta: int) -> None:
    folder = shared(f"data/deliberation/polis-math-fixtures/{name}")
    found = read(folder)
    assert (len(found.votes.participants), len(found.votes.statements), len(found.votes)) == (people, statements, votes)
    assert sum(statement.meta for statement in found.statements) == meta
    tallies = {str(record.get("tid", record.get("statement_id"))): record["agree_count"] for record in loaded(folder)}
    agreed = dict.fromkeys(tallies, 0)
    for (_, statement), value in last_votes(found.votes).items():
        agreed[statement] += value == 1
    assert agreed == tallies  # +1 is agree


def loaded(folder: Path) -> list[dict[str, Any]]:
    records: list[dict[str, Any]] = json.loads((folder / "comments.json").read_text())
    return records


# --- the shapes of a log -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("header", ["participant,statement,vote", "voter-id,comment-id,vote", "pid,tid,Vote"])
def test_names_of_columns(tmp_path: Path, header: str) -> None:
    found = read(log(tmp_path, header + "\na,1,1\nb,1,-1\n"))
    assert last_votes(found.votes) == {("a", "1"): 1, ("b", "1"): -1}


def test_words_ids_and_blanks(tmp_path: Path) -> None:
    found = read(log(tmp_path, LOG + " a ,1.0,Agree\nb,1,disagree\r\nc,1,PASS\n\nd,1,+1\ne,1,0.0"))
    assert last_votes(found.votes) == {("a", "1"): 1, ("b", "1"): -1, ("c", "1"): 0, ("d", "1"): 1, ("e", "1"): 0}
    assert account(found, "votes-of-people.csv").rows_in == 5  # a blank line is no row


@pytest.mark.parametrize("separator", [";", "\t", "|"])
def test_other_separators(tmp_path: Path, separator: str) -> None:
    found = read(log(tmp_path, (LOG + "a,1,1\nb,2,0\n").replace(",", separator)))
    assert last_votes(found.votes) == {("a", "1"): 1, ("b", "2"): 0}
    assert "separated by" in found.report.notes[0]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be"])
def test_byte_order_marks(tmp_path: Path, encoding: str) -> None:
    text = LOG + "José,1,1\n李,2,-1\n"
    data = text.encode(encoding)
    found = read(log(tmp_path, b"\xfe\xff" + data if encoding == "utf-16-be" else data))
    assert last_votes(found.votes) == {("José", "1"): 1, ("李", "2"): -1}


def test_line_ends_of_old_and_excel_first_line(tmp_path: Path) -> None:
    assert last_votes(read(log(tmp_path, LOG.replace("\n", "\r") + "a,1,1\rb,1,0\r")).votes) == {
        ("a", "1"): 1,
        ("b", "1"): 0,
    }
    assert last_votes(read(log(tmp_path, "sep=;\nparticipant;statement;vote\na;1;1\n")).votes) == {("a", "1"): 1}


def test_quoted_cells(tmp_path: Path) -> None:
    rows = '"Ann, ""the first""","1","1"\nb,1,-1\n"c","2","0"\n'
    assert last_votes(read(log(tmp_path, LOG + rows)).votes) == {
        ('Ann, "the first"', "1"): 1,
        ("b", "1"): -1,
        ("c", "2"): 0,
    }


def test_unclosed_quotation_mark_costs_one_row(tmp_path: Path) -> None:
    found = read(log(tmp_path, LOG + 'a,1,1\n"b,1,1\nc,1,-1\n"d",1,0\n'))
    assert last_votes(found.votes) == {("a", "1"): 1, ("c", "1"): -1, ("d", "1"): 0}
    file = account(found, "votes-of-people.csv")
    assert (file.rows_in, file.used, file.failed) == (4, 3, 1)
    assert [(p.line, p.state, p.what) for p in file.examples] == [(3, "failed", '"b,1,1')]


def test_each_bad_row_is_told_with_its_line(tmp_path: Path) -> None:
    rows = "a,1,1\n,1,1\na,,1\na,1,2\na,1\n\na;1;1\nb,1,-1,9\n,,\nb,1,yes\n"
    file = account(read(log(tmp_path, LOG + rows)), "votes-of-people.csv")
    assert (file.rows_in, file.used, file.rejected, file.failed) == (9, 1, 8, 0)
    assert {(p.line, p.reason.split(" where")[0]) for p in file.examples} == {
        (3, "the participant is empty"),
        (4, "the statement is empty"),
        (5, "the vote is not -1, 0 or 1"),
        (6, "2 cells"),
        (8, "separated by another sign than the first line"),
        (9, "4 cells"),
        (10, "the participant is empty"),
        (11, "the vote is not -1, 0 or 1"),
    }


@pytest.mark.parametrize(
    ("early", "late"),
    [
        ("1600000000000", "1600000000001"),
        ("1600000000", "1600000001"),
        ("1600000000.25", "1600000000.75"),
        ("2020-09-13T12:26:40Z", "2020-09-13T14:26:41+02:00"),
        ("2020-09-13 12:26:40", "2020-09-13 12:26:40.5"),
        ("2020-09-13T12:26:40+00:00", "2020-09-13 12:26:41"),
        ("1600000000000000", "1600000001000000"),
    ],
)
def test_the_newest_vote_counts(tmp_path: Path, early: str, late: str) -> None:
    path = log(tmp_path, f"participant,statement,vote,time\na,1,1,{late}\na,1,-1,{early}\nb,1,0,{early}\n")
    found = read(path)
    assert last_votes(found.votes) == {("a", "1"): 1, ("b", "1"): 0}
    assert account(found, path.name).superseded == 1
    assert found.votes.time is not None
    assert 1_600_000_000_000 <= found.votes.time[0] < found.votes.time[-1] <= 1_600_000_001_000


def test_times_that_are_missing_or_wrong(tmp_path: Path) -> None:
    found = read(log(tmp_path, "participant,statement,vote,time\na,1,1,2020-01-02\na,1,-1,\nb,1,1,never\n"))
    assert last_votes(found.votes) == {("a", "1"): -1}
    assert found.votes.time is None
    assert "1 rows have no time" in found.report.notes[0]
    assert account(found, "votes-of-people.csv").reasons == {"the time cannot be read": 1}


def test_one_absurd_time_does_not_change_the_others(tmp_path: Path) -> None:
    rows = "".join(f"p{n},1,1,{1_600_000_000 + n}\n" for n in range(9))
    found = read(log(tmp_path, f"participant,statement,vote,time\n{rows}a,1,1,99999999999999999999\nb,1,1,8e18\n"))
    assert found.votes.time is not None
    assert found.votes.time[:9].tolist() == [1_600_000_000_000 + 1000 * n for n in range(9)]
    assert account(found, "votes-of-people.csv").reasons == {"the time cannot be read": 1}


def test_ids_of_rejected_rows_are_no_participants(tmp_path: Path) -> None:
    found = read(log(tmp_path, LOG + "10,2,1\n9,1,5\n8,1,0\n"))
    assert (list(found.votes.participants), list(found.votes.statements)) == (["8", "10"], ["1", "2"])


def test_lines_over_several_blocks(tmp_path: Path) -> None:
    """Line numbers stay right behind the first block, and ids keep their meaning across blocks."""
    row = "participant-with-a-rather-long-name,{n},1\n"
    body = "".join(row.format(n=n % 50) for n in range(BLOCK // len(row) + 20_000))
    lines = body.count("\n")
    found = read(log(tmp_path, LOG + body + "x,1,7\nx,3,-1\n"))
    file = account(found, "votes-of-people.csv")
    assert (file.rows_in, file.used) == (lines + 2, lines + 1)
    assert [problem.line for problem in file.examples] == [lines + 2]
    assert file.superseded == lines - 50
    assert last_votes(found.votes)["x", "3"] == -1


CELLS = st.one_of(
    st.sampled_from(["1", "0", "-1", "2", "", "\ufeff", "agree", "a", "b", '"', 'x"y', ";", "NaN", "null", "é", "1.0"]),
    st.text(st.characters(blacklist_characters="\r\n\0", blacklist_categories=("Cs",)), max_size=3),
)


@settings(max_examples=300)
@given(rows=st.lists(st.lists(CELLS, min_size=1, max_size=5), max_size=12), mark=st.booleans())
def test_whatever_is_in_the_rows_they_add_up(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]], mark: bool
) -> None:
    """Rows joined without any quoting: each line that is not blank is a row, used, rejected or failed."""
    lines = ["good,1,1", *(",".join(row) for row in rows)]
    path = log(tmp_path_factory.mktemp("rows"), ("\ufeff" if mark else "") + LOG + "\n".join(lines))
    found = read(path)
    file = account(found, path.name)
    assert file.rows_in == sum(bool(line.strip(" \ufeff")) for line in lines)
    assert file.used == len(found.votes) >= 1


@settings(max_examples=200)
@given(
    rows=st.lists(
        st.tuples(
            st.sampled_from(["1", "2", "33", "Ann, B", 'q"q', ""]),
            st.sampled_from(["7", "8", "", "x y"]),
            st.sampled_from(["1", "-1", "0", "9", "", "pass"]),
        ),
        min_size=1,
        max_size=30,
    ),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
def test_same_as_the_plain_way(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str, str]], quoting: Any
) -> None:
    text = io.StringIO()
    csv.writer(text, quoting=quoting).writerows([("participant", "statement", "vote"), ("0", "0", "1"), *rows])
    expected: dict[tuple[str, str], int] = {("0", "0"): 1}
    refused = 0
    for participant, statement, vote in rows:
        if participant and statement and vote in ("1", "-1", "0", "pass"):
            expected[participant, statement] = 0 if vote == "pass" else int(vote)
        else:
            refused += 1
    path = log(tmp_path_factory.mktemp("plain"), text.getvalue())
    found = read(path)
    assert last_votes(found.votes) == expected
    file = account(found, path.name)
    assert (file.rejected, file.used, file.superseded) == (refused, len(rows) + 1 - refused, file.used - len(expected))


# --- files that cannot be read as a whole --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty (0 bytes)"),
        (b"\n \n\n", "blank lines only"),
        (b"\xef\xbb\xbf", "blank lines only"),
        (b"participant,statement,vote\n", "no vote under them"),
        (b"participant,comment\na,1\n", "no column for the vote"),
        (b"a,1,1\nb,1,-1\n", "no column for the participant"),
        (b"participant,statement,vote,vote\na,1,1,1\n", "2 columns called 'vote'"),
        (b"just some words\n", "one single cell"),
        (b"participant,statement,vote\nJos\xe9,1,1\n", "line 2, is not UTF-8"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR, \xff, \0", "is no text"),
        (b"PK\x03\x04" + bytes(100), "zip"),
        (b"\x1f\x8b\x08\x00garbage", "gzip"),
        (b"\xff\xfe\0\0p\0\0\0", "UTF-32"),
        (b"\xff\xfep\0a\0,\0b", "cut or damaged"),
        (b"participant,statement,vote\na;1;1\nb;1;0\n", "separated by another sign"),
        (b"participant,statement,vote\na,1,3\n", "not one vote can be used"),
    ],
)
def test_bad_files_get_a_clear_message(tmp_path: Path, content: bytes, said: str) -> None:
    with pytest.raises(ToolError, match=r"\. [A-Z]") as error:  # more than one sentence: what, why, what to do
        read(log(tmp_path, content))
    assert said in str(error.value)


def test_paths_that_lead_nowhere(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match="nothing at"):
        read(tmp_path / "none")
    (tmp_path / "notes.txt").write_text("x")
    with pytest.raises(ToolError, match=r"holds notes\.txt"):
        read(tmp_path)


def test_a_line_that_never_ends(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match="line ends were probably lost"):
        read(log(tmp_path, LOG + "a,1,1\n" + "b" * (90 << 20)))


# --- export folders ------------------------------------------------------------------------------------------------

COMMENTS = (
    "timestamp,datetime,comment-id,author-id,agrees,disagrees,moderated,comment-body\n"
    '1600000000000,Sun,1,a,,,1,"Two lines\nand a ""quote"""\n'
    "1600000000001,Sun,2,b,,,-1,Plain\n"
)


def export(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / (name.replace("_", "-") + ".csv")).write_text(text)
    return folder


def test_statements(tmp_path: Path) -> None:
    more = "1600000000002,Sun,2,b,0,0,1,Again\n,,,b,0,0,1,No id\n,,3,b,0,0,7,Strange\n,,4\n"
    found = read(export(tmp_path, comments=COMMENTS + more, votes="comment-id,voter-id,vote\n1,a,1\n9,a,1\n2,b,0\n"))
    assert [(s.id, s.moderated, s.text) for s in found.statements] == [
        ("1", 1, 'Two lines\nand a "quote"'),
        ("2", -1, "Plain"),
    ]
    assert [(s.author, s.created) for s in found.statements] == [("a", 1600000000000), ("b", 1600000000001)]
    file = account(found, "comments.csv")
    assert {problem.line for problem in file.examples} == {5, 6, 7, 8}
    votes = account(found, "votes.csv")
    assert votes.reasons == {"the statement is not in the list of statements": 1}
    assert votes.examples[0].line == 3


def test_statements_counted_otherwise(tmp_path: Path) -> None:
    counted = COMMENTS.replace(",a,,,1", ",a,5,0,1").replace(",b,,,-1", ",b,0,1,-1")
    found = read(export(tmp_path, comments=counted, votes="comment-id,voter-id,vote\n1,a,1\n2,a,-1\n"))
    assert found.report.notes == (
        "comments.csv counts the agrees and disagrees of 1 statements otherwise than the newest votes do (it may be "
        "of another day); the votes count: 1",
    )


def test_statements_cut_in_a_quotation(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match="begins in line 5 and is never closed"):
        read(export(tmp_path, comments=COMMENTS + ',,3,b,0,0,1,"Open\n,,4,b,0,0,1,Lost\n', votes=LOG + "a,1,1\n"))


MATRIX = "participant,xid,group-id,n-comments,n-votes,n-agree,n-disagree,1,2\n"


def test_matrix_alone(tmp_path: Path) -> None:
    rows = "a,,0,1,2,1,1,1,-1\nb,secret,,0,1,0,0,,0\na,,1,0,1,1,0,1,\nc,,1,0,2,0,0,5,x\nd,,1,0\n\n"
    found = read(export(tmp_path, participants_votes=MATRIX + rows))
    assert last_votes(found.votes) == {("a", "1"): 1, ("a", "2"): -1, ("b", "2"): 0}
    assert found.groups == {"a": "0", "c": "1"}
    people, cells = (account(found, "participants-votes.csv", unit) for unit in ("rows", "cells"))
    assert (people.rows_in, people.used) == (5, 3)
    assert (cells.rows_in, cells.used, cells.rejected) == (5, 3, 2)
    assert {(p.line, p.what) for p in cells.examples} == {(5, "statement 1"), (5, "statement 2")}
    assert "secret" not in repr(found)
    assert "comments.csv is missing" in found.report.notes[0]


def test_matrix_is_checked_against_the_log(tmp_path: Path) -> None:
    matrix = MATRIX + "a,,0,0,2,2,0,1,1\nb,,0,0,1,1,0,1,\nc,,,0,1,1,0,,1\n"
    votes = "timestamp,comment-id,voter-id,vote\n2,1,a,-1\n1,1,a,1\n1,2,a,1\n1,1,b,1\n1,2,b,0\n"
    found = read(export(tmp_path, comments=COMMENTS, participants_votes=matrix, votes=votes))
    assert last_votes(found.votes) == {("a", "1"): -1, ("a", "2"): 1, ("b", "1"): 1, ("b", "2"): 0}
    assert found.report.notes == (
        "votes.csv and participants-votes.csv differ in 1 votes; the log counts: participant a on statement 1",
        "1 votes are in votes.csv but not in participants-votes.csv; they count: participant b on statement 2",
        "1 votes are in participants-votes.csv but not in votes.csv; they do not count, as the log is complete by "
        "itself: participant c on statement 2",
    )


def test_matrix_with_the_sign_of_polis(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match="agreement is written as -1"):
        read(export(tmp_path, participants_votes=MATRIX + "a,,0,0,2,2,0,-1,-1\nb,,0,0,2,1,1,-1,1\n"))


def test_matrix_with_a_column_twice_or_unknown(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match="two columns for statement '1'"):
        read(export(tmp_path, participants_votes=MATRIX.strip() + ",1\na,,0,0,2,2,0,1,1,1\n"))
    found = read(export(tmp_path, comments=COMMENTS, participants_votes=MATRIX.strip() + ",77\na,,0,0,3,3,0,1,1,1\n"))
    cells = account(found, "participants-votes.csv", "cells")
    assert (cells.used, cells.rejected, cells.examples[0].what) == (2, 1, "statement 77, vote 1")


def test_fixture_with_bad_records(tmp_path: Path) -> None:
    votes = [
        {"pid": 0, "tid": 1, "vote": 1, "modified": "1600000000001"},
        {"participant_id": 0, "statement_id": 1, "vote": -1, "modified": 1600000000000.0},
        {"pid": 1, "tid": 9, "vote": 1, "modified": 1600000000000},
        {"pid": 1, "tid": 1, "vote": 3, "modified": 1600000000000},
        {"pid": 1, "vote": 1},
        {"pid": 1, "tid": 1, "vote": 1, "modified": "soon"},
        "stray",
    ]
    (tmp_path / "votes.json").write_text(json.dumps(votes))
    (tmp_path / "comments.json").write_text(json.dumps([{"tid": 1, "mod": 1, "is_meta": True}]))
    found = read(tmp_path)
    assert last_votes(found.votes) == {("0", "1"): 1}
    assert found.statements[0].meta
    file = account(found, "votes.json", "records")
    assert (file.rows_in, file.used, file.rejected, file.failed, file.superseded) == (7, 2, 4, 1, 1)
    assert {problem.line for problem in file.examples} == {3, 4, 5, 6, 7}
    (tmp_path / "votes.json").write_text('[{"pid": 0,')
    with pytest.raises(ToolError, match="is no JSON"):
        read(tmp_path)
    (tmp_path / "votes.json").write_text('{"error": 404}')
    with pytest.raises(ToolError, match="where a list of records is expected"):
        read(tmp_path)


def test_groups_file(tmp_path: Path) -> None:
    groups, file = read_groups(log(tmp_path, "participant;group\na;x\nb;\na;y\nc\n"))
    assert groups == {"a": "x"}
    assert (file.rows_in, file.used, file.rejected) == (4, 2, 2)
    with pytest.raises(ToolError, match="no column for the group"):
        read_groups(log(tmp_path, "participant,colour\na,x\n"))


# --- writing -------------------------------------------------------------------------------------------------------

IDS = st.text(st.characters(categories=("L", "N"), include_characters=', "-é'), min_size=1, max_size=4).filter(
    lambda id: id == id.strip() and id[0] not in "-"
)


@st.composite
def conversations(draw: st.DrawFn) -> tuple[Votes, list[Statement]]:
    people = draw(st.lists(IDS, min_size=1, max_size=5, unique=True))
    statements = draw(st.lists(IDS, min_size=1, max_size=5, unique=True))
    rows = draw(
        st.lists(
            st.tuples(st.sampled_from(people), st.sampled_from(statements), st.sampled_from([1, 0, -1])),
            min_size=1,
            max_size=25,
        )
    )
    timed = draw(st.booleans())
    start = 1_600_000_000_000
    votes = Votes.from_rows([(*row, start + n) if timed else row for n, row in enumerate(rows)])
    texts = st.text(st.characters(blacklist_characters="\r\0", blacklist_categories=("Cs",)), max_size=20)
    about = [
        Statement(
            id, draw(texts).strip().lstrip("=+-@＝＋－＠|'"), draw(st.sampled_from([1, 0, -1])), draw(st.booleans())
        )
        for id in statements
    ]
    return votes, about


@settings(max_examples=150)
@given(made=conversations(), times=st.booleans())
def test_what_is_written_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, made: tuple[Votes, list[Statement]], times: bool
) -> None:
    votes, statements = made
    folder = tmp_path_factory.mktemp("export")
    groups = dict.fromkeys(votes.participants[:2], "g")
    write_polis(folder, votes, statements, groups=groups, identified=True, times=times)
    found = read(folder)
    assert last_votes(found.votes) == last_votes(votes)
    assert found.groups == groups
    assert found.report.notes == ()
    assert all(not file.rejected and not file.failed for file in found.report.files)
    kept = [(s.id, s.text, s.moderated, s.meta) for s in found.statements]
    assert kept == [(s.id, str(csv_safe(s.text)).strip(), s.moderated, s.meta) for s in statements]
    assert (found.votes.time is not None) == (times and votes.time is not None)
    if times:
        assert len(found.votes) == len(votes)  # re-votes and all


@settings(max_examples=100)
@given(made=conversations(), seed=st.integers(0, 9))
def test_export_without_identities(made: tuple[Votes, list[Statement]], seed: int) -> None:
    """The same vote vectors under other ids: no time, no author, and nothing in the order of the rows."""
    votes, statements = made
    files: dict[str, bytes] = {}
    write_polis(files, votes, statements, random=np.random.default_rng(seed))
    header, *rows = files["votes.csv"].decode().splitlines()
    assert header == "comment-id,voter-id,vote"
    assert len(rows) == len(last_votes(votes))
    people = [row[0] for row in csv.reader(io.StringIO(files["participants-votes.csv"].decode()))][1:]
    assert people == [str(n) for n in range(len(votes.participants))]
    cells = list(csv.DictReader(io.StringIO(files["comments.csv"].decode())))
    assert {row["author-id"] + row["timestamp"] + row["datetime"] for row in cells} == {""}
    found = {}
    for row in csv.DictReader(io.StringIO(files["votes.csv"].decode())):
        found.setdefault(row["voter-id"], set()).add((row["comment-id"], int(row["vote"])))
    given_votes: dict[str, set[tuple[str, int]]] = {}
    for (person, statement), value in last_votes(votes).items():
        given_votes.setdefault(person, set()).add((statement, value))
    assert sorted(map(sorted, found.values())) == sorted(map(sorted, given_votes.values()))


def test_fresh_ids_differ_from_time_to_time() -> None:
    votes = Votes.from_rows([(f"p{n}", "s", 1 if n % 3 else -1) for n in range(60)])
    written = []
    for _ in range(2):
        files: dict[str, bytes] = {}
        write_polis(files, votes)
        written.append(files["votes.csv"])
    assert written[0] != written[1]


def test_real_export_written_and_read_back(tmp_path: Path) -> None:
    found = read(shared("data/deliberation/london.youth.policing"))
    write_polis(
        tmp_path,
        found.votes,
        found.statements,
        groups=found.groups,
        summary=found.summary,
        identified=True,
        times=True,
    )
    again = read(tmp_path)
    assert (again.statements, again.groups, again.summary) == (found.statements, found.groups, found.summary)
    assert all(np.array_equal(getattr(found.votes, k), getattr(again.votes, k)) for k in ("person", "value", "time"))


def test_formulas_and_unreadable_ids(tmp_path: Path) -> None:
    votes = Votes.from_rows([("a", "s", 1)])
    write_polis(tmp_path, votes, [Statement("s", "=1+1")])
    assert "'=1+1" in (tmp_path / "comments.csv").read_text()
    with pytest.raises(ToolError, match="could not be read back"):
        write_polis(tmp_path, Votes.from_rows([("a\nb", "s", 1)]))
