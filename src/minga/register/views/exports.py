"""What each standard takes of a record and loses, and its file."""

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from minga.ledger.action import may
from minga.people.middleware import actor_of
from minga.projects.models import Project
from minga.projects.views import project_of
from minga.register import queries
from minga.register.exports import Made, document, grouped, make, markdown, missing, standard, standards
from minga.register.exports.making import TYPES

LANGUAGES = {"en", "es"}


def _made(request: HttpRequest, project: Project, name: str) -> Made:
    """The last version, or the draft of today, under a standard; ``?language=`` chooses that of the texts."""
    if name not in standards() and name != "minga":
        raise Http404(_("There is no export of this name."))
    key, language = standard(name).key, request.GET.get("language", "")
    last = queries.last_version(project)
    return make(
        project, last, key, language if language in LANGUAGES else "", None if last else queries.current(project, None)
    )


@require_GET
def export_page(request: HttpRequest, slug: str, standard: str) -> HttpResponse:
    """What one standard takes of the record, what it loses and why, and what nobody has said yet."""
    project = project_of(slug)
    made = _made(request, project, standard)
    language = (request.GET.get("language") or made.standard.language)[:2]
    context = {
        "project": project,
        "made": made,
        "standard": made.standard,
        "said_in": language if language in LANGUAGES else "en",
        "rows": _rows(made),
        "lost": grouped(made.losses),
        "missing": missing(made, project),
        "faults": [fault.say(request.LANGUAGE_CODE[:2]) for fault in made.faults],
        "may_describe": may(actor_of(request), project, "record.described"),
    }
    return render(request, "register/export.html", context)


def _rows(made: Made) -> list[tuple[str, str, str]]:
    """(field, its title, its value) of what the standard's document says."""
    if made.standard.fields is None:
        return []
    lines = made.standard.of.by_name
    found = ((name, value) for name, value in made.exported.fields.items() if value not in (None, "", []))
    return [(name, _title(lines[name]) if name in lines else "", _text(value)) for name, value in found]


def _title(line: object) -> str:
    return str(getattr(line, "title", "") or getattr(line, "attribute", ""))


def _text(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


@require_GET
def export_json(request: HttpRequest, slug: str, standard: str) -> HttpResponse:
    """The document with the list of what it loses, as one JSON file."""
    made = _made(request, project_of(slug), standard)
    content = {"document": made.document, **made.losses_as_json()}
    response = JsonResponse(content, json_dumps_params={"ensure_ascii": False, "indent": 1})
    return _named(response, f"{slug}-{made.standard.key}-losses.json", made)


@require_GET
def export_file(request: HttpRequest, slug: str, standard: str) -> HttpResponse:
    """The file as the standard wants it; the record's address is in it, and in the Link header."""
    made = _made(request, project_of(slug), standard)
    response = HttpResponse(made.file(), content_type=TYPES[made.standard.suffix])
    return _named(response, f"{slug}-{made.standard.key}.{made.standard.suffix}", made)


@require_GET
def export_markdown(request: HttpRequest, slug: str, standard: str) -> HttpResponse:
    """A standard of fields as a page of plain text, for the body's own site."""
    made = _made(request, project_of(slug), standard)
    if not made.standard.page:
        raise Http404(_("This standard has no page."))
    response = HttpResponse(markdown(made), content_type="text/markdown; charset=utf-8")
    return _named(response, f"{slug}-{made.standard.key}.md", made)


@require_GET
def export_html(request: HttpRequest, slug: str, standard: str) -> HttpResponse:
    """The same page as one HTML document that needs no other file, to download or to print."""
    made = _made(request, project_of(slug), standard)
    if not made.standard.page:
        raise Http404(_("This standard has no page."))
    response = HttpResponse(document(made), content_type="text/html; charset=utf-8")
    return _named(response, f"{slug}-{made.standard.key}.html", made)


def _named(response: HttpResponse, name: str, made: Made) -> HttpResponse:
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Link"] = f'<{made.address}>; rel="canonical"'
    return response
