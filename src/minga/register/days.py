"""Days as people of this installation count them: calendar days of its time zone, never whole 24 hours."""

from datetime import date, datetime

from django.utils import timezone


def day_of(moment: datetime | date) -> date:
    """The day of a moment on the calendar of this installation; a day stays as it is."""
    if isinstance(moment, datetime):
        return timezone.localdate(moment) if timezone.is_aware(moment) else moment.date()
    return moment


def day_in(stamp: str) -> str:
    """The ISO day of an ISO date or moment; "" where there is none."""
    return day_of(datetime.fromisoformat(stamp)).isoformat() if len(stamp) > 10 else stamp


def days_between(start: datetime, end: datetime) -> int:
    """Calendar days from one moment to the other: from 23:59 to 0:01 it is one."""
    return (day_of(end) - day_of(start)).days


def today() -> datetime:
    """The moment at which today began here."""
    return timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
