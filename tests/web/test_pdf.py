"""Printable documents: every text present and literal, tagged, in both languages, the same bytes twice."""

import copy
import datetime as dt
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from minga.web.pdf import TEMPLATES, CannotPrint, compiler, engine, pages, render
from minga.web.pdf.text import in_fours, language_code, printable

DAY = dt.date(2026, 3, 12)
HEAD = {
    "title": "Early warnings in tenders",
    "project": "Flags for tenders",
    "body": "City of Encarnación",
    "address": "https://minga.example/c/early-warnings/",
    "created": DAY,
}
GROUPS = [
    {"label": "Group A", "agree": 38, "passed": 3, "disagree": 2},
    {"label": "Group B", "agree": 21, "passed": 4, "disagree": 5},
    {"label": "Group C", "agree": None, "passed": None, "disagree": None},
]
SPLIT = [
    {"label": "Group A", "agree": 40, "passed": 0, "disagree": 3},
    {"label": "Group B", "agree": 0, "passed": 6, "disagree": 24},
]
AGREED = {
    "number": 14,
    "text": "Ninguna alerta se publica antes de que una persona la haya visto.",
    "language": "es",
    "translation": {"text": "No flag is public before a person has seen it.", "language": "en", "by": "machine"},
    "groups": GROUPS,
    "constituencies": [
        {"label": "Residents", "agree": 41, "passed": 4, "disagree": 5},
        {"label": "Suppliers", "agree": None, "passed": None, "disagree": None},
    ],
    "note": "Agreement of the least agreeing group: 62 to 84 %.",
}
REPORT: dict[str, Any] = {
    **HEAD,
    "opened": dt.date(2026, 2, 1),
    "closed": dt.date(2026, 3, 1),
    "finding": "Everyone wants a person to look before a flag is public",
    "participants": 96,
    "statements": 42,
    "votes": 3187,
    "agreed": [AGREED, {"number": 3, "text": "The rule is written where I can read it.", "groups": GROUPS[:2]}],
    "divides": [{"number": 8, "text": "Short deadlines should always be flagged.", "groups": SPLIT}],
    "portraits": [
        {
            "label": "Group A",
            "people": 43,
            "statements": [
                {"number": 8, "text": "Short deadlines should always be flagged.", "stance": "agree", "took": 40,
                 "voted": 43, "others_took": 2, "others_voted": 30},
            ],
        },
        {
            "label": "Group B",
            "people": 30,
            "statements": [
                {"number": 8, "text": "Short deadlines should always be flagged.", "stance": "disagree", "took": 24,
                 "voted": 30},
            ],
        },
    ],
    "check": {
        "real": True,
        "sentence": "The same groups come back in 94 of 100 resamples of people and statements.",
        "figures": [
            {"label": "Agreement of resamples (adjusted Rand index)", "value": 0.91, "low": 0.84, "high": 0.96},
            {"label": "People whose group is uncertain", "value": 6.3, "low": 2.1, "high": 12.9, "unit": "%"},
        ],
    },
    "took_part": [
        {"label": "Suppliers", "affected": 20.0, "people": 41, "share": 42.7, "low": 33.3, "high": 52.7},
        {"label": "Residents", "affected": 70.0, "people": 48, "share": 50.0, "low": 40.2, "high": 59.8},
        {"label": "Staff", "affected": 10.0, "people": None, "share": None, "low": None, "high": None},
    ],
    "took_part_source": "Census 2022, register of suppliers",
    "replies": {"answered": 2, "total": 3, "median_days": 9.5},
    "answers": [
        {"text": "Publish the rule.", "outcome": "adopted", "contributions": 12, "reason": "It is criterion C-02.",
         "decided": dt.date(2026, 3, 10)},
        {"text": "Name the officer.", "outcome": "declined", "contributions": 1, "reason": "The law protects staff.",
         "decided": dt.date(2026, 3, 11)},
        {"text": "Send text messages.", "outcome": "open", "contributions": 1, "due": dt.date(2026, 4, 1)},
    ],
    "method": ["Positions: principal components of the votes.", "Groups: found again in resamples."],
    "limits": ["96 people are 0.1 % of the affected.", "Staff are too few to judge."],
    "data": [{"name": "Votes", "address": "https://minga.example/c/early-warnings/votes.csv", "sha256": "0f" * 32}],
}  # fmt: skip
STATEMENTS = [
    {"number": 1, "text": "No flag is public before a person has seen it."},
    {"number": 2, "text": "The rule is written where I can read it.",
     "translation": {"text": "La regla está escrita donde puedo leerla.", "language": "es"}},
    {"number": 3, "text": "Short deadlines should always be flagged."},
    {"number": 4, "text": "A company may answer before its name is published."},
]  # fmt: skip
SHEETS: dict[str, Any] = {
    **HEAD, "short_address": "minga.example/c/warn", "statements": STATEMENTS, "sheets": ["017", "018"],
}  # fmt: skip
CODES: dict[str, Any] = {
    **HEAD,
    "short_address": "minga.example/c/warn",
    "batch": "2026-03-A",
    "codes": [
        {"code": f"K7M29QXA{at:04d}", "link": f"https://minga.example/c/warn?code=K7M29QXA{at:04d}",
         "constituency": "Residents of the centre", "expires": dt.date(2026, 4, 30)}
        for at in range(23)
    ],
}  # fmt: skip
SESSION: dict[str, Any] = {
    **HEAD,
    "title": "Second evening with residents",
    "held": dt.date(2026, 3, 5),
    "place": "Library of San Pedro",
    "finding": "Residents want reasons in words they can repeat",
    "purpose": "To hear from people who were never asked what a good early warning is.",
    "agenda": [
        {"starts": "18:00", "minutes": 20, "title": "Welcome and consent", "method": "Plenary"},
        {"starts": "18:20", "minutes": 60, "title": "Cases on the table", "method": "Groups of six"},
        {"starts": "19:20", "minutes": 30, "title": "What we ask of the city"},
    ],
    "attendance": [
        {"label": "Residents", "invited": 60, "came": 34},
        {"label": "Suppliers", "invited": 12, "came": None},
    ],
    "recorded": 71,
    "consented": 64,
    "quotes": [
        {"text": "Si no lo entiendo, no es una razón.", "language": "es", "speaker": "Residents", "alike": 7,
         "tags": ["Transparency"],
         "translation": {"text": "If I cannot follow it, it is no reason.", "language": "en"}},
        {"text": "We fear the list more than the fine.", "speaker": "Suppliers", "alike": 1},
    ],
    "tags": [{"code": "T-04", "label": "Transparency", "count": 31}, {"code": "T-09", "label": "Jobs", "count": 4}],
    "recommendations": [
        {"number": 1, "text": "Give every reason in one sentence.", "support": {"yes": 31, "no": 2, "abstained": 1},
         "outcome": "adopted", "reply": "It is criterion C-05.", "replied": dt.date(2026, 3, 11)},
        {"number": 2, "text": "Print the flags at the town hall.", "outcome": "open", "due": dt.date(2026, 4, 2)},
    ],
    "limits": ["Who came chose to come."],
}  # fmt: skip
NOTICE: dict[str, Any] = {
    **HEAD,
    "title": "Decided on your case: Grant declined",
    "address": "https://minga.example/notice/vUq4vfCKt-5Pb-zzluWxxPnQhZAvBqul/",
    "recipient": ["Rosa Benítez", "Calle 5", "Encarnación"],
    "service": "Grants for roofs",
    "case": "0012",
    "lead": "A person decided, not a tool: Flor Ayala, on 12 March 2026.",
    "sections": [
        {"title": "The reason", "text": [], "quote": "The income is too high.", "items": []},
        {"title": "What the decision rests on", "text": ["What was opened:"], "quote": "", "items": ["Income: 1900"]},
    ],
    "until": dt.date(2026, 4, 23),
}
CHECK: dict[str, Any] = {
    **HEAD,
    "finding": "1 of 2 figures lies beyond the bound",
    "code": "C-01",
    "criterion": "A report in Spanish reaches the right queue as often as one in English.",
    "outcome": "Failed.",
    "lead": "The worst: 20 % of es (12 of 60).",
    "baseline_sentence": "Always answering “roads” needs no learning: it is right in 24 of 120 cases.",
    "baseline": {
        "caption": "The simplest rule", "head": ["Figure", "Count", "Of", "%"], "rows": [["es", "12", "60", "20.0"]],
        "numeric": [1, 2, 3],
    },
    "figures": {
        "caption": "All figures", "head": ["Group", "Of", "%", "Result"], "numeric": [1, 2],
        "rows": [["es", "60", "20.0", "beyond the bound"], ["en", "60", "96.7", "within"]],
    },
    "notes": ["3 cases: the program gave no answer"],
    "facts": [("Seed", "1"), ("SHA-256 of the rows", "ab" * 32)],
}  # fmt: skip
PAPER: dict[str, Any] = {
    **HEAD,
    "title": "Annex on artificial intelligence",
    "lead": "Part of the contract between the city and Datos Claros.",
    "facts": [("Contract", "2026/14"), ("Version", "3")],
    "parts": [
        {"level": 2, "number": "1", "title": "Who decides", "text": ["A named person decides each case."], "items": [],
         "table": None, "small": ""},
        {"level": 3, "number": "1.1", "title": "Tests", "text": [], "items": ["C-01 is met", "C-02 is met"],
         "table": {"caption": "Prices", "head": ["What", "Price"], "rows": [["1,000 cases", "4.20"]], "numeric": [1]},
         "small": "Written in our own words."},
    ],
    "sign": ["For the city", "For the supplier", "For the staff"],
}  # fmt: skip
EXAMPLES: dict[str, dict[str, Any]] = {
    "report": REPORT, "sheets": SHEETS, "tally": SHEETS, "codes": CODES, "session": SESSION, "notice": NOTICE,
    "check": CHECK, "paper": PAPER,
}  # fmt: skip
HOSTILE = [
    '#eval("1+1") #sys.inputs #import "x.typ": y #read("/etc/passwd")',
    "$x^2$ *bold* _it_ `raw` = no heading <label> @ref // no comment /* no */",
    '"quotes" \\ back #{ } [ ] ~ -- --- ... \'',
    "<b>tags</b> & &amp; {page} %(body)s",
]
"""Statements that mean something to a typesetter, a browser or gettext."""


