"""The private page of a person's own case: how it stands, who looked at it, and what they can do about it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from minga.deliver import advising, casework, notices
from minga.deliver.actions import erase_contact, withdraw_consent
from minga.deliver.actions.intake import NO_CONSENT, NO_TOOL
from minga.deliver.looking import looks_at
from minga.deliver.models import Case, Contact, Determination, Notice
from minga.deliver.showing import withheld
from minga.deliver.signs import spaced
from minga.engage.seat import private
from minga.people.middleware import by

OURS = {NO_CONSENT, NO_TOOL, advising.NOT_IN_SERVICE}
"""What else a tool's failure says is for those who run it: addresses, paths, its own words."""


def _contact(token: str) -> Contact:
    found = casework.contact_by(token)
    if found is None:
        raise Http404(_("There is no such private page. Open the address as you got it."))
    return found


@require_GET
def own_case(request: HttpRequest, token: str) -> HttpResponse:
    """What happens with my case. Nobody finds this page who does not have its address."""
    contact = _contact(token)
    case = contact.case
    reply = render(request, "deliver/own_case.html", {"contact": contact, **_context(case)})
    reply["Cache-Control"] = "no-store"
    return private(reply)


def _context(case: Case) -> dict[str, Any]:
    made = list(case.determinations.select_related("person").order_by("pk")) if case.closed else []
    for one in made:
        one.case = case
    told, service = case.told_here, case.service
    advised = service.outcome_advised(told.proposal) if service else ""
    shown = bool(case.advice) and case.closed and _told(case, made)
    return {
        "case": case,
        "service": service,
        "lines": casework.lines_of(case, whole=True),
        "made": made[-1] if made else None,
        "first": Notice.objects.filter(case=case, determination=None).order_by("pk").first(),
        "notice": Notice.objects.filter(case=case).exclude(determination=None).order_by("-pk").first(),
        "consent": case.consents.order_by("-pk").first(),
        "asked_tool": bool(case.advice),
        "told": told if shown else None,
        "problem": _(case.problem) if case.problem in OURS else _("it did not answer."),
        "proposal": service.outcome_words(advised) if service and advised else told.proposal,
        "reasons": [spaced(reason.sentence) for reason in told.reasons] if shown else [],
        "looks": looks_at(case),
    }


def _told(case: Case, made: list[Determination]) -> bool:
    """Whether the person reads what the tool said: where it is open, or where it was when their case was decided."""
    seen = any(notices.saw_advice(one) for one in made if not one.difference.get("appeal"))
    return seen or withheld(case, None) is None


@require_POST
def consent(request: HttpRequest, token: str) -> HttpResponse:
    """Take the consent back."""
    contact = _contact(token)
    withdraw_consent(by(request), contact.case.project, contact.case, token)
    messages.success(request, _("Your consent is withdrawn. From now on nobody sees what the tool said."))
    return redirect(contact)


@require_POST
def erase(request: HttpRequest, token: str) -> HttpResponse:
    """Erase who I am."""
    contact = _contact(token)
    erase_contact(by(request), contact.case.project, contact.case, token)
    messages.success(request, _("Your name, your addresses and your personal details are erased."))
    return redirect(contact)
