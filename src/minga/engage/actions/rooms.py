"""Votes from a meeting: sheets that a facilitator typed, or a show of hands that was counted."""

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _

from minga.engage.actions.statements import refuse_unless_open
from minga.engage.actions.voting import count_arrivals
from minga.engage.counting import SMALLEST_SHOWN
from minga.engage.models import Conversation, Participant, RoomCount, RoomTally, Vote
from minga.engage.queries.rooms import Hands, Typed, numbers, read_hands, read_sheets
from minga.ledger.action import Act, action
from minga.ledger.refusals import Invalid, required

MOST_PEOPLE, MOST_SHEETS, MOST_LETTERS = 5000, 500, 400_000


@action("room.recorded", level="group")
def record_room(
    act: Act,
    conversation: Conversation,
    where: str,
    held: dt.date,
    people: int,
    constituency: str = "",
    sheets: str = "",
    hands: str = "",
) -> RoomTally:
    """Record a meeting of ``people`` in one entry: ``sheets`` typed a line each, or ``hands`` a line per statement.

    Each sheet becomes a participant with a fresh id, without link and name, and counts like anybody. Hands stand
    beside the opinion map: they are nobody's answers to several statements. What cannot be read is counted.
    """
    required(where=where)
    conversation = refuse_unless_open(act, conversation)
    _check_terms(act, conversation, held, people, constituency, sheets, hands)
    room = RoomTally(
        conversation=conversation, place=where.strip()[:120], held=held, people=people, constituency=constituency
    )
    known = numbers(conversation)
    if sheets.strip():
        _keep_sheets(act, room, read_sheets(sheets, known))
    else:
        _keep_hands(act, room, read_hands(hands, known, people))
    act.because(conversation)
    # Who came is told as everywhere: no group of fewer than ten.
    act.note(people=people, constituency=constituency if people >= SMALLEST_SHOWN else "")
    return room


def _check_terms(
    act: Act, conversation: Conversation, held: dt.date, people: int, constituency: str, sheets: str, hands: str
) -> None:
    wrong: dict[str, str] = {}
    field = "hands" if hands.strip() else "sheets"
    if held > timezone.localdate(act.now):
        wrong["held"] = _("This day has not come yet.")
    if not 1 <= people <= MOST_PEOPLE:
        wrong["people"] = _("Use a whole number from 1 to %(most)s.") % {"most": MOST_PEOPLE}
    if constituency and constituency not in conversation.constituencies:
        wrong["constituency"] = _("Choose one of the groups that the conversation asks.")
    if bool(sheets.strip()) == bool(hands.strip()):
        wrong[field] = _("Give the sheets or the hands, one at a time.")
    elif len(sheets) + len(hands) > MOST_LETTERS:
        wrong[field] = _("This is too long for one time. Record it in two parts.")
    if wrong:
        raise Invalid(_("Nothing was recorded."), do=_("Correct what is marked."), fields=wrong)


def check_sheets(typed: Typed, people: int) -> None:
    """Refuse sheets that cannot be one meeting's."""
    if not typed.sheets:
        raise Invalid(_("Nothing was recorded."), fields={"sheets": _("No vote could be read from these lines.")})
    if typed.lines > min(people, MOST_SHEETS):
        words = _("These are %(lines)s sheets of %(people)s people. At most one each, and %(most)s at a time.")
        text = words % {"lines": typed.lines, "people": people, "most": MOST_SHEETS}
        raise Invalid(_("Nothing was recorded."), fields={"sheets": text})


def check_hands(counted: Hands) -> None:
    """Refuse a show of hands without one line that can be read."""
    if not counted.counts:
        raise Invalid(_("Nothing was recorded."), fields={"hands": _("No count could be read from these lines.")})


def _keep_sheets(act: Act, room: RoomTally, typed: Typed) -> None:
    check_sheets(typed, room.people)
    room.sheets = len(typed.sheets)
    room.save()
    conversation = room.conversation
    people = Participant.objects.bulk_create(
        Participant(conversation=conversation, constituency=room.constituency, origin=Participant.Origin.PAPER)
        for _sheet in typed.sheets
    )
    keys = dict(conversation.statements.values_list("number", "pk"))
    Vote.objects.bulk_create(
        [
            Vote(participant=person, statement_id=keys[number], choice=choice)
            for person, sheet in zip(people, typed.sheets, strict=True)
            for number, choice in sheet.votes.items()
        ],
        batch_size=500,
    )
    # A stack of sheets is no burst of newcomers, so nobody is counted as having joined in this quarter of an hour.
    count_arrivals(conversation.pk, act.now, votes=typed.used, joined=0)
    act.note(
        sheets_in=typed.lines,
        sheets=len(typed.sheets),
        sheets_rejected=typed.blank,
        votes_in=typed.marks,
        votes=typed.used,
        votes_rejected=typed.not_used,
    )


def _keep_hands(act: Act, room: RoomTally, counted: Hands) -> None:
    check_hands(counted)
    room.save()
    keys = dict(room.conversation.statements.values_list("number", "pk"))
    RoomCount.objects.bulk_create(
        RoomCount(
            room=room,
            statement_id=keys[number],
            agree=hands.get(Vote.Choice.AGREE, 0),
            disagree=hands.get(Vote.Choice.DISAGREE, 0),
            passed=hands.get(Vote.Choice.PASS, 0),
            unclear=hands.get(Vote.Choice.UNCLEAR, 0),
        )
        for number, hands in counted.counts.items()
    )
    act.note(
        statements_in=counted.lines,
        statements=len(counted.counts),
        statements_rejected=len(counted.rejected),
        hands=sum(sum(hands.values()) for hands in counted.counts.values()),
    )
