"""Parts of the results page by who people are, and how the groups came about over time."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from minga.engage.counting import SMALLEST_SHOWN
from minga.engage.models import Conversation, Participant, Vote
from minga.engage.queries.affected import affected
from minga.engage.queries.results import Said
from minga.engage.queries.voices import Inside, Share, Weighed, inside, weighed
from minga.engage.tallying.shapes import Document
from minga.engage.views.result_parts import name_of, took
from minga.web.format import day, percent, whole
from minga.web.svg.types import Table

MOST_MOMENTS = 12
MOST_SHARES = 8


def by_constituency(document: Document, known: Mapping[str, Said]) -> list[dict[str, Any]]:
    """What each constituency agrees with most and rejects most, in statements."""
    return [_inside(one, known) for one in inside(document)]


def _inside(one: Inside, known: Mapping[str, Said]) -> dict[str, Any]:
    picks = [(True, pick) for pick in one.agreed] + [(False, pick) for pick in one.rejected]
    return {
        "name": name_of(one.constituency),
        "people": one.people,
        "telling": [
            {"said": known[key], "own": took(agree, count, of)}
            for agree, (key, count, of) in picks
            if key in known
        ],
    }  # fmt: skip


def if_like_affected(conversation: Conversation, document: Document, known: Mapping[str, Said]) -> dict[str, Any]:
    """Agreement weighted to the affected population, with what the weights cost; empty where nobody can weigh."""
    reference = affected(conversation.project)
    found = weighed(document, reference)
    if found is None or reference is None:
        return {}
    rows = [
        {
            "said": known[one.statement],
            "counted": percent(100 * one.counted, 0),
            "weighted": percent(100 * one.weighted, 0),
            "range": f"{percent(100 * one.low, 0)} – {percent(100 * one.high, 0)}",
        }
        for one in _listed(found)
        if one.statement in known
    ]
    return {"rows": rows, "warnings": found.warnings, "source": reference.source} if rows else {}


def keys_of(document: Document) -> set[str]:
    """The statements that these parts may show."""
    return {key for key, figures in document["results"]["statements"].items() if figures["judged"]}


def _listed(found: Weighed) -> list[Share]:
    """The statements with a clear majority once weighted, then those that the weights move most."""
    first = [*found.agreed, *found.rejected]
    moved = sorted(found.shares.values(), key=lambda one: -abs(one.weighted - one.counted))
    keys = dict.fromkeys([*first[:MOST_SHARES], *(one.statement for one in moved[:MOST_SHARES])])
    return [found.shares[key] for key in keys][:MOST_SHARES]


def on_paper(conversation: Conversation, people: int) -> str:
    """How many of ``people`` voted on paper; a number under ten, or one that tells of one, is not told."""
    sheets = conversation.participants.filter(origin=Participant.Origin.PAPER)
    paper = sheets.filter(Exists(Vote.objects.filter(participant=OuterRef("pk")))).count()
    rest = people - paper
    if not paper or 0 < rest < SMALLEST_SHOWN:
        return ""
    if paper < SMALLEST_SHOWN:
        return _("Fewer than ten people voted on paper.")
    return _("%(paper)s people voted on paper, without a computer or telephone.") % {"paper": whole(paper)}


def over_time(conversation: Conversation) -> Table | None:
    """How the groups came about: from the times of an import, else from the tallies kept; None for one moment."""
    moments = conversation.import_report.get("stability", [])
    if len(moments) > 1:
        return _from_times(moments)
    rows = list(conversation.tallies.order_by("pk").values_list("computed", "participants", "votes", "best_groups"))
    rows = [row for row in rows if row[3]]
    if len(rows) < 2:
        return None
    places = sorted({round(number * (len(rows) - 1) / (MOST_MOMENTS - 1)) for number in range(MOST_MOMENTS)})
    head = (_("When"), _("People"), _("Votes"), _("Groups that fitted best"))
    cells = [
        (f"{day(rows[at][0])}, {rows[at][0]:%H:%M}", whole(rows[at][1]), whole(rows[at][2]), whole(rows[at][3]))
        for at in places
    ]
    return Table(head, tuple(cells), numeric=(1, 2, 3))


def _from_times(moments: list[dict[str, Any]]) -> Table:
    head = (
        _("Until"),
        _("People"),
        _("Votes"),
        _("Groups that fitted best"),
        _("Agreement with the moment before"),
        _("Agreement with the end"),
    )
    rows = [
        (
            day(datetime.fromtimestamp(one["time"] / 1000, UTC)),
            whole(one["people"]),
            whole(one["votes"]),
            whole(one["k"]),
            _index(one["with_previous"]),
            _index(one["with_last"]),
        )
        for one in moments
    ]
    return Table(head, tuple(rows), numeric=(1, 2, 3, 4, 5))


def _index(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"
