"""Scoring Canada's questionnaire v1.0.1: ours beside survey-core under node, in CPU seconds.

    .venv/bin/python bench/instruments.py [HOW_MANY]

Ours scores 10,000 full assessments (bar: 20 CPU-s); node takes 40 of them with one model and is scaled up.
"""

from __future__ import annotations

import json
import os
import random
import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from minga.instruments.surveyjs import aia, answers, reading
from minga.instruments.surveyjs.form import Form

ROOT = Path(__file__).parents[1]
SHARED = Path(os.environ.get("MINGA_SHARED", ROOT.parent / "shared"))
DEFINITION = SHARED / "data/registers/ca-aia/survey-enfr.json"
BAR, THEIRS = 20.0, 40
SCRIPT = """
const { Model } = require("survey-core");
const { definition, sets } = JSON.parse(require("fs").readFileSync(0, "utf8"));
const survey = new Model(definition);
const before = process.cpuUsage().user;
for (const data of sets) { survey.isCompleted = false; survey.data = data; survey.doComplete(); }
process.stdout.write(String((process.cpuUsage().user - before) / 1e6));
"""


def full(form: Form, chance: random.Random) -> dict[str, Any]:
    """An answer to every question."""
    given: dict[str, Any] = {}
    for question, _ in form.questions():
        values = [choice.value for choice in question.choices]
        if question.takes_several:
            given[question.key] = [value for value in values if chance.random() < 0.4] or values[:1]
        elif values:
            given[question.key] = chance.choice(values)
        elif question.takes_answers:
            given[question.key] = "words"
    return given


def theirs(form: Form, sets: list[dict[str, Any]]) -> float | None:
    """CPU seconds of survey-core for ``sets``: visibility and completed data, without any scoring."""
    node = shutil.which("node")
    if not node or not (ROOT / "node_modules/survey-core").is_dir():
        return None
    given = json.dumps({"definition": form.raw, "sets": sets})
    done = subprocess.run([node, "-e", SCRIPT], input=given, capture_output=True, text=True, check=True, cwd=ROOT)
    return float(done.stdout)


def main() -> int:
    if not DEFINITION.exists():
        print(f"The questionnaire is not here ({DEFINITION.name}): put the shared data beside the checkout.")
        return 0
    how_many = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    form, chance = reading.load(DEFINITION), random.Random(1)
    sets = [full(form, chance) for _ in range(how_many)]
    started = time.process_time()
    for data in sets:
        aia.score(answers.read(form, data))
    ours = time.process_time() - started
    print(f"ours         {how_many:>7,} scored                   {ours:7.2f} CPU-s  ({ours / how_many * 1000:.2f} ms)")
    node = theirs(form, sets[:THEIRS])
    if node is None:
        print("survey-core  not measured: node or its package is missing ('npm ci' brings it)")
    else:
        scaled = node / len(sets[:THEIRS]) * how_many
        print(f"survey-core  {how_many:>7,} completed, not scored   {scaled:7.2f} CPU-s  (from {len(sets[:THEIRS])})")
    print(f"peak memory  {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")
    print(f"bar: {BAR:g} CPU-s for 10,000: {'met' if ours <= BAR * how_many / 10_000 else 'MISSED'}")
    return 0 if ours <= BAR * how_many / 10_000 else 1


if __name__ == "__main__":
    raise SystemExit(main())
