"""The report of a check as a document: JSON for machines, and the data of its PDF."""

from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from minga.design import charts
from minga.design.models import Check
from minga.design.runs import others
from minga.web.format import day, decimal, whole
from minga.web.pdf import shapes
from minga.web.svg.types import Table


def document(check: Check) -> dict[str, Any]:
    """The whole result, JSON types only: metric names in snake_case, values in the metric's unit, shares in 0..1.

    ``baseline`` comes before ``figures``, each with its group size; ``seed``, hashes and times are those of the run.
    ``other_runs`` are all runs of the criterion on this version beside it, the newest first.
    """
    found, criterion, version = check.figures, check.criterion, check.version
    return {
        "check": check.pk,
        "state": check.state,
        "counts": check.counts,
        "same_data": check.same_data,
        "problem": check.problem,
        "criterion": {"code": criterion.code, "sentence": criterion.sentence, **_plain(criterion.params)},
        "tool": {"name": version.tool, "version": version.version, "kind": version.kind, "hash": check.tool_hash},
        "data": {"name": check.dataset.name, "kind": check.dataset.kind, "sha256": check.data_hash},
        "rows": found.get("rows", {}),
        "metric": criterion.metric,
        "unit": charts.unit(check),
        "baseline_sentence": found.get("baseline_sentence", ""),
        "baseline": found.get("baseline", []),
        "figures": found.get("groups", []),
        "worst": check.worst,
        "worst_value": None if check.worst_value is None else float(check.worst_value),
        "wrong": found.get("wrong", []),
        "failures": found.get("failures", []),
        "overlap": found.get("overlap", 0),
        "notes": found.get("notes", []),
        "seed": check.seed,
        "other_runs": [
            {"check": run.pk, "state": run.state, "seed": run.seed, "worst": run.worst} for run in others(check)
        ],
        "seconds": check.duration_ms / 1000,
        "cpu_seconds": None if check.cpu_ms is None else check.cpu_ms / 1000,
        "peak_memory_mib": found.get("peak_memory_mib"),
        "cost_per_1000": None if check.cost_per_1000 is None else float(check.cost_per_1000),
        "currency": found.get("currency", ""),
        "finished": check.finished.isoformat() if check.finished else None,
    }


def _plain(params: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in params.items() if key not in {"sentence", "dataset"}}


def printable(check: Check) -> shapes.CheckReport:
    """The data of the PDF, in the language of the page."""
    baseline = charts.baseline_table(check)
    return {
        "title": check.ledger_title,
        "project": check.project.title,
        "body": str(settings.MINGA_BODY_NAME),
        "address": f"{settings.MINGA_ADDRESS}{check.get_absolute_url()}",
        "created": timezone.localdate(check.finished or check.requested),
        "finding": charts.finding(check),
        "code": check.criterion.code,
        "criterion": check.criterion.sentence,
        "outcome": f"{check.get_state_display()}.",
        "lead": check.problem or charts.worst_sentence(check),
        "baseline_sentence": charts.said(check, check.figures.get("baseline_sentence", "")),
        "baseline": _grid(baseline) if baseline else None,
        "figures": _grid(charts.figures_table(check)) if check.figures.get("groups") else None,
        "notes": [charts.said(check, note) for note in [*check.figures.get("notes", ()), *charts.failure_lines(check)]],
        "facts": facts(check),
    }


def _grid(table: Table) -> shapes.Grid:
    rows = [[str(cell) for cell in row] for row in table.rows]
    head = [str(cell) for cell in table.head]
    return {"caption": str(table.caption), "head": head, "rows": rows, "numeric": list(table.numeric)}


def facts(check: Check) -> list[tuple[str, str]]:
    """What is needed to run it again, and what the run took."""
    rows = check.figures.get("rows", {})
    words = _("%(in)s rows in = %(used)s used + %(rejected)s rejected + %(failed)s failed")
    told = [
        (_("Measured"), charts.measure_text(check.criterion)),
        (_("Bound"), charts.bound_text(check.criterion)),
        (_("Tool"), f"{check.version}"),
        (_("Data"), check.dataset.name),
        (_("Rows"), words % {name: whole(count) for name, count in rows.items()} if rows else ""),
        (_("Seed"), str(check.seed)),
        (_("Seconds"), decimal(check.duration_ms / 1000, 2)),
        (_("CPU seconds of the tool"), "" if check.cpu_ms is None else decimal(check.cpu_ms / 1000, 2)),
        (_("Cost of 1,000 cases"), charts.cost_text(check)),
        (_("Peak memory"), f"{check.figures['peak_memory_mib']} MiB" if check.figures.get("peak_memory_mib") else ""),
        (_("SHA-256 of the rows"), check.data_hash),
        (_("Hash of tool and settings"), check.tool_hash),
        (_("Finished"), day(check.finished)),
    ]
    return [(key, value) for key, value in told if value]
