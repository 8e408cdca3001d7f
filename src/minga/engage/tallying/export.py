"""The results as data for others: votes in Polis's layout, and everything that the page shows as JSON."""

from collections.abc import Hashable, Mapping
from typing import Any, cast

from django.conf import settings
from django.urls import reverse

from minga.engage.models import Conversation, Statement, Tally
from minga.engage.queries.affected import affected
from minga.engage.queries.results import Said
from minga.engage.queries.voices import Inside, inside, weighed
from minga.engage.tallying.reading import cast_votes, public_statements
from minga.engage.tallying.shapes import Document, Results
from minga.tools.opinion import Statement as MapStatement
from minga.tools.opinion.writing import write_polis


def polis_files(conversation: Conversation) -> dict[str, bytes]:
    """comments.csv, votes.csv, participants-votes.csv and summary.csv: fresh participant ids in random order, no
    times, no authors, no constituencies. Statements are named by their number."""
    cast_now = cast_votes(conversation)
    number: dict[Hashable, int] = {pk: number for pk, number, _meta in public_statements(conversation)}
    votes = cast_now.votes
    renamed = type(votes)(
        votes.participants,
        [number[statement.id] for statement in cast_now.statements],
        votes.person,
        votes.statement,
        votes.value,
    )
    files: dict[str, bytes] = {}
    summary = {
        "topic": conversation.title,
        "url": f"{settings.MINGA_ADDRESS}{conversation_address(conversation)}",
        "conversation-description": conversation.introduction,
    }
    write_polis(files, renamed, _statements(conversation), summary=summary)
    return files


def conversation_address(conversation: Conversation) -> str:
    return reverse("engage:results", args=[conversation.pk])


def _statements(conversation: Conversation) -> list[MapStatement]:
    keys = [pk for pk, _number, _meta in public_statements(conversation)]
    found = Statement.objects.filter(pk__in=keys).select_related("contribution").order_by("number")
    return [MapStatement(one.number, one.contribution.text, moderated=1, meta=one.meta, seed=one.seed) for one in found]


def results_json(conversation: Conversation, tally: Tally, known: Mapping[str, Said]) -> dict[str, Any]:
    """Everything on the results page; ``digest`` is the SHA-256 of ``tallies`` written as JSON without blanks."""
    document = cast(Document, tally.document)
    number = {key: one.statement.number for key, one in known.items()}
    return {
        "conversation": {
            "id": conversation.pk,
            "title": conversation.title,
            "language": conversation.language,
            "state": conversation.state,
            "address": f"{settings.MINGA_ADDRESS}{conversation_address(conversation)}",
        },
        "computed": tally.computed.isoformat(),
        "digest": tally.digest,
        "tallies": document["tallies"],
        "statements": [statement_json(one) for one in sorted(known.values(), key=lambda one: one.statement.number)],
        "results": _numbered(document["results"], number),
        "without_patterns": _numbered(document["without"], number) if document["without"] else None,
        "patterns": document["patterns"],
        "rooms": {str(number[key]): room for key, room in document["rooms"].items() if key in number},
        "took_part": document["took_part"]["people"],
        "by_constituency": [_inside(one, number) for one in inside(document)],
        "weighted": _weighted(conversation, document, number),
        "over_time": conversation.import_report.get("stability", []),
    }


def _inside(one: Inside, number: Mapping[str, int]) -> dict[str, Any]:
    """What a constituency agrees with and rejects: statement number, people who said so, of how many."""
    told = {
        name: [{"statement": number[key], "count": count, "of": of} for key, count, of in picks if key in number]
        for name, picks in (("agreed", one.agreed), ("rejected", one.rejected))
    }
    return {"constituency": one.constituency, "people": one.people, **told}


def _weighted(conversation: Conversation, document: Document, number: Mapping[str, int]) -> dict[str, Any] | None:
    """Shares of agreement weighted to the affected; None without a reference or two groups that may be shown."""
    reference = affected(conversation.project)
    found = weighed(document, reference)
    if found is None or reference is None:
        return None
    made = found.weighting
    return {
        "source": reference.source,
        "people": made.used,
        "effective_people": made.effective,
        "design_effect": made.design_effect,
        "largest_over_median": made.largest,
        "warnings": found.warnings,
        "agreed": [number[key] for key in found.agreed if key in number],
        "rejected": [number[key] for key in found.rejected if key in number],
        "statements": {
            str(number[key]): {
                "agree": round(one.weighted, 4),
                "low": round(one.low, 4),
                "high": round(one.high, 4),
                "effective": round(one.effective, 1),
            }
            for key, one in found.shares.items()
            if key in number
        },
    }


def statement_json(one: Said) -> dict[str, Any]:
    given = one.contribution
    return {
        "number": one.statement.number,
        "text": given.text,
        "language": given.language,
        "seed": one.statement.seed,
        "meta": one.statement.meta,
        "retired": one.statement.retired is not None,
        "contribution": given.pk,
        "outcome": one.decision.outcome if one.decision else None,
        "criterion": one.criterion or None,
        "due": given.due.isoformat() if given.due else None,
    }


def _numbered(results: Results, number: Mapping[str, int]) -> dict[str, Any]:
    """The same with statements named by their number; those hidden since are left out."""
    if not results["enough"]:
        return dict(results)
    renamed: dict[str, Any] = dict(results)
    for name in ("agreed", "rejected", "divides"):
        renamed[name] = [number[key] for key in renamed[name] if key in number]
    renamed["statements"] = {str(number[key]): value for key, value in results["statements"].items() if key in number}
    renamed["groups"] = [
        {
            **group,
            "telling": [
                {**one, "statement": number[one["statement"]]} for one in group["telling"] if one["statement"] in number
            ],
        }
        for group in results["groups"]
    ]
    return renamed
