"""Reasons are words that a person can read in the text, and say something about its subject."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from minga.tools.triage import Model, tool
from minga.tools.triage.cli import main
from minga.tools.triage.readable import COMMON, common_words, tells_something
from tests.tools.test_triage_tool import letters

HOLLOW = {"mine": "my mine me myself I", "yours": "you your yours yourself yourselves"}


@pytest.fixture(scope="module")
def hollow(tmp_path_factory: pytest.TempPathFactory) -> Model:
    """Letters that are told apart by common words alone."""
    path = letters(tmp_path_factory.mktemp("reasons") / "letters.csv", 300, 2, HOLLOW)
    return tool.train(path, 1, "[costs]\nwrong_route = 2\n")


def test_where_only_common_words_speak_no_word_is_named(hollow: Model) -> None:
    advice = tool.advise(hollow, {"text": "you your yours yourself"})
    assert advice.proposal == "yours"
    assert [reason.code for reason in advice.reasons] == ["no_word"]
    assert "No single word decided this" in advice.reasons[0].sentence
    assert "Ninguna palabra" in advice.in_language("es").reasons[0].sentence
    assert advice.reasons[0].evidence == ()


@pytest.mark.parametrize(
    ("text", "dropped", "kept"),
    [
        ("What is the fee for my permit?", {"the", "my", "What", "is", "for"}, {"fee", "permit"}),
        ("No sé cómo pedir la licencia de mi padre", {"la", "de", "mi", "No", "sé", "cómo"}, {"licencia", "padre"}),
        ("When did he die in the war", {"the", "in", "he"}, {"die", "war"}),
        ("Wo kann ich die Lampe melden", {"die", "ich", "Wo"}, {"Lampe", "melden"}),
        ("l'école s'est fermée, où est la clé", {"l", "s", "la"}, {"école", "clé"}),
        ("Route 7 or B", {"or", "B"}, {"Route", "7"}),
    ],
)
def test_common_words_are_those_of_the_text_s_language(text: str, dropped: set[str], kept: set[str]) -> None:
    common = common_words(text)
    assert not any(tells_something(word, common) for word in dropped)
    assert all(tells_something(word, common) for word in kept)


def test_a_text_in_no_known_language_loses_nothing() -> None:
    assert common_words("zzyzx qwrty") == frozenset()
    assert {"en", "es"} <= set(COMMON)


def test_evaluate_tells_the_size_of_every_group(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = letters(tmp_path / "letters.csv", 240, 5)
    assert main(["evaluate", str(path), "--split", "0.25", "--group", "district", "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["group_sizes"]["route"] == dict.fromkeys(found["per_route"], 12)
    assert sum(found["group_sizes"]["district"].values()) == found["cases"] == 60
    assert {"macro_f1", "seed", "seconds", "cpu_seconds", "peak_memory_mib"} <= set(found)
