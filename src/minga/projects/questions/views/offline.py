"""Away from the screen: a sheet to print, a spreadsheet or a saved file out, and back in with a preview."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from minga.instruments import actions, queries
from minga.instruments import offline as sheets
from minga.instruments import saved as saved_files
from minga.instruments.conditions import is_empty
from minga.instruments.definition import say
from minga.instruments.models import Answer
from minga.instruments.queries import Filled
from minga.instruments.saved import Saved
from minga.instruments.sheet import RowProblem, Sheet, read_xlsx
from minga.instruments.show import shown
from minga.instruments.surveyjs.instrument import SurveyInstrument
from minga.instruments.workbook import Unreadable
from minga.ledger.refusals import Invalid
from minga.people.middleware import by
from minga.projects.forms import acted, show
from minga.projects.questions import showing
from minga.projects.questions.following import follow
from minga.projects.questions.forms import TakeOverForm
from minga.projects.questions.paper import paper
from minga.projects.questions.place import Here, here_of
from minga.projects.questions.views.filling import origin_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_SAVED = re.compile(rb"(?:\xef\xbb\xbf)?\s*\{|\xff\xfe|\xfe\xff")  # what a text in JSON begins with, UTF-16 too
SALT, HOURS_24 = "minga.projects.questions.take_over", 86_400


@dataclass(frozen=True, slots=True)
class Difference:
    """An answer of the file that differs from the one here; ``theirs`` where somebody changed it in the meantime."""

    id: str
    question: str
    now: str
    new: str
    theirs: Answer | None


@dataclass(frozen=True, slots=True)
class Brought:
    """What a file brings. ``keep``: answers that are not asked now, or have no question, are kept as they came."""

    sheet: Sheet
    keep: bool


def offline(request: HttpRequest, set_id: str, slug: str = "") -> HttpResponse:
    """The three ways out, and the way back in: an uploaded file is shown before anything of it is saved."""
    here = here_of(request, slug)
    origin = origin_of(here, set_id)
    here.must("instrument.answered")
    found = queries.filled(here.place, set_id)
    form = TakeOverForm(request.POST or None, request.FILES or None)
    brought = acted(request, form, lambda given: read_any(found, given["file"].read())) if origin.asked else None
    context = {"here": here, "origin": origin, "has_saved": isinstance(found.definition, SurveyInstrument),
               **showing.heading(here, found.definition)}  # fmt: skip
    if brought is None:
        return show(request, "projects/questions/offline.html", form, **context)
    return render(request, "projects/questions/preview.html", context | _preview(here, found, brought))


def read_any(found: Filled, content: bytes) -> Brought:
    """The answers in a spreadsheet, or in a saved file of the set's own tool; Invalid where it is neither."""
    instrument = found.definition
    try:
        if isinstance(instrument, SurveyInstrument) and _SAVED.match(content):
            return Brought(_from_saved(found, saved_files.read(content, instrument)), keep=True)
        return Brought(read_xlsx(content, instrument), keep=False)
    except Unreadable as error:
        raise Invalid(_("This file cannot be read."), cause=str(error)) from error


def _from_saved(found: Filled, saved: Saved) -> Sheet:
    """A saved file as a sheet; it does not know what was here, so that nothing in it is in conflict."""
    rejected = [RowProblem(0, one.question, one.reason) for one in saved.rejected]
    seen = {id: _version(found, id) for id in saved.given}
    return Sheet(saved.given, seen, rejected=rejected, rows_in=saved.rows_in, used=saved.used)


def _preview(here: Here, found: Filled, brought: Brought) -> dict[str, Any]:
    sheet = brought.sheet
    differences = differences_of(here, found, sheet)
    given = {one.id: sheet.given[one.id] for one in differences}
    seen = {one.id: _version(found, one.id) for one in differences}
    proof = {id: known for id, known in sheet.evidence.items() if id in given or known != _known(found, id)}
    after = found.definition.read({**queries.values(found.current), **sheet.given}).visible
    sent = {"set": found.definition.id, "given": given, "evidence": proof, "keep": brought.keep,
            "seen": seen | {id: _version(found, id) for id in proof}}  # fmt: skip
    return {
        "sheet": sheet,
        "differences": [one for one in differences if one.theirs is None],
        "conflicts": [one for one in differences if one.theirs is not None],
        "not_asked": [title_of(found, id) for id in given if id not in after],
        "keep": brought.keep,
        "sent": signing.dumps(sent, salt=SALT, compress=True) if given or proof else "",
        "take_over": here.url("questions_take_over", found.definition.id),
    }


def differences_of(here: Here, found: Filled, sheet: Sheet) -> list[Difference]:
    """What the file would change; an answer that the file only repeats from when it was written is none."""
    rows = []
    for id, new in sheet.given.items():
        now, seen = found.current.get(id), sheet.seen.get(id, 0)
        if _same(now, new):
            continue
        moved = now is not None and now.version != seen
        if moved and _same(_as_seen(here, found, id, seen), new):
            continue
        rows.append(_difference(found, id, new, now, moved))
    return rows


