"""The record of a project as it is now, gathered from every room below."""

from typing import Any

from minga.projects.models import Project
from minga.register.collect import answers, decisions, identity, participation, purpose, services, system
from minga.register.collect.sources import Ledger
from minga.register.document import TYPED, Record
from minga.register.models import RecordText
from minga.register.rows import Known


def typed(ledger: Ledger) -> dict[str, RecordText]:
    """Field -> the last text that somebody wrote for it."""
    rows = RecordText.objects.filter(project=ledger.project).order_by("pk")
    return {row.field: row for row in rows}


def build(project: Project) -> Record:
    """Everything that the project can say about itself today. Nothing is written."""
    ledger = Ledger(project)
    texts = typed(ledger)
    found: dict[str, Any] = {}
    for part in (answers, identity, purpose, services, system, decisions, participation):
        found |= {name: known for name, known in part.collect(ledger).items() if known is not None or name not in found}
    for name in TYPED:
        text = texts.get(name)
        if text is not None and text.text and name != "limits":
            found[name] = Known(text.text, [ledger.typed(text)])
    found["limits"] = system.limits(ledger, texts.get("limits"))
    return Record(**found)
