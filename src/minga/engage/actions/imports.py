"""Bring in a conversation that was held elsewhere: statements, people without names, and their last votes."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from minga.engage.actions.contributions import check_language
from minga.engage.actions.voting import quarter_of
from minga.engage.models import Arrivals, Contribution, Conversation, Participant, Statement, random_id
from minga.ledger.action import Act, action
from minga.ledger.refusals import Invalid, required
from minga.tools.opinion import Settings, map_opinions
from minga.tools.opinion.reading import Comment
from minga.tools.opinion.reading import Conversation as Reading
from minga.tools.opinion.result import Moment
from minga.tools.opinion.table import Table

BATCH = 5000
# The groups over time are computed at so many moments, for at most so many votes (some ten seconds).
MOMENTS, MOST_VOTES = 10, 2_000_000
_VOTE = "INSERT INTO engage_vote (id, participant_id, statement_id, choice) VALUES (%s, %s, %s, %s)"


@action("conversation.imported", level="group")
def import_conversation(
    act: Act,
    reading: Reading,
    title: str,
    source: str,
    language: str = "",
    url: str = "",
    moments: Sequence[Moment] = (),
) -> Conversation:
    """Keep what was read (``minga.tools.opinion.reading.read``) as a closed conversation, to be shown and built on.

    ``source`` says who held it and under which licence. Nobody here owes its authors an answer. People get fresh
    ids in random order; of several votes on one statement the last is kept; times are not kept, only ``moments``
    (``over_time``), how alike the groups were as the votes came in.
    """
    required(title=title, source=source)
    if not len(reading.votes):
        raise Invalid(_("No vote of this export can be used, so nothing was imported."), do=_("Check the files."))
    conversation = Conversation.objects.create(
        project=act.place,
        title=title.strip(),
        introduction=reading.summary.get("conversation-description", "").strip(),
        language=check_language(language),
        access=Conversation.Access.OPEN,
        state=Conversation.State.CLOSED,
        strict=False,
        constituencies=[],
        opens=_first(act, reading) or act.now,
        closed=act.now,
        imported_from=source.strip()[:200],
        import_report={**reading.report.as_json(), "url": url, "stability": [asdict(one) for one in moments]},
    )
    statements = _statements(act, conversation, reading)
    kept = _votes(conversation, reading, statements)
    Arrivals.objects.create(conversation=conversation, quarter=quarter_of(act.now), votes=kept)
    act.note(
        source=conversation.imported_from,
        statements=len(statements),
        votes=kept,
        files=[[file.name, file.rows_in, file.used, file.rejected, file.failed] for file in reading.report.files],
    )
    return conversation


def over_time(reading: Reading) -> list[Moment]:
    """The groups at ten moments that divide the votes equally; nothing where votes have no times or are too many.

    Call it before the action: it takes as long as ten maps, and an action holds the database.
    """
    times = reading.votes.time
    if times is None or len(reading.votes) > MOST_VOTES or int(times.min(initial=0)) == int(times.max(initial=0)):
        return []
    return map_opinions(reading.votes, reading.statements, Settings(cut_points=MOMENTS)).stability


def _first(act: Act, reading: Reading) -> datetime | None:
    """When the first vote was cast; the export's word, so only if it tells times."""
    times = reading.votes.time
    return _moment(act, int(times.min())) if times is not None and len(times) else None


def _moment(act: Act, milliseconds: int) -> datetime | None:
    """A time of the export; None where it is none, or has not come yet."""
    seconds = milliseconds / 1000
    return datetime.fromtimestamp(seconds, UTC) if 0 < seconds <= act.now.timestamp() else None


def _listed(reading: Reading) -> Iterator[Comment]:
    """All statements of the export; those that have votes and no text stand under their number."""
    told = {str(statement.id) for statement in reading.statements}
    yield from reading.statements
    for identifier in map(str, reading.votes.statements):
        if identifier not in told:
            yield Comment(identifier)


def _statements(act: Act, conversation: Conversation, reading: Reading) -> dict[str, int]:
    """Create the statements; returns their ids by the ids of the export."""
    listed = list(_listed(reading))
    given = Contribution.objects.bulk_create(
        [_contribution(act, conversation, comment) for comment in listed], batch_size=BATCH
    )
    made = Statement.objects.bulk_create(
        [
            Statement(
                contribution=contribution,
                conversation=conversation,
                number=number,
                seed=comment.seed,
                meta=comment.meta,
                external_id=str(comment.id)[:64],
            )
            for number, (contribution, comment) in enumerate(zip(given, listed, strict=True), 1)
        ],
        batch_size=BATCH,
    )
    return {str(comment.id): statement.pk for comment, statement in zip(listed, made, strict=True)}


def _contribution(act: Act, conversation: Conversation, comment: Comment) -> Contribution:
    hidden = comment.moderated < 0
    return Contribution(
        project=conversation.project,
        text=comment.text or _("Statement %(id)s (its text is not in the export)") % {"id": comment.id},
        kind=Contribution.Kind.STATEMENT,
        language=conversation.language,
        step=conversation.project.step,
        group="",
        author_key="",
        about_kind="conversation",
        about_id=str(conversation.pk),
        status=Contribution.Status.HIDDEN if hidden else Contribution.Status.SHOWN,
        submitted=(_moment(act, comment.created) if comment.created else None) or act.now,
        due=None,
    )


def _votes(conversation: Conversation, reading: Reading, statements: dict[str, int]) -> int:
    """Write everybody's last votes under fresh ids; returns how many."""
    table = Table.of(reading.votes)
    people = [random_id() for _person in reading.votes.participants]
    Participant.objects.bulk_create(
        [Participant(id=pk, conversation=conversation, origin=Participant.Origin.IMPORTED) for pk in sorted(people)],
        batch_size=BATCH,
    )
    columns = [statements[str(identifier)] for identifier in reading.votes.statements]
    rows: list[tuple[Any, ...]] = [
        (random_id(), people[person], columns[column], value)
        for person, column, value in zip(
            table.person().tolist(), table.column.tolist(), table.value.tolist(), strict=True
        )
    ]
    # In the order of their ids, so that the table keeps no other.
    rows.sort()
    with connection.cursor() as cursor:
        for start in range(0, len(rows), BATCH):
            cursor.executemany(_VOTE, rows[start : start + BATCH])
    return len(rows)