def reader(template: str, data: dict[str, Any], language: str = "en") -> PdfReader:
    return PdfReader(io.BytesIO(render(template, data, language)))


def text_of(pdf: PdfReader) -> str:
    """All words of a document with single spaces: where lines break is of no account."""
    return squeezed(" ".join(page.extract_text() for page in pdf.pages))


def squeezed(text: str) -> str:
    return re.sub(r"\s+", " ", text.replace("\u200b", ""))


def without_spaces(text: str) -> str:
    return re.sub(r"[\s\u200b]+", "", text)


def own_texts(found: Any) -> Iterator[str]:
    """Every text a caller gave that must be on paper, ids and addresses of QR codes excepted."""
    if isinstance(found, dict):
        for key, part in found.items():
            if key in (
                "text",
                "label",
                "title",
                "finding",
                "reason",
                "sentence",
                "reply",
                "place",
                "purpose",
                "note",
            ) or (isinstance(part, dict | list) and key != "sheets"):
                yield from own_texts(part)
    elif isinstance(found, list):
        for part in found:
            yield from own_texts(part)
    elif isinstance(found, str):
        yield found


def structure_tags(pdf: PdfReader) -> list[str]:
    """The names of all structure elements, walked iteratively from the root."""
    found: list[str] = []
    waiting = [pdf.trailer["/Root"]["/StructTreeRoot"]]  # type: ignore[index]
    while waiting:
        node = waiting.pop().get_object()
        if isinstance(node, list):
            waiting.extend(part for part in node if not isinstance(part, int))
        elif isinstance(node, dict):
            if "/S" in node:
                found.append(str(node["/S"]))
            if "/K" in node and not isinstance(node["/K"], int):
                waiting.append(node["/K"])
    return found


