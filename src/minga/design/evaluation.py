"""One check, from start to verdict. It reads the database and files and writes nothing: actions keep the result."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from minga.design import reading, store
from minga.design.metrics import METRICS, as_json, exactly, from_figure, judge
from minga.design.models import Check, Criterion, Dataset, ToolVersion
from minga.design.offered import installed
from minga.tools.base import Report, Tool, ToolError, merged
from minga.tools.providers import Prices

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Result:
    """What a check found. ``state`` is passed, failed, not_enough or broken; ``duration_ms`` is wall-clock time.

    ``figures``: {rows: {in, used, rejected, failed}, groups: [{sign, group, count, of, value, low, high, verdict,
    watch, why}] from the worst on, baseline: [the same without a verdict], baseline_sentence, notes, translations (of
    those two), overlap}. Values are in the metric's unit, shares in 0..1; verdict is within, beyond or too_few. Checks
    on tables add what ``minga.design.table_checks`` says. ``cpu_ms`` is the tool's time over all cases.
    """

    state: str
    counts: bool = False
    same_data: bool = False
    figures: dict[str, Any] = field(default_factory=dict)
    worst: str = ""
    worst_value: Decimal | None = None
    tool_hash: str = ""
    data_hash: str = ""
    duration_ms: int = 0
    problem: str = ""
    cpu_ms: int | None = None
    cost_per_1000: Decimal | None = None


def tool_called(name: str) -> Tool:
    """The installed tool; raises ToolError naming those that are installed where it is not among them."""
    tools = installed()
    if name not in tools:
        known = ", ".join(sorted(tools)) or _("none")
        raise ToolError(_("There is no tool “%(name)s” here. Installed: %(known)s.") % {"name": name, "known": known})
    return tools[name]


def run(check: Check, progress: Progress = lambda percent: None) -> Result:
    """Run the check; raises ToolError where the tool, its settings or the data are not what was registered."""
    from minga.design import table_checks, tools

    tools.refuse_withdrawn(check.version)
    if check.dataset.kind != Dataset.Kind.OCDS:
        return table_checks.run(check, progress)
    return _on_calls(check, progress)


def _on_calls(check: Check, progress: Progress) -> Result:
    """A check on contracting data, which a tool of this package reads and reports on as a whole."""
    from minga.design import tools

    started = time.monotonic()
    criterion, version, dataset = check.criterion, check.version, check.dataset
    progress(5)
    measure = METRICS[criterion.metric].measure
    if measure is None or version.kind != "entry_point":
        raise ToolError(_no_fit(version, criterion))
    data_hash = same_file(dataset)
    overlap = overlap_of(version, dataset)
    tool = tool_called(version.tool)
    model = tools.trained(tool, version)
    progress(20)
    cpu = time.process_time()
    report = tool.evaluate(model, dataset.path, dataset.labels())
    cpu = time.process_time() - cpu
    progress(75)
    simplest = tool.baseline(dataset.path)
    progress(90)
    judged = judge(criterion, measure(report, criterion))
    worst = judged.worst
    return Result(
        state=judged.state,
        counts=overlap == 0,
        same_data=overlap > 0,
        figures=_figures(criterion, report, simplest, judged.rows, overlap),
        worst=worst.label[:200] if worst else "",
        worst_value=round(exactly(worst), 6) if worst else None,
        tool_hash=model.content_hash,
        data_hash=data_hash,
        duration_ms=round((time.monotonic() - started) * 1000),
        cpu_ms=round(cpu * 1000),
        cost_per_1000=_cost(tools.spec_of(version).prices, cpu, report.rows_in),
    )


def _cost(prices: Prices, cpu_seconds: float, rows: int) -> Decimal | None:
    """What 1,000 rows cost by the time they took; None without a price."""
    if prices.per_cpu_second is None or not rows:
        return None
    return Decimal(str(cpu_seconds)) * prices.per_cpu_second * 1000 / rows


def _no_fit(version: ToolVersion, criterion: Criterion) -> str:
    words = _(
        "%(version)s cannot be measured by “%(metric)s” on contracting data: a tool from outside answers case by case. "
        "Import its cases as a table, and propose a criterion on that."
    )
    return words % {"version": version, "metric": METRICS[criterion.metric].title}


def _figures(criterion: Criterion, report: Report, simplest: Report, rows: Any, overlap: int) -> dict[str, Any]:
    baseline = simplest.figures or simplest.baseline or report.baseline
    measured = [from_figure(figure) for figure in baseline]
    return {
        "rows": {
            "in": report.rows_in,
            "used": report.rows_used,
            "rejected": report.rows_rejected,
            "failed": report.rows_failed,
        },
        "groups": [as_json(criterion, one, verdict) for one, verdict in rows],
        "baseline": [
            {"metric": figure.metric, "sign": one.sign, "group": one.group, "count": one.count, "of": one.of,
             "value": one.value, "low": one.low, "high": one.high}
            for figure, one in zip(baseline, measured, strict=True)
        ],
        "baseline_sentence": simplest.baseline_sentence or report.baseline_sentence,
        "notes": list(report.notes),
        "translations": merged(report.translations, simplest.translations),
        "overlap": overlap,
    }  # fmt: skip


def overlap_of(version: ToolVersion, dataset: Dataset) -> int:
    """How many cases of ``dataset`` the version's settings were chosen on."""
    chosen_on = version.chosen_on
    if chosen_on is None:
        return 0
    if chosen_on.pk == dataset.pk or chosen_on.sha256 == dataset.sha256:
        return dataset.rows_used
    return len(reading.ids_of(chosen_on.ids_sha256) & reading.ids_of(dataset.ids_sha256))


def same_file(dataset: Dataset) -> str:
    """The hash of the rows; raises ToolError where they are gone or are not those that were imported."""
    try:
        found = store.hash_of(dataset.path)
    except OSError as error:
        raise ToolError(
            _("The rows of “%(name)s” cannot be read (%(error)s). Restore the file, or import the data again.")
            % {"name": dataset.name, "error": error.strerror}
        ) from None
    if found != dataset.sha256:
        raise ToolError(
            _("The file behind “%(name)s” has changed since it was imported. Import it again as a new dataset.")
            % {"name": dataset.name}
        )
    return found


def same_tool(version: ToolVersion, content_hash: str) -> None:
    """Raises ToolError where what is here is not what was registered."""
    if content_hash != version.content_hash:
        raise ToolError(
            _("The tool installed here is not the one that was registered as version %(version)s. Register it anew.")
            % {"version": version.version}
        )
