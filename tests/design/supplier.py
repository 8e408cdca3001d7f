"""The example of a supplier's tool as it would be uploaded: its folder as a zip archive."""

import io
import zipfile
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from minga.design.actions import approve_criterion, import_dataset, propose_criterion, register_version
from minga.design.models import Criterion, Dataset, ToolVersion
from minga.projects.models import Project
from tests.conftest import Cast, by

EXAMPLE = Path(__file__).parents[2] / "examples" / "supplier_tool"
QUEUES = ["roads", "waste", "lighting", "trees", "water", "general"]
COLUMNS = {"id": "id", "truth": "queue", "groups": ["language"]}
SPEC: dict[str, Any] = {
    "kind": "command", "licence": "Apache-2.0", "fields": ["title", "text"], "labels": QUEUES,
    "settings": {"command": ["python3", "-I", "-B", "/program/tool.py"], "seconds_per_case": 5, "memory_mib": 256},
    "openness": {"weights": "none", "code": "open", "data": "none", "documentation": "open"},
    "prices": {"currency": "EUR", "per_cpu_second": "0.02"},
}  # fmt: skip


def archive(files: dict[str, bytes], name: str = "tool.zip") -> SimpleUploadedFile:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as opened:
        for path, data in files.items():
            opened.writestr(path, data)
    return SimpleUploadedFile(name, content.getvalue())


def program(version: str) -> SimpleUploadedFile:
    folder = EXAMPLE / version
    return archive({f"street-reports/{path.name}": path.read_bytes() for path in folder.iterdir()})


def arrives(cast: Cast, project: Project, version: str) -> ToolVersion:
    return register_version(
        by(cast.paz), project, tool="street-reports", version=version, settings="", change_note="As delivered",
        spec=SPEC, program=program(version),
    )  # fmt: skip


def reports(cast: Cast, project: Project) -> Dataset:
    return import_dataset(
        by(cast.dario), project, source=EXAMPLE / "reports.csv", name="Reports", purpose="Queues", columns=COLUMNS
    )


def criterion(cast: Cast, project: Project, dataset: Dataset, **given: Any) -> Criterion:
    told: dict[str, Any] = {
        "sentence": "A report in Spanish reaches the right queue as often as one in English.", "metric": "accuracy",
        "comparison": "ge", "bound": "0.8", "group_by": "language", "minimum_group": 30, **given,
    }  # fmt: skip
    return approve_criterion(by(cast.ada), project, propose_criterion(by(cast.rosa), project, dataset=dataset, **told))
