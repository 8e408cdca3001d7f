"""What a review of a tool that serves people knows, as the components of ``web`` want it."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from minga.web.format import percent, trimmed, whole
from minga.web.svg.types import Figure


def headline(found: dict[str, Any]) -> str:
    return percent(100 * found["value"], 0) if found["value"] is not None else _("Too few")


def _count(found: dict[str, Any]) -> dict[str, str]:
    return {"count": whole(found["count"]), "of": whole(found["of"])}


def figures(usage: dict[str, Any], kept: dict[str, Any]) -> list[Figure]:
    """The strip: how much was decided, how often people went another way, what the list missed, appeals, minutes."""
    decided = _("cases decided of %(received)s received; %(unaided)s decisions before the advice was seen")
    overruled = _("%(count)s of %(of)s decisions with the advice in view went another way")
    missed = _("%(count)s of %(of)s control cases with a problem would have come last on the tool’s list")
    shown = [
        Figure(
            whole(usage["decided"]),
            decided % {"received": whole(kept["received"]), "unaided": whole(usage["unaided"])},
        ),
        Figure(headline(kept["overruled"]), overruled % _count(kept["overruled"])),
        Figure(headline(kept["missed"]), missed % _count(kept["missed"])),
        _appeals(kept["appeals"]),
    ]
    if kept["failed"]:
        shown.append(Figure(whole(kept["failed"]), _("cases on which the tool failed")))
    return [*shown, _minutes(kept["aided"], kept["unaided"])]


def _appeals(found: dict[str, Any]) -> Figure:
    rest = _("%(answered)s answered, %(won)s won; median %(days)s days") % {
        "answered": found["answered"],
        "won": found["won"],
        "days": trimmed(found["median_days"]) if found["median_days"] is not None else "–",
    }
    words = ngettext("appeal; %(rest)s", "appeals; %(rest)s", found["received"])
    return Figure(whole(found["received"]), words % {"rest": rest})


def _minutes(aided: dict[str, Any], unaided: dict[str, Any]) -> Figure:
    """Time to decide with the advice in view beside that without; the time to check the tool lies in the first."""
    without = _minutes_of(unaided)
    words = _("minutes a case with the advice in view, checking included; without it %(minutes)s")
    return Figure(_minutes_of(aided), words % {"minutes": without[0].lower() + without[1:]})


def _minutes_of(found: dict[str, Any]) -> str:
    return trimmed(round(found["value"] / 60, 1)) if found["value"] is not None else _("Too few")
