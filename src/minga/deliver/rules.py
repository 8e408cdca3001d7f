"""The numbers that the desk runs by. Each can be overridden by the setting of the same name."""

from datetime import timedelta

from django.conf import settings


def _number(name: str, default: float) -> float:
    return float(getattr(settings, name, default))


def capacity() -> int:
    """How many cases one draw brings to the desk at most."""
    return int(_number("MINGA_DESK_CAPACITY", 40))


def unflagged_share() -> float:
    """Share of a draw that is drawn at random among what the tool did not flag."""
    return _number("MINGA_DESK_UNFLAGGED_SHARE", 0.25)


def first_share() -> float:
    """Share of cases that the person decides before the advice is shown."""
    return _number("MINGA_DESK_FIRST_SHARE", 0.2)


def time_to_decide() -> timedelta:
    return timedelta(days=_number("MINGA_DESK_DAYS", 15))


def time_to_reply() -> timedelta:
    """How long the party has to reply before a flag is published."""
    return timedelta(days=_number("MINGA_REPLY_DAYS", 10))


def time_to_answer() -> timedelta:
    """How long the body has to answer a contest."""
    return timedelta(days=_number("MINGA_ANSWER_DAYS", 15))


def enough() -> int:
    """Fewer decided cases than this give no share: too few to judge."""
    return int(_number("MINGA_ENOUGH_CASES", 10))
