"""A contract annex is built clause by clause from answers; what is open, changed or taken out is told in it."""

import datetime as dt
import io
from typing import Any

import docx as word
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from minga.instruments import library
from minga.instruments.definition import Multiple, Single, choices
from minga.procurement.clauses import Change, ClauseError, Draft, build, clauses, parse
from minga.procurement.clauses.reading import BLANK
from minga.procurement.clauses.writing import Head, as_json, docx, from_json, markdown, pdf

TERMS = library.load("procurement_terms")
LISTS = {"criteria": ["C-01: At most 20 % are flagged."], "stop_rules": ["Overrules goes beyond 40 %"]}
HOSTILE = "x\x00\x0b = SUM(1) <w:p/> {{body}} #heading ]]> & ﷽ \ufffe"


def filled(**changed: Any) -> dict[str, Any]:
    """Every question of the terms answered: the first option, the lowest number, a word."""
    found: dict[str, Any] = {"body": "City of Encarnación", "currency": "PYG"}
    for id, question in TERMS.questions.items():
        if isinstance(question, Single | Multiple):
            found[id] = choices(question)[0].value
        else:
            found[id] = 7 if question.__class__.__name__ == "Number" else f"the {id}"
    return found | changed


def made(**changed: Any) -> Draft:
    given = {"high": True, "language": "en", "changes": None} | {
        k: changed.pop(k) for k in ("high", "language", "changes") if k in changed
    }
    return build(clauses(), filled(**changed), LISTS, **given)


def ids(draft: Draft) -> list[str]:
    return [built.id for part in draft.sections for built in part.clauses]


HEAD = Head("Annex", "City", "Street reports", 2, dt.date(2026, 3, 12), "https://minga.example/a/")


def test_all_answered_leaves_nothing_open() -> None:
    for high in (True, False):
        for language in ("en", "es"):
            assert made(high=high, language=language).missing == []


def test_every_clause_stands_for_some_answers_and_every_blank_is_asked_or_known() -> None:
    known = {*TERMS.questions, "body", "currency"}
    blanks = {name for one in clauses().clauses for text in (one.text, one.high, one.other) for words in text.values()
              for name in BLANK.findall(words)}  # fmt: skip
    assert blanks <= known
    reached: set[str] = set()
    for question in TERMS.questions.values():
        for option in choices(question):
            reached |= set(ids(made(**{question.id: option.value})))
    assert reached == {one.id for one in clauses().clauses}


def test_answers_choose_between_clauses() -> None:
    assert "no_training" in ids(made(training_use="no"))
    assert {"asked_training", "may_train"}.isdisjoint(ids(made(training_use="no")))
    assert "personal" in ids(made(personal_data="yes"))
    assert "no_personal" in ids(made(personal_data="no"))
    assert "rounds" not in ids(made(iterations="no"))


def test_high_risk_and_other_have_their_own_words() -> None:
    texts = [{b.id: b.text for p in made(high=high).sections for b in p.clauses} for high in (True, False)]
    different = {id for id in texts[0] if texts[0][id] != texts[1][id]}
    assert different == {one.id for one in clauses().clauses if one.high}
    assert len(different) >= 6


def test_what_is_not_answered_is_listed_with_its_clause() -> None:
    draft = made(mend_days=None, purpose="")
    assert {name for _number, name in draft.missing} == {"mend_days", "purpose"}
    assert "______" in markdown(draft, HEAD)


@pytest.mark.parametrize("name", ["personal_data", "training_use", "ours", "subcontractors", "source_access"])
def test_a_question_that_chooses_a_clause_is_missing_where_it_is_not_answered(name: str) -> None:
    draft = made(**{name: None})
    assert ("", name) in draft.missing
    assert name in markdown(draft, HEAD)


def test_an_unanswered_risk_is_never_the_lower_one_in_silence() -> None:
    assert ("", "high_risk") in made(high=False, high_risk=None).missing
    assert made(high=True, high_risk=None).missing == []


def test_an_annex_frozen_before_this_was_told_still_opens() -> None:
    frozen = as_json(made())
    del frozen["undecided"]
    assert from_json(frozen) == made()


@pytest.mark.parametrize(
    ("language", "word", "not_word"), [("en", "Article", "artículo"), ("es", "artículo", "Article")]
)
def test_articles_are_cited_in_the_language_of_the_annex(language: str, word: str, not_word: str) -> None:
    cited = [built.law for part in made(language=language).sections for built in part.clauses if built.law]
    assert len(cited) >= 10
    assert all(word in law and not_word not in law for law in cited)


def test_what_binds_high_risk_only_is_not_cited_for_others() -> None:
    cited = {built.id: built.law for part in made(high=False).sections for built in part.clauses if built.law}
    assert set(cited) == {"class", "forbidden", "notice", "personal"}
    assert "26" not in cited["notice"]


