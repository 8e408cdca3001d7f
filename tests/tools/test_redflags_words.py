"""The tool's own words in each language: same keys, same placeholders, nothing left out, old advice still readable."""

import re
import string
from collections.abc import Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import orjson
import pytest

from minga.tools.base import Advice, Evidence, Reason, in_language, merged
from minga.tools.redflags import sentences
from minga.tools.redflags.protocol import tool
from minga.tools.redflags.sentences import ENGLISH, OTHERS, UNITS, WHY_NOT, Language

SQL = Path(sentences.__file__).parent / "sql"


def release(ocid: str, end: str, tenderers: int = 1) -> dict[str, Any]:
    return {
        "ocid": ocid,
        "tender": {
            "procurementMethod": "open",
            "numberOfTenderers": tenderers,
            "tenderPeriod": {"startDate": "2026-03-01T00:00:00Z", "endDate": end},
        },
    }


def flat(table: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        if isinstance(value, str):
            yield f"{above}{key}", value
        elif isinstance(value, sentences.Wording):
            yield from ((f"{above}{key}.{f.name}", getattr(value, f.name)) for f in fields(value))


def texts(language: Language) -> dict[str, str]:
    tables = (f.name for f in fields(language) if f.name != "read_as")
    return {key: text for name in tables for key, text in flat(getattr(language, name), f"{name}.")}


def placeholders(text: str) -> list[str]:
    return sorted(f"{name}:{form}" for _, name, form, _ in string.Formatter().parse(text) if name)


@pytest.mark.parametrize("name", OTHERS)
def test_every_language_says_the_same_things(name: str) -> None:
    english, other = texts(ENGLISH), texts(OTHERS[name])
    assert set(english) == set(other)
    assert all(other.values())
    for key, text in english.items():
        assert placeholders(text) == placeholders(other[key]), key


@pytest.mark.parametrize("name", OTHERS)
def test_what_the_sql_says_of_evidence_is_in_every_language(name: str) -> None:
    literal = re.compile(r"'([a-z]+(?: [a-z]+)+)'")
    said = {text for path in SQL.glob("R*.sql") for text in literal.findall(path.read_text(encoding="utf-8"))}
    assert said == set(OTHERS[name].read_as)


def test_each_indicator_has_a_unit_and_words() -> None:
    assert set(UNITS) == set(ENGLISH.indicators)
    assert set(UNITS.values()) - set(ENGLISH.units) == {"ratio", "currency"}


def test_advice_is_read_in_the_language_asked_for() -> None:
    advice = tool.advise(tool.train(None, 1), release("A", "2026-03-09T00:00:00Z"))
    spanish = advice.in_language("es")
    sign = next(reason for reason in spanish.reasons if reason.code == "R003")
    assert sign.sentence == "Los oferentes tuvieron 8 días completos, menos que el límite de 15."
    assert sign.unit == "días"
    assert {row.read_as for row in sign.evidence} == {"inicio del plazo para ofertar", "cierre para ofertar"}
    assert spanish.not_computed["R025"] == "solo se puede juzgar entre otros procesos"
    assert advice.in_language("qu") == advice.in_language("en") == advice


def test_nothing_of_an_advice_stays_english() -> None:
    cases = (release("A", "2026-03-09T00:00:00Z"), release("B", "2026-04-09T00:00:00Z", 3), {"ocid": "C", "tender": {}})
    for case in cases:
        advice = tool.advise(tool.train(None, 1), case)
        spanish = advice.in_language("es")
        for code, why in advice.not_computed.items():
            assert spanish.not_computed[code] != why
        for code, text in advice.tested.items():
            assert spanish.tested[code] != text
        assert advice.abstained_because is None or spanish.abstained_because != advice.abstained_because


def test_figures_are_written_as_the_language_does() -> None:
    phrase = sentences.fired("R036", 1234567.5, 2000000.0)
    assert "1,234,567.50" in phrase["en"]
    assert "1\u202f234\u202f567,50" in phrase["es"]
    party = sentences.fired("R038", 0.456, 0.4, "ProcuringEntity", "PE-1")["es"]
    assert (
        party == "La entidad contratante PE-1: se descalificó 45,6\u202f% de sus ofertas; 40,0\u202f% o más es inusual."
    )


def test_a_fixed_text_within_a_sentence_is_translated_too() -> None:
    note = sentences.said("not_computed", code="R003", count=3, why=WHY_NOT["cancelled"])
    assert note["en"] == "R003 not computed on 3 releases: the tender was cancelled."
    assert note["es"] == "R003 no se calculó en 3 publicaciones: la licitación se canceló."


def test_an_evaluation_brings_its_sentences_in_every_language(tmp_path: Path) -> None:
    data = tmp_path / "data.jsonl"
    data.write_bytes(b"\n".join(orjson.dumps(release(f"A{n}", "2026-03-09T00:00:00Z")) for n in range(40)))
    report = tool.evaluate(tool.train(None, 1), data)
    said = in_language(report.baseline_sentence, report.translations, "es")
    assert said.startswith("Un solo límite de 15 días completos")
    assert "100,0\u202f% (40 de 40" in said
    assert report.notes
    assert all(in_language(note, report.translations, "es") != note for note in report.notes)


def test_advice_kept_before_there_were_translations_is_still_read() -> None:
    reason = Reason("R003", "Eight days.", 8, 11, "days", evidence=(Evidence("/tender", 8, "length"),))
    kept = Advice("A", "flag", reasons=(reason,), tested={"R018": "two took part"}).as_json()
    del kept["translations"]
    read = Advice.from_json(orjson.loads(orjson.dumps(kept)))
    assert read.in_language("es") == read


def test_translations_survive_json_and_can_be_merged() -> None:
    advice = tool.advise(tool.train(None, 1), release("A", "2026-03-09T00:00:00Z"))
    assert Advice.from_json(orjson.loads(orjson.dumps(advice.as_json()))) == advice
    assert merged({"es": {"a": "1"}}, {"es": {"b": "2"}, "fr": {"a": "3"}}) == {
        "es": {"a": "1", "b": "2"},
        "fr": {"a": "3"},
    }
