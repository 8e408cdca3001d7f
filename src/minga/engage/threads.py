"""Where a contribution stands on the thread: what followed from it, read from the ledger."""

import json
from datetime import datetime

from minga.engage.models import Contribution
from minga.ledger.models import Entry
from minga.web.format import day
from minga.web.svg.types import LINK_NAMES, Knot

MOST = 200


def what_followed(kind: str, identifier: str, most: int = MOST) -> dict[str, list[Entry]]:
    """Entries that follow from a subject, directly or through others, by subject kind; at most ``most``."""
    found: dict[str, list[Entry]] = {}
    seen, waiting = {(kind, identifier)}, [(kind, identifier)]
    while waiting and len(seen) < most:
        cause_kind, cause_id = waiting.pop(0)
        entries = Entry.objects.filter(edges__cause_kind=cause_kind, edges__cause_id=cause_id).order_by("pk")[:most]
        for entry in entries:
            pair = (entry.subject_kind, entry.subject_id)
            if pair not in seen:
                seen.add(pair)
                waiting.append(pair)
                found.setdefault(entry.subject_kind, []).append(entry)
    return found


def knots(given: Contribution) -> list[Knot]:
    """The thread bar of a contribution: itself here, what came of it done, the rest not yet."""
    followed = what_followed("contribution", str(given.pk))
    first = Knot("contribution", "here", when=day(given.submitted, short=True))
    return [first, *(_knot(name, followed.get(name, [])) for name in LINK_NAMES[1:])]


def _knot(name: str, entries: list[Entry]) -> Knot:
    if not entries:
        return Knot(name, "not_yet")  # type: ignore[arg-type]
    last = entries[-1]
    failed = name == "check" and json.loads(last.payload).get("state") == "failed"
    when = day(datetime.fromisoformat(last.happened), short=True)
    return Knot(name, "failed" if failed else "done", when=when)  # type: ignore[arg-type]
