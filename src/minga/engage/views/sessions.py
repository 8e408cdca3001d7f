"""Pages of public-dialogue sessions."""

import io
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from minga.engage import actions
from minga.engage.forms.sessions import CountPeople, HoldSession, PlanSession, RecordStatement, ReportSession
from minga.engage.models import PolicyArea, Session
from minga.engage.queries import sessions as queries
from minga.engage.queries.session_report import session_report
from minga.ledger.action import may
from minga.people.middleware import actor_of, by
from minga.projects.forms import acted, show
from minga.projects.views import must, project_of
from minga.web.pdf import render as pdf
from minga.web.svg.types import Interval, TookPart, TookPartChart


def session_of(slug: str, pk: int) -> Session:
    found = Session.objects.select_related("project").prefetch_related("recruitment")
    return get_object_or_404(found, project__slug=slug, pk=pk)


def sessions(request: HttpRequest, slug: str) -> HttpResponse:
    """All sessions of a project, newest first."""
    project = project_of(slug)
    context = {
        "project": project,
        "rows": [(one, queries.people_came(one)) for one in project.sessions.prefetch_related("recruitment")],
        "may_plan": may(actor_of(request), project, "session.planned"),
    }
    return render(request, "engage/sessions.html", context)


def session(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """A session: its plan until it is held, then its report. Notes and exact counts for the project's people only."""
    found = session_of(slug, pk)
    project, actor = found.project, actor_of(request)
    ours = queries.works_in(project, actor)
    said = queries.quoted(found)
    heard = found.state in queries.HEARD
    context = {
        "project": project,
        "session": found,
        "heard": heard,
        "ours": ours,
        "said": said,
        "unquoted": queries.unquoted(found),
        "total": found.recorded.count(),
        "subjects": queries.subjects(found.recorded.all()),
        "answers": queries.answered(said),
        "people": queries.people_came(found),
        "groups": queries.recruitment(found, margin="group", exact=ours),
        "strata": queries.recruitment(found, margin="stratum", exact=ours),
        "charts": [chart for margin in ("group", "stratum") if heard and (chart := _balance(found, margin))],
        "limits": queries.limits(found) if heard else [],
        "timetable": queries.timetable(found),
        "ends": queries.ends(found),
        "page_data": f"/api/engage/{slug}/sessions/{pk}",
        **{
            f"may_{verb}": may(actor, project, f"session.{verb}")
            for verb in ("invited", "held", "recorded", "reported")
        },
    }
    return render(request, "engage/session.html", context)


def _balance(found: Session, margin: str) -> TookPartChart | None:
    shares, reference = queries.balance(found, margin)
    if not shares or reference is None:
        return None
    rows = tuple(
        TookPart(
            share.label,
            share.affected,
            share.came,
            None if share.came is None else Interval(share.low, share.high),
            suppressed=share.came is None,
        )
        for share in shares
    )
    caption = _("Who is affected: %(source)s") % {"source": reference.source}
    return TookPartChart(_sentence(shares), rows, caption=caption)


def _sentence(shares: list[queries.Share]) -> str:
    """The widest gap that the interval does not explain, in words."""
    known = [share for share in shares if share.came is not None and not share.low <= share.affected <= share.high]
    if not known:
        return _("No group that can be shown came clearly more or less than its share of the affected.")
    worst = max(known, key=lambda share: abs((share.came or 0) - share.affected))
    gap = round((worst.came or 0) - worst.affected)
    words = _("%(group)s: %(gap)s points fewer than their share of the affected.")
    if gap > 0:
        words = _("%(group)s: %(gap)s points more than their share of the affected.")
    return words % {"group": worst.label, "gap": abs(gap)}


def agenda(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The agenda by itself, to print or to hand out."""
    found = session_of(slug, pk)
    context = {
        "project": found.project,
        "session": found,
        "timetable": queries.timetable(found),
        "ends": queries.ends(found),
    }
    return render(request, "engage/session_agenda.html", context)


def report_pdf(request: HttpRequest, slug: str, pk: int) -> FileResponse:
    found = session_of(slug, pk)
    if found.state != Session.State.REPORTED:
        raise Http404(_("The report of this session is not out yet."))
    data = session_report(found)
    name = f"{slug}-session-{pk}.pdf"
    document = pdf("session", data, (get_language() or "en")[:2])
    return FileResponse(io.BytesIO(document), content_type="application/pdf", filename=name)


def plan(request: HttpRequest, slug: str) -> HttpResponse:
    project = project_of(slug)
    must(request, project, "session.planned")
    form = PlanSession(request.POST or None, project=project)
    if made := acted(request, form, lambda _given: actions.plan_session(by(request), project, **form.plan())):
        messages.success(request, _("Planned. The agenda is public now; invite people."))
        return redirect(made)
    return show(request, "engage/session_plan.html", form, project=project)


def invite(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    found = session_of(slug, pk)
    must(request, found.project, "session.invited")
    form = CountPeople(request.POST or None, session=found, field="invited")

    def perform(_given: Any) -> Session:
        return actions.invite_to_session(by(request), found.project, found, form.counts())

    if acted(request, form, perform):
        messages.success(request, _("Saved."))
        return redirect(found)
    return show(request, "engage/session_invite.html", form, project=found.project, session=found)


def hold(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    found = session_of(slug, pk)
    must(request, found.project, "session.held")
    form = HoldSession(request.POST or None, session=found)

    def perform(given: Any) -> Session:
        return actions.hold_session(by(request), found.project, found, form.counts(), notes=given["notes"])

    if acted(request, form, perform):
        messages.success(request, _("Saved. Record now what was said."))
        return redirect("engage:record_session", slug, pk)
    return show(request, "engage/session_hold.html", form, project=found.project, session=found)


def record(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One statement after another; the page comes back empty for the next."""
    found = session_of(slug, pk)
    must(request, found.project, "session.recorded")
    form = RecordStatement(request.POST or None)

    def perform(given: Any) -> Any:
        return actions.record_statement(by(request), found.project, found, **given)

    if acted(request, form, perform):
        messages.success(request, _("Recorded. Here is the form for the next one."))
        return redirect("engage:record_session", slug, pk)
    context = {"project": found.project, "session": found, "said": found.recorded.select_related("contribution")}
    return show(request, "engage/session_record.html", form, **context)


def report(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    found = session_of(slug, pk)
    must(request, found.project, "session.reported")
    form = ReportSession(request.POST or None)

    def perform(given: Any) -> Session:
        return actions.report_session(by(request), found.project, found, **given)

    if acted(request, form, perform):
        messages.success(request, _("The report is public."))
        return redirect(found)
    return show(request, "engage/session_report.html", form, project=found.project, session=found)


def dialogues(request: HttpRequest) -> HttpResponse:
    """Sessions of all projects by policy area; with ``?area=`` the sessions on one, and what they have in common."""
    area = request.GET.get("area", "")
    if area and area not in PolicyArea.values:
        raise Http404(_("There is no such policy area."))
    found = list(queries.sessions_on(area)) if area else []
    said = [one for session in found for one in session.recorded.all()]
    context = {
        "areas": queries.areas(),
        "area": area,
        "label": PolicyArea(area).label if area else "",
        "rows": [(one, queries.people_came(one), queries.answered(one.recorded.all())) for one in found],
        "subjects": queries.subjects(said),
        "answers": queries.answered(said),
        "panels": queries.panels_on(area) if area else [],
        "page_data": "/api/engage/dialogues" + (f"?area={area}" if area else ""),
    }
    return render(request, "engage/session_areas.html", context)
