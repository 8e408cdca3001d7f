"""The numbers that questions run by."""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone


def days_to_answer() -> int:
    """Within how many working days a question about the record is answered (MINGA_QUESTION_DAYS)."""
    return int(settings.MINGA_QUESTION_DAYS)


def working_days_after(start: datetime, days: int) -> datetime:
    """The same hour here ``days`` working days later: not Saturdays and Sundays; holidays differ by place and count."""
    weeks, rest = divmod(days, 5)
    found = timezone.localtime(start) + timedelta(weeks=weeks)
    while rest or found.weekday() > 4:
        found += timedelta(days=1)
        if found.weekday() < 5 and rest:
            rest -= 1
    return found