@pytest.mark.parametrize("template", list(TEMPLATES))
@pytest.mark.parametrize("language", ["en", "es"])
def test_each_document_is_tagged_titled_and_says_its_language(template: str, language: str) -> None:
    pdf = reader(template, EXAMPLES[template], language)
    root = pdf.trailer["/Root"]
    assert root["/Lang"] == language  # type: ignore[index]
    assert root["/MarkInfo"]["/Marked"]  # type: ignore[index]
    assert "H1" in {tag.strip("/") for tag in structure_tags(pdf)} or template == "codes"
    assert b"pdfuaid" in root["/Metadata"].get_object().get_data()  # type: ignore[index]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]  # type: ignore[index]
    assert pdf.metadata is not None
    assert pdf.metadata.title == EXAMPLES[template]["title"]
    assert pdf.metadata.author == HEAD["body"]


@pytest.mark.parametrize("template", list(TEMPLATES))
def test_every_text_given_is_on_paper(template: str) -> None:
    shown = without_spaces(text_of(reader(template, EXAMPLES[template])))
    missing = [text for text in own_texts(EXAMPLES[template]) if without_spaces(text) not in shown]
    assert missing == []


@pytest.mark.parametrize("template", list(TEMPLATES))
def test_the_same_data_give_the_same_bytes(template: str) -> None:
    first = render(template, EXAMPLES[template], "en")
    assert render(template, copy.deepcopy(EXAMPLES[template]), "en") == first
    later = EXAMPLES[template] | {"created": DAY + dt.timedelta(days=1)}
    assert render(template, later, "en") != first


