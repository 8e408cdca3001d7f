"""What a statement's votes say, and what came of a ballot: read from the newest tally and from the ledger."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from minga.engage.models import Ballot, Statement
from minga.engage.queries import newest_tally
from minga.ledger import subjects
from minga.ledger.models import Edge, Entry
from minga.people.models import Group, Person
from minga.web.format import day, whole
from minga.web.svg.types import VoteChart, Votes

WORDS = {
    "criterion.approved": gettext_lazy("The criterion is in force by it"),
    "criterion.declined": gettext_lazy("Decided against it: no criterion is made"),
    "criterion.retired": gettext_lazy("Decided against it: the criterion was taken out of force"),
    "against": gettext_lazy("Decided against it: approved all the same"),
    "replaced": gettext_lazy("Decided against it: replaced without a ballot"),
}


def name_of(constituency: str) -> str:
    """A constituency as it is called; people who named none are one of their own."""
    if not constituency:
        return _("Did not say")
    return str(Group(constituency).label) if constituency in Group.values else constituency


@dataclass(frozen=True, slots=True)
class VotesOn:
    """The votes on one statement: a chart per opinion group and constituency, ``None`` before the first tally.

    ``agreed``: the tally lists it among the statements on which all voices agree. ``hidden``: names of voices whose
    figures stay hidden because they are small, or would tell those of a small one.
    """

    statement: Statement
    chart: VoteChart | None = None
    agreed: bool = False
    hidden: tuple[str, ...] = ()
    computed: datetime | None = None


def votes_on(statement: Statement) -> VotesOn:
    """The votes on a statement as the newest tally counted them."""
    newest = newest_tally(statement.conversation)
    results = newest.document.get("results", {}) if newest else {}
    figures = results.get("statements", {}).get(str(statement.pk))
    if newest is None or figures is None:
        return VotesOn(statement)
    groups = {_("Group %(letter)s") % {"letter": letter}: row for letter, row in figures.get("groups", {}).items()}
    voices = groups | {name_of(name): row for name, row in figures.get("constituencies", {}).items()}
    shown = {_("Everybody"): figures["all"], **{name: row for name, row in voices.items() if row}}
    rows = tuple(Votes(name, row[0], row[2], row[1]) for name, row in shown.items())
    agree, disagree, passed = figures["all"]
    told = {"agree": whole(agree), "disagree": whole(disagree), "passed": whole(passed), "day": day(newest.computed)}
    sentence = _("%(agree)s agree, %(disagree)s disagree, %(passed)s pass. Counted on %(day)s.") % told
    hidden = tuple(name for name, row in voices.items() if row is None)
    agreed = str(statement.pk) in results.get("agreed", [])
    return VotesOn(statement, VoteChart(sentence=sentence, rows=rows), agreed, hidden, newest.computed)


@dataclass(frozen=True, slots=True)
class Followed:
    """One thing that was decided on a closed ballot. ``against`` it, or by it; ``reason`` is public."""

    when: datetime
    words: str
    reason: str
    who: str
    title: str
    href: str
    against: bool


def followed(ballot: Ballot) -> list[Followed]:
    """What was decided by this ballot and against it, oldest first, from the ledger and from the gates."""
    edges = Edge.objects.filter(cause_kind="ballot", cause_id=str(ballot.pk), entry__action__in=WORDS)
    entries = Entry.objects.filter(pk__in=edges.values("entry_id")).order_by("pk")
    found = [_told(entry) for entry in entries]
    return sorted([*found, *_gates(ballot)], key=lambda one: one.when)


def _told(entry: Entry) -> Followed:
    payload: dict[str, Any] = json.loads(entry.payload)
    against = entry.action in {"criterion.declined", "criterion.retired"} or bool(payload.get("against_ballot"))
    word = entry.action
    if against and word == "criterion.approved":
        word = "replaced" if payload.get("replaces") else "against"
    subject = None if entry.subject_kind == "ballot" else subjects.find(entry.subject_kind, entry.subject_id)
    who = Person.objects.filter(key=entry.actor_key).first() if against and entry.actor_key else None
    return Followed(
        when=datetime.fromisoformat(entry.happened),
        words=str(WORDS[word]),
        reason=str(payload.get("reason", "")),
        who=who.public_name if who else "",
        title=subject.ledger_title if subject else "",
        href=subject.get_absolute_url() if subject else "",
        against=against,
    )


def _gates(ballot: Ballot) -> list[Followed]:
    """The decisions on the gate that a ballot was about, from its closing to the next such ballot."""
    if ballot.closed is None or not ballot.about.startswith("gate:"):
        return []
    later = ballot.project.ballots.filter(about=ballot.about, closed__gt=ballot.closed).order_by("closed").first()
    step = int(ballot.about.removeprefix("gate:"))
    decisions = ballot.project.gates.filter(step=step, decided__gte=ballot.closed).select_related("decided_by")
    if later is not None:
        decisions = decisions.filter(decided__lt=later.closed)
    return [
        Followed(
            when=decision.decided,
            words=_("Decided against it") if decision.passed != ballot.passed else _("Decided as it said"),
            reason=decision.reason,
            who=decision.decided_by.public_name,
            title=decision.ledger_title,
            href=decision.get_absolute_url(),
            against=decision.passed != ballot.passed,
        )
        for decision in decisions
    ]
