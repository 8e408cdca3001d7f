"""The numbers that the desk runs by, from the settings (docs/operating.md)."""

from datetime import timedelta

from django.conf import settings


def capacity() -> int:
    """How many cases one draw brings to the desk at most."""
    return int(settings.MINGA_DESK_CAPACITY)


def unflagged_share() -> float:
    """Share of a draw that is drawn at random among what the tool did not flag."""
    return float(settings.MINGA_DESK_UNFLAGGED_SHARE)


def first_share() -> float:
    """Share of cases that the person decides before the advice is shown."""
    return float(settings.MINGA_DESK_FIRST_SHARE)


def time_to_decide() -> timedelta:
    return timedelta(days=settings.MINGA_DESK_DAYS)


def time_to_reply() -> timedelta:
    """How long the party has to reply before a flag is published."""
    return timedelta(days=settings.MINGA_REPLY_DAYS)


def time_to_answer() -> timedelta:
    """How long the body has to answer a contest."""
    return timedelta(days=settings.MINGA_ANSWER_DAYS)


def enough() -> int:
    """Fewer decided cases than this give no share: too few to judge."""
    return int(settings.MINGA_ENOUGH_CASES)


def second_share() -> float:
    """Share of decided drawn cases that a second person reads blind; services say their own."""
    return float(settings.MINGA_DESK_SECOND_SHARE)