@pytest.mark.parametrize("template", ["report", "sheets", "tally"])
def test_statements_print_literally(template: str) -> None:
    statements = [{"number": at, "text": text, "groups": GROUPS} for at, text in enumerate(HOSTILE, start=1)]
    data = EXAMPLES[template] | {"statements": 4, "agreed": statements}
    if template != "report":
        data = EXAMPLES[template] | {"statements": statements}
    shown = without_spaces(text_of(reader(template, data)))
    assert [text for text in HOSTILE if without_spaces(text) not in shown] == []


def test_titles_and_names_are_not_markup_either() -> None:
    hostile = '#panic("no") *title* $a$'
    pdf = reader("session", SESSION | {"title": hostile, "body": hostile, "finding": hostile, "place": hostile})
    assert pdf.metadata is not None
    assert pdf.metadata.title == hostile
    assert text_of(pdf).count(hostile) >= 3


@pytest.mark.parametrize(
    "text",
    [
        "مرحبا بالعالم، لا نريد قرارات بلا بشر",
        "Ñande ñe’ẽ guaraní: g̃ ỹ ĩ ũ",
        "I like it 😀 👍🏽 🇵🇾 very much",
        "投票は秘密です",
        "a" * 600,
        "https://minga.example/" + "very-long-path/" * 40,
        "null\x00 bell\x07 lone\ud800 private\ue000 turned\u202e round",
        "Ж́" * 30 + " \u0e2a\u0e27\u0e31\u0e2a\u0e14\u0e35 \u0939\u093f\u0928\u094d\u0926\u0940",
    ],
    ids=["arabic", "guarani", "emoji", "japanese", "long word", "long address", "broken", "combining"],
)
@pytest.mark.parametrize("template", ["report", "sheets", "tally"])
def test_any_script_any_length_becomes_a_document(template: str, text: str) -> None:
    key = "divides" if template == "report" else "statements"
    data = EXAMPLES[template] | {key: [{"number": 1, "text": text, "language": "gn-PY", "groups": SPLIT}]}
    assert len(reader(template, data).pages) >= 1


