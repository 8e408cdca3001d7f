"""Pages of the record: as published, each version, exports with their losses, and the texts people write."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from minga.ledger.action import may
from minga.people.middleware import actor_of, by
from minga.projects.forms import acted, show
from minga.projects.views import must, project_of
from minga.register import asking, queries, showing, showing_fields, showing_page, verified, wording
from minga.register.actions import describe, publish
from minga.register.collect import build
from minga.register.document import TYPED, as_json, from_json
from minga.register.forms import Describe, Publish
from minga.register.kept import kept
from minga.register.models import RecordVersion


@require_GET
def record(request: HttpRequest, slug: str) -> HttpResponse:
    project = project_of(slug)
    actor, last = actor_of(request), queries.last_version(project)
    context = {
        "project": project,
        "page": showing_page.parts(project, last),
        "may_publish": may(actor, project, "record.published"),
        "may_describe": may(actor, project, "record.described"),
    }
    return render(request, "register/record.html", context)


def _version(slug: str, number: int) -> RecordVersion:
    return get_object_or_404(RecordVersion.objects.select_related("project"), project__slug=slug, number=number)


@require_GET
def version(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    found = _version(slug, number)
    last, record = queries.last_version(found.project), from_json(found.document)
    context = {
        "project": found.project,
        "version": found,
        **showing_page.told(record, RecordVersion.objects.filter(project=found.project)),
        "is_last": last == found,
        "diff": showing.diff(found),
        "field_groups": showing_fields.by_group(record),
    }
    return render(request, "register/version.html", context)


@require_GET
def versions(request: HttpRequest, slug: str) -> HttpResponse:
    project = project_of(slug)
    rows = [(found, showing.diff(found)) for found in RecordVersion.objects.filter(project=project).defer("document")]
    return render(request, "register/versions.html", {"project": project, "rows": rows})


def _json(content: dict[str, Any], name: str = "") -> JsonResponse:
    response = JsonResponse(content, json_dumps_params={"ensure_ascii": False, "indent": 1})
    if name:
        response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_GET
def record_json(request: HttpRequest, slug: str) -> HttpResponse:
    """The last published record; the draft of today, marked as such, before the first."""
    project = project_of(slug)
    last = queries.last_version(project)
    if last:
        held = kept("held", project, last, lambda: verified.held(project, from_json(last.document)))
        asked = [queries.question_as_json(one) for one in queries.questions(project)]
        return _json({**_told(last), "verified": [row.as_json() for row in held], "questions": asked})
    return _json(
        {"version": None, "published": None, "document": as_json(queries.current(project, None)), "changes": []}
    )


def _told(found: RecordVersion) -> dict[str, Any]:
    return {
        "version": found.number,
        "published": found.published.isoformat(),
        "ledger_entry": found.head,
        "document": found.document,
        "changes": found.changes,
    }


@require_GET
def version_json(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    return _json(_told(_version(slug, number)))


@require_GET
def texts(request: HttpRequest, slug: str) -> HttpResponse:
    """Every text that only people know: what it says, or that it is missing."""
    project = project_of(slug)
    must(request, project, "record.described")
    found = as_json(build(project))
    rows: list[dict[str, Any]] = []
    for name in TYPED:
        known = found.get(name)
        said = queries.text_of(project, name) or (str(known["value"]) if known and name != "limits" else "")
        first, wanted = name in queries.ASKED_FIRST, asking.wanted_by(name)
        rows.append({"field": name, "label": wording.label(name), "text": said, "first": first, "wanted": wanted})
    rows.sort(key=lambda row: (bool(row["text"]), not row["first"], -row["wanted"]))
    return render(request, "register/texts.html", {"project": project, "rows": rows})


@require_http_methods(["GET", "POST"])
def describe_field(request: HttpRequest, slug: str, field: str) -> HttpResponse:
    project = project_of(slug)
    must(request, project, "record.described")
    if field not in TYPED:
        raise Http404(_("The record has no such text."))
    last = queries.last_text(project, field)
    stands = {"text": last.text, "seen": last.pk} if last else {"seen": 0}
    form = Describe(request.POST or None, initial=stands)
    if acted(request, form, lambda given: describe(by(request), project, field, given["text"], given["seen"])):
        messages.success(request, _("Written. It becomes public with the next version of the record."))
        return redirect("register:texts", slug)
    context = {"project": project, "field": field, "label": wording.label(field), "asked": asking.asked(field)}
    return show(request, "register/describe.html", form, **context)


@require_http_methods(["GET", "POST"])
def publish_now(request: HttpRequest, slug: str) -> HttpResponse:
    project = project_of(slug)
    must(request, project, "record.published")
    form = Publish(request.POST or None)
    if made := acted(request, form, lambda given: publish(by(request), project, given["note"])):
        messages.success(request, _("Version %(number)s of the record is public.") % {"number": made.number})
        return redirect("register:record", slug)
    found = build(project)
    context = {
        "project": project,
        **showing.limits(found),
        "unknown": [wording.label(name) for name in queries.unknown(found)],
        "pending": showing.pending(project, found),
        "last": queries.last_version(project),
    }
    return show(request, "register/publish.html", form, **context)
