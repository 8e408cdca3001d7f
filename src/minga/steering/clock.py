"""What the body's rooms do by themselves: fetch from partners once a day, close surveys whose day has passed."""

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from minga.jobs.clock import Job
from minga.ledger.action import BODY, SYSTEM, By
from minga.ledger.refusals import Refused
from minga.steering.actions import close_survey
from minga.steering.models import PartnerBody, Survey
from minga.steering.refreshing import refresh


def fetch_partners() -> str:
    """One try each; whoever cannot be reached keeps what came last, and the page says why."""
    new = failed = 0
    for partner in PartnerBody.objects.filter(ended=None):
        try:
            new += refresh(By(SYSTEM), partner) is not None
        except Refused:
            failed += 1
    return _("%(new)s new lists, %(failed)s could not be fetched") % {"new": new, "failed": failed}


def close_surveys() -> str:
    """A survey ends with its day; mail addresses go with it."""
    over = Survey.objects.filter(closed=None, closes__lt=timezone.localdate())
    closed = [close_survey(By(SYSTEM, once=f"survey-{survey.pk}"), BODY, survey) for survey in over]
    return _("%(count)s surveys closed") % {"count": len(closed)}


JOBS = [
    Job("steering.fetch_partners", timedelta(days=1), fetch_partners),
    Job("steering.close_surveys", timedelta(hours=1), close_surveys),
]