def test_a_character_without_a_font_prints_as_its_number() -> None:
    data = SHEETS | {"statements": [{"number": 1, "text": "投票 stays"}], "sheets": ["1"]}
    assert "[U+6295][U+7968] stays" in text_of(reader("sheets", data))


def test_tables_and_lists_are_read_out_as_such() -> None:
    tags = structure_tags(reader("report", REPORT))
    assert tags.count("/Table") == 5
    assert tags.count("/TH") == 3 * 5 + 3 + 6
    assert tags.count("/L") == 2
    assert "/H2" in tags


def test_each_sheet_has_its_number_and_starts_on_its_own_page() -> None:
    shown = [page.extract_text() for page in reader("sheets", SHEETS).pages]
    assert len(shown) == 2
    assert "Sheet 017" in shown[0]
    assert "Sheet 018" not in shown[0]
    assert "Page 1 of 1" in shown[1]
    assert shown[0].count("I don’t understand") == len(STATEMENTS)


def test_a_long_sheet_counts_its_own_pages() -> None:
    many = [{"number": at, "text": "A statement of usual length about the rules of the town."} for at in range(1, 31)]
    shown = [page.extract_text() for page in reader("sheets", SHEETS | {"statements": many}).pages]
    assert len(shown) % 2 == 0
    half = len(shown) // 2
    assert f"Page {half} of {half}" in shown[half - 1]
    assert f"Page 1 of {half}" in shown[half]


def test_codes_come_ten_to_a_page_in_groups_of_four() -> None:
    shown = [page.extract_text() for page in reader("codes", CODES).pages]
    assert [len(re.findall(r"K7M2 9QXA \d{4}", page)) for page in shown] == [10, 10, 3]
    assert shown[0].count("Residents of the centre") == 10
    assert "30 April 2026" in shown[0]


@pytest.mark.parametrize("template", ["sheets", "codes"])
def test_a_qr_code_has_its_address_as_words(template: str) -> None:
    pdf = reader(template, EXAMPLES[template])
    assert structure_tags(pdf).count("/Figure") == (2 if template == "sheets" else 23)
    address = HEAD["address"] if template == "sheets" else CODES["short_address"]
    assert any(str(address) in alt for alt in alternatives(pdf))


def alternatives(pdf: PdfReader) -> list[str]:
    objects = (pdf.get_object(number) for number in range(1, len(pdf.xref_objStm) + max(pdf.xref.get(0, {0: 0}))))
    return [str(found["/Alt"]) for found in objects if isinstance(found, dict) and "/Alt" in found]


def test_headings_of_the_report_are_findings() -> None:
    shown = text_of(reader("report", REPORT))
    for heading in (
        "Every group agrees on 2 statements",
        "One statement divides the groups",
        "The groups are real",
        "Residents: under-heard by 20 points",
        "2 of 3 contributions have an answer",
    ):
        assert heading in shown


def test_suppressed_counts_never_reach_the_page() -> None:
    hidden = {"label": "Suppliers", "agree": None, "passed": None, "disagree": None}
    shown = text_of(reader("report", REPORT | {"agreed": [AGREED | {"groups": [hidden]}], "divides": []}))
    assert "Suppliers too few to judge" in shown
    assert "None" not in shown


def test_without_real_groups_there_are_no_portraits() -> None:
    check = {"real": False, "sentence": "Resamples do not agree.", "figures": []}
    shown = text_of(reader("report", REPORT | {"check": check}))
    assert "The votes do not fall into groups" in shown
    assert "2 statements have broad agreement" in shown
    assert "What sets each group apart" not in shown


