"""The charts and rows of results pages, from a tally's document."""

from collections.abc import Mapping, Sequence
from typing import Literal

from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from minga.engage.models import Decision
from minga.engage.queries.results import Said
from minga.engage.tallying import words
from minga.engage.tallying.shapes import Counts, Document, Figures, Group, Results, Room
from minga.people.models import Group as Constituencies
from minga.web.format import day, whole
from minga.web.svg import statements as statement_parts
from minga.web.svg.charts_counts import vote_bar, vote_figure, vote_key
from minga.web.svg.charts_shares import chart_row
from minga.web.svg.markup import as_table, join
from minga.web.svg.statements import statement_votes, votes_table
from minga.web.svg.types import StateKind, Table, Votes
from minga.web.svg.types_dialogue import Constituency, MapGroup, MapPoint, OpinionMap, StatementRow

Link = tuple[str, str]


def name_of(constituency: str) -> str:
    """The name of a constituency as a voice: "Residents"; without one, those who did not say."""
    if not constituency:
        return _("Did not say")
    return str(Constituencies(constituency).label) if constituency in Constituencies.values else constituency


def vote_row(label: str, counts: Counts | None, judged: bool = True) -> Votes:
    if counts is None or not judged:
        return Votes(label, 0, 0, 0, too_few=True)
    agreed, disagreed, passed = counts
    return Votes(label, agreed, passed, disagreed)


def voices_of(figures: Figures, voices: str) -> tuple[Votes, ...]:
    """The bars of a statement: opinion groups, or everybody and the constituencies."""
    judged = figures["judged"]
    if voices == "groups":
        return tuple(vote_row(letter, counts, judged) for letter, counts in figures["groups"].items())
    rows = [vote_row(_("Everybody"), figures["all"], judged)]
    if voices == "constituencies":
        named = figures["constituencies"].items()
        rows += [vote_row(name_of(name), counts, judged) for name, counts in named if counts is not None]
    return tuple(rows)


def row_of(
    found: Said, figures: Figures, results: Results, *, room: Room | None = None, drafts: bool = False
) -> StatementRow:
    """One statement with its bars, its constituencies, what became of it, and the way to its thread."""
    agreed, disagreed, _passed = figures["all"]
    against = disagreed > agreed
    state, text = standing(found)
    return StatementRow(
        text=found.text,
        language=found.language,
        original=found.original,
        original_language=found.contribution.language if found.original else "",
        groups=voices_of(figures, results["voices"]),
        constituencies=_constituencies(figures, against) if results["voices"] == "groups" else (),
        lead="disagree" if against else "agree",
        state=state,
        state_text=text,
        note=_note(found, figures, results, room),
        links=thread_link(found) + (draft_link(found) if drafts and not found.criterion else ()),
    )


def _constituencies(figures: Figures, against: bool) -> tuple[Constituency, ...]:
    shown = [(name, counts) for name, counts in figures["constituencies"].items() if counts is None or any(counts)]
    if len(shown) < 2 or not figures["judged"]:
        return ()
    side = 1 if against else 0
    shown.sort(key=lambda pair: -sum(pair[1] or ()))
    return tuple(
        Constituency(name_of(name), None) if counts is None else Constituency(name_of(name), counts[side], sum(counts))
        for name, counts in shown
    )


def _note(found: Said, figures: Figures, results: Results, room: Room | None) -> str:
    notes = []
    key = str(found.statement.pk)
    if key in results["rejected"]:
        notes.append(rejected(results["voices"]))
    if not figures["judged"]:
        notes.append(_("Too few to judge: %(votes)s votes.") % {"votes": whole(sum(figures["all"]))})
    if found.statement.meta:
        notes.append(_("About the people, not an opinion."))
    if found.statement.retired:
        notes.append(_("No longer voted on."))
    if room:
        text = _("By show of hands in meetings: %(agree)s agree, %(disagree)s disagree, %(passed)s pass.")
        notes.append(text % {name: whole(room[name]) for name in ("agree", "disagree", "passed")})  # type: ignore[literal-required]
    return " ".join(notes)


def rejected(voices: str) -> str:
    if voices == "groups":
        return _("Rejected by all groups.")
    return _("Rejected by all constituencies.") if voices == "constituencies" else _("Rejected by most.")


def standing(found: Said) -> tuple[StateKind | Literal[""], str]:
    """What became of a statement: a criterion, a decision, or no answer yet."""
    given = found.contribution
    if found.criterion == "approved":
        return "passed", _("Is a criterion")
    if found.criterion == "proposed":
        return "not_yet", _("Proposed as a criterion")
    if found.decision is not None:
        declined = found.decision.outcome == Decision.Outcome.DECLINED
        return "failed" if declined else "passed", str(found.decision.get_outcome_display())
    if given.due is None:
        return "", ""
    if given.is_overdue(timezone.now()):
        return "watch", _("No answer yet, overdue since %(day)s") % {"day": day(given.due)}
    return "not_yet", _("No answer yet, due %(day)s") % {"day": day(given.due)}


