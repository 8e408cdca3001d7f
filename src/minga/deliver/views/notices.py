"""The page and the letter of a notice, for whoever holds its address; the letters that staff must send."""

import io

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from minga.deliver import hearings, letters, notices
from minga.deliver.actions.looks import look
from minga.deliver.actions.notices import send_notice
from minga.deliver.appeals_forms import SendNotice
from minga.deliver.models import Access, Contact, Notice
from minga.deliver.views.common import permitted, project_of
from minga.people.middleware import by
from minga.projects.forms import acted
from minga.web.pdf import render as pdf

SHOWN = 25
TOLD = ("case__service", "case__project", "case__contact", "determination__person")


def personal[R: HttpResponseBase](reply: R) -> R:
    """Mark what only one person may read: not indexed, not kept, its address told to no other site."""
    reply["Referrer-Policy"], reply["X-Robots-Tag"] = "same-origin", "noindex"
    reply["Cache-Control"] = "no-store"
    return reply


def notice_of(token: str) -> Notice:
    return get_object_or_404(Notice.objects.select_related(*TOLD), token=token)


@require_GET
def notice_page(request: HttpRequest, token: str) -> HttpResponse:
    """The notice as it was told, how long it can be contested, and what became of that."""
    notice = notice_of(token)
    until = notices.until(notice)
    made = notice.determination
    now = hearings.decision_now(notice.case) if made else None
    context = {
        "notice": notice,
        "content": notice.content,
        "until": until,
        "in_time": until is not None and until >= timezone.now(),
        "appeal": made.appeals.first() if made else None,
        "stands": now is None or now.pk == notice.determination_id,
        "newer": Notice.objects.filter(determination=now).first() if now else None,
        "own": _own_page(notice),
        "service": notice.case.service,
    }
    return personal(render(request, "deliver/notice.html", context))


def _own_page(notice: Notice) -> str:
    contact: Contact | None = getattr(notice.case, "contact", None)
    try:
        return contact.get_absolute_url() if contact else ""
    except NoReverseMatch:
        return ""


@require_GET
def notice_pdf(request: HttpRequest, token: str) -> FileResponse:
    """The same as a letter."""
    return personal(_letter(notice_of(token)))


def _letter(notice: Notice) -> FileResponse:
    document = pdf("notice", letters.letter(notice, timezone.localdate()), notice.content["language"])
    name = f"notice-{notice.case.label}.pdf"
    return FileResponse(io.BytesIO(document), content_type="application/pdf", filename=name)


@require_http_methods(["GET", "POST"])
def queue(request: HttpRequest, slug: str) -> HttpResponse:
    """Notices that no e-mail carried: print or say them, then note that they left."""
    project = project_of(slug)
    permitted(request, project, "notice.sent")
    waiting = notices.to_send(project)
    form = SendNotice(request.POST or None)
    form.fields["notice"].queryset = waiting  # type: ignore[attr-defined]
    if acted(request, form, lambda given: send_notice(by(request), project, given["notice"], given["route"])):
        messages.success(request, _("Noted. The days to contest count from today."))
        return redirect("deliver:letters", slug)
    rows = [
        (notice, SendNotice(initial={"notice": notice.pk}, auto_id=f"n{notice.pk}_%s")) for notice in waiting[:SHOWN]
    ]
    context = {"project": project, "rows": rows, "count": waiting.count(), "form": form}
    return render(request, "deliver/notices.html", context, status=422 if form.errors else 200)


@require_GET
def staff_pdf(request: HttpRequest, slug: str, pk: int) -> FileResponse:
    """The letter for the envelope, with the address of the person."""
    project = project_of(slug)
    permitted(request, project, "notice.sent")
    notice = get_object_or_404(Notice.objects.select_related(*TOLD), pk=pk, case__project=project)
    look(by(request), project, [notice.case], Access.What.CASE, _("as a letter"))
    return personal(_letter(notice))
