"""Courses: the list, one course, what people understood, and adding one of the body's own."""

from itertools import groupby
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from minga.instruments.definition import say
from minga.learning import queries, shelf, showing
from minga.learning.actions import add_course
from minga.learning.course import LARGEST, Course
from minga.learning.forms import AddCourse
from minga.learning.taking import load
from minga.learning.understanding import understood
from minga.ledger.action import BODY, may
from minga.ledger.refusals import Invalid, NotAllowed
from minga.people.forming import acted, show
from minga.people.middleware import actor_of, by

AUDIENCES = {
    "public": gettext_lazy("For everybody"),
    "staff": gettext_lazy("For staff"),
    "decision_makers": gettext_lazy("For those who decide"),
}


def course_or_404(id: str) -> Course:
    found = shelf.course(id)
    if found is None:
        raise Http404(_("There is no such course."))
    return found


def in_words(course: Course) -> dict[str, Any]:
    """What every page of a course shows of it, in the language of the request."""
    language = get_language() or "en"
    return {
        "course": course,
        "title": say(course.title, language),
        "summary": say(course.summary, language),
        "audience": AUDIENCES[course.audience],
    }


def index(request: HttpRequest) -> HttpResponse:
    """Every course, what is due for whoever reads, and the ways to people who know."""
    every = [in_words(course) for course in shelf.courses().values()]
    person = request.user if request.user.is_authenticated else None
    context = {
        "groups": [(name, list(rows)) for name, rows in groupby(every, key=lambda row: row["audience"])],
        "next": queries.what_next(person) if person else [],
        "certificates": queries.newest_certificates(person) if person else [],
        "may_add": may(actor_of(request), BODY, "course.added"),
        "may_require": may(actor_of(request), BODY, "course.required"),
    }
    return render(request, "learning/courses.html", context)


def course(request: HttpRequest, id: str) -> HttpResponse:
    """One course: whom it is for, how long it takes, what it says, and whether people understood more after it.

    Its questions stand nowhere here: they are first met in the measure before the course.
    """
    found = course_or_404(id)
    language = get_language() or "en"
    context = in_words(found) | {
        "run": load(request, found),
        "pages": [(number, say(page.title, language)) for number, page in enumerate(found.pages, start=1)],
        "figures": showing.of_course(understood(found)),
    }
    return render(request, "learning/course.html", context)


def understanding(request: HttpRequest) -> HttpResponse:
    """What people understood before and after each course."""
    rows = [understood(course) for course in shelf.courses().values()]
    language = get_language() or "en"
    each = [(row.course, say(row.course.title, language), showing.of_course(row)) for row in rows]
    context = {"figures": showing.of_all(rows), "courses": [one for one in each if one[2].chart]}
    return render(request, "learning/understanding.html", context)


def add(request: HttpRequest) -> HttpResponse:
    """Add a course file of the body's own."""
    if not may(actor_of(request), BODY, "course.added"):
        raise NotAllowed(_("Only those who act for the body add courses."), do=_("Sign in as one of them."))
    form = AddCourse(request.POST or None, request.FILES or None)
    if made := acted(request, form, lambda given: add_course(by(request), BODY, *_content(given["file"]))):
        messages.success(request, _("Added. Anybody can take it now."))
        return redirect(made.get_absolute_url())
    return show(request, "learning/add.html", form)


def _content(upload: Any) -> tuple[str, str]:
    if upload.size > LARGEST:
        raise Invalid(_("The file is too large."), do=_("A course has at most one million characters."))
    try:
        return upload.read().decode("utf-8-sig"), upload.name
    except UnicodeDecodeError as error:
        raise Invalid(
            _("This file is no text in UTF-8: byte %(place)s cannot be read.") % {"place": error.start + 1},
            do=_("Save it as UTF-8 and send it again."),
        ) from None
