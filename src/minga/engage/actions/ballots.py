"""Open a ballot, cast a vote that nobody can trace, close and count."""

import secrets
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from minga.engage import queries
from minga.engage.counting import FEWEST_OF_A_GROUP, SMALLEST_SHOWN, outcome
from minga.engage.models import Ballot, BallotVote, Conversation, Participant, Voted, params_hash
from minga.ledger.action import GROUPS, Act, By, action, in_batch
from minga.ledger.refusals import Blocked, Conflict, Invalid, required
from minga.projects.models import Project
from minga.projects.steps import STEPS

CRITERION_KEYS = frozenset(
    ("sentence", "metric", "group_by", "comparison", "bound", "minimum_group", "dataset", "binding")
)


@action("ballot.opened", level="collective")
def open_ballot(
    act: Act,
    text: str,
    closes: datetime,
    about: str = "",
    params: list[dict[str, Any]] | None = None,
    groups: list[str] | None = None,
    quorum: int = 1,
    threshold: int = 50,
    because: list[Model] | None = None,
    conversation: Conversation | None = None,
    quorums: dict[str, int] | None = None,
) -> Ballot:
    """Put a question to groups until ``closes``. ``params`` are criteria, frozen by their hash.

    ``groups`` None means all. It passes with ``quorum`` votes and more than ``threshold`` per cent yes. With a
    ``conversation`` its participants vote, and ``quorums`` (constituency -> people) must be met as well.
    """
    groups = list(conversation.constituencies if conversation else groups or GROUPS)
    quorums = {group: needed for group, needed in (quorums or {}).items() if needed}
    required(text=text)
    _check_terms(act, closes, groups, quorum, threshold)
    _check_about(act.place, about)
    _check_seats(act.place, conversation, groups, quorum, quorums)
    frozen = _frozen(about, list(params or []))
    if about.startswith("gate:") or any(row.get("binding") for row in frozen):
        _refuse_to_bind_by_anybody(conversation)
    ballot = Ballot.objects.create(
        project=act.place,
        text=text.strip(),
        params=frozen,
        params_hash=params_hash(frozen),
        about=about,
        groups=groups,
        quorum=quorum,
        quorums=quorums,
        threshold=threshold,
        conversation=conversation,
        opens=act.now,
        closes=closes,
    )
    act.because(*(because or []), conversation)
    _note_terms(act, ballot)
    return ballot


