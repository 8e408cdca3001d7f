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
from minga.projects.models import Project
from minga.projects.views import must, project_of
from minga.register import asking, queries, showing, showing_fields, telling, verified, wording
from minga.register.actions import describe, publish
from minga.register.collect import build
from minga.register.document import TYPED, as_json, from_json
from minga.register.forms import Describe, Publish
from minga.register.kept import kept
from minga.register.models import RecordVersion


def _context(request: HttpRequest, project: Project, version: RecordVersion | None) -> dict[str, Any]:
    """A published version, or the draft of today where there is none."""
    actor = actor_of(request)
    found = from_json(version.document) if version else build(project)
    versions = RecordVersion.objects.filter(project=project)
    return {
        "project": project,
        "version": version,
        "record": found,
        **showing.limits(found),
        "state": showing.state(found),
        "notes": showing.notes(found),
        "figures": showing.figures(found),
        "decided": showing.decided(found),
        "groups": showing.groups(found),
        "silent": found.silent_groups.value if found.silent_groups else [],
        "criteria": found.criteria_and_checks.value if found.criteria_and_checks else [],
        "effects": telling.changed(found),
        "gates": telling.gates(found),
        "changes": showing.changes(versions),
        "count": versions.count(),
        "unknown": [wording.label(name) for name in queries.unknown(found)],
        "may_publish": may(actor, project, "record.published"),
        "may_describe": may(actor, project, "record.described"),
    }


@require_GET
def record(request: HttpRequest, slug: str) -> HttpResponse:
    project = project_of(slug)
    context = _context(request, project, queries.last_version(project))
    found, last = context["record"], context["version"]
    held = kept("held", project, last, lambda: verified.held(project, found)) if last else []
    asked = queries.questions(project)
    context |= {
        "live": showing.live(project, found) if last else None,
        "late": showing.late_contests(project),
        "held": held,
        "fields": showing_fields.fields(found, held, asked),
        "exports": kept("exports", project, last, lambda: showing_fields.exports(project, last, found)),
        "asked": queries.question_figures(project),
        "reading": telling.readability(found),
        "linked": telling.linked(project, found, last),
    }
    return render(request, "register/record.html", context)


def _version(slug: str, number: int) -> RecordVersion:
    return get_object_or_404(RecordVersion.objects.select_related("project"), project__slug=slug, number=number)


@require_GET
def version(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    found = _version(slug, number)
    last = queries.last_version(found.project)
    context = _context(request, found.project, found)
    context |= {"is_last": last == found, "diff": showing.diff(found), "may_publish": False, "may_describe": False}
    context["fields"] = showing_fields.fields(context["record"])
    return render(request, "register/version.html", context)


@require_GET
def versions(request: HttpRequest, slug: str) -> HttpResponse:
    project = project_of(slug)
    rows = [(found, showing.diff(found)) for found in RecordVersion.objects.filter(project=project)]
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
    return _json({"version": None, "published": None, "document": as_json(build(project)), "changes": []})


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
