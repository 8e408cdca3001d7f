"""Taking a course: questions, pages, the same questions again, the result, and at some ends a draft of a project."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from minga.instruments.definition import say
from minga.learning.actions import fail_course, give_understanding, pass_course
from minga.learning.course import Course
from minga.learning.taking import DRAFT, CanvasForm, QuestionsForm, Run, answered, keep, load
from minga.learning.views.courses import course_or_404, in_words
from minga.ledger.action import BODY
from minga.ledger.refusals import Conflict
from minga.people.forming import show
from minga.people.middleware import by


def before(request: HttpRequest, id: str) -> HttpResponse:
    """The questions before the first page: what one knows already. They may be left out."""
    course = course_or_404(id)
    form = QuestionsForm(course, request.POST if request.method == "POST" else None, whole=False)
    if request.method == "POST" and ("skip" in request.POST or form.is_valid()):
        known = None if "skip" in request.POST else course.right(form.given)
        keep(request, course, _begin(load(request, course), known))
        return redirect("learning:page", id, 1)
    return show(request, "learning/before.html", form, **in_words(course))


def _begin(earlier: Run, before: list[str] | None) -> Run:
    """A new run. What one knew before is what one said first, and before any page was read; it is measured once."""
    run = Run(version=earlier.version, asked=True, before=before, measured=earlier.measured)
    if earlier.right is None and (earlier.asked or earlier.read):
        run.before, run.read = earlier.before, earlier.read
    return run


def page(request: HttpRequest, id: str, number: int) -> HttpResponse:
    """One page to read."""
    course = course_or_404(id)
    if not 1 <= number <= len(course.pages):
        raise Http404(_("The course has no such page."))
    run = load(request, course)
    if number > run.read:
        run.read = number
        keep(request, course, run)
    here, language = course.pages[number - 1], get_language() or "en"
    context = in_words(course) | {
        "number": number,
        "count": len(course.pages),
        "heading": say(here.title, language),
        "text": say(here.text, language),
        "previous": number - 1,
        "following": number + 1 if number < len(course.pages) else 0,
        "answered": run.right is not None,
    }
    return render(request, "learning/page.html", context)


def after(request: HttpRequest, id: str) -> HttpResponse:
    """The same questions after the last page. What they come to is kept in the session, and for people by name."""
    course = course_or_404(id)
    form = QuestionsForm(course, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        run = load(request, course)
        run.given, run.right, run.certificate = form.given, course.right(form.given), ""
        if not run.measured:
            give_understanding(by(request), BODY, course.id, run.before, run.right)
            run.measured = True
        if request.user.is_authenticated:
            run.certificate = _record(request, course, run)
        keep(request, course, run)
        return redirect("learning:result", id)
    return show(request, "learning/after.html", form, **in_words(course))


def _record(request: HttpRequest, course: Course, run: Run) -> str:
    """The number of the certificate; "" where the pass mark was not reached."""
    right = run.right or []
    if course.passes(len(right)):
        return pass_course(by(request).also("passed"), BODY, course.id, right).code
    fail_course(by(request).also("failed"), BODY, course.id, right)
    return ""


def result(request: HttpRequest, id: str) -> HttpResponse:
    """What one had right, why, and where to read it again."""
    course = course_or_404(id)
    run = load(request, course)
    if run.right is None:
        return redirect("learning:course", id)
    score = len(run.right)
    context = in_words(course) | {
        "run": run,
        "score": score,
        "of": len(course.questions),
        "passed": course.passes(score),
        "needed": course.needed,
        "first": None if run.before is None else len(run.before),
        "answers": answered(course, run),
    }
    return render(request, "learning/result.html", context)


@require_POST
def certify(request: HttpRequest, id: str) -> HttpResponse:
    """Take the certificate for a run that was passed before one signed in."""
    course = course_or_404(id)
    run = load(request, course)
    if run.right is None or not course.passes(len(run.right)):
        raise Conflict(_("You have not passed this course yet."), do=_("Answer its questions first."))
    if not run.certificate:
        run.certificate = pass_course(by(request), BODY, course.id, run.right).code
        keep(request, course, run)
    return redirect("learning:certificate", run.certificate)


def canvas(request: HttpRequest, id: str) -> HttpResponse:
    """The end of some courses: a draft of one's own project, from which a new project's form starts."""
    course = course_or_404(id)
    if not course.canvas:
        raise Http404(_("This course ends without a draft."))
    kept = request.session.get(DRAFT, {})
    form = CanvasForm(course, request.POST or None, initial=kept)
    if request.method == "POST" and form.is_valid():
        request.session[DRAFT] = {part.id: form.cleaned_data[part.id] for part in course.canvas}
        messages.success(request, _("Kept in this browser for two weeks."))
        return redirect("learning:draft", id)
    return show(request, "learning/canvas.html", form, **in_words(course))


def draft(request: HttpRequest, id: str) -> HttpResponse:
    """The draft on one page, to print or to open a project with."""
    course = course_or_404(id)
    kept: dict[str, Any] = request.session.get(DRAFT, {})
    if not course.canvas or not kept:
        return redirect("learning:course", id)
    language = get_language() or "en"
    rows = [(say(part.ask, language), kept.get(part.id, "")) for part in course.canvas if part.id != "title"]
    return render(request, "learning/draft.html", in_words(course) | {"rows": rows, "kept": kept})
