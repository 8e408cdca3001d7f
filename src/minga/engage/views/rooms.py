"""Paper and room mode: print sheets, type what came back, look at it before it is kept."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from minga.engage import actions, queries
from minga.engage.actions.rooms import check_hands, check_sheets
from minga.engage.forms.rooms import Hands, Meeting, PrintSheets, Sheets
from minga.engage.models import Conversation, RoomTally, Vote
from minga.engage.queries import rooms as reading
from minga.engage.views.conversations import conversation_of
from minga.people.middleware import by
from minga.projects.forms import Given, acted, show
from minga.projects.views import must
from minga.web.context import current_site
from minga.web.pdf import render as pdf

FORMS: dict[str, type[Meeting]] = {"sheets": Sheets, "hands": Hands}
ORDER = (Vote.Choice.AGREE, Vote.Choice.DISAGREE, Vote.Choice.PASS, Vote.Choice.UNCLEAR)


def _held(request: HttpRequest, pk: int) -> Conversation:
    held = conversation_of(pk)
    must(request, held.project, "room.recorded")
    return held


@never_cache
def rooms(request: HttpRequest, pk: int) -> HttpResponse:
    """What can be printed and typed, and the meetings recorded so far."""
    held = _held(request, pk)
    context = {
        "project": held.project,
        "conversation": held,
        "meetings": reading.meetings(held),
        "form": PrintSheets(),
    }
    return render(request, "engage/rooms.html", context)


def _document(held: Conversation) -> dict[str, Any]:
    """What sheets and tally have in common."""
    address = f"{settings.MINGA_ADDRESS}{reverse('engage:conversation', args=[held.pk])}"
    return {
        "title": held.title,
        "project": held.project.title,
        "body": str(current_site().name),
        "address": address,
        "short_address": address.partition("://")[2],
        "created": timezone.localdate(),
        "statements": [_words(one) for one in queries.votable(held).prefetch_related("translations")],
    }


def _words(statement: Any) -> dict[str, Any]:
    """A statement as written, and its translation into the language of the page where there is one."""
    given, language = statement.contribution, (get_language() or "en")[:2]
    found = next((one for one in statement.translations.all() if one.language == language), None)
    told = None
    if found is not None and given.language != language:
        told = {"text": found.text, "language": language, "by": str(found.get_source_display())}
    return {"number": statement.number, "text": given.text, "language": given.language, "translation": told}


def _as_file(name: str, template: str, data: dict[str, Any]) -> HttpResponse:
    reply = HttpResponse(pdf(template, data, (get_language() or "en")[:2]), content_type="application/pdf")
    reply["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return reply


def sheets_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """Voting sheets, numbered; ``?count=`` says how many."""
    held = _held(request, pk)
    form = PrintSheets(request.GET if "count" in request.GET else {"count": "1"})
    if not form.is_valid():
        context = {"project": held.project, "conversation": held, "meetings": reading.meetings(held)}
        return show(request, "engage/rooms.html", form, **context)
    count = form.cleaned_data["count"]
    return _as_file(f"sheets-{pk}", "sheets", _document(held) | {"sheets": [str(n + 1) for n in range(count)]})


def tally_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The facilitator's own sheet, to count hands on."""
    return _as_file(f"tally-{pk}", "tally", _document(_held(request, pk)))


@never_cache
def record(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Type what came from a meeting; first it is shown as it was read, then kept."""
    held = _held(request, pk)
    form = FORMS[kind](request.POST or None, conversation=held)
    context = {"project": held.project, "conversation": held, "kind": kind}
    if "change" in request.POST:
        return _ask(request, form, context)
    if "keep" not in request.POST:
        preview = acted(request, form, lambda given: _preview(held, kind, given))
        if preview is not None:
            typed = [(name, value) for name, value in request.POST.items() if name.partition("_")[0] in form.fields]
            return render(request, "engage/room_preview.html", {**context, **preview, "typed": typed})
        return _ask(request, form, context)
    if room := acted(request, form, lambda given: actions.record_room(by(request), held.project, held, **given)):
        messages.success(request, _told(room))
        return redirect("engage:rooms", pk)
    return _ask(request, form, context)


def _ask(request: HttpRequest, form: Meeting, context: dict[str, Any]) -> HttpResponse:
    statements = queries.votable(context["conversation"])
    return show(request, "engage/room_record.html", form, statements=statements, **context)


def _told(room: RoomTally) -> str:
    if not room.sheets:
        return _("Recorded. The hands stand beside the results of these statements.")
    words = ngettext("Recorded: %(count)s sheet.", "Recorded: %(count)s sheets.", room.sheets) % {"count": room.sheets}
    return f"{words} {_('They are in the results with the next tally, within a minute.')}"


def _preview(held: Conversation, kind: str, given: Given) -> dict[str, Any]:
    """What was read, per statement, and all that cannot be used; refused where nothing can."""
    known = reading.numbers(held)
    if kind == "sheets":
        typed = reading.read_sheets(given["sheets"], known)
        check_sheets(typed, given["people"])
        counts: dict[int, Any] = typed.totals()
        rejected = typed.rejected
    else:
        typed = None
        hands = reading.read_hands(given["hands"], known, given["people"])
        check_hands(hands)
        counts, rejected = hands.counts, hands.rejected
    said = {one.number: one.contribution for one in queries.public_statements(held)}
    return {
        "sheets": typed,
        "rows": [(n, said[n], [count.get(choice, 0) for choice in ORDER]) for n, count in sorted(counts.items())],
        "rejected": rejected,
        "before": reading.recorded_before(held, given["where"], given["held"]),
        "answers": [choice.label for choice in ORDER],
        "where": given["where"],
        "held": given["held"],
        "people": given["people"],
    }
