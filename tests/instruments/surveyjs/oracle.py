"""Asks survey-core, in one node process, what it makes of expressions and answers."""

from __future__ import annotations

import datetime as dt
import json
import math
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from minga.instruments.surveyjs import js

NOW = dt.datetime(2026, 3, 4, 5, 6, 7)
SCRIPT = Path(__file__).with_name("oracle.cjs")


def ask(questions: dict[str, Any]) -> dict[str, Any]:
    """The answers of survey-core; fails, saying what is missing, where node or survey-core is not there."""
    node = shutil.which("node")
    if not node:
        pytest.fail("node is missing: the results are compared with the npm package survey-core. Install Node.js 20.")
    now = int(NOW.replace(tzinfo=dt.UTC).timestamp() * 1000)
    done = subprocess.run(
        [node, str(SCRIPT)], input=json.dumps({"now": now, **questions}), text=True, capture_output=True, check=False,
        env={**os.environ, "TZ": "UTC"},
    )  # fmt: skip
    if done.returncode:
        pytest.fail(f"survey-core could not be asked; 'npm ci' brings it. node said: {done.stderr[-800:]}")
    answers: dict[str, Any] = json.loads(done.stdout)
    return answers


def shown(value: Any) -> Any:
    """A value of ours as ``oracle.cjs`` writes its own."""
    if value is js.UNDEFINED:
        return {"$": "undefined"}
    if isinstance(value, float) and not math.isfinite(value):
        return {"$": js.number_text(value)}
    if isinstance(value, dt.datetime):
        return {"$": value.isoformat()[:19]}
    return [shown(item) for item in value] if isinstance(value, list) else value
