"""The figures of a review as the components of ``web`` want them."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from minga.assess import showing_services
from minga.assess.models import Metric, Review, ReviewAnswer, in_words
from minga.assess.queries import SideBySide
from minga.assess.showing_services import headline
from minga.deliver.models import Determination
from minga.ledger.queries import SMALLEST_GROUP
from minga.people.models import Group
from minga.web.format import percent, trimmed, whole
from minga.web.svg.types import Bar, BarList, Figure, Pattern, Table

PATTERNS: dict[str, Pattern] = {
    "accept": "solid",
    "edit": "solid",
    "reject": "striped",
    "cannot_tell": "hollow",
    "unaided": "dashed",
}


def share(found: dict[str, Any]) -> str:
    """ "43 % (33 to 53 %)", or that there are too few."""
    if found["value"] is None:
        return _("too few to judge")
    low, high = percent(100 * found["low"], 0), percent(100 * found["high"], 0)
    return _("%(share)s (interval %(low)s to %(high)s)") % {
        "share": percent(100 * found["value"], 0),
        "low": low,
        "high": high,
    }


def _count(found: dict[str, Any]) -> dict[str, str]:
    return {"count": whole(found["count"]), "of": whole(found["of"])}


def figures(review: Review) -> list[Figure]:
    """The strip at the top: how much it was used, how often right, what it missed, how contests went."""
    kept = review.prefill
    if kept.get("services"):
        return showing_services.figures(kept["usage"], kept["services"])
    usage, contests = kept["usage"], kept["contests"]
    days = contests["median_days"]
    answered = _("%(answered)s answered, %(won)s won; median %(days)s days") % {
        "answered": contests["answered"],
        "won": contests["won"],
        "days": trimmed(days) if days is not None else "–",
    }
    return [
        Figure(
            whole(usage["decided"]),
            _("cases decided of %(drawn)s drawn; %(unaided)s decisions before the advice was seen")
            % {"drawn": whole(usage["drawn"]), "unaided": whole(usage["unaided"])},
        ),
        Figure(
            headline(kept["precision"]), _("%(count)s of %(of)s decided flags confirmed") % _count(kept["precision"])
        ),
        Figure(
            headline(kept["missed"]),
            _("%(count)s of %(of)s unflagged cases, drawn at random, were a problem too") % _count(kept["missed"]),
        ),
        Figure(
            whole(contests["received"]),
            ngettext("contest; %(rest)s", "contests; %(rest)s", contests["received"]) % {"rest": answered},
        ),
    ]


def choices(review: Review) -> BarList | None:
    """What people decided; None where nothing is decided yet."""
    found = review.prefill["choices"]
    rows = tuple(
        Bar(str(Determination.Choice(choice).label).capitalize(), count, PATTERNS[choice])
        for choice, count in found.items()
    )
    total = sum(found.values())
    if not total:
        return None
    words = _("Of %(total)s determinations, %(accepted)s accepted the flag.")
    if review.prefill.get("services"):
        words = _("Of %(total)s determinations, %(accepted)s were what the tool had proposed.")
    sentence = words % {"total": total, "accepted": found["accept"] + found["edit"]}
    return BarList(sentence, rows)


def indicators(review: Review) -> Table | None:
    """Precision per indicator with its interval."""
    found = review.prefill["indicators"]
    if not found:
        return None
    rows = tuple((row["code"], _("%(count)s of %(of)s") % _count(row), share(row)) for row in found)
    return Table((_("Indicator"), _("Confirmed"), _("Share")), rows, numeric=(1,))


def participation(review: Review, *, public: bool) -> Table:
    """Entries and persons per group; in public, groups under ten persons are only said to have taken part."""
    rows = []
    for group, found in review.prefill["groups"].items():
        few = public and 0 < found["persons"] < SMALLEST_GROUP
        persons = _("fewer than ten") if few else whole(found["persons"])
        rows.append((str(Group(group).label), persons, "–" if few else whole(found["entries"])))
    return Table((_("Group"), _("Persons"), _("Ledger entries")), tuple(rows), numeric=(1, 2))


def rules(review: Review) -> list[tuple[str, str]]:
    """(what is watched, where it stood) when the review opened."""
    states = {
        "too_few": _("too few events to judge"),
        "within": _("within its bound"),
        "beyond": _("beyond its bound"),
        "resting": _("resting: the release is at or behind its stage"),
    }
    return [
        (
            f"{str(Metric(rule['metric']).label).capitalize()} ≤ {in_words(rule['metric'], rule['bound'])}",
            f"{states[rule['state']]} ({whole(rule['count'])} / {whole(rule['of'])})",
        )
        for rule in review.prefill["stop_rules"]
    ]


def verdicts(side: SideBySide) -> Table:
    """What each group says should happen, side by side."""
    labels = [str(label) for label in ReviewAnswer.Verdict.labels]
    rows = tuple(
        (group.label, *((whole(group.verdicts[v]) if group.verdicts else "–") for v in ReviewAnswer.Verdict.values))
        for group in side.groups
    )
    return Table((_("Group"), *labels), rows, numeric=(1, 2, 3))


def answers(side: SideBySide) -> Table | None:
    """The closed questions, one column per group."""
    rows = tuple((row.title, *(cell or "–" for cell in row.cells)) for row in side.rows if row.cells)
    if not rows:
        return None
    return Table((_("Question"), *(group.label for group in side.groups)), rows)
