"""A set goes out as a workbook and its answers come back; what cannot be used is told row by row."""

import io
import json
import zipfile

import openpyxl
import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from minga.instruments import offline
from minga.instruments.conditions import is_empty
from minga.instruments.files import SetFile
from minga.instruments.files import read as read_file
from minga.instruments.library import shipped
from minga.instruments.values import fault
from minga.instruments.workbook import ABOUT, ANSWERS, LARGEST, Unreadable, plain
from tests.shared import shared

from .sets import question, section, small

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OPTIONS = (
    '[{ value = "a", text = { en = "Same" } }, { value = "b", text = { en = "Same" } }, '
    '{ value = "=c", text = { en = "=SUM(A1)" } }]'
)
PARTS = (
    '[{ id = "what", type = "text", ask = { en = "What?" } }, '
    f'{{ id = "pick", type = "multiple", ask = {{ en = "Pick" }}, options = {OPTIONS} }}]'
)
LABELS = "[" + ", ".join(f'{{ en = "Grade {n}" }}' for n in range(5)) + "]"
SET = small(
    section(
        question("one", "single", options=OPTIONS),
        question("many", "multiple", options=OPTIONS),
        question("line", "text", longest=1000),
        question("words", "longtext", evidence="true", longest=40_000),
        question("number", "number"),
        question("day", "date"),
        question("grade", "scale", labels=LABELS),
        question("table", "matrix", rows=OPTIONS, columns=OPTIONS),
        question("file", "file"),
        question("group", "repeated", entry='{ en = "Thing" }', questions=PARTS),
        id="s",
    )
)


def sheet_of(answers, seen=None, evidence=None):
    return offline.write_xlsx(SET, answers, "en", seen or {}, evidence)


