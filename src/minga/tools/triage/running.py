"""What the commands do: an evaluation with its baselines, and a queue in order, as plain JSON types."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from minga.tools.base import ToolError
from minga.tools.spent import Clock
from minga.tools.triage.columns import Columns
from minga.tools.triage.measuring import majority, measure, plain_svc, scored
from minga.tools.triage.model import Model
from minga.tools.triage.queue import Waiting, due, order
from minga.tools.triage.reading import Table, read
from minga.tools.triage.settings import Settings
from minga.tools.triage.training import fit, train


def evaluation(
    data: str, settings: Settings, seed: int, model: Model | None, training: Path | None, split: float | None
) -> dict[str, Any]:
    """Measure ``model``, or one trained on ``training``, or on what ``split`` leaves of ``data``.

    The baselines run beside: the most frequent route of the training texts, and a plain LinearSVC where training texts
    are given. Times and memory are those of the tool, before the baselines run.
    """
    if split is not None and (model is not None or training is not None):
        raise ToolError("A share is held out only to train on the rest: give --split, or --model or --train, not both.")
    clock = Clock()
    table = read(data, settings.columns)
    learned_from = None if training is None else read(training, settings.columns)
    if split is not None:
        learned_from, table = _split(table, split, seed)
    if model is None:
        model = train(None, seed, settings) if learned_from is None else _fitted(learned_from, seed, settings)
    fitted = clock.read()
    found = measure(model, table)
    cost = clock.read()
    spent = cost["cpu_seconds"] - fitted["cpu_seconds"]
    account = table.account
    return {
        **found,
        "cases": len(table.texts),
        "group_sizes": _sizes(found),
        "seed": seed,
        "training_cpu_seconds": fitted["cpu_seconds"],
        "cpu_ms_per_text": round(1000 * spent / max(1, len(table.texts)), 4),
        **cost,
        "baseline": _baselines(model, learned_from, table, seed),
        "rows_in": account.rows_in,
        "rows_used": account.used,
        "rows_rejected": account.rejected,
        "rows_failed": account.failed,
        "problems": account.as_json()["problems"],
        "content_hash": model.content_hash,
        "weights_hash": model.learned.weights_hash if model.learned else None,
    }


def _sizes(found: dict[str, Any]) -> dict[str, dict[str, int]]:
    """Cases by true route, and by each value of each group column."""
    parts = {"route": found["per_route"], **found["groups"]}
    return {name: {value: row["size"] for value, row in rows.items()} for name, rows in parts.items()}


def _fitted(table: Table, seed: int, settings: Settings) -> Model:
    return Model(settings, fit(table, seed, settings))


def _split(table: Table, share: float, seed: int) -> tuple[Table, Table]:
    """(to train on, held out), each route in the same proportion where it has at least two texts."""
    from sklearn.model_selection import train_test_split

    try:
        kept, held = train_test_split(
            range(len(table.texts)), test_size=share, random_state=seed, stratify=table.labels
        )  # fmt: skip
    except ValueError as error:
        raise ToolError(
            f"The data cannot be split ({error}). Give two files, or merge routes that have a single text."
        ) from None
    return table.rows(kept), table.rows(held)


def _baselines(model: Model, training: Table | None, table: Table, seed: int) -> dict[str, Any]:
    if not table.labels:
        return {}
    if training is not None:
        route, _ = majority(training.labels)
    elif model.learned is not None:
        route = max(zip(model.learned.sizes, model.learned.routes, strict=True))[1]
    else:
        route, _ = majority(table.labels)
    rows: dict[str, Any] = {"majority": {"route": route, **scored(table.labels, [route] * len(table.labels))}}
    if training is not None:
        rows["linear_svc"] = plain_svc(training, table, seed)
    return rows


def queue(data: str, settings: Settings, now: datetime) -> dict[str, Any]:
    """The cases of a file in the order in which to take them.

    Columns: ``case``, ``arrived`` (ISO 8601; without a zone it is UTC), and ``priority`` or ``route`` (whose priority
    the settings say). Rows whose time or priority cannot be read have failed.
    """
    columns = Columns(text="arrived", case=settings.columns.case)
    table = read(data, columns, labelled=False, optional=("priority", "route"))
    waiting = []
    for place, (case, arrived) in enumerate(zip(table.cases, table.texts, strict=True)):
        try:
            extra = {name: values[place] for name, values in table.groups.items()}
            waiting.append(_waiting(case, arrived, extra, settings))
        except ValueError as error:
            table.account.refuse(place + 1, str(error), failed=True)
    ordered = order(waiting, now, settings.longest_wait)
    rows = [_place(number, one, settings, now) for number, one in enumerate(ordered, start=1)]
    later = len(waiting) - len(rows)
    return {"now": now.isoformat(), "rows": table.account.as_json(), "not_yet_arrived": later, "queue": rows}


def _waiting(case: str, arrived: str, extra: Mapping[str, str], settings: Settings) -> Waiting:
    moment = datetime.fromisoformat(arrived.strip())
    given = extra.get("priority", "")
    priority = float(given) if given else settings.priority_of(extra.get("route", ""))
    if not 0 <= priority <= 10:
        raise ValueError("the priority is not from 0 to 10")
    return Waiting(case, moment if moment.tzinfo else moment.replace(tzinfo=UTC), priority)


def _place(number: int, one: Waiting, settings: Settings, now: datetime) -> dict[str, Any]:
    until = due(one, settings.longest_wait)
    return {
        "place": number,
        "case": one.case,
        "priority": one.priority,
        "waited_hours": round((now - one.arrived) / timedelta(hours=1), 2),
        "due": until.isoformat(),
        "overdue": until < now,
    }
