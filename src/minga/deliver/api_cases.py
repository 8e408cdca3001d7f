"""Services in the API: what there is, handing a case in, and for officials what was decided. Advice is never here."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Field, File, Form, Router, Schema, Status
from ninja.files import UploadedFile

from minga.deliver import casefiles, casework, exporting, spool
from minga.deliver.actions import look
from minga.deliver.handover import body_of
from minga.deliver.models import Access, Case, CaseFile, Route, Service
from minga.deliver.views.common import permitted, reader
from minga.engage import limits
from minga.ledger.action import may
from minga.ledger.refusals import Blocked, Invalid, NotAllowed
from minga.people.middleware import actor_of, by
from minga.projects.models import Project

router = Router()
PAST = 200


class FieldOut(Schema):
    """One thing that a case of the service holds."""

    name: str
    words: str
    needed: bool
    personal: bool
    shown_to_tool: bool


class OutcomeOut(Schema):
    """One thing that a person can decide."""

    code: str
    words: str
    adverse: bool


class ServiceOut(Schema):
    """A service as its public page shows it."""

    service: str
    name: str
    purpose: str
    tool: str
    needs_consent: bool
    takes_cases_online: bool
    other_route: str
    decide_days: int
    appeal_days: int
    answer_days: int
    fields: list[FieldOut]
    outcomes: list[OutcomeOut]


class CaseIn(Schema):
    """A case. Whoever runs the desk may give its ``id`` in their own system: sent twice, it is one case."""

    fields: dict[str, str] = Field(default_factory=dict, max_length=60)
    consent: bool = False
    name: str = Field("", max_length=200)
    email: str = Field("", max_length=254)
    address: str = Field("", max_length=1000)
    language: str = Field("en", max_length=8)
    id: str = Field("", max_length=200)
    route: str = Field("", max_length=8, description="for the desk: web, email, phone, post or counter")
    received: datetime | None = None


class CaseOut(Schema):
    """``private`` is the address at which the person concerned reads how their case stands; "" where it was known."""

    case: int
    state: str
    private: str


class FileOut(Schema):
    """``done`` of ``rows_in`` rows are gone through: ``taken`` + ``rejected`` + ``failed``.

    ``problems``: [row, "rejected" or "failed", why]. ``finished`` is empty while rows are left.
    """

    file: int = Field(alias="pk")
    name: str
    rows_in: int
    done: int
    taken: int
    rejected: int
    failed: int
    finished: datetime | None
    problems: list[tuple[int, str, str]]


class DeterminationOut(Schema):
    """What was decided on one case. Of the case itself only the fields that are marked to go back."""

    determination: int
    case: int
    id: str
    service: str
    outcome: str
    outcome_words: str
    adverse: bool
    reason: str
    decided_by: str
    decided: datetime
    fields: dict[str, Any]


def _service(slug: str, name: str) -> Service:
    return get_object_or_404(Service.objects.select_related("project"), project__slug=slug, slug=name)


def _out(service: Service) -> ServiceOut:
    return ServiceOut(
        service=service.slug, name=service.name, purpose=service.purpose, tool=service.tool,
        needs_consent=service.needs_consent, takes_cases_online=service.form_open and service.closed is None,
        other_route=service.other_route, decide_days=service.decide_days, appeal_days=service.appeal_days,
        answer_days=service.answer_days,
        fields=[FieldOut(**{name: field[name] for name in FieldOut.model_fields}) for field in service.fields],
        outcomes=[OutcomeOut(**outcome) for outcome in service.outcomes],
    )  # fmt: skip


@router.get("/projects/{slug}/services", response=list[ServiceOut], summary="The services of a project")
def services(request: HttpRequest, slug: str) -> list[ServiceOut]:
    project = get_object_or_404(Project, slug=slug)
    return [_out(service) for service in casework.open_services(project)]


@router.post("/projects/{slug}/services/{service}/cases", response={201: CaseOut}, summary="Hand a case in")
def receive(request: HttpRequest, slug: str, service: str, given: CaseIn) -> Status[CaseOut]:
    found = _service(slug, service)
    staff = may(actor_of(request), found.project, "cases.imported")
    if not staff:
        _refuse_staffs_own(found, given)
        limits.take(request, "case", each=10)
    if given.route and given.route not in Route.values:
        raise Invalid(_("There is no such route."), fields={"route": _("Use web, email, phone, post or counter.")})
    before = Case.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    made = casework.receive(
        by(request), found, given.fields, origin=Case.Origin.API, route=given.route or Route.WEB, outside_id=given.id,
        contact={"name": given.name, "email": given.email, "address": given.address, "language": given.language},
        consent=given.consent, received=given.received,
    )  # fmt: skip
    fresh = made.pk > before or not given.id
    private = made.contact.get_absolute_url() if fresh else ""
    return Status(201, CaseOut(case=made.number, state=made.state, private=private))


def _refuse_staffs_own(service: Service, given: CaseIn) -> None:
    """What only the desk may say; anybody else could reach into somebody's case with a guessed id."""
    if not service.form_open or service.closed:
        raise Blocked(_("This service takes no cases online."), do=service.other_route)
    if given.id or given.route or given.received:
        raise NotAllowed(
            _("Only whoever runs the desk gives a case its id, route or day."),
            do=_("Leave out id, route and received, or sign in with an account of the desk."),
        )


@router.post(
    "/projects/{slug}/services/{service}/files",
    response={201: FileOut},
    summary="For the desk: take cases over from a file; a large one is worked off in the background",
)
def send_file(
    request: HttpRequest, slug: str, service: str, file: File[UploadedFile], route: Form[str] = "web"
) -> Status[CaseFile]:
    """CSV, JSON Lines, .eml or .mbox by the end of its name, as on the page of the desk."""
    found, name = _service(slug, service), file.name or ""
    permitted(request, found.project, "cases.imported")
    kind = casefiles.kind_of(name)
    if not kind:
        raise Invalid(_("Give a file that ends in .csv, .jsonl, .eml or .mbox."), fields={"file": name})
    if (file.size or 0) > casefiles.LARGEST:
        raise Invalid(_("This file is larger than 20 MB. Split it."), fields={"file": name})
    if route not in Route.values:
        raise Invalid(_("There is no such route."), fields={"route": _("Use web, email, phone, post or counter.")})
    return Status(201, casefiles.begin(by(request), found, spool.put(file.read(), kind), name, route))


@router.get(
    "/projects/{slug}/services/{service}/files/{pk}",
    response=FileOut,
    summary="For the desk: how far a file of cases is, and what became of its rows",
)
def file_of_cases(request: HttpRequest, slug: str, service: str, pk: int) -> CaseFile:
    found = _service(slug, service)
    permitted(request, found.project, "cases.imported")
    return get_object_or_404(CaseFile, service=found, pk=pk)


@router.get(
    "/projects/{slug}/services/{service}/determinations",
    response=list[DeterminationOut],
    summary="For officials: what was decided, in the order it was",
)
def determinations(request: HttpRequest, slug: str, service: str, after: int = 0) -> list[dict[str, Any]]:
    found = _service(slug, service)
    reader(request, found.project)
    made = exporting.determinations(found, str(max(0, after)))[:PAST]
    look(by(request), found.project, [one.case for one in made], Access.What.EXPORT, "API")
    return [body_of(one) for one in made]
