"""Cardinal's own fixtures: the same results, with settings from the file name and the suite's hidden ones."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from minga.tools.redflags import Settings, flag
from tests.shared import SHARED, shared

FOLDER = "data/procurement/cardinal-fixtures"
HIDDEN = "no_price_comparison_procurement_methods = NPC\n[exclusions]\nprocurement_method_details = EXC\n"
CASES = sorted(path.stem for path in (SHARED / FOLDER).glob("R*.jsonl"))
EXAMPLES = sorted(path.stem for path in (SHARED / FOLDER).glob("docs-example-R*.jsonl"))


def settings_of(name: str) -> Settings:
    """``R003-threshold-10`` means threshold = 10; more pairs fill a section of that option; + means |."""
    code, *rest = name.replace("+", "|").split("-")
    text = f"{HIDDEN}[{code}]\n"
    if len(rest) == 2:
        text += f"{rest[0]} = {rest[1]}\n"
    elif len(rest) > 2:
        pairs = zip(rest[1::2], rest[2::2], strict=True)
        text += f"[{code}.{rest[0]}]\n" + "".join(f"{key} = {value}\n" for key, value in pairs)
    return Settings.read(text)


def close(found: object, wanted: object) -> bool:
    if isinstance(found, dict) and isinstance(wanted, dict):
        return found.keys() == wanted.keys() and all(close(found[key], wanted[key]) for key in wanted)
    return found == pytest.approx(wanted, abs=1e-9)


@pytest.mark.parametrize("name", CASES or ["R024"])
def test_fixture(name: str) -> None:
    wanted = json.loads(shared(f"{FOLDER}/{name}.expected").read_text())
    result = flag(shared(f"{FOLDER}/{name}.jsonl"), settings_of(name))
    assert close(result.cardinal(), wanted)


DOCUMENTED = {
    "R003": {"OCID": {"F": {"R003": 1.0}}},
    "R018": {"OCID": {"F": {"R018": 1.0}}},
    "R024": {"OCID": {"F": {"R024": 1.0}}, "Tenderer": {"W": {"R024": 0.0}, "L": {"R024": 0.0}}},
    "R028": {"OCID": {"F": {"R028": 1.0}}, "Tenderer": {"V": {"R028": 1.0}, "D": {"R028": 1.0}}},
    "R030": {"OCID": {"F": {"R030": 1.0}}, "Tenderer": {"W": {"R030": 1.0}}},
    "R035": {"OCID": {"F": {"R035": 1.0}}, "Tenderer": {"V": {"R035": 0.0}}},
    "R038": {"Buyer": {"B": {"R038": 0.5}}},
}


@pytest.mark.parametrize("name", EXAMPLES or ["docs-example-R024"])
def test_documented_example(name: str) -> None:
    """The examples of Cardinal's documentation, with their own INI file or the common one, and its outputs."""
    code = name.removeprefix("docs-example-")
    own = SHARED / FOLDER / f"{name}.ini"
    settings = Settings.load(own if own.exists() else shared(f"{FOLDER}/docs-example-settings.ini"))
    result = flag(shared(f"{FOLDER}/{name}.jsonl"), settings)
    assert close(result.cardinal(), DOCUMENTED[code])


def test_documented_quartiles() -> None:
    result = flag(shared(f"{FOLDER}/R024.jsonl"), settings_of("R024"))
    figures = {name: round(value, 4) for name, value in result.figures["R024"].items()}
    assert (figures["q1"], figures["q3"], figures["lower_fence"]) == (66.6667, 100.0, 16.6667)


def test_paraguay() -> None:
    result = flag(shared("data/procurement/real/paraguay_dncp_12738_tenders.jsonl.gz"))
    assert result.account.used == result.account.rows_in == 12_738
    [r003] = [s for s in result.shares() if s.method == "Menor cuantía nacional" and s.indicator == "R003"]
    assert 0.6 < r003.share < 0.7
    assert any("Menor cuantía nacional" in warning for warning in result.warnings())
    for code, reasons in result.not_computed_counts().items():
        if code not in ("R003",):
            assert sum(reasons.values()) == 12_738, code


def test_portugal() -> None:
    result = flag(shared("data/procurement/real/portugal_base_100_releases.jsonl.gz"))
    assert (result.account.rows_in, result.account.used) == (100, 100)
    assert result.counts()["R003"] > 0


def test_every_fixture_is_seen() -> None:
    folder: Path = shared(FOLDER)
    assert len(CASES) == len(list(folder.glob("*.expected"))) > 0
