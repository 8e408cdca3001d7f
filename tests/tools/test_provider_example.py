"""The supplier's example: version 1.0 fails what residents ask for, version 1.1 mends it; both are what they say."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest

from minga.tools.base import ToolError
from minga.tools.providers import Answer, Provider, Spec, connect, cost_per_1000

FOLDER = Path(__file__).parents[2] / "examples" / "supplier_tool"


def opened(version: str) -> Provider:
    return connect(Spec.read(FOLDER / f"provider-{version}.toml"), programs=FOLDER)


def reports() -> list[dict[str, str]]:
    with (FOLDER / "reports.csv").open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def right(answers: list[Answer], language: str) -> tuple[int, int]:
    pairs = [(row, answer) for row, answer in zip(reports(), answers, strict=True) if row["language"] == language]
    return sum(answer.advice is not None and answer.advice.proposal == row["queue"] for row, answer in pairs), len(
        pairs
    )


def test_the_first_version_fails_people_who_write_in_spanish() -> None:
    answers = opened("1.0").advise_many(reports())
    assert [answer.failure for answer in answers if answer.failure] == []
    assert right(answers, "en") == (60, 60)
    assert right(answers, "es") == (0, 60)


def test_the_second_version_mends_it_and_abstains_instead_of_guessing() -> None:
    provider = opened("1.1")
    answers = provider.advise_many([*reports(), {"id": "x", "title": "Ladrido", "text": "Un perro ladra."}])
    assert right(answers[:-1], "en") == (60, 60)
    assert right(answers[:-1], "es") == (60, 60)
    assert answers[-1].advice is not None
    assert answers[-1].advice.abstained_because == "No word of this report is known to the tool."
    cost = cost_per_1000(answers, provider.spec.prices)
    assert cost is not None
    assert cost > 0


def test_reasons_point_into_the_report() -> None:
    answer = opened("1.1").advise_many([{"id": 7, "title": "Árbol caído", "text": "Tapa la acera y la rama."}])[0]
    assert answer.advice is not None
    assert (answer.advice.case, answer.advice.proposal) == ("7", "trees")
    assert [reason.evidence[0].path for reason in answer.advice.reasons] == ["/title", "/text"]
    assert answer.advice.probability == pytest.approx(2 / 3)


def test_the_versions_differ_in_hash_and_cannot_be_passed_off_as_each_other(tmp_path: Path) -> None:
    assert opened("1.0").content_hash != opened("1.1").content_hash
    shutil.copytree(FOLDER / "1.1", tmp_path / "1.0")
    with pytest.raises(ToolError, match=r"calls itself street-reports 1\.1, but street-reports 1\.0 was described"):
        connect(Spec.read(FOLDER / "provider-1.0.toml"), programs=tmp_path)
