"""Triage as a tool: learning, advice with words as reasons, abstention, evaluation, drift, saving."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import orjson
import pytest

from minga.tools.base import Advice, Tool, ToolError
from minga.tools.triage import Model, tool
from minga.tools.triage.grams import grams_of

SUBJECTS = {
    "pensions": "pension retirement contribution widow annuity payout",
    "parking": "parking permit car fine meter street",
    "waste": "bin collection rubbish recycling missed bag",
    "housing": "rent tenancy landlord damp repair flat",
    "schools": "school place admission pupil teacher term",
}
FILLER = [
    "please",
    "could",
    "you",
    "tell",
    "me",
    "about",
    "my",
    "dear",
    "team",
    "thank",
    "again",
    "today",
    "with",
    "the",
]
RULES = """
[[rule]]
name = "Deaths"
route = "bereavement"
priority = 3
any = ["passed away", "death certificate*"]
none = ["no death"]
tests.match = ["My mother has passed away.", "Two death certificates, please"]
tests.no_match = ["I passed by"]
"""


def letters(path: Path, count: int, seed: int, subjects: dict[str, str] | None = None) -> Path:
    """Made-up letters on the subjects in turn, as CSV with text, label and district."""
    rng = np.random.default_rng(seed)
    known = subjects or SUBJECTS
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["text", "label", "district"])
        for number in range(count):
            label = list(known)[number % len(known)]
            words = [*rng.choice(known[label].split(), 3), *rng.choice(FILLER, 6)]
            text = " ".join(rng.permutation(words)).capitalize() + "."
            rows.writerow([text, label, "north" if rng.random() < 0.5 else "south"])
    return path


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return letters(tmp_path_factory.mktemp("triage") / "letters.csv", 400, 1)


@pytest.fixture(scope="module")
def model(data: Path) -> Model:
    return tool.train(data, 3, RULES)


def test_it_is_a_tool() -> None:
    assert isinstance(tool, Tool)
    assert tool.card.name == "triage"
    assert tool.card.learns
    assert set(tool.card.title) == set(tool.card.summary) == set(tool.card.known_failures) == {"en", "es"}
    assert len(tool.card.known_failures["en"]) == len(tool.card.known_failures["es"])


def test_the_words_are_reasons_and_stand_where_they_point(model: Model) -> None:
    text = "Dear team, what about the MISSED rubbish collection?"
    advice = tool.advise(model, {"text": text})
    assert advice.proposal == "waste"
    assert advice.probability is not None
    assert advice.probability >= model.settings.threshold
    words = [row.value for reason in advice.reasons for row in reason.evidence]
    assert set(words) <= {"MISSED", "rubbish", "collection"}
    assert words
    for reason in advice.reasons:
        assert reason.measured is not None
        assert 0 < reason.measured <= 1
        for row in reason.evidence:
            start, end = map(int, row.path.removeprefix("text#char=").split(","))
            assert text[start:end] == row.value
    assert Advice.from_json(orjson.loads(orjson.dumps(advice.as_json()))) == advice


def test_advice_in_spanish(model: Model) -> None:
    advice = tool.advise(model, {"text": "the missed rubbish collection"}).in_language("es")
    assert all(reason.sentence.startswith("La palabra «") for reason in advice.reasons)
    assert {row.read_as for reason in advice.reasons for row in reason.evidence} == {
        "una palabra que apunta al destino"
    }
    assert advice.tested["second"].endswith("segunda mejor puntuación")
    stranger = tool.advise(model, {"text": "zzyzx qwrty"}).in_language("es")
    assert str(stranger.abstained_because).startswith("No se propone")


def test_a_rule_decides_first_and_says_so(model: Model) -> None:
    text = "My father passed\naway; what about his pension and retirement?"
    advice = tool.advise(model, {"text": text})
    assert advice.proposal == "bereavement"
    assert advice.probability is None
    assert "Deaths" in advice.reasons[0].sentence
    assert [row.value for row in advice.reasons[0].evidence] == ["passed\naway"]


@pytest.mark.parametrize("text", ["", "   ", "%%% --- !!!", "ελληνικά κείμενα εδώ", "wxq zrt vbn plk"])
def test_it_abstains_from_what_it_does_not_know(model: Model, text: str) -> None:
    advice = tool.advise(model, {"text": text})
    assert advice.proposal is None
    assert advice.abstained_because
    assert advice.reasons == ()


def test_a_label_named_in_the_settings_is_not_needed_to_advise(data: Path, tmp_path: Path) -> None:
    settings = '[columns]\ntext = "text"\nlabel = "label"\n'
    model = tool.train(data, 3, settings)
    text = "missed rubbish collection"
    assert tool.advise(model, {"text": text}).proposal == "waste"
    path = tmp_path / "today.csv"
    path.write_text(f"case,text\n7,{text}\n")
    assert [(advice.case, advice.proposal) for advice in tool.advise_all(model, path)] == [("7", "waste")]
    with pytest.raises(ToolError, match="no column 'label' for the label"):
        tool.evaluate(model, path)


def test_all_and_one_agree(model: Model, data: Path) -> None:
    together = tool.advise_all(model, data)
    assert len(together) == 400
    with data.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert sum(told.proposal == row["label"] for told, row in zip(together, rows, strict=True)) > 300
    for place in (0, 17, 399):
        alone = tool.advise(model, rows[place])
        assert alone.proposal == together[place].proposal
        assert alone.reasons == together[place].reasons


def test_rules_alone_need_no_data() -> None:
    model = tool.train(None, 0, RULES)
    assert tool.advise(model, {"text": "She passed away"}).proposal == "bereavement"
    assert "nothing has been learned" in str(tool.advise(model, {"text": "A bin"}).abstained_because)
    with pytest.raises(ToolError, match="nothing to route by"):
        tool.train(None, 0)


def test_same_seed_same_hash(model: Model, data: Path) -> None:
    assert tool.train(data, 3, RULES).content_hash == model.content_hash
    assert tool.train(data, 4, RULES).content_hash != model.content_hash
    assert tool.train(data, 3, RULES.replace("priority = 3", "priority = 2")).content_hash != model.content_hash


def test_saved_and_loaded(model: Model, data: Path, tmp_path: Path) -> None:
    path = tmp_path / "model.json"
    model.save(path)
    loaded = Model.load(path)
    assert loaded.content_hash == model.content_hash
    assert tool.advise_all(loaded, data) == tool.advise_all(model, data)
    settings = RULES + f'\n[model]\nfile = "{path}"\nhash = "{model.content_hash}"\n'
    named = tool.train(None, 0, settings)
    assert tool.advise(named, {"text": "missed rubbish collection"}).proposal == "waste"
    with pytest.raises(ToolError, match="another model"):
        tool.train(None, 0, settings.replace(model.content_hash, "0" * 64))


def test_a_changed_or_damaged_model_is_refused(model: Model, tmp_path: Path) -> None:
    path = tmp_path / "model.json"
    model.save(path)
    about = json.loads(path.read_text())
    about["learned"]["warmth"] *= 2
    path.write_text(json.dumps(about))
    with pytest.raises(ToolError, match="content hash"):
        Model.load(path)
    path.with_suffix(".npz").write_bytes(b"PK\x03\x04 cut")
    with pytest.raises(ToolError, match="damaged"):
        Model.load(path)
    path.write_text("[]")
    with pytest.raises(ToolError, match="no triage model"):
        Model.load(path)


def test_learning_needs_two_routes(tmp_path: Path) -> None:
    path = tmp_path / "one.csv"
    path.write_text("text,label\n" + "a bin,waste\n" * 9 + "a car,parking\n")
    with pytest.raises(ToolError, match="two routes"):
        tool.train(path, 0)


def test_two_routes_and_a_rare_third_can_be_learned(tmp_path: Path) -> None:
    path = letters(tmp_path / "two.csv", 40, 2, {name: SUBJECTS[name] for name in ("waste", "parking")})
    with path.open("a") as file:
        file.write("my school place,schools,north\n")
    model = tool.train(path, 0)
    assert tool.advise(model, {"text": "rubbish bin bag"}).proposal in ("waste", None)
    assert model.learned is not None
    assert model.learned.sizes == (20, 1, 20)


def test_evaluation(model: Model, tmp_path: Path) -> None:
    test = letters(tmp_path / "test.csv", 200, 9)
    report = tool.evaluate(model, test)
    assert report.rows_in == 200 == report.rows_used + report.rows_rejected + report.rows_failed
    figures = {(row.metric, row.group): row for row in report.figures}
    assert figures["accuracy", ""].of == 200
    assert (figures["accuracy", ""].value or 0) > 0.9
    assert report.baseline_sentence.startswith("You may not need machine learning")
    assert report.translations["es"][report.baseline_sentence].startswith("Puede que no haga falta")
    assert report.baseline[0].value == pytest.approx(0.2)
    given = tool.evaluate(model, test, {"1": "parking", "2": "parking"})
    assert given.rows_used == 200


def test_labels_from_elsewhere(model: Model, tmp_path: Path) -> None:
    path = tmp_path / "bare.csv"
    path.write_text("text\n" + "missed rubbish collection\n" * 40)
    report = tool.evaluate(model, path, {str(row): "waste" for row in range(1, 36)})
    assert (report.rows_in, report.rows_used, report.rows_rejected) == (40, 35, 5)
    assert {row.metric: row.count for row in report.figures}["accuracy"] == 35


def test_drift(model: Model, data: Path, tmp_path: Path) -> None:
    same = tool.drift(model, letters(tmp_path / "same.csv", 300, 5))
    assert not [note for note in same.notes if note.startswith("The texts have changed")]
    new = {"pensions": SUBJECTS["pensions"], "dogs": "dog leash kennel bark", "trees": "tree branch leaves roots"}
    other = letters(tmp_path / "other.csv", 300, 6, new)
    notes = tool.drift(model, other).notes
    assert any("texts have changed" in note for note in notes)
    assert any("parking is proposed for 0.0%" in note for note in notes)
    few = tool.drift(model, letters(tmp_path / "few.csv", 5, 5))
    assert few.figures == ()


def test_places_hold_whatever_the_letters() -> None:
    texts = ["İstanbul e\u0301te\u0301 café", "", "ẞ straße 𝒳yz \U0001f600 ok", "हिन्दी में", "a" * 30_000]
    grams = grams_of(texts)
    words = [texts[row][start:end] for row, start, end in zip(grams.word_row, grams.start, grams.end, strict=True)]
    assert words[:3] == ["İstanbul", "e\u0301te\u0301", "café"]
    assert words[3:7] == ["ẞ", "straße", "𝒳yz", "ok"]
    assert words[7:9] == ["हिन्दी", "में"]
    assert len(words[9]) == 20_000
    composed, spelled = grams_of(["café"]), grams_of(["CAFE\u0301"])
    assert composed.key.tolist() == spelled.key.tolist()
