"""Invented calls of three procurement methods, and a tool to check on them."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from minga.design import evaluation
from minga.design.actions import approve_criterion, import_dataset, propose_criterion, register_version
from minga.design.models import Criterion, Dataset, ToolVersion
from minga.projects.models import Project
from tests.conftest import Cast, by
from tests.design.tool import ShortCalls

MENDED = 'days = 15\n[methods]\n"Small purchase" = 5\n'


def release(number: int, method: str, opened: date, days: int | None) -> dict[str, Any]:
    period = {"startDate": f"{opened}T09:00:00Z"}
    if days is not None:
        period["endDate"] = f"{opened + timedelta(days=days)}T09:00:00Z"
    return {
        "ocid": f"ocds-ex4mpl-{number:05d}",
        "id": f"{number}",
        "date": f"{opened}T09:00:00Z",
        "tag": ["tender"],
        "initiationType": "tender",
        "tender": {
            "id": f"t{number}",
            "status": "active",
            "procurementMethod": "open",
            "procurementMethodDetails": method,
            "tenderPeriod": period,
            "procuringEntity": {"id": "B1", "name": "Roads office"},
        },
    }


def calls() -> list[dict[str, Any]]:
    """200 small purchases open 4 to 13 days, 200 open calls open 10 to 59, 5 of a rare kind, 1 without an end."""
    rows = []
    for n in range(200):
        opened = date(2026, 1, 1) + timedelta(days=n // 2)
        rows.append(release(2 * n, "Small purchase", opened, 4 + n % 10))
        rows.append(release(2 * n + 1, "Open call", opened, 10 + n % 50))
    rows += [release(1000 + n, "Rare kind", date(2026, 3, 1), 2) for n in range(5)]
    rows.append(release(2000, "Open call", date(2026, 3, 1), None))
    return rows


def lines(rows: list[Any]) -> bytes:
    return b"".join(json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in rows)


@pytest.fixture(autouse=True)
def _tool(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluation, "installed", lambda: {"shortcalls": ShortCalls()})


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    def put(content: bytes | list[Any], name: str = "calls.jsonl") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else lines(content))
        return path

    return put


@pytest.fixture
def dataset(project: Project, cast: Cast, write: Callable[..., Path]) -> Dataset:
    labels = {f"ocds-ex4mpl-{2 * n:05d}": "short" for n in range(0, 200, 10)}
    return import_dataset(
        by(cast.dario), project, source=write(calls()), name="Calls of 2026", purpose="Early warnings",
        steward="Open data office", lawful_basis="Example, to be confirmed by the body", labels=labels,
    )  # fmt: skip


@pytest.fixture
def criterion(project: Project, cast: Cast, dataset: Dataset) -> Criterion:
    proposed = propose_criterion(
        by(cast.lena), project, sentence="No indicator fires on more than 20 % of any procurement method.",
        metric="flag_share", comparison="le", bound="0.20", dataset=dataset, group_by="procurement_method",
    )  # fmt: skip
    return approve_criterion(by(cast.ada), project, proposed)


@pytest.fixture
def first(project: Project, cast: Cast) -> ToolVersion:
    return register_version(
        by(cast.dario), project, tool="shortcalls", version="0.1", settings="", change_note="Usual limits"
    )


@pytest.fixture
def mended(project: Project, cast: Cast, first: ToolVersion) -> ToolVersion:
    return register_version(
        by(cast.dario), project, tool="shortcalls", version="0.2", settings=MENDED, change_note="A limit each"
    )
