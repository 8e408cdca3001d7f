"""Certificates: anybody who has the number can verify one; its holder prints it and decides about the name."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from minga.learning import shelf
from minga.learning.actions import name_holder
from minga.learning.models import Certificate
from minga.ledger.action import BODY
from minga.people.middleware import by
from minga.web.context import current_site
from minga.web.format import count_of, day
from minga.web.pdf import render as pdf


def verify(request: HttpRequest) -> HttpResponse:
    """Type the number of a certificate."""
    code = _as_printed(request.GET.get("code", ""))
    found = Certificate.objects.filter(code=code).first() if code else None
    if found:
        return redirect(found.get_absolute_url())
    status = 404 if code else 200
    return render(request, "learning/verify.html", {"code": code}, status=status)


def _as_printed(typed: str) -> str:
    """A number in groups of four, however it was typed; at most twenty characters of it."""
    plain = "".join(char for char in typed.upper() if char.isalnum())[:20]
    return "-".join(plain[at : at + 4] for at in range(0, len(plain), 4))


def certificate(request: HttpRequest, code: str) -> HttpResponse:
    """What the number stands for: course, day, until when, and the holder where they may be named."""
    found = _found(code)
    mine = request.user.is_authenticated and found.person_id == request.user.pk
    context = {
        "certificate": found,
        "title": found.shown_title,
        "valid": found.holds(timezone.now()),
        "mine": mine,
        "exists": shelf.course(found.course) is not None,
    }
    return render(request, "learning/certificate.html", context)


def document(request: HttpRequest, code: str) -> HttpResponse:
    """The same as a PDF, in the language of the page."""
    found = _found(code)
    language = (get_language() or "en")[:2]
    reply = HttpResponse(pdf("paper", _data(found, language), language), content_type="application/pdf")
    reply["Content-Disposition"] = f'attachment; filename="{found.code}.pdf"'
    return reply


def _data(found: Certificate, language: str) -> dict[str, Any]:
    site = current_site()
    return {
        "title": found.shown_title,
        "project": "",
        "body": str(site.name),
        "address": f"{settings.MINGA_ADDRESS}{found.get_absolute_url()}",
        "created": timezone.localdate(found.passed),
        "lead": _("%(holder)s passed this course.") % {"holder": found.holder},
        "facts": [
            (_("Passed"), day(found.passed)),
            (_("Questions right"), count_of(found.score, found.of)),
            (_("Version of the course"), found.version),
            (_("Valid until"), day(found.valid_until) or _("without an end")),
            (_("Number"), found.code),
        ],
        "parts": [],
        "sign": [],
    }


@require_POST
def name(request: HttpRequest, code: str) -> HttpResponse:
    """Show or hide one's name."""
    found = _found(code)
    name_holder(by(request), BODY, found, named=request.POST.get("named") == "yes")
    messages.success(request, _("Recorded."))
    return redirect(found.get_absolute_url())


def _found(code: str) -> Certificate:
    return get_object_or_404(Certificate.objects.select_related("person"), code=code.upper())
