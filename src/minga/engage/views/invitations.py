"""Invitation codes: make a batch, which is printed or downloaded once, and see the batches made."""

import csv
import io
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from minga.engage import actions, queries
from minga.engage.actions.invitations import Codes, check_batch, fresh_codes
from minga.engage.forms.invitations import MakeInvitations
from minga.engage.models import Conversation, InvitationBatch
from minga.engage.queries.rooms import batches
from minga.engage.seat import private
from minga.engage.views.conversations import conversation_of
from minga.people.middleware import by
from minga.people.models import Group
from minga.projects.forms import acted, show
from minga.projects.views import must
from minga.web.context import current_site
from minga.web.pdf import render as pdf


@never_cache
def invitations(request: HttpRequest, pk: int) -> HttpResponse:
    """The batches made so far; a POST makes one more and answers with the codes themselves, once."""
    held = conversation_of(pk)
    must(request, held.project, "invitations.made")
    strata = queries.strata(held.project)
    form = MakeInvitations(request.POST or None, conversation=held, strata=strata, initial=_initial(held))
    if printed := acted(request, form, lambda given: _print(request, held, **given)):
        return printed
    context = {
        "project": held.project,
        "conversation": held,
        "batches": batches(held),
        "by_code": held.access == Conversation.Access.CODES,
    }
    return show(request, "engage/invitations.html", form, **context)


def _initial(held: Conversation) -> dict[str, Any]:
    """Codes work as long as the conversation, unless somebody says otherwise."""
    return {"expires": timezone.localdate(held.closes)} if held.closes else {}


def _print(request: HttpRequest, held: Conversation, count: int, kind: str, **given: Any) -> HttpResponse:
    """Write the file first and keep the codes after, so that no code is kept that nobody could be given."""
    given = {"stratum": "", **given}
    check_batch(timezone.now(), held, count, **given)
    codes = fresh_codes(count)
    draft = InvitationBatch(conversation=held, count=count, **given)
    document = _as_pdf(draft, codes) if kind == "pdf" else _as_csv(draft, codes)
    actions.make_invitations(by(request), held.project, held, codes, **given)
    types = {"pdf": "application/pdf", "csv": "text/csv; charset=utf-8"}
    reply = HttpResponse(document, content_type=types[kind])
    reply["Content-Disposition"] = f'attachment; filename="codes-{held.pk}-{timezone.localdate()}.{kind}"'
    return private(reply, "no-referrer")


def _address(name: str, held: Conversation) -> str:
    return f"{settings.MINGA_ADDRESS}{reverse(name, args=[held.pk])}"


def _rows(batch: InvitationBatch, codes: Codes) -> Iterable[tuple[str, str]]:
    """(code, link) of each; the link fills the code in."""
    join = _address("engage:join", batch.conversation)
    return ((code, f"{join}?code={code}") for code in codes)


def _label(batch: InvitationBatch) -> str:
    return str(Group(batch.constituency).label) if batch.constituency else ""


def _as_csv(batch: InvitationBatch, codes: Codes) -> bytes:
    """One row per code. The names of columns do not change with the language: a letter refers to them."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(["code", "link", "constituency", "stratum", "expires"])
    day = timezone.localdate(batch.expires).isoformat()
    writer.writerows([code, link, _label(batch), batch.stratum, day] for code, link in _rows(batch, codes))
    return out.getvalue().encode()


def _as_pdf(batch: InvitationBatch, codes: Codes) -> bytes:
    held, label = batch.conversation, _label(batch)
    last = timezone.localdate(batch.expires)
    count = _("%(count)s invitation codes") % {"count": len(codes)}
    slips = [{"code": code, "link": link, "constituency": label, "expires": last} for code, link in _rows(batch, codes)]
    data = {
        "title": held.title,
        "project": held.project.title,
        "body": str(current_site().name),
        "address": _address("engage:conversation", held),
        "short_address": _address("engage:join", held).partition("://")[2],
        "created": timezone.localdate(),
        "batch": f"{count} · {label}" if label else count,
        "codes": slips,
    }
    return pdf("codes", data, (get_language() or "en")[:2])
