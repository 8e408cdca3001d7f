"""Pages that compose rooms."""

from django.contrib.auth.decorators import login_required
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from minga.assess import seals
from minga.deliver import casework
from minga.deliver import queries as deliver
from minga.deliver.models import Flag
from minga.design.models import Criterion
from minga.engage.models import Ballot, Contribution
from minga.engage.queries.conversations import newest_figures, open_conversations
from minga.inventory import queries as inventory
from minga.ledger import subjects
from minga.ledger.action import may
from minga.ledger.thread import knots, thread
from minga.people.middleware import actor_of
from minga.people.models import Person
from minga.portal import life, overview, sections
from minga.portal.mine import waiting
from minga.portal.rooms import rooms
from minga.projects import screens
from minga.projects.models import Project
from minga.projects.roles import roles_of

PAGES = {
    "accessibility": "portal/accessibility.html",
    "privacy": "portal/privacy.html",
    "other_ways": "portal/other_ways.html",
}


def home(request: HttpRequest) -> HttpResponse:
    """What is being built, with whom, and how to change it."""
    found = Project.objects.all()
    return render(
        request,
        "portal/home.html",
        {
            "links": overview.counts(),
            "lines": [overview.line(project) for project in found[:20]],
            "ballots": [ballot for ballot in Ballot.objects.filter(closed=None) if ballot.is_open()],
            "conversations": [(held, newest_figures(held)) for held in open_conversations()],
            "open_projects": [project for project in found if project.outcome == Project.Outcome.OPEN],
            "since": min((project.opened for project in found), default=None),
            "contests": deliver.contest_figures(),
            "late": overview.late_contests(),
            "may_open": request.user.is_authenticated,
        },
    )


@login_required
def mine(request: HttpRequest) -> HttpResponse:
    """What waits for whoever is signed in, everywhere."""
    actor = actor_of(request)
    person = get_object_or_404(Person, pk=actor.person_id)
    return render(request, "portal/mine.html", {"places": waiting(person, actor)})


def projects(request: HttpRequest) -> HttpResponse:
    lines = [overview.line(project) for project in Project.objects.all()]
    context = {"lines": lines, "may_open": request.user.is_authenticated}
    return render(request, "portal/projects.html", context)


def project(request: HttpRequest, slug: str) -> HttpResponse:
    """A project: what you can do next, its life as a weave, its steps, and who was heard."""
    found = get_object_or_404(Project, slug=slug)
    actor = actor_of(request)
    rows = life.entries(found)
    mine = roles_of(actor, found) - {"visitor", "signed_in", "appointer"}
    return render(
        request,
        "portal/project.html",
        {
            "project": found,
            "standing": overview.standing(found),
            "forbidden": screens.forbidden(found),
            "next": overview.what_next(found, actor),
            "mine": mine,
            "leads": overview.leads(found),
            "overseers": overview.overseers(found),
            "why": overview.last_why(found),
            "contested": Flag.objects.filter(project=found, state=Flag.State.CONTESTED).exclude(published=None).count(),
            "flags": Flag.objects.filter(project=found).exists(),
            "weave": life.weave(found, rows),
            "weeks": life.weeks(found),
            "participation": life.participation(found, rows, exact=bool(mine)),
            "took_part": life.took_part(found, exact=bool(mine)),
            "threads": _threads(found),
            "services": casework.open_services(found),
            "seal": seals.current(found),
            "rooms": rooms(found),
            "may_contribute": may(actor, found, "contribution.submitted"),
        },
    )


def _threads(project: Project) -> QuerySet[Contribution]:
    """Public contributions that were decided: those that went furthest first, then the latest."""
    shown = Contribution.objects.filter(project=project, status=Contribution.Status.DECIDED, duplicate_of=None)
    criteria = Criterion.objects.filter(contribution=OuterRef("pk"))
    reached = shown.annotate(binds=Exists(criteria.exclude(approved=None)), proposed=Exists(criteria))
    return reached.select_related("decision").order_by("-binds", "-proposed", "-decision__decided", "-pk")[:5]


def thread_page(request: HttpRequest, kind: str, identifier: str) -> HttpResponse:
    """What became of one sentence, or what one flag rests on: the whole chain both ways."""
    start = subjects.find(kind, identifier) if identifier.isdigit() else None
    if start is None or getattr(start, "project", None) is None:
        raise Http404(_("There is nothing of this kind with this number."))
    if not sections.visible(start, actor_of(request)):
        raise Http404(_("This is not public."))
    found = thread((kind, identifier))
    return render(
        request,
        "portal/thread.html",
        {
            "project": start.project,
            "start": start,
            "kind": kind,
            "links": knots(found, anchors=True),
            "now": sections.now(found, actor_of(request)),
            "opening": sections.opening(found, start, actor_of(request)),
            "sections": sections.sections(found, actor_of(request)),
        },
    )


def search(request: HttpRequest) -> HttpResponse:
    """Find projects, contributions and public flags, and tools of other bodies."""
    words = request.GET.get("q", "").strip()[:200]
    context: dict[str, object] = {"words": words}
    if words:
        shown = Contribution.objects.filter(status__in=[Contribution.Status.SHOWN, Contribution.Status.DECIDED])
        context |= {
            "projects": Project.objects.filter(title__icontains=words)[:10],
            "contributions": shown.filter(text__icontains=words).select_related("project")[:10],
            "flags": deliver.public_flags().filter(case__title__icontains=words)[:10],
            "systems": inventory.search(words, most=10).systems,
        }
    return render(request, "portal/search.html", context)


def plain(request: HttpRequest, page: str) -> HttpResponse:
    return render(request, PAGES[page])
