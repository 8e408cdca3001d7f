"""A seal is awarded where every published rule is met; it expires, and ends early when a rule is broken."""

from django.utils import timezone
from django.utils.translation import gettext as _

from minga.assess import seals
from minga.assess.actions.common import own
from minga.assess.models import Seal
from minga.ledger.action import Act, action
from minga.ledger.refusals import Blocked, Conflict, required
from minga.projects.models import Project


@action("seal.awarded")
def award_seal(act: Act) -> Seal:
    """Award the seal for a year; Blocked with every rule that is not met today."""
    Project.objects.select_for_update().get(pk=act.place.pk)
    held = seals.current(act.place)
    if held is not None:
        raise Conflict(_("This project holds the seal."), do=_("Wait until it ends, then award it again."))
    found = seals.results(act.place, act.now)
    missing = [f"{result.rule.words} {result.words}" for result in found if not result.met]
    if missing:
        raise Blocked(_("The seal cannot be awarded yet."), reasons=missing, do=_("Meet every rule, then come back."))
    made = Seal.objects.create(
        project=act.place,
        rules_version=seals.VERSION,
        results=[result.as_json() for result in found],
        awarded=act.now,
        awarded_by_id=act.actor.person_id,
        expires=timezone.localdate(act.now + seals.HOLDS),
    )
    act.because(act.place)
    act.note(rules=seals.VERSION, expires=made.expires.isoformat(), met=[result.rule.code for result in found])
    return made


@action("seal.ended")
def end_seal(act: Act, seal: Seal, reason: str) -> Seal:
    """Take a seal back, or note that it has expired."""
    own(act, seal)
    required(reason=reason)
    found = Seal.objects.select_for_update().get(pk=seal.pk)
    if found.ended is not None:
        raise Conflict(_("This seal has ended already."))
    found.ended, found.ended_reason = act.now, reason.strip()
    found.save()
    act.because(found)
    act.note(reason=reason.strip()[:500])
    return found
