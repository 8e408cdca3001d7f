"""A version is put into service only when every binding criterion holds, or two people sign why not."""

from datetime import date, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from minga.design import queries
from minga.design.models import Criterion, Release, SignedException, ToolVersion
from minga.engage.queries import person_of
from minga.ledger.action import Act, action
from minga.ledger.refusals import Blocked, Conflict, Invalid, NotAllowed, required
from minga.projects.roles import Role, roles_of
from minga.projects.screens import refuse_forbidden

LONGEST_EXCEPTION = timedelta(days=90)


@action("release.created", level="group")
def create_release(act: Act, version: ToolVersion) -> Release:
    """Release a version. Blocked with a reason for each binding criterion without a current pass."""
    if Release.objects.filter(version=version).exists():
        raise Conflict(_("This version has been released already."))
    refuse_forbidden(act.place)
    standings = queries.readiness(version, act.now)
    missing = [standing.reason for standing in standings if not standing.met]
    if not standings:
        missing = [_("No binding criterion has been approved, so nothing says what “good enough” means.")]
    if (found := queries.withdrawn(version)) is not None:
        missing.append(_("It was withdrawn: %(reason)s") % {"reason": found.reason})
    if problem := queries.unprepared(version):
        missing.append(problem)
    if missing:
        raise Blocked(
            _("This version cannot be released yet."),
            reasons=missing,
            do=_("Run the checks that are missing, or mend the tool and register a new version."),
        )
    release = Release.objects.create(
        project=act.place, version=version, created=act.now, created_by_id=person_of(act.actor)
    )
    checks = [standing.check for standing in standings if standing.check and standing.state == "passed"]
    exceptions = [standing.exception for standing in standings if standing.exception]
    release.checks.set(checks)
    release.exceptions.set(exceptions)
    act.because(*checks, *exceptions, version)
    act.note(tool=version.tool, version=version.version, content_hash=version.content_hash)
    act.note(criteria=[standing.criterion.code for standing in standings], exceptions=len(exceptions))
    return release


@action("exception.signed")
def sign_exception(
    act: Act, version: ToolVersion, criterion: Criterion, reason: str = "", expires: date | None = None
) -> SignedException:
    """Sign, as lead or as overseer, that ``version`` may be released without a pass of ``criterion``.

    Whoever signs first gives the reason and the last day, at most 90 days on; it holds once both have signed.
    """
    exception = _open_exception(act, version, criterion)
    if exception is None:
        exception = _new_exception(act, version, criterion, reason, expires)
    roles = roles_of(act.actor, act.place)
    if Role.LEAD in roles and exception.lead_signed is None:
        exception.lead_id, exception.lead_signed = act.actor.person_id, act.now
        role = Role.LEAD
    elif Role.OVERSEER in roles and exception.overseer_signed is None:
        exception.overseer_id, exception.overseer_signed = act.actor.person_id, act.now
        role = Role.OVERSEER
    elif roles.isdisjoint({Role.LEAD, Role.OVERSEER}):
        raise NotAllowed(_("Only the lead and the overseer sign exceptions."))
    else:
        raise Conflict(_("You have signed this exception."), do=_("The other of the two signs next."))
    exception.save()
    act.because(criterion, version)
    act.note(role=role, criterion=criterion.code, version=version.version, expires=exception.expires.isoformat())
    return exception


def _open_exception(act: Act, version: ToolVersion, criterion: Criterion) -> SignedException | None:
    """The latest exception for these two that has not run out."""
    found = SignedException.objects.filter(
        project=act.place, version=version, criterion=criterion, expires__gte=timezone.localdate(act.now)
    )
    return found.order_by("-pk").first()


def _new_exception(
    act: Act, version: ToolVersion, criterion: Criterion, reason: str, expires: date | None
) -> SignedException:
    required(reason=reason, expires=expires)
    today = timezone.localdate(act.now)
    if expires is None or not today < expires <= today + LONGEST_EXCEPTION:
        raise Invalid(
            _("An exception ends within 90 days."),
            fields={"expires": _("Choose a day after today, at most 90 days on.")},
        )
    return SignedException(
        project=act.place, version=version, criterion=criterion, reason=reason.strip(), expires=expires
    )
