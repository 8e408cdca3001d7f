"""The results as the data of the printable report (``minga.web.pdf.shapes.Report``)."""

from collections.abc import Mapping, Sequence
from statistics import median

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from minga.engage.models import Contribution, Conversation, Tally
from minga.engage.queries.affected import GROUP, Line, affected, of_conversation
from minga.engage.queries.results import Said
from minga.engage.tallying import words
from minga.engage.tallying.shapes import Counts, Figures, Results
from minga.people.models import Group
from minga.web.pdf import shapes

MOST = 10


def report(conversation: Conversation, tally: Tally, results: Results, known: Mapping[str, Said]) -> shapes.Report:
    """Everything that the results page shows, in the reader's language."""
    path = reverse("engage:results", args=[conversation.pk])
    address = f"{settings.MINGA_ADDRESS}{path}"
    unites = [*results["agreed"], *results["rejected"]]
    took_part, source = _took_part(conversation)
    return shapes.Report(
        title=conversation.title,
        project=conversation.project.title,
        body=str(settings.MINGA_BODY_NAME),
        address=address,
        created=tally.computed.date(),
        opened=conversation.opens.date(),
        closed=conversation.closed.date() if conversation.closed else None,
        finding=words.finding(results),
        participants=results["people"],
        statements=len(results["statements"]),
        votes=results["votes"],
        agreed=_rows(unites, results, known),
        divides=_rows(results["divides"], results, known),
        portraits=_portraits(results, known),
        check=_check(results),
        took_part=took_part,
        took_part_source=source,
        replies=_replies(known),
        answers=_answers(known),
        method=_method(),
        limits=_limits(results),
        data=[shapes.DataFile(name="results.json", address=f"{address}results.json")],
    )


def _words_of(one: Said) -> shapes.Words:
    """Number, the author's words and language, and a marked translation of them."""
    given = one.contribution
    translation = shapes.Translation(text=one.text, language=one.language) if one.original else None
    return shapes.Words(number=one.statement.number, text=given.text, language=given.language, translation=translation)


def _rows(keys: Sequence[str], results: Results, known: Mapping[str, Said]) -> list[shapes.StatementResult]:
    figures = results["statements"]
    return [
        shapes.StatementResult(
            **_words_of(known[key]),
            groups=_groups(figures[key], results["voices"]),
            constituencies=_constituencies(figures[key]),
            note="",
        )
        for key in keys[:MOST]
        if key in known
    ]


def _groups(figures: Figures, voices: str) -> list[shapes.Votes]:
    if voices == "groups":
        return [_votes(letter, counts) for letter, counts in figures["groups"].items()]
    return [_votes(_("Everybody"), figures["all"])]


def _constituencies(figures: Figures) -> list[shapes.Votes]:
    named = figures["constituencies"].items()
    return [_votes(str(Group(name).label) if name in Group.values else name, counts) for name, counts in named]


def _votes(label: str, counts: Counts | None) -> shapes.Votes:
    agreed, disagreed, passed = counts or (None, None, None)
    return shapes.Votes(label=label, agree=agreed, passed=passed, disagree=disagreed)


def _portraits(results: Results, known: Mapping[str, Said]) -> list[shapes.Portrait]:
    return [
        shapes.Portrait(
            label=group["letter"],
            people=group["people"],
            statements=[
                shapes.Telling(
                    **_words_of(known[one["statement"]]),
                    stance="agree" if one["agree"] else "disagree",
                    took=one["count"],
                    voted=one["of"],
                    others_took=one["others"],
                    others_voted=one["others_of"],
                )
                for one in group["telling"]
                if one["statement"] in known
            ],
        )
        for group in results["groups"]
    ]


def _check(results: Results) -> shapes.GroupsCheck:
    reason = results["reason"]
    labels = {
        "silhouette": _("Clearness of the groups (silhouette)"),
        "cloud": _("Clearness of one cloud of opinions"),
        "chance": _("Probability of so clear groups by chance"),
        "agreement": _("Agreement when people and statements are drawn anew (adjusted Rand index)"),
    }
    figures = [shapes.Figure(label=label, value=reason[key]) for key, label in labels.items() if key in reason]
    sentence = words.how_sure(results) if results["real"] else words.why_no_groups(results)
    return shapes.GroupsCheck(real=results["real"], sentence=sentence, figures=figures)


def _took_part(conversation: Conversation) -> tuple[list[shapes.TookPart], str]:
    """Who took part against who is affected, as their own page shows it, and where the sizes come from."""
    reference = affected(conversation.project)
    if reference is None:
        return [], ""
    found = of_conversation(conversation, reference)
    lines = [*found.lines, *([found.together] if found.together else [])]
    if not lines:
        lines = [Line(key, reference.label(key), share, None) for key, share in reference.shares(GROUP).items()]
    rows = [
        shapes.TookPart(
            label=line.label,
            affected=100 * line.affected,
            people=line.people,
            share=_per_cent(line.share),
            low=_per_cent(line.low),
            high=_per_cent(line.high),
        )
        for line in lines
    ]
    return rows, reference.source


def _per_cent(share: float | None) -> float | None:
    return None if share is None else 100 * share


def _replies(known: Mapping[str, Said]) -> shapes.Replies:
    owed = [one for one in known.values() if one.contribution.due is not None or one.decision is not None]
    days = [one.decision.days for one in owed if one.decision is not None]
    return shapes.Replies(answered=len(days), total=len(owed), median_days=float(median(days)) if days else None)


def _answers(known: Mapping[str, Said]) -> list[shapes.Answer]:
    owed = [one for one in known.values() if one.contribution.due is not None or one.decision is not None]
    return [_answer(one, one.contribution) for one in sorted(owed, key=lambda one: one.statement.number)]


def _answer(one: Said, given: Contribution) -> shapes.Answer:
    answer = shapes.Answer(text=given.text, language=given.language, outcome="open", contributions=1)
    if one.decision is not None:
        answer["outcome"] = one.decision.outcome  # type: ignore[typeddict-item]
        answer["reason"] = one.decision.reason
        answer["decided"] = one.decision.decided.date()
    elif given.due is not None:
        answer["due"] = given.due.date()
    return answer


def _method() -> list[str]:
    return [
        _("People vote agree, disagree or pass on statements; the last vote of a person on a statement counts."),
        _(
            "A statement is agreed on where the share of agreement, (agree + 1) / (votes + 2), is over one half in "
            "every group; the order is the product of the shares, so that a large group cannot outvote a small one."
        ),
        _(
            "The map places people by the two main components of their votes. Groups are found by k-means and called "
            "real only where they are clearer than one cloud of opinions and survive when the votes are drawn anew."
        ),
    ]


def _limits(results: Results) -> list[str]:
    return [
        _("Those who took part chose to; nothing here says what people think who did not."),
        _("A statement is judged from %(few)s votes on; figures of fewer than ten people are not shown.")
        % {"few": results["few"]},
    ]
