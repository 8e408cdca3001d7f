"""What the public sees of a flag, and nothing else: pages, lists and the API take it from here."""

from dataclasses import dataclass
from datetime import datetime

from minga.deliver.models import Contest, Flag, PartyReply
from minga.deliver.privacy import Names
from minga.deliver.signs import evidence_of, spaced


@dataclass(frozen=True, slots=True)
class PublicRow:
    """One row of evidence; names of natural persons are replaced."""

    path: str
    value: str
    read_as: str


@dataclass(frozen=True, slots=True)
class PublicReply:
    """The party's words, once a moderator let them through."""

    pk: int
    text: str
    given: datetime


@dataclass(frozen=True, slots=True)
class Ending:
    """Why a flag no longer stands, in the words of whoever answered the contest that ended it."""

    when: datetime
    answer: str
    answered_by: str


@dataclass(frozen=True, slots=True)
class PublicFlag:
    """A published flag without anything that names a natural person besides those who decided.

    ``ending`` is None while the flag stands.
    """

    code: str
    address: str
    project: str
    project_title: str
    state: Flag.State
    state_label: str
    mark: str
    party: str
    title: str
    method: str
    process: str
    decided_by: str
    decided: datetime
    published: datetime
    reason: str
    signs: tuple[str, ...]
    evidence: tuple[PublicRow, ...]
    ending: Ending | None = None


# The look's marks: contested is a flag, explained is a tick for answered, what stands is a flag to watch.
# Withdrawn is the barred ring: a tick would read as if the accusation had held.
MARKS = {
    Flag.State.CONFIRMED: "watch",
    Flag.State.CONTESTED: "contested",
    Flag.State.EXPLAINED: "passed",
    Flag.State.WITHDRAWN: "no_ai",
}


def public_flag(flag: Flag) -> PublicFlag:
    """The public part of a published flag; ValueError for any other, so that none slips out."""
    if flag.published is None:
        raise ValueError(f"{flag.code} is not published, so it has no public part.")
    names = Names(flag.case.source)
    made = flag.determination
    told = flag.case.told_here
    return PublicFlag(
        code=flag.code,
        address=flag.get_absolute_url(),
        project=flag.project.slug,
        project_title=flag.project.title,
        state=Flag.State(flag.state),
        state_label=str(flag.get_state_display()),
        mark=MARKS[Flag.State(flag.state)],
        party=flag.party_shown,
        title=names.public(flag.case.title),
        method=flag.case.method,
        process=names.public(flag.case.process),
        decided_by=made.person.public_name,
        decided=made.recorded,
        published=flag.published,
        reason=names.public(made.reason),
        signs=tuple(spaced(names.public(sign.sentence)) for sign in told.reasons),
        evidence=tuple(
            PublicRow(row.path, names.public(row.value), spaced(names.public(row.read_as)))
            for row in evidence_of(told.reasons)
        ),
        ending=_ending(flag, names),
    )


def _ending(flag: Flag, names: Names) -> Ending | None:
    """The first contest with the outcome at which the flag stands ended it; later ones change nothing."""
    if flag.state not in {Flag.State.EXPLAINED, Flag.State.WITHDRAWN}:
        return None
    answered = flag.contests.filter(state=Contest.State.ANSWERED, outcome=flag.state).select_related("answered_by")
    ended = answered.order_by("answered", "pk").first()
    if ended is None or ended.answered is None or ended.answered_by is None:
        return None
    return Ending(ended.answered, names.public(ended.answer), ended.answered_by.public_name)


def public_replies(flag: Flag) -> list[PublicReply]:
    """What the party said, as far as it is shown."""
    names = Names(flag.case.source)
    shown = flag.replies.filter(state=PartyReply.State.OPEN)
    return [PublicReply(reply.pk, names.public(reply.text), reply.given) for reply in shown]
