"""The report of a check: the criterion, the baseline first, every figure, and what is needed to repeat it."""

from typing import Any

from minga.web.pdf import words
from minga.web.pdf.parts import head
from minga.web.pdf.shapes import CheckReport, Grid


def check_view(data: CheckReport) -> dict[str, Any]:
    return head(data, words.check_words()) | {
        "finding": data["finding"],
        "code": data["code"],
        "criterion": data["criterion"],
        "outcome": data["outcome"],
        "lead": data["lead"],
        "baseline_sentence": data["baseline_sentence"],
        "baseline": _grid(data["baseline"]),
        "figures": _grid(data["figures"]),
        "notes": list(data["notes"]),
        "facts": [[key, value] for key, value in data["facts"]],
    }


def _grid(given: Grid | None) -> dict[str, Any] | None:
    if given is None:
        return None
    return {"caption": given["caption"], "head": given["head"], "rows": given["rows"], "numeric": given["numeric"]}
