"""Working on answers together: ask somebody until a day, comment on an answer, see every version of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from minga.instruments import actions, queries
from minga.instruments.definition import Question, say
from minga.instruments.models import Answer, Comment
from minga.instruments.queries import Filled
from minga.instruments.show import shown
from minga.ledger.refusals import Invalid
from minga.people.middleware import by
from minga.projects.forms import acted, show
from minga.projects.questions import showing
from minga.projects.questions.forms import CommentForm, EvidenceForm, ShareForm
from minga.projects.questions.place import Here, here_of
from minga.projects.questions.views.filling import origin_of


def share(request: HttpRequest, set_id: str, slug: str = "") -> HttpResponse:
    """Ask a person for a section until a day; what is asked of whom now."""
    here = here_of(request, slug)
    origin_of(here, set_id)
    here.must("question.shared")
    found = queries.filled(here.place, set_id)
    sections = [(part.id, say(part.title, showing.language())) for part in showing.live_sections(found)]
    form = ShareForm(request.POST or None, here=here, sections=sections)
    if acted(request, form, lambda given: actions.share_questions(by(request), here.place, set_id, **given)):
        messages.success(request, _("Asked. It ends by itself when the required questions are answered."))
        return redirect(here.url("questions", set_id))
    context = {
        "here": here,
        "filled": found,
        "shares": [showing.asked(here, found, one) for one in showing.open_shares(here, set_id)],
        **showing.heading(here, found.definition),
    }
    return show(request, "projects/questions/share.html", form, **context)


@require_POST
def end_share(request: HttpRequest, pk: int, slug: str = "") -> HttpResponse:
    here = here_of(request, slug)
    found = next((one for one in showing.open_shares(here) if one.pk == pk), None)
    if found is None:
        raise Http404(_("Nothing of this kind is asked any more."))
    actions.end_share(by(request), here.place, found)
    messages.success(request, _("Taken back. The answers that were given stay."))
    return redirect(here.url("questions", found.set))


def question_of(found: Filled, id: str) -> Question:
    if id not in found.definition.questions:
        raise Http404(_("This set has no such question."))
    return found.definition.questions[id]


def answer_page(request: HttpRequest, set_id: str, question: str, slug: str = "") -> HttpResponse:
    """One answer: its versions, what is said about it, and where it is known from."""
    here = here_of(request, slug)
    origin = origin_of(here, set_id)
    here.must_have_part()
    found = queries.filled(here.place, set_id)
    asked, now = question_of(found, question), found.current.get(question)
    which = request.POST.get("do", "")
    said = CommentForm(request.POST if which == "comment" else None)
    known = EvidenceForm(request.POST if which == "evidence" else None, initial=_known(now))
    if acted(request, said, lambda given: _comment(request, here, set_id, question, given)):
        return redirect(request.path)
    if acted(request, known, lambda given: _prove(request, here, set_id, question, given)):
        messages.success(request, _("Saved."))
        return redirect(request.path)
    context = _answer_context(here, found, asked) | {
        "said": said,
        "known": known,
        "form": said if which == "comment" else known,
        "may_answer": origin.asked and here.may("instrument.answered") and question in found.reading.visible,
        "may_comment": here.may("answer.commented"),
        "may_settle": here.may("comment.settled"),
    }
    status = 422 if said.errors or known.errors else 200
    return render(request, "projects/questions/answer.html", context, status=status)


def _known(now: Answer | None) -> dict[str, Any]:
    if now is None:
        return {"seen": 0}
    return {"evidence": now.evidence, "url": now.evidence_url, "seen": now.version}


def _comment(request: HttpRequest, here: Here, set_id: str, question: str, given: Any) -> Comment:
    return actions.comment_answer(by(request), here.place, set_id, question, given["text"])


def _prove(request: HttpRequest, here: Here, set_id: str, question: str, given: Any) -> Answer:
    proof = {question: (given["evidence"], given["url"])}
    try:
        return actions.answer(by(request), here.place, set_id, {}, seen={question: given["seen"]}, evidence=proof)
    except Invalid as refusal:
        refusal.fields = {"url": " ".join(refusal.fields.values())} if refusal.fields else {}
        raise


def _answer_context(here: Here, found: Filled, asked: Question) -> dict[str, Any]:
    set_id, id = found.definition.id, asked.id
    versions = queries.history(here.place, set_id, id)
    said = list(showing.comments(here, set_id, id))
    return {
        "here": here,
        "question": say(asked.ask, showing.language()),
        "section": here.url("questions_section", set_id, found.definition.section_of[id].id) + f"#q-{id}",
        "now": found.current.get(id),
        "file": bool(dict(_files(found, id))) and here.url("questions_file", set_id, id),
        "versions": [(answer, shown(asked, answer.value, showing.language())) for answer in versions],
        "open": [(one, here.url("questions_settle", one.pk)) for one in said if one.settled is None],
        "settled": [one for one in said if one.settled],
        **showing.heading(here, found.definition),
    }


@require_POST
def settle(request: HttpRequest, pk: int, slug: str = "") -> HttpResponse:
    here = here_of(request, slug)
    kind, identifier = queries.about_of(here.place)
    mine = Comment.objects.filter(chain=here.place.chain, about_kind=kind, about_id=identifier)
    found = get_object_or_404(mine, pk=pk)
    actions.settle_comment(by(request), here.place, found)
    return redirect(here.url("questions_answer", found.set, found.question))


@require_safe
def file(request: HttpRequest, set_id: str, question: str, slug: str = "") -> HttpResponseBase:
    """The file that was given as an answer; ``sha256`` picks one of several."""
    here = here_of(request, slug)
    here.must_have_part()
    kept = dict(_files(queries.filled(here.place, set_id), question))
    digest = request.GET.get("sha256") or next(iter(kept), "")
    path = f"instruments/{digest[:2]}/{digest}"
    if digest not in kept or not default_storage.exists(path):
        raise Http404(_("There is no file in this answer."))
    return FileResponse(default_storage.open(path), as_attachment=True, filename=kept[digest])


def _files(found: Filled, question: str) -> Iterator[tuple[str, str]]:
    """(SHA-256, name) of each file in an answer."""
    answer = found.current.get(question)
    value = answer.value if answer else None
    entries = value if isinstance(value, list) else [value]
    for entry in entries:
        for part in (entry, *(entry.values() if isinstance(entry, dict) else ())):
            if isinstance(part, dict) and set(part) == {"name", "sha256", "size"}:
                yield part["sha256"], part["name"]
