"""What happens by itself: reviews open when they are due, stop rules fire when they are exceeded, tools are watched."""

import logging
from collections import Counter
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from minga.assess import queries, seals
from minga.assess.actions import end_seal, fire_stop_rule, open_review
from minga.assess.models import Seal, StopRule
from minga.assess.stoprules import standing
from minga.assess.tasks import months_due, watch_month
from minga.design.models import Release
from minga.jobs.clock import Job
from minga.ledger.action import SYSTEM, By
from minga.ledger.refusals import Refused
from minga.tools.base import ToolError

log = logging.getLogger("minga.assess")


def open_reviews() -> str:
    """Open a review of every release in service that had none for six months; returns how many."""
    due = queries.due_for_review()
    for release in due:
        last = queries.last_looked_at(release)
        once = f"review-{release.pk}-{last:%Y%m%d%H%M%S}"
        open_review(By(SYSTEM, once=once), release.project, release)
    return f"{len(due)} opened"


def stop_rules() -> str:
    """Hold every active rule against its bound; returns how many fired, held, or had too few events to judge."""
    now, found = timezone.now(), Counter[str]()
    for rule in StopRule.objects.filter(active=True).select_related("project", "release__version"):
        state: str = standing(rule, now).state
        if state == "beyond":
            state = _fire(rule)
        found[state] += 1
    names = {"fired": "fired", "within": "within bounds", "too_few": "too few events to judge",
             "resting": "resting", "refused": "could not be carried out"}  # fmt: skip
    return ", ".join(f"{found[state]} {name}" for state, name in names.items() if found[state]) or "no rules"


def _fire(rule: StopRule) -> str:
    """One rule that cannot be carried out must not keep the others from firing."""
    try:
        fire_stop_rule(By(SYSTEM), rule.project, rule)
    except Refused as refusal:
        log.error("Stop rule %s of %s could not be carried out: %s", rule.pk, rule.project.slug, refusal)
        return "refused"
    return "fired"


def keep_seals() -> str:
    """End each seal that has expired, or whose project no longer meets a rule; returns how many ended."""
    ended = 0
    for seal in Seal.objects.filter(ended=None).select_related("project"):
        if reason := _lost(seal):
            end_seal(By(SYSTEM, once=f"seal-{seal.pk}-ended"), seal.project, seal, reason)
            ended += 1
    return f"{ended} ended"


def _lost(seal: Seal) -> str:
    """Why a seal does not hold any more; empty while it holds. It is kept by the rules by which it was awarded."""
    if not seal.holds():
        return str(_("It has expired."))
    own = {row["rule"] for row in seal.results}
    lost = [found for found in seals.results(seal.project) if found.rule.code in own and not found.met]
    return " ".join(f"{found.rule.words} {found.words}" for found in lost)


def watch() -> str:
    """Measure the months of every release that ended, and the running one. One that fails spares the others."""
    now, months, alerts, failed = timezone.now(), 0, 0, 0
    for release in Release.objects.filter(stage_changes__isnull=False).distinct().select_related("project", "version"):
        for moment in months_due(release, now):
            try:
                alerts += watch_month(By(SYSTEM), release, moment)
                months += 1
            except (Refused, ToolError) as error:
                failed += 1
                log.error("A month of release %s could not be measured: %s", release.pk, error)
    return f"{months} months measured, {alerts} alerts raised" + (f", {failed} failed" if failed else "")


JOBS = [
    Job("assess.open_reviews", timedelta(hours=1), open_reviews),
    Job("assess.stop_rules", timedelta(minutes=5), stop_rules),
    Job("assess.watch", timedelta(days=1), watch),
    Job("assess.keep_seals", timedelta(days=1), keep_seals),
]
