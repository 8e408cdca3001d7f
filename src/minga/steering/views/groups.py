"""Working groups and the board: their pages, meetings, decisions and what they made."""

from typing import Any

from django.contrib import messages
from django.db.models import F
from django.forms import Form
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from minga.ledger.action import BODY, may
from minga.people.middleware import actor_of, by
from minga.projects.board.queries import is_overdue
from minga.projects.forms import acted, show
from minga.steering import actions, showing
from minga.steering.actions.groups import holds_office, may_work_in
from minga.steering.forms import AddMember, CallMeeting, Decide, OpenGroup, PublishOutput, Reason, WriteMinutes
from minga.steering.models import Group, GroupMeeting, GroupMember, GroupOutput
from minga.steering.views.common import form_page, must, offered, outsider


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    found = list(Group.objects.prefetch_related("members", "meetings", "outputs"))
    context = {
        "groups": [group for group in found if group.closed is None],
        "closed": [group for group in found if group.closed is not None],
        "finding": showing.groups_finding(found),
        "outputs": GroupOutput.objects.select_related("group")[:10],
        **offered(request, "working_group.opened"),
    }
    return render(request, "steering/groups.html", context)


@require_GET
def group(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Group, pk=pk)
    actor = actor_of(request)
    seats = list(found.members.filter(ended=None).select_related("person"))
    runs = holds_office(actor)
    named, unnamed = (seats, 0) if runs else found.seats_in_public()
    context = {
        "group": found,
        "named": named,
        "unnamed": unnamed,
        "runs": runs,
        "mine": next((seat for seat in seats if seat.person_id == actor.person_id), None),
        "works": may_work_in(actor, found) and found.closed is None,
        "may_join": found.open_to_all and actor.person_id is not None and found.closed is None,
        "meetings": found.meetings.prefetch_related("decisions"),
        "outputs": found.outputs.all(),
        "today": timezone.localdate(),
        **offered(request, "working_group.closed"),
    }
    return render(request, "steering/group.html", context)


def _under(request: HttpRequest, form: Form, found: Group, title: str, send: str) -> HttpResponse:
    return form_page(
        request, form, title=title, send=send, above=found.name, above_address=found.get_absolute_url()
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    must(request, "working_group.opened")
    form = OpenGroup(request.POST or None)
    if made := acted(request, form, lambda given: actions.open_group(by(request), BODY, **given)):
        messages.success(request, _("The group is open. Seat its members."))
        return redirect(made)
    return form_page(
        request, form, title=_("Open a group"), send=_("Open the group"), above=_("Working groups"),
        above_address=reverse("steering:groups"),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def close(request: HttpRequest, pk: int) -> HttpResponse:
    must(request, "working_group.closed")
    found = get_object_or_404(Group, pk=pk, closed=None)
    form = Reason(request.POST or None)
    if acted(request, form, lambda given: actions.close_group(by(request), BODY, found, **given)):
        messages.success(request, _("The group is closed. Everything that it wrote stays."))
        return redirect(found)
    return _under(request, form, found, _("Close this group"), _("Close the group"))


@require_http_methods(["GET", "POST"])
def seat(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Group, pk=pk, closed=None)
    if not holds_office(actor_of(request)):
        raise outsider()
    form = AddMember(request.POST or None)
    if acted(request, form, lambda given: actions.add_member(by(request), BODY, found, **given)):
        messages.success(request, _("They sit in the group now."))
        return redirect(found)
    return _under(request, form, found, _("Seat somebody"), _("Seat them"))


@require_POST
def join(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Group, pk=pk)
    if not request.user.is_authenticated:
        raise outsider()
    actions.add_member(by(request), BODY, found, request.user)
    messages.success(request, _("You are in the group now."))
    return redirect(found)


@require_POST
def leave(request: HttpRequest, pk: int) -> HttpResponse:
    member = get_object_or_404(GroupMember, pk=pk)
    actions.end_member(by(request), BODY, member)
    messages.success(request, _("The seat has ended."))
    return redirect(member.group)


@require_http_methods(["GET", "POST"])
def call(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Group, pk=pk, closed=None)
    _works_in(request, found)
    form = CallMeeting(request.POST or None)
    if made := acted(request, form, lambda given: actions.call_meeting(by(request), BODY, found, **given)):
        return redirect(made)
    return _under(request, form, found, _("Call a meeting"), _("Call the meeting"))


@require_GET
def meeting(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(GroupMeeting.objects.select_related("group"), pk=pk)
    works = may_work_in(actor_of(request), found.group) and found.group.closed is None
    follow_ups = found.tasks.select_related("owner").order_by(F("due").asc(nulls_last=True), "pk")
    context = {
        "meeting": found,
        "decisions": found.decisions.select_related("project"),
        "tasks": [(task, is_overdue(task)) for task in follow_ups],
        "works": works,
        "held": found.on <= timezone.localdate(),
    }
    return render(request, "steering/meeting.html", context)


@require_http_methods(["GET", "POST"])
def minutes(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(GroupMeeting, pk=pk)
    _works_in(request, found.group)
    form = WriteMinutes(may(actor_of(request), BODY, "task.made"), request.POST or None)
    if acted(request, form, lambda given: actions.write_minutes(by(request), BODY, found, **given)):
        messages.success(request, _("The minutes are public."))
        return redirect(found)
    return show(request, "steering/minutes.html", form, meeting=found)


@require_http_methods(["GET", "POST"])
def decision(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(GroupMeeting, pk=pk)
    _works_in(request, found.group)
    form = Decide(found.group.kind == Group.Kind.BOARD, request.POST or None)
    if acted(request, form, lambda given: actions.decide(by(request), BODY, found, **given)):
        messages.success(request, _("The decision is recorded."))
        return redirect(found)
    return form_page(
        request, form, title=_("Record a decision"), send=_("Record the decision"), above=found.ledger_title,
        above_address=found.get_absolute_url(),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def output(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Group, pk=pk)
    _works_in(request, found)
    form = PublishOutput(request.POST or None, request.FILES or None)
    if acted(request, form, lambda given: actions.publish_output(by(request), BODY, found, **given)):
        messages.success(request, _("It is public now."))
        return redirect(found)
    return _under(request, form, found, _("Publish what the group made"), _("Publish it"))


@require_GET
def output_file(request: HttpRequest, pk: int) -> Any:
    found = get_object_or_404(GroupOutput, pk=pk)
    if not found.file:
        raise Http404(_("There is no file."))
    return FileResponse(found.file.open("rb"), as_attachment=True, filename=found.file_name)


def _works_in(request: HttpRequest, found: Group) -> None:
    if not may_work_in(actor_of(request), found):
        raise outsider()