def test_a_group_that_nobody_came_from_is_named() -> None:
    absent = {"label": "Staff", "affected": 10.0, "people": 0, "share": 0.0, "low": 0.0, "high": 3.7}
    shown = text_of(reader("report", REPORT | {"took_part": [absent]}))
    assert "Nobody took part from: Staff" in shown


def test_an_empty_conversation_is_still_a_report() -> None:
    empty: dict[str, Any] = {
        key: [] for key in ("agreed", "divides", "portraits", "took_part", "answers", "method", "limits", "data")
    }
    check = {"real": False, "sentence": "There are no votes.", "figures": []}
    replies = {"answered": 0, "total": 0, "median_days": None}
    shown = text_of(reader("report", REPORT | empty | {"check": check, "replies": replies, "closed": None}))
    for said in ("No statement has broad agreement", "No statement divides opinion", "Nothing waits for an answer",
                 "Nobody has said yet who is affected", "Open since 1 February 2026"):  # fmt: skip
        assert said in shown


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("report", "Todos los grupos están de acuerdo en 2 afirmaciones"),
        ("sheets", "Qué pasa con mi voto"),
        ("tally", "Hoja de recuento"),
        ("codes", "Su código de invitación"),
        ("session", "Quién participó"),
        ("notice", "Puede impugnar esta decisión hasta el 23 de abril de 2026."),
        ("check", "Para repetirla usted mismo"),
    ],
)
def test_documents_speak_spanish(template: str, said: str) -> None:
    assert said in text_of(reader(template, EXAMPLES[template], "es"))


def test_bad_requests_say_what_to_do() -> None:
    with pytest.raises(CannotPrint, match="Use one of: report"):
        render("letter", HEAD, "en")
    with pytest.raises(CannotPrint, match="Use one of: en, es"):
        render("report", REPORT, "xx")
    with pytest.raises(CannotPrint, match="lack 'finding'"):
        render("report", {key: part for key, part in REPORT.items() if key != "finding"}, "en")


def test_templates_ask_for_no_package_and_no_font_of_the_system() -> None:
    sources = list(Path(engine.HERE).glob("*.typ"))
    assert len(sources) == len(TEMPLATES) + 1
    for source in sources:
        assert not re.search(r"@\w+/|https?:|\beval\b|\bread\(", source.read_text()), source.name
    assert all(font.path is None for font in compiler.fonts(None).fonts())
    assert not engine.NO_PACKAGES.exists()


def test_documents_come_out_with_the_fonts_inside_typst_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(engine, "FONTS", tmp_path / "none")
    for template, data in EXAMPLES.items():
        shown = without_spaces(text_of(reader(template, data)))
        assert [text for text in own_texts(data) if without_spaces(text) not in shown] == []


def test_a_document_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "SECONDS", 0.001)
    with pytest.raises(CannotPrint, match="Print fewer statements or codes at a time"):
        render("tally", SHEETS, "en")


def test_a_template_that_fails_says_why(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "tally.typ").write_text('#panic("out of paper")')
    monkeypatch.setattr(engine, "HERE", tmp_path)
    (tmp_path / "compiler.py").write_bytes(Path(compiler.__file__).read_bytes())
    with pytest.raises(CannotPrint, match="out of paper"):
        render("tally", SHEETS, "en")


def test_a_preview_is_one_picture_a_page() -> None:
    drawn = pages("codes", CODES, "en", ppi=20)
    assert len(drawn) == 3
    assert all(page.startswith(b"\x89PNG") for page in drawn)


def test_small_rules_of_text() -> None:
    assert in_fours("k7m2-9qxa 12") == "k7m2 9qxa 12"
    assert language_code("es-PY", "en") == "es"
    assert language_code("1; #panic()", "en") == "en"
    assert printable("a\x07b\ue000") == "a b[U+E000]"
    assert printable("x" * 50).replace("\u200b", "") == "x" * 50
