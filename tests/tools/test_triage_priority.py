"""Urgency is a reason of its own, and the desk reads it as the queue does."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from minga.deliver.advising import PRIORITY
from minga.deliver.advising import priority as urgency_read
from minga.tools.base import Advice, Reason
from minga.tools.triage import Model, tool
from minga.tools.triage.queue import LONGEST_WAIT, allowed
from tests.tools.test_triage_tool import RULES, letters

SETTINGS = (
    "[priorities]\nwaste = 1\nparking = 0\nhousing = 10\nbenefits = 2\n"
    + RULES
    + """
[[rule]]
name = "Benefits"
route = "benefits"
any = ["benefit*"]
tests.match = ["My benefits have stopped"]
"""
)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    return tool.train(letters(tmp_path_factory.mktemp("triage") / "letters.csv", 400, 1), 3, SETTINGS)


def told(advice: Advice) -> list[Reason]:
    return [reason for reason in advice.reasons if reason.code == PRIORITY]


@pytest.mark.parametrize(
    ("text", "route", "priority", "set_by"),
    [
        ("missed rubbish collection", "waste", 1, "waste"),
        ("damp flat, landlord, tenancy", "housing", 10, "housing"),
        ("She passed away", "bereavement", 3, "Deaths"),
        ("My benefits have stopped", "benefits", 2, "benefits"),
    ],
)
def test_a_priority_is_measured_from_0_to_1(model: Model, text: str, route: str, priority: float, set_by: str) -> None:
    advice = tool.advise(model, {"text": text})
    assert advice.proposal == route
    (reason,) = told(advice)
    assert reason.figures == {"priority": priority, "set_by": set_by}
    assert set_by in reason.sentence
    cut = urgency_read(advice)
    assert 0 < cut < 1
    assert abs(LONGEST_WAIT * (1 - cut) - allowed(priority)) < timedelta(seconds=2)


@pytest.mark.parametrize("text", ["car parking permit meter", "pension retirement annuity", "zzyzx qwrty"])
def test_a_usual_case_and_one_left_to_a_person_have_none(model: Model, text: str) -> None:
    advice = tool.advise(model, {"text": text})
    assert told(advice) == []
    assert urgency_read(advice) == 0


def test_in_spanish(model: Model) -> None:
    (by_route,) = told(tool.advise(model, {"text": "missed rubbish collection"}).in_language("es"))
    assert by_route.sentence == "«waste» tiene prioridad 1: el caso puede esperar el 50,0\u202f% del plazo habitual."
    assert by_route.unit.startswith("urgencia")
    (by_rule,) = told(tool.advise(model, {"text": "She passed away"}).in_language("es"))
    assert by_rule.sentence.startswith("La regla «Deaths» da prioridad 3")


def test_asking_for_the_tool_or_for_rules_loads_no_learning_library(tmp_path: Path) -> None:
    """Web processes load every installed tool."""
    code = (
        "import sys; from minga.tools.triage import tool; from pathlib import Path;"
        "rules = Path(sys.argv[1]).read_text();"
        "assert tool.advise(tool.train(None, 0, rules), {'text': 'She passed away'}).proposal == 'bereavement';"
        "print(sorted({'sklearn', 'scipy'} & set(sys.modules)))"
    )
    (tmp_path / "rules.toml").write_text(RULES)
    command = [sys.executable, "-c", code, str(tmp_path / "rules.toml")]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert (done.stdout.strip(), done.stderr) == ("[]", "")