def thread_link(found: Said) -> tuple[Link, ...]:
    """The way to the thread: a number alone would not say where it leads."""
    try:
        address = reverse("portal:thread", args=["contribution", found.contribution.pk])
    except NoReverseMatch:
        return ()
    return ((_("Thread %(number)s") % {"number": found.statement.number}, address),)


def draft_link(found: Said) -> tuple[Link, ...]:
    """For those who may: from a statement to a criterion that its voters approve."""
    try:
        address = reverse(
            "design:criterion_from_statement", args=[found.contribution.project.slug, found.contribution.pk]
        )
    except NoReverseMatch:
        return ()
    return ((_("Draft a criterion"), address),)


def rows_of(
    keys: Sequence[str],
    known: Mapping[str, Said],
    results: Results,
    rooms: Mapping[str, Room],
    map_href: str = "#map",
    *,
    drafts: bool = False,
) -> SafeString:
    """A list of statements. One that was hidden since the tally is left out.

    ``drafts``: each leads to the draft of a criterion, for those who may open a ballot on it.
    """
    figures = results["statements"]
    rows = [
        row_of(known[key], figures[key], results, room=rooms.get(key), drafts=drafts) for key in keys if key in known
    ]
    if not rows:
        return format_html("<p>{}</p>", _("None."))
    if results["voices"] == "groups":
        return statement_votes(rows, map_href)
    drawn = join(named_row(row) for row in rows)
    return format_html(
        '<div class="statement-votes">{}<ul class="statements">{}</ul>{}</div>',
        vote_key(),
        drawn,
        as_table(votes_table(rows)),
    )


def named_row(row: StatementRow) -> SafeString:
    """A statement whose voices have names in place of letters, which take more room."""
    bars = join(
        chart_row(votes.label, vote_bar(votes), vote_figure(votes, "count")) for votes in statement_parts.led(row)
    )
    return format_html(
        '<li><div>{}{}{}</div><div class="chart votes count" role="img" aria-label="{}">{}</div></li>',
        statement_parts.quote(row),
        statement_parts.as_written(row),
        statement_parts.standing(row),
        statement_parts.sentence(row),
        bars,
    )


def map_of(results: Results, known: Mapping[str, Said]) -> OpinionMap:
    """The opinion map; where the groups are not real it says why and draws none."""
    real = results["real"]
    drawn = [
        MapPoint(point["x"], point["y"], point["group"] if real else "", point["sure"])
        for point in results["points"]
        for _person in range(point["people"])
    ]
    return OpinionMap(
        sentence=words.map_heading(results) if real else words.why_no_groups(results),
        points=tuple(drawn),
        groups=tuple(_map_group(group, known) for group in results["groups"]) if real else (),
        filled=_("stays in the group in at least 7 of 10 repetitions with people and statements drawn anew"),
        not_real="" if real else words.why_no_groups(results),
    )


def _map_group(group: Group, known: Mapping[str, Said]) -> MapGroup:
    typical = next((one for one in group["telling"] if one["statement"] in known), None)
    if typical is None:
        return MapGroup(group["letter"], group["people"], group["between"])
    found = known[typical["statement"]]
    return MapGroup(
        group["letter"],
        group["people"],
        group["between"],
        statement=found.text,
        statement_votes=took(typical["agree"], typical["count"], typical["of"]),
        language=found.language,
    )


def took(agree: bool, count: int, of: int) -> str:
    """ "40 of 47 agree"."""
    text = _("%(count)s of %(of)s agree") if agree else _("%(count)s of %(of)s disagree")
    return text % {"count": whole(count), "of": whole(of)}


def portraits(results: Results, known: Mapping[str, Said]) -> list[dict[str, object]]:
    """Each group in the statements that tell it apart, with how many outside it say the same."""
    listed: list[dict[str, object]] = []
    for group in results["groups"]:
        telling = [
            {
                "said": known[one["statement"]],
                "own": took(one["agree"], one["count"], one["of"]),
                "others": took(one["agree"], one["others"], one["others_of"]),
            }
            for one in group["telling"]
            if one["statement"] in known
        ]
        listed.append({"letter": group["letter"], "people": group["people"], "telling": telling})
    return listed


def took_part_table(document: Document) -> Table | None:
    """People who voted, per constituency; where nobody was asked who they are there is nothing to show."""
    people = document["took_part"]["people"]
    if not set(people) - {""}:
        return None
    rows = [(name_of(name), _("fewer than 10") if size is None else whole(size)) for name, size in people.items()]
    return Table((_("Who"), _("People who voted")), tuple(rows), numeric=(1,))
