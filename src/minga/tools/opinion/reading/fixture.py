"""A folder of votes.json and comments.json, as red-dwarf's fixtures and the interface of Polis give them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pyarrow as pa

from minga.tools.base import ToolError
from minga.tools.intake import Limits, open_source
from minga.tools.opinion.reading.account import Tally
from minga.tools.opinion.reading.columns import PARTICIPANT, STATEMENT, TIME, VOTE, clean_id, vote_of
from minga.tools.opinion.reading.comments import Comment, by_plain_name, comments_of
from minga.tools.opinion.reading.log import NO_TIME, OUTSIDE, UNKNOWN, Gathered
from minga.tools.opinion.votes import Votes

LARGEST = 512 << 20


def read_json_comments(path: Path, tally: Tally) -> tuple[Comment, ...]:
    return comments_of(_records(path, tally), tally)


def read_json_votes(path: Path, known: Collection[str] | None, tally: Tally, notes: list[str]) -> Votes:
    """The votes of a votes.json: a list of records with participant, statement, vote and perhaps time."""
    gathered = Gathered.empty(known)
    people, statements, values, times, places = [], [], [], [], []
    for place, record in _records(path, tally):
        person, statement = clean_id(_given(record, PARTICIPANT)), clean_id(_given(record, STATEMENT))
        vote = vote_of(_given(record, VOTE))
        if not person or not statement:
            tally.refuse(place, f"the {'statement' if person else 'participant'} is missing")
        elif known is not None and statement not in gathered.statements:
            tally.refuse(place, UNKNOWN, f"statement {statement}")
        elif vote is None:
            tally.refuse(place, OUTSIDE, f"vote {_given(record, VOTE)!r}")
        else:
            people.append(gathered.people.setdefault(person, len(gathered.people)))
            statements.append(gathered.statements.setdefault(statement, len(gathered.statements)))
            values.append(vote)
            times.append(str(_given(record, TIME)))
            places.append(place)
    moments, missing, unread = gathered.times.add(pa.chunked_array([times], pa.string()))
    if unread.any():
        tally.refuse_all(
            ((places[n], times[n]) for n in np.flatnonzero(unread)), int(np.count_nonzero(unread)), NO_TIME
        )
    if missing.any():
        notes.append(f"{path.name}: {int(missing.sum()):,} records have no time, so their order decides what is newest")
    columns = (np.array(column, np.int32)[~unread] for column in (people, statements, values))
    gathered.add(*columns)
    gathered.times.keep(moments[~unread], missing[~unread])
    return gathered.votes(tally)


def _given(record: Mapping[str, Any], aliases: tuple[str, ...]) -> Any:
    return next((record[name] for name in aliases if record.get(name) is not None), "")


def _records(path: Path, tally: Tally) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """(place from 1, record by plain names); what is no record is counted as failed."""
    with open_source(path, limits=Limits(bytes=LARGEST)) as stream:
        data = stream.read()
    try:
        found = orjson.loads(data.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as error:
        raise ToolError(
            f"{path.name} is no JSON: {error}. The download was probably cut, or the file is of another kind. "
            "Get it again."
        ) from None
    if not isinstance(found, list):
        raise ToolError(
            f"{path.name} holds {type(found).__name__} where a list of records is expected. It is probably "
            "another file of the same export. Give the list of votes or comments."
        )
    for place, record in enumerate(found, 1):
        tally.rows_in += 1
        if isinstance(record, dict):
            yield place, by_plain_name(record)
        else:
            tally.refuse(place, "not a record", str(record), failed=True)
