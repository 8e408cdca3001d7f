"""Of a review: what the tool brought for efficiency and for legitimacy, and how people found it, side by side."""

from dataclasses import dataclass
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from minga.assess import experience
from minga.assess.models import Experience, Kind, Review
from minga.assess.showing_worth import amount, span
from minga.web.format import decimal, percent, whole
from minga.web.svg.marks import state
from minga.web.svg.types import Table


@dataclass(frozen=True, slots=True)
class Both:
    """``benefits`` is None unless both kinds are stated; ``missing`` then names what is lacking."""

    benefits: Table | None
    missing: str
    people: Table | None


def both(review: Review) -> Both:
    """What the review's frozen figures say; reviews opened before these were kept have none."""
    kept = review.prefill.get("worth", {"missing": list(Kind.values), "lines": []})
    missing = "; ".join(str(Kind(kind).label) for kind in kept["missing"])
    return Both(_benefits(kept["lines"]), missing, _people(review.prefill.get("experience", {"people": []})["people"]))


def _benefits(lines: list[dict[str, Any]]) -> Table | None:
    order = list(Kind.values)
    rows = [
        (
            line["name"],
            str(Kind(line["kind"]).label),
            f"{amount(line['baseline'])}\u00a0{line['unit']}",
            span(line["expected"][0], line["expected"][1], line["unit"]),
            _measured(line),
        )
        for line in sorted(lines, key=lambda line: order.index(line["kind"]))
    ]
    head = (_("Benefit"), _("Kind"), _("Before"), _("Expected"), pgettext("benefit", "Measured"))
    return Table(head, tuple(rows)) if rows else None


def _measured(line: dict[str, Any]) -> Any:
    if line["measured"] is None:
        return state("not_yet", _("Not measured yet"))
    words = f"{amount(line['measured'])}\u00a0{line['unit']}"
    if line["low"] is not None and line["high"] is not None:
        words += f" ({span(line['low'], line['high'])})"
    return state("passed" if line["reached"] else "failed", f"{words}, n = {whole(line['events'])}")


def _people(parts: list[dict[str, Any]]) -> Table | None:
    """One row per way in which a case ended; those of whom fewer than ten answered are left out."""
    rows = [
        (
            capfirst(str(Experience.Won(part["key"]).label)),
            whole(part["counted"]),
            decimal(part["ease"]["value"]) if part["ease"] else _("too few to judge"),
            _agree(part, "fair"),
            _agree(part, "trust"),
        )
        for part in parts
        if part["counted"]
    ]
    titles = experience.titles()
    head = (_("How the case ended"), _("Answers counted"), _("Ease, 0 to 100"), titles["fair"], titles["trust"])
    return Table(head, tuple(rows), numeric=(1, 2)) if rows else None


def _agree(part: dict[str, Any], question: str) -> str:
    found = next(figure for figure in part["asked"] if figure["metric"] == question)
    if found["value"] is None:
        return _("too few to judge")
    low, high = percent(100 * found["low"], 0), percent(100 * found["high"], 0)
    return _("%(share)s (%(low)s to %(high)s)") % {"share": percent(100 * found["value"], 0), "low": low, "high": high}
