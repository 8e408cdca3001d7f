"""Every row of a register ends as used, rejected with a reason, or failed; a second import updates."""

import csv
import gzip
import io
import json
import zipfile
from pathlib import Path

import pytest
from django.utils.translation import override

from minga.inventory.actions import import_inventory
from minga.inventory.cli import main
from minga.inventory.models import Source, System
from minga.inventory.queries import problems
from minga.inventory.readers import Reading, read, read_bytes
from minga.ledger.action import BODY
from minga.ledger.models import Entry
from minga.ledger.refusals import Invalid, NotAllowed
from tests.conftest import Cast, by
from tests.shared import shared

HEAD = ["agency", "agency_name", "id", "agency_bureau", "use_case_name", "development_stage", "problem_solved",
        "demographic_features"]  # fmt: skip


def us(*rows: tuple[str, ...]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([HEAD, *rows])
    return text.getvalue().encode("utf-8-sig")


def system(name: str = "Flags", number: str = "1", features: str = "['a', 'b']") -> tuple[str, ...]:
    return ("XY", "Office X", number, "", name, "Deployed", "Late warnings", features)


def nl(*records: object) -> bytes:
    return json.dumps({"algoritmes": records}).encode()


def record(**given: object) -> dict[str, object]:
    told = {"id": "7", "title": "Signalen", "organisatie": "Gemeente", "doel": "", "status": "in_gebruik", "url": "",
            "impactassessment": ""}  # fmt: skip
    return {**told, **given}


def test_the_real_inventory_of_the_united_states(cast: Cast) -> None:
    path = shared("data/registers/us-inventory/2025_individually_reported_AI_use_cases.csv")
    source = import_inventory(by(cast.bea), BODY, reading=read(path))
    assert source.rows_in == 3611 == source.used + source.rejected + source.failed
    assert source.systems.count() == source.used
    assert all(reason for _line, _kind, reason in problems(source))


def test_the_real_dutch_listing(cast: Cast) -> None:
    path = shared("data/registers/nl-register/algoritmes_listing_2026-08.json")
    source = import_inventory(by(cast.bea), BODY, reading=read(path, "nl"))
    assert (source.rows_in, source.used) == (1530, 1530)


def test_rows_that_cannot_serve_are_kept_as_problems() -> None:
    content = us(system(), system(), system(name=""), system("Other", "2", "['a"), ("XY", "short"))
    found = read_bytes(content, "us.csv")
    assert [(p.line, p.kind, p.why) for p in found.problems] == [
        (3, "rejected", "repeated"),
        (4, "rejected", "no_name"),
        (6, "failed", "cells"),
    ]
    assert (found.rows_in, len(found.rows)) == (5, 2)


def test_a_row_is_kept_as_it_stands_and_as_a_record() -> None:
    (row,) = read_bytes(us(system(features="['Age', 'b']")), "us.csv").rows
    assert row.raw["demographic_features"] == "['Age', 'b']"
    assert row.canonical["name"] == {"en": "Flags"}
    assert row.canonical["phase"] == "in_use"
    assert row.stage == "in_use"


def test_a_reason_is_told_in_the_language_of_the_reader(cast: Cast) -> None:
    source = import_inventory(by(cast.bea), BODY, reading=read_bytes(nl(record(), record(title="")), "nl.json"))
    with override("es"):
        assert problems(source) == [(2, "rejected", "No tiene nombre.")]


def test_addresses_of_persons_stay_in_the_register() -> None:
    content = us((*system(), "j.doe@xy.gov")).replace(b"demographic_features", b"demographic_features,contact_email")
    (row,) = read_bytes(content, "us.csv").rows
    assert row.left_out == ("contact_email",)
    assert "contact_email" not in row.raw
    assert "j.doe" not in json.dumps(row.canonical)


def test_two_systems_under_one_id_are_both_kept() -> None:
    found = read_bytes(us(system("One"), system("Two")), "us.csv")
    assert [row.external_id for row in found.rows] == ["XY/1", "XY/1#2"]


def test_a_second_import_updates(cast: Cast) -> None:
    first = read_bytes(us(system("Old", "1"), system("Gone", "2")), "a.csv")
    import_inventory(by(cast.bea), BODY, reading=first)
    second = read_bytes(us(system("New", "1"), system("Added", "3")), "b.csv")
    source = import_inventory(by(cast.bea), BODY, reading=second)
    assert (source.added, source.changed, source.gone) == (1, 1, 1)
    assert sorted(System.objects.values_list("name", "listed")) == [("Added", True), ("Gone", False), ("New", True)]


def test_the_same_file_again_changes_nothing(cast: Cast) -> None:
    reading = read_bytes(nl(record()), "nl.json")
    import_inventory(by(cast.bea), BODY, reading=reading)
    source = import_inventory(by(cast.bea), BODY, reading=reading)
    assert (source.added, source.changed, source.gone) == (0, 0, 0)


def test_the_ledger_says_what_was_imported(cast: Cast) -> None:
    import_inventory(by(cast.bea), BODY, reading=read_bytes(nl(record()), "nl.json"))
    entry = Entry.objects.get(chain="body", action="inventory.imported")
    assert json.loads(entry.payload)["rows_in"] == 1


def test_only_the_body_imports(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        import_inventory(by(cast.rosa), BODY, reading=read_bytes(nl(record()), "nl.json"))
    assert not Source.objects.exists()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"   \n", "empty"),
        (b'{"algoritmes": [{"id": "1"', "cut off"),
        (b'{"algoritmes": [{"id": "1", "id": "2"}]}', "repeated"),
        (b'{"other": []}', "no standard"),
        (b"[" * 500 + b"]" * 500, "nesting"),
        (b"a,b\n1,2\n", "no standard"),
        (us(system("Señales")).decode("utf-8-sig").encode("latin-1"), "Line 2 is not utf-8"),
        ("agency\n".encode("utf-16"), "UTF-16"),
        (nl(record(title="a\0b")), "zero bytes"),
        (b"PK\x03\x04" + b"x" * 40, "no standard"),
        (
            b'{"algoritmes": [{"id": "1", "title": "a \\ud800", "organisatie": "", "doel": ""}]}',
            "character",
        ),
        (us(system()) + b'XY,"never closed', "CSV"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_in_words(content: bytes, words: str) -> None:
    with pytest.raises(Invalid, match=words) as refused:
        read_bytes(content, "file")
    assert refused.value.do


def test_a_file_without_one_usable_row_is_refused(cast: Cast) -> None:
    with pytest.raises(Invalid, match="No row"):
        import_inventory(by(cast.bea), BODY, reading=read_bytes(nl("text", {"id": 3}), "nl.json"))
    assert not Source.objects.exists()


def test_a_huge_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "huge.json"
    with path.open("wb") as file:
        file.truncate(65 * 2**20)
    with pytest.raises(Invalid, match="64 MiB"):
        read(path)


def test_a_gzip_bomb_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.json.gz"
    path.write_bytes(gzip.compress(b" " * (70 * 2**20)))
    with pytest.raises(Invalid):
        read(path)


def test_a_zip_is_refused_with_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "register.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("register.csv", us(system()))
    with pytest.raises(Invalid, match="Unpack it"):
        read(path)


def test_a_whole_register_lists_all_and_a_part_leaves_the_others(cast: Cast) -> None:
    both = us(system("One", "1"), system("Two", "2"))
    import_inventory(by(cast.bea), BODY, reading=read_bytes(both, "a.csv"))
    part = import_inventory(by(cast.bea), BODY, reading=read_bytes(us(system("One", "1")), "b.csv", whole=False))
    assert part.gone == 0
    assert import_inventory(by(cast.bea), BODY, reading=read_bytes(us(system("One", "1")), "b.csv")).gone == 1
    back = import_inventory(by(cast.bea), BODY, reading=read_bytes(both, "a.csv"))
    assert (back.added, back.changed, back.gone) == (0, 1, 0)


def test_what_the_record_cannot_hold_is_counted(cast: Cast) -> None:
    found = us(system("One", "1", "[]"), system("Two", "2", "[]"))
    source = import_inventory(by(cast.bea), BODY, reading=read_bytes(found, "a.csv"))
    assert ["kept_apart", "demographic_features", 2] in source.losses


def test_a_reading_is_named_by_its_hash() -> None:
    reading = read_bytes(nl(record()), "nl.json")
    assert reading.sha256 in repr(reading)
    assert "Signalen" not in repr(reading)
    assert isinstance(reading, Reading)


def test_the_command_imports_and_counts(cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "nl.json"
    path.write_bytes(nl(record(), record(id="8", title="")))
    assert main(["import", str(path), "--format", "nl", "--as", "bea"]) == 0
    told = capsys.readouterr()
    assert "2 rows in = 1 used + 1 rejected + 0 failed" in told.out
    assert "row 2 rejected" in told.err


def test_another_body_with_the_same_format_is_kept_apart(cast: Cast, tmp_path: Path) -> None:
    import_inventory(by(cast.bea), BODY, reading=read_bytes(us(system()), "us.csv"))
    path = tmp_path / "state.csv"
    path.write_bytes(us(system("Other")))
    named = ["--register", "ribera", "--name", "Ribera Sur", "--country", "py", "--as", "bea"]
    assert main(["import", str(path), *named]) == 0
    assert sorted(System.objects.values_list("source__key", "country")) == [("ribera", "PY"), ("us2025", "US")]
    assert main(["import", str(path), "--register", "No Name", "--as", "bea"]) == 1


def test_the_command_says_who_may(cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "nl.json"
    path.write_bytes(nl(record()))
    assert main(["import", str(path), "--as", "rosa"]) == 1
    assert "--as USERNAME" in capsys.readouterr().err
