"""The ledger as a page in plain words, and as a file that an outsider can verify."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from minga.ledger import checkpoints, subjects
from minga.ledger.chain import canonical
from minga.ledger.models import Checkpoint, Entry
from minga.ledger.queries import export
from minga.ledger.thread import LINK_OF
from minga.people.models import Group
from minga.projects.models import Project
from minga.projects.views import project_of
from minga.register.happened import WORDS, words

PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class Line:
    """One entry in words. ``told``: history that was not recorded as it happened, in words; else ""."""

    seq: int
    what: str
    title: str
    href: str
    thread: tuple[str, str] | None
    group: str
    happened: datetime
    recorded: datetime
    told: str
    hash: str


def _line(entry: Entry) -> Line:
    thing: Any = subjects.find(entry.subject_kind, entry.subject_id)
    public = thing is not None and getattr(thing, "is_public", True)
    on_thread = public and entry.subject_kind in LINK_OF
    return Line(
        seq=entry.seq,
        what=words(entry.action),
        title=str(getattr(thing, "ledger_title", "")) if public else "",
        href=str(thing.get_absolute_url()) if public and hasattr(thing, "get_absolute_url") else "",
        thread=(entry.subject_kind, entry.subject_id) if on_thread else None,
        group=_("the system itself") if entry.actor_key == "system" else str(Group(entry.group).label),
        happened=datetime.fromisoformat(entry.happened),
        recorded=datetime.fromisoformat(entry.recorded),
        told="" if entry.history == Entry.History.RECORDED else str(entry.get_history_display()),
        hash=entry.hash,
    )


@require_GET
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """What happened, newest first. ``?action=`` keeps to one kind."""
    project = project_of(slug)
    entries = Entry.objects.filter(chain=project.chain).order_by("-seq")
    kinds = list(entries.order_by().values_list("action", flat=True).distinct())
    chosen = request.GET.get("action", "")
    if chosen in WORDS:
        entries = entries.filter(action=chosen)
    numbered = Paginator(entries, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "project": project,
        "page": numbered,
        "lines": [_line(entry) for entry in numbered],
        "kinds": sorted(((kind, words(kind)) for kind in kinds), key=lambda pair: pair[1]),
        "chosen": chosen,
        "told": Entry.objects.filter(chain=project.chain).exclude(history=Entry.History.RECORDED).count(),
        "total": Entry.objects.filter(chain=project.chain).count(),
        "signed": [
            (c, checkpoints.broken(c)) for c in Checkpoint.objects.filter(chain=project.chain).order_by("-seq")[:5]
        ],
    }
    return render(request, "register/ledger.html", context)


@require_GET
def start(request: HttpRequest) -> HttpResponse:
    """Where the ledgers of all projects are found, and how to verify one."""
    return render(request, "register/ledgers.html", {"projects": Project.objects.all()})


@require_GET
def download(request: HttpRequest, slug: str) -> StreamingHttpResponse:
    """The public export of a project's chain as JSON Lines; "body" is the chain of what is outside projects."""
    project = Project.objects.filter(slug=slug).first()
    if project is None and slug != "body":
        raise Http404(_("There is no ledger of this name."))
    response = StreamingHttpResponse(_lines(project.chain if project else "body"), content_type="application/x-ndjson")
    response["Content-Disposition"] = f'attachment; filename="ledger-{slug}.jsonl"'
    return response


def _lines(chain: str) -> Iterator[str]:
    for line in export(chain):
        yield canonical(line) + "\n"