def _difference(found: Filled, id: str, new: Any, now: Answer | None, moved: bool) -> Difference:
    old = _words(found, id, now.value if now else None)
    return Difference(id, title_of(found, id), old, _words(found, id, new), now if moved else None)


def _words(found: Filled, id: str, value: Any) -> str:
    question = found.definition.questions.get(id)
    if question is None:
        return "" if is_empty(value) else str(value)
    return shown(question, value, showing.language())


def _same(answer: Answer | None, value: Any) -> bool:
    before = answer.value if answer else None
    return before == value or (is_empty(before) and is_empty(value))


def _as_seen(here: Here, found: Filled, id: str, version: int) -> Answer | None:
    rows = queries.history(here.place, found.definition.id, id)
    return next((answer for answer in rows if answer.version == version), None)


def _version(found: Filled, id: str) -> int:
    return found.current[id].version if id in found.current else 0


def _known(found: Filled, id: str) -> tuple[str, str]:
    now = found.current.get(id)
    return (now.evidence, now.evidence_url) if now else ("", "")


def title_of(found: Filled, id: str) -> str:
    question = found.definition.questions.get(id)
    return say(question.ask, showing.language()) if question else id


@require_POST
def take_over(request: HttpRequest, set_id: str, slug: str = "") -> HttpResponse:
    """Save what the preview showed; where somebody had changed the same answer, what was chosen there."""
    here = here_of(request, slug)
    origin = origin_of(here, set_id)
    here.must("instrument.answered")
    if not origin.asked:
        raise Http404(_("These questions are not asked here. Choose the set in the catalogue first."))
    sent = _sent(request, set_id)
    if sent is None:
        messages.error(request, _("The preview is no longer valid, so nothing was saved. Choose the file again."))
        return redirect(here.url("questions_offline", set_id))
    given, proof = _kept(sent["given"], request.POST), _kept(sent["evidence"], request.POST)
    if not given and not proof:
        messages.success(request, _("Nothing was changed: the answers here stay as they were."))
        return redirect(here.url("questions", set_id))
    evidence = {id: (known[0], known[1]) for id, known in proof.items()}
    actions.answer(by(request), here.place, set_id, given, seen=sent["seen"], evidence=evidence, keep=sent["keep"])
    follow(by(request), here, set_id)
    words = ngettext("%(count)s answer taken over.", "%(count)s answers taken over.", len(given))
    messages.success(request, words % {"count": len(given)})
    return redirect(here.url("questions", set_id))


def _sent(request: HttpRequest, set_id: str) -> dict[str, Any] | None:
    """What the preview put into its form; None where that was changed, is of another set, or older than a day."""
    try:
        sent: dict[str, Any] = signing.loads(request.POST.get("sent", ""), salt=SALT, max_age=HOURS_24)
    except signing.BadSignature:
        return None
    return sent if sent["set"] == set_id else None


def _kept(found: Mapping[str, Any], chosen: Mapping[str, Any]) -> dict[str, Any]:
    """Without the answers of which the version here was to stay."""
    return {id: value for id, value in found.items() if chosen.get(f"keep__{id}") != "here"}


@require_safe
def printed(request: HttpRequest, set_id: str, slug: str = "") -> HttpResponse:
    """All questions with room to write; who has no part here sees them without the answers."""
    here = here_of(request, slug)
    origin_of(here, set_id)
    found = queries.filled(here.place, set_id)
    answers = queries.values(found.current) if here.has_part else {}
    context = {"here": here, "parts": paper(found.definition, answers), **showing.heading(here, found.definition)}
    return render(request, "projects/questions/print.html", context)


@require_safe
def sheet(request: HttpRequest, set_id: str, slug: str = "") -> HttpResponse:
    """The answers as a spreadsheet that comes back."""
    here = here_of(request, slug)
    origin_of(here, set_id)
    here.must_have_part()
    found = queries.filled(here.place, set_id)
    seen = {id: answer.version for id, answer in found.current.items()}
    proof = {id: (answer.evidence, answer.evidence_url) for id, answer in found.current.items()}
    values = queries.values(found.current)
    content = sheets.write_xlsx(found.definition, values, showing.language(), seen, proof)
    return _attached(content, XLSX, f"{set_id}-{found.definition.version}.xlsx")


@require_safe
def saved(request: HttpRequest, set_id: str, slug: str = "") -> HttpResponse:
    """The answers in the file that the tool of the set's publisher opens."""
    here = here_of(request, slug)
    origin_of(here, set_id)
    here.must_have_part()
    found = queries.filled(here.place, set_id)
    if not isinstance(found.definition, SurveyInstrument):
        raise Http404(_("Only sets in SurveyJS have such a file. Take the spreadsheet."))
    content = saved_files.write(found.definition, queries.values(found.current))
    return _attached(content, "application/json", f"{set_id}-{found.definition.version}.json")


def _attached(content: bytes, kind: str, name: str) -> HttpResponse:
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