def test_the_annex_says_that_the_body_must_check_the_articles() -> None:
    assert "must check" in markdown(made(), HEAD)
    assert "debe comprobar" in markdown(made(language="es"), HEAD)


@pytest.mark.parametrize(("language", "written"), [("en", "1,234,567"), ("es", "1\xa0234\xa0567")])
def test_amounts_are_written_as_the_language_does(language: str, written: str) -> None:
    [price] = [b for p in made(language=language, price_cap=1234567).sections for b in p.clauses if b.id == "price"]
    assert written in price.text


def test_an_empty_list_is_missing_too() -> None:
    draft = build(clauses(), filled(), {}, high=True, language="en", words={"criteria": "No criteria yet"})
    assert "No criteria yet" in {name for _number, name in draft.missing}


def test_a_value_with_brackets_is_not_filled_again() -> None:
    draft = made(purpose="{supplier_name} and {nothing}")
    [text] = [b.text for p in draft.sections for b in p.clauses if b.id == "purpose"]
    assert "{supplier_name} and {nothing}" in text


def test_changes_are_told_with_their_reason() -> None:
    draft = made(changes={"audit": Change(True, "", "They have one already"),
                          "price": Change(False, "It costs {price} {currency}.", "Simpler")})  # fmt: skip
    assert "audit" not in ids(draft)
    assert draft.taken_out == (("Audit", "They have one already"),)
    [price] = draft.changed
    assert (price.text, price.changed) == ("It costs 7 PYG.", "Simpler")
    assert "They have one already" in markdown(draft, HEAD)


def test_numbers_run_without_gaps() -> None:
    for part in made(changes={"forbidden": Change(True, "", "x")}).sections:
        assert [b.number for b in part.clauses] == [f"{part.number}.{n}" for n in range(1, len(part.clauses) + 1)]


def test_a_frozen_annex_comes_back_as_it_was() -> None:
    draft = made(changes={"audit": Change(True, "", "x")})
    assert from_json(as_json(draft)) == draft


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_word_file_has_headings_numbers_language_and_all_words(language: str) -> None:
    draft = made(language=language)
    document = word.Document(io.BytesIO(docx(draft, HEAD)))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    headings = [p.text for p in document.paragraphs if p.style.name.startswith("Heading")]
    for part in draft.sections:
        assert f"{part.number} {part.title}" in headings
        for built in part.clauses:
            assert f"{built.number} {built.title}" in headings
            assert built.text in text
    assert document.core_properties.language == language
    assert ("For the supplier" if language == "en" else "Por el proveedor") in text


def test_pdf_and_markdown_say_the_same() -> None:
    draft = made(language="es")
    read = "".join("".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf(draft, HEAD))).pages)
    written = markdown(draft, HEAD)
    for part in draft.sections:
        for built in part.clauses:
            assert "".join(built.text.split()) in read
            assert built.text in written


def test_hostile_words_break_no_file() -> None:
    draft = made(purpose=HOSTILE, supplier_name=HOSTILE)
    document = word.Document(io.BytesIO(docx(draft, HEAD)))
    assert any("SUM(1)" in paragraph.text for paragraph in document.paragraphs)
    assert PdfReader(io.BytesIO(pdf(draft, HEAD))).pages
    assert "\x00" not in markdown(draft, HEAD)


@given(st.text(max_size=60))
def test_any_text_goes_into_the_word_file(text: str) -> None:
    draft = made(supplier_name=text or "x")
    assert word.Document(io.BytesIO(docx(draft, HEAD))).paragraphs


BAD = """version = "1"
date = 2026-01-01
[source]
title = {en = "t", es = "t"}
law = {en = "l", es = "l"}
[[parts]]
id = "a"
title = {en = "A", es = "A"}
[[clauses]]
id = "x"
part = "%(part)s"
title = {en = "X", es = "X"}
when = '%(when)s'
text = {en = "%(en)s", es = "%(es)s"}
"""
GOOD = {"part": "a", "when": "", "en": "a {b}", "es": "a {b}"}


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"part": "z"}, "belongs to no part"),
        ({"when": "a == "}, "condition cannot be read"),
        ({"es": "a {c}"}, "other blanks"),
    ],
)
def test_clauses_that_cannot_be_used_say_why(changed: dict[str, str], told: str) -> None:
    assert parse(BAD % GOOD).clauses
    with pytest.raises(ClauseError, match=told):
        parse(BAD % {**GOOD, **changed})


def test_a_file_that_is_no_toml_says_where() -> None:
    with pytest.raises(ClauseError, match="line 2"):
        parse('version = "1"\nnot toml\n')