def _frozen(about: str, params: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The parameters in the form that is hashed."""
    if about != "criterion":
        return params
    if not params:
        raise Invalid(_("A ballot on criteria carries at least one criterion."), do=_("Add what people vote on."))
    return [_criterion(row) for row in params]


def _note_terms(act: Act, ballot: Ballot) -> None:
    act.note(about=ballot.about, params_hash=ballot.params_hash, groups=ballot.groups)
    act.note(quorum=ballot.quorum, threshold=ballot.threshold)
    if ballot.conversation_id is not None:
        act.note(quorums=ballot.quorums, seats=queries.electorate(ballot, act.now))


def _check_seats(
    project: Project, conversation: Conversation | None, groups: list[str], quorum: int, quorums: dict[str, int]
) -> None:
    """The terms that only a ballot of a conversation has."""
    wrong: dict[str, str] = {}
    if conversation is None:
        if quorums:
            wrong["quorums"] = _("Only a ballot of a conversation asks for a quorum in each constituency.")
    elif conversation.project_id != project.pk or not conversation.is_public:
        wrong["conversation"] = _("Choose a conversation of this project that has been opened.")
    else:
        if quorum < SMALLEST_SHOWN:
            words = _("Ask for at least %(fewest)s people: with fewer, the result would tell how they voted.")
            wrong["quorum"] = words % {"fewest": SMALLEST_SHOWN}
        if not set(quorums) <= set(groups):
            wrong["quorums"] = _("Choose constituencies of the conversation.")
        for group in [group for group, needed in quorums.items() if needed < FEWEST_OF_A_GROUP]:
            words = _("Ask for at least %(fewest)s people, or for none in particular: fewer would single them out.")
            wrong[f"quorum_{group}"] = words % {"fewest": FEWEST_OF_A_GROUP}
    if wrong:
        raise Invalid(_("The ballot was not opened."), do=_("Correct what is marked."), fields=wrong)


def _refuse_to_bind_by_anybody(conversation: Conversation | None) -> None:
    if conversation is not None and not conversation.is_guarded:
        raise Blocked(
            _("A ballot of this conversation cannot bind anybody."),
            cause=_(
                "Nobody vouches that each seat in it is another person, so a quorum says nothing about how many "
                "people voted."
            ),
            do=_(
                "Make the criterion advisory, or hold the conversation with invitation codes or verified accounts "
                "and put the ballot to that one."
            ),
        )


def _check_terms(act: Act, closes: datetime, groups: list[str], quorum: int, threshold: int) -> None:
    wrong: dict[str, str] = {}
    if closes <= act.now:
        wrong["closes"] = _("A ballot closes after it opens. Choose a later day.")
    if not set(groups) <= set(GROUPS):
        wrong["groups"] = _("Choose groups from the list.")
    if quorum < 1:
        wrong["quorum"] = _("At least one person must vote.")
    if not 50 <= threshold < 100:
        wrong["threshold"] = _("Use a whole number from 50 to 99.")
    if wrong:
        raise Invalid(_("The ballot was not opened."), do=_("Correct what is marked."), fields=wrong)


def _check_about(project: Project, about: str) -> None:
    gates = {f"gate:{number}" for number in STEPS if number >= project.step}
    if about not in {"", "criterion", *gates}:
        raise Invalid(
            _("A ballot decides a gate that is still open, or criteria, or asks for an opinion."),
            fields={"about": _("Choose one from the list.")},
        )


def _criterion(row: dict[str, Any]) -> dict[str, Any]:
    """One criterion in the one form that is hashed: all keys, the bound as plain decimal text."""
    unknown, missing = set(row) - CRITERION_KEYS, CRITERION_KEYS - set(row)
    if unknown or missing:
        raise Invalid(
            _("A criterion of this ballot is not complete."),
            reasons=[
                *(_("%s is missing") % key for key in sorted(missing)),
                *(_("%s is unknown") % k for k in unknown),
            ],
            do=_("Give all its parts and nothing else."),
        )
    return {**row, "bound": decimal_text(row["bound"])}


def decimal_text(value: object) -> str:
    """``value`` as decimal text without trailing zeros, so that 0.20 and 0.2 hash alike."""
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        words = _("The bound of a criterion is a number such as 0.2.")
        raise Invalid(words, fields={"bound": words})
    text = f"{number:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


class Sealed(str):
    """A choice that hides from the digest of the request: no entry holds what was voted, not even hashed."""

    def __repr__(self) -> str:
        return "sealed"


def cast(by: By, place: Project, ballot: Ballot, choice: str) -> Voted:
    """Vote once: yes, no or abstain. The ledger learns that somebody voted and never what."""
    return _cast(by, place, ballot, Sealed(choice))


@action("ballot.cast")
def _cast(act: Act, ballot: Ballot, choice: Sealed) -> Voted:
    ballot = queries.fresh(act.place, ballot)
    _refuse_unless_open(act, ballot)
    if ballot.conversation_id is not None:
        raise Blocked(
            _("The participants of the conversation vote here, each with their seat in it."),
            cause=_("Nothing leads from your account to a seat."),
            do=_("Open your private link, or the device on which you joined the conversation, and vote there."),
        )
    if act.actor.group not in ballot.groups:
        raise Blocked(
            _("Your group does not vote in this ballot."),
            cause=_("The ballot was opened to other groups."),
            do=_("You can give a contribution instead; it will be answered."),
        )
    _check_choice(choice)
    person = queries.person_of(act.actor)
    try:
        with transaction.atomic():
            voted = Voted.objects.create(project=act.place, ballot=ballot, person_id=person)
    except IntegrityError:
        raise Conflict(_("You have voted in this ballot."), cause=_("Each person votes once.")) from None
    _keep(ballot, [(act.actor.group, str(choice))])
    act.because(ballot)
    return voted


def cast_as_participant(by: By, place: Project, ballot: Ballot, participant: Participant, choice: str) -> Voted:
    """Vote once with a seat of the ballot's conversation, in the constituency of the seat.

    The ledger learns nothing of a single vote, not even that it was cast: an entry would tie the visitor or the
    account to the seat, and so to all that was voted with it. The closing enters how many voted.
    """
    return _cast_as_participant(by, place, ballot, participant, Sealed(choice))


@in_batch("ballot.cast_with_seat")
def _cast_as_participant(act: Act, ballot: Ballot, participant: Participant, choice: Sealed) -> Voted:
    ballot = queries.fresh(act.place, ballot)
    _refuse_unless_open(act, ballot)
    seat = (
        queries.seats(ballot.conversation, act.now).filter(pk=participant.pk).first() if ballot.conversation else None
    )
    if seat is None:
        raise Blocked(
            _("This seat does not vote in this ballot."),
            cause=_("The ballot belongs to another conversation, or the private link has expired."),
            do=_("Open your private link of the conversation that this ballot comes from."),
        )
    _check_choice(choice)
    try:
        with transaction.atomic():
            voted = Voted.objects.create(project=act.place, ballot=ballot, participant=seat)
    except IntegrityError:
        raise Conflict(_("You have voted in this ballot."), cause=_("Each seat votes once.")) from None
    _keep(ballot, [(seat.constituency if seat.constituency in ballot.groups else "", str(choice))])
    return voted


def _refuse_unless_open(act: Act, ballot: Ballot) -> None:
    if not ballot.is_open(act.now):
        raise Conflict(_("This ballot is closed."), do=_("Read its result on the ballot's page."))


def _check_choice(choice: Sealed) -> None:
    if str(choice) not in BallotVote.Choice.values:
        raise Invalid(_("No vote was cast."), fields={"choice": _("Choose yes, no or abstain.")})


def _keep(ballot: Ballot, votes: list[tuple[str, str]]) -> None:
    """Write votes under fresh random ids, in the order of the ids: the table keeps no other order."""
    ids = sorted(secrets.randbits(62) for _vote in votes)
    secrets.SystemRandom().shuffle(votes)
    BallotVote.objects.bulk_create(
        BallotVote(id=number, ballot=ballot, group=group, choice=choice)
        for number, (group, choice) in zip(ids, votes, strict=True)
    )


@action("ballot.closed", level="collective")
def close_ballot(act: Act, ballot: Ballot) -> Ballot:
    """Count a ballot whose time is over, or in which everybody who may vote has voted."""
    ballot = queries.fresh(act.place, ballot)
    if ballot.closed:
        raise Conflict(_("This ballot has been closed already."), do=_("Read its result on the ballot's page."))
    eligible = queries.electorate(ballot, act.now)
    votes = list(ballot.votes.values_list("group", "choice"))
    _refuse_to_close_early(act, ballot, len(votes), eligible)
    result = _counted(ballot, votes)
    _forget_small_groups(ballot, votes, {row["group"] for row in result["groups"] if not row["hidden"]})
    ballot.closed, ballot.passed, ballot.eligible, ballot.result = act.now, result["passed"], eligible, result
    ballot.save(update_fields=["closed", "passed", "eligible", "result"])
    act.because(ballot)
    act.note(about=ballot.about, params_hash=ballot.params_hash, passed=result["passed"], eligible=eligible)
    act.note(**{choice: result[choice] for choice in BallotVote.Choice.values if choice in result})
    if ballot.conversation_id is not None:
        act.note(missed=[row["group"] for row in result["quorums"] if not row["reached"]])
    return ballot


def _refuse_to_close_early(act: Act, ballot: Ballot, voted: int, eligible: int) -> None:
    """Before its end a ballot closes only when all have voted; a conversation may still get participants."""
    if act.now < ballot.closes and (voted < eligible or ballot.conversation_id is not None):
        alone = ballot.conversation_id is not None
        raise Blocked(
            _("This ballot is still open."),
            reasons=[] if alone else [_("%(count)s of %(all)s have voted") % {"count": voted, "all": eligible}],
            cause=_("Whoever opened it promised people time until then."),
            do=_("Wait until it ends; it closes by itself."),
        )


def _counted(ballot: Ballot, votes: list[tuple[str, str]]) -> dict[str, Any]:
    """The result. In a ballot of a conversation those who named no constituency are a group of their own."""
    unnamed = [""] if ballot.conversation_id is not None and any(not group for group, _choice in votes) else []
    fewest = SMALLEST_SHOWN if ballot.conversation_id is not None else 0
    return outcome(votes, [*ballot.groups, *unnamed], ballot.quorum, ballot.threshold, ballot.quorums, fewest)


def _forget_small_groups(ballot: Ballot, votes: list[tuple[str, str]], shown: set[str]) -> None:
    """Write all votes anew, without the group where it is not shown: nothing leads back to a voter."""
    ballot.votes.all().delete()
    _keep(ballot, [(group if group in shown else "", choice) for group, choice in votes])