def changed(content, change):
    """The workbook after ``change(answers sheet, its rows by id)``."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    rows = {str(row[0].value): row for row in book[ANSWERS].iter_rows(min_row=2)}
    change(book[ANSWERS], rows)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def whole(sheet):
    return sheet.rows_in == sheet.used + len(sheet.rejected) + len(sheet.failed)


text = st.text(min_size=1, max_size=60)
value = st.sampled_from(["a", "b", "=c"])
several = st.lists(value, unique=True, min_size=1).map(sorted).map(lambda v: [x for x in ("a", "b", "=c") if x in v])
entry = st.fixed_dictionaries({}, optional={"what": text.filter(lambda t: len(t.splitlines()) < 2), "pick": several})
answers_of = st.fixed_dictionaries(
    {},
    optional={
        "one": value,
        "many": several,
        "line": text.filter(lambda t: len(t.splitlines()) < 2),
        "words": text,
        "number": st.integers(-(10**12), 10**12) | st.floats(-1e9, 1e9, allow_nan=False),
        "day": st.dates().map(lambda d: d.isoformat()),
        "grade": st.integers(0, 4),
        "table": st.dictionaries(value, value, min_size=1),
        "file": st.just({"name": "a.pdf", "sha256": "0" * 64, "size": 3}),
        "group": st.lists(entry.filter(lambda e: not is_empty(e)), min_size=1, max_size=7),
    },
)


@settings(max_examples=40)
@given(answers_of)
def test_what_is_written_comes_back(answers):
    answers = {id: value for id, value in answers.items() if not is_empty(value)}
    for each in answers.get("group", []):
        for blank in [id for id, held in each.items() if is_empty(held)]:
            del each[blank]
    back = offline.read_xlsx(sheet_of(answers, dict.fromkeys(answers, 3)), SET)
    assert (back.rejected, back.failed) == ([], [])
    assert back.given == answers
    assert back.seen == dict.fromkeys(answers, 3)
    assert whole(back)


def test_the_first_row_of_a_question_carries_its_evidence():
    proof = {"words": ("Count of 2025", "https://example.org/count"), "many": ("A list", "")}
    back = offline.read_xlsx(sheet_of({"words": "w", "many": ["a", "b"]}, evidence=proof), SET)
    assert back.evidence == proof


def test_an_emptied_answer_is_taken_back_and_one_never_given_is_not():
    content = changed(sheet_of({"line": "x", "number": 4}, {"line": 2}), lambda _s, rows: empty(rows, "line"))
    assert offline.read_xlsx(content, SET).given == {"line": None, "number": 4}


def empty(rows, id):
    rows[id][6].value = None


def test_choices_are_offered_as_a_list():
    book = openpyxl.load_workbook(io.BytesIO(sheet_of({})))
    lists = [each.formula1 for each in book[ANSWERS].data_validations.dataValidation]
    assert len(lists) == 4
    assert [cell.value for cell in book["lists"]["A"]][:3] == ["Same", "Same (b)", "=SUM(A1)"]
    assert book["lists"].sheet_state == book[ABOUT].sheet_state == "hidden"


def test_words_that_begin_like_a_formula_stay_words():
    book = openpyxl.load_workbook(io.BytesIO(sheet_of({"words": "=1+1"})))
    cell = next(row[6] for row in book[ANSWERS].iter_rows(min_row=2) if row[0].value == "words")
    assert (cell.value, cell.data_type) == ("=1+1", "s")


def test_every_row_that_cannot_be_used_says_why_and_the_others_count():
    def spoil(sheet, rows):
        rows["one"][6].value = "maybe"
        rows["number"][6].value = "=1+1"
        rows["day"][6].value = "yesterday"
        rows["line"][6].value = 7
        rows["grade"][6].value = "#REF!"
        rows["table#a"][6].value = "nothing"
        rows["words"][8].value = "javascript:alert(1)"
        for id in ("stranger", "many#a", None):
            row = sheet.max_row + 1
            sheet.cell(row, 1, id)
            sheet.cell(row, 7, "x")

    given = {"one": "a", "table": {"b": "a"}, "many": ["a"], "words": "w", "group": [{"what": "kept"}]}
    back = offline.read_xlsx(changed(sheet_of(given, {"table": 1}), spoil), SET)
    reasons = {problem.id: problem.reason for problem in (*back.rejected, *back.failed)}
    assert "“maybe” is not one of the choices: Same; Same (b)" in reasons["one"]
    assert "formula" in reasons["number"]
    assert "needs a day" in reasons["day"]
    assert "error" in reasons["grade"]
    assert [problem.id for problem in back.failed] == ["grade"]
    assert "not one of the choices" in reasons["table#a"]
    assert "of the same question" in reasons["table#b"]
    assert "web address" in reasons["words"]
    assert "no question “stranger”" in reasons["stranger"]
    twins = [problem.reason for problem in back.rejected if problem.id == "many#a"]
    assert any("the same id stands in row" in reason for reason in twins)
    assert "id of the row is gone" in reasons[""]
    assert back.given == {"line": "7", "group": [{"what": "kept"}]}
    assert whole(back)


def test_the_sheet_speaks_spanish_and_is_read_in_any_language():
    content = offline.write_xlsx(shipped("problem"), {"searched": "none"}, "es", {"searched": 1})
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert book[ANSWERS]["G1"].value == "Su respuesta"
    back = offline.read_xlsx(content, shipped("problem"))
    assert (back.given, back.language, back.changed) == ({"searched": "none"}, "es", False)


def test_another_set_or_version_is_refused_in_words():
    content = offline.write_xlsx(shipped("problem"), {}, "en", {})
    with pytest.raises(Unreadable, match="belongs to the set “problem”, not to “small”"):
        offline.read_xlsx(content, SET)
    older = small(section(question("one")), version="0")
    with pytest.raises(Unreadable, match="for version 0 of the set, and here it is version 1"):
        offline.read_xlsx(offline.write_xlsx(older, {}, "en", {}), SET)


def test_other_words_in_the_same_version_are_noticed():
    other = small(section(question("line", "text")))
    assert offline.read_xlsx(offline.write_xlsx(other, {"line": "x"}, "en", {}), SET).changed


def test_an_answer_too_long_for_a_cell_is_left_alone():
    content = sheet_of({"words": "w" * 33_000, "line": "x"}, {"words": 1})
    back = offline.read_xlsx(content, SET)
    assert back.given == {"line": "x"}
    assert whole(back)


def bomb():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b" " * 40_000_000)
    return buffer.getvalue()


def packed(**parts):
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(sheet_of({}))) as good, zipfile.ZipFile(buffer, "w") as archive:
        for name in good.namelist():
            archive.writestr(name, parts.pop(name, good.read(name)))
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (lambda: b"id,answer\n", "no .xlsx workbook"),
        (lambda: b"\xd0\xcf\x11\xe0" + b"0" * 100, "old or a locked Excel file"),
        (lambda: bytes(LARGEST + 1), "at most 10 are read"),
        (bomb, "far larger than a sheet"),
        (lambda: packed(**{"xl/vbaProject.bin": b"x"}), "carries a macro"),
        (lambda: packed(**{"xl/workbook.xml": b'<!DOCTYPE x [<!ENTITY a "b">]><x/>'}), "no spreadsheet writes"),
        (lambda: packed(**{"xl/workbook.xml": b"<workbook"}), "cannot be read"),
        (lambda: packed(**{"xl/worksheets/sheet1.xml": b"<worksheet><sheetData><row"}), "cannot be read"),
        (lambda: sheet_of({})[:-300], "did not arrive whole"),
    ],
)
def test_what_is_no_sheet_of_answers_is_refused_in_words(content, words):
    with pytest.raises(Unreadable, match=words):
        offline.read_xlsx(content(), SET)


def test_a_workbook_of_somebody_else_is_refused():
    book, buffer = openpyxl.Workbook(), io.BytesIO()
    book.save(buffer)
    with pytest.raises(Unreadable, match="was not given out here"):
        offline.read_xlsx(buffer.getvalue(), SET)


def sheet_xml(*cells):
    rows = "".join(f'<row r="{row}"><c r="{at}{row}" t="inlineStr"><is><t>x</t></is></c></row>' for at, row in cells)
    return f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'.encode()


def test_half_a_character_in_a_cell_stays_written_out():
    assert plain("a_xD800_b_x0000_c_x0007_") == "a_xD800_b_x0000_c\x07"


def test_cells_far_out_cost_nothing_and_too_many_rows_are_refused():
    far = packed(**{"xl/worksheets/sheet1.xml": sheet_xml(("XFD", 2), ("A", 3), ("A", 40_000), ("A", 9_999_999_999))})
    back = offline.read_xlsx(far, SET)
    assert (back.rows_in, [problem.row for problem in back.rejected]) == (2, [3, 40_000])
    many = packed(**{"xl/worksheets/sheet1.xml": sheet_xml(*(("A", row) for row in range(1, 20_003)))})
    with pytest.raises(Unreadable, match="far too many rows"):
        offline.read_xlsx(many, SET)


def test_reasons_are_told_in_the_language_of_the_reader():
    content = changed(sheet_of({"number": 4}), lambda _s, rows: put(rows, "number", "cuatro"))
    with translation.override("es"):
        assert offline.read_xlsx(content, SET).rejected[0].reason == "«cuatro» no es un número"
        with pytest.raises(Unreadable, match=r"No es un libro \.xlsx"):
            offline.read_xlsx(b"nothing", SET)


def put(rows, id, value):
    rows[id][6].value = value


def test_two_hundred_megabytes_are_refused_by_their_size():
    with pytest.raises(Unreadable, match="The file has 200 megabytes"):
        offline.read_xlsx(bytes(200_000_000), SET)


@pytest.mark.parametrize("name", ["survey-enfr.json", "survey-enfr_v0.9.json"])
def test_the_official_questionnaire_goes_out_and_comes_back(name):
    path = shared(f"data/registers/ca-aia/{name}")
    made = read_file(SetFile(name, path.read_bytes())).instrument
    case = json.loads(shared("data/registers/ca-aia/completed_aia_check_cases.json").read_text())["cases"][0]
    given = {id: value for id, value in case["answers"].items() if id in made.questions}
    back = offline.read_xlsx(offline.write_xlsx(made, given, "fr", dict.fromkeys(given, 1)), made)
    assert {id: in_order(value) for id, value in back.given.items()} == {id: in_order(given[id]) for id in back.given}
    other = sorted(set(given) - set(back.given))
    assert other == [id for id in sorted(given) if fault(made.questions[id], given[id])]
    assert len(back.given) > 40
    assert not back.rejected
    assert whole(back)


def in_order(value):
    return sorted(value) if isinstance(value, list) else value
