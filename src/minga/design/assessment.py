"""The six data questions about one dataset: what the profile answers already, and what people add."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import get_language, ngettext

from minga.design.models import Dataset
from minga.design.queries import often_missing
from minga.instruments import library, queries
from minga.instruments.definition import say
from minga.web.format import whole

SET = "data"


def filled(dataset: Dataset) -> queries.Filled:
    """The answers saved about this dataset, and what is missing."""
    return queries.filled(dataset.project, SET, dataset)


def titles(questions: Iterable[str]) -> list[str]:
    definition = library.load(SET)
    return [say(definition.questions[id].ask, get_language() or "en") for id in questions]


def prefill(dataset: Dataset) -> dict[str, Any]:
    """Question id -> the answer that the profile suggests; people confirm or change it."""
    return {
        "standard": "partly" if dataset.notices else "full",
        "standard_name": "Open Contracting Data Standard (OCDS)",
        "missing": _missing(dataset),
        "missing_effect": _effect(dataset),
        **({"updated": dataset.period_to.isoformat()} if dataset.period_to else {}),
    }


def _missing(dataset: Dataset) -> list[str]:
    found = ["fields"] if often_missing(dataset) else []
    if not any("/awards/" in field["path"] for field in dataset.profile.get("fields", [])):
        found.append("outcomes")
    return found or ["nothing"]


def _effect(dataset: Dataset) -> str:
    """A sentence for each of the five fields that are missing most often."""
    lines = [
        ngettext(
            "%(path)s is missing in %(count)s of %(all)s row.",
            "%(path)s is missing in %(count)s of %(all)s rows.",
            dataset.rows_used,
        )
        % {"path": field["path"], "count": whole(field["missing"]), "all": whole(dataset.rows_used)}
        for field in often_missing(dataset)[:5]
    ]
    return " ".join(lines)
