"""Tables for triage: every row is used, rejected or failed, whatever the bytes."""

from __future__ import annotations

import csv
import gzip
import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from minga.tools.base import ToolError
from minga.tools.triage.columns import Columns
from minga.tools.triage.reading import read

ANYTHING = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


def written(tmp_path: Path, data: str | bytes, name: str = "t.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def test_csv(tmp_path: Path) -> None:
    data = 'id;text;route\n1;"A ""b"";\nline two ";x\n2;;x\n3;c;\n1;d;y\n4;e\n5;f;y;z\n6; g ;y\n'
    table = read(written(tmp_path, data))
    assert table.cases == ("1", "6")
    assert table.texts == ('A "b";\nline two ', " g ")
    assert table.labels == ("x", "y")
    account = table.account
    assert (account.rows_in, account.used, account.rejected, account.failed) == (7, 2, 3, 2)
    assert account.reasons == {
        "no text": 1, "no label": 1, "a case of this name came before": 1, "another number of cells than the header": 2,
    }  # fmt: skip


def test_json_lines(tmp_path: Path) -> None:
    lines = b'{"text":"a","label":"x"}\n{broken\n[1]\n{"text":["a"],"label":"x"}\n{"text":7,"label":"x","more":1}\n'
    table = read(written(tmp_path, lines, "t.jsonl"))
    assert table.texts == ("a", "7")
    assert (table.account.rows_in, table.account.used, table.account.failed) == (5, 2, 3)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    table = read(written(tmp_path, "text,label\nMüllabfuhr in Köln,müll\n".encode(encoding)))
    assert (table.texts, table.labels) == (("Müllabfuhr in Köln",), ("müll",))
    assert bool(table.account.notes) == (encoding == "cp1252")


def test_one_bad_row_in_a_good_file_fails_alone(tmp_path: Path) -> None:
    table = read(written(tmp_path, b"text,label\nK\xc3\xb6ln,x\nK\xf6ln,x\nplain,x\n"))
    assert table.texts == ("Köln", "plain")
    assert table.account.reasons == {"not UTF-8": 1}


def test_gzip_huge_cells_and_an_open_quote(tmp_path: Path) -> None:
    long = "word " * 100_000
    table = read(written(tmp_path, gzip.compress(f"text,label\n{long},x\n{long * 3},x\n".encode()), "t.csv.gz"))
    assert (len(table.texts[0]), table.account.rejected) == (len(long), 1)
    unclosed = read(written(tmp_path, 'text,label\na,x\n"b,x\nc,x\n'))
    assert (unclosed.account.rows_in, unclosed.account.used, unclosed.account.failed) == (2, 1, 1)


def test_columns(tmp_path: Path) -> None:
    path = written(tmp_path, "title,text,class,district\nBin,missed,waste,north\n")
    table = read(path, Columns(text="title+text", groups=("district",)))
    assert table.texts == ("Bin\nmissed",)
    assert table.labels == ("waste",)
    assert table.groups == {"district": ("north",)}
    for columns, message in (
        (Columns(text="body"), "no column 'body'"),
        (Columns(text="title+body"), "no column 'body'"),
        (Columns(groups=("age",)), "no column 'age'"),
    ):
        with pytest.raises(ToolError, match=message):
            read(path, columns)
    with pytest.raises(ToolError, match="no column 'label' or 'category'"):
        read(written(tmp_path, "text\na\n"))
    with pytest.raises(ToolError, match="stands twice"):
        read(written(tmp_path, "text,text,label\na,b,c\n"))


@pytest.mark.parametrize("data", [b"", b"\x00\x01\x02\x03", b"PK\x03\x04zip"])
def test_what_is_no_table_is_refused(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(ToolError):
        read(written(tmp_path, data))


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(ANYTHING, ANYTHING), max_size=12))
def test_rows_add_up_and_texts_come_back(tmp_path: Path, rows: list[tuple[str, str]]) -> None:
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerows([("text", "label"), *rows])
    table = read(written(tmp_path, buffer.getvalue()))
    account = table.account
    assert account.rows_in == account.used + account.rejected + account.failed == len(rows)
    assert account.failed == 0
    assert list(table.texts) == [text for text, label in rows if text.strip() and label.strip()]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(noise=st.binary(max_size=200))
def test_noise_is_counted_or_refused(tmp_path: Path, noise: bytes) -> None:
    account = read(written(tmp_path, b"text,label\n" + noise), labelled=False).account
    assert account.rows_in == account.used + account.rejected + account.failed
