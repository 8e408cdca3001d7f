"""A case comes in, from a form, another system, a table or an e-mail; who it is about stays erasable."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Max
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from minga.deliver import notices
from minga.deliver.actions import files
from minga.deliver.incoming import Incoming, Rows
from minga.deliver.lots import drawn_at
from minga.deliver.models import Case, CaseFile, Consent, Contact, Route, Service
from minga.ledger.action import Act, action
from minga.ledger.refusals import Blocked, Invalid
from minga.projects.models import Project

LONGEST = 20_000
MOST = {"name": 200, "email": 254, "address": 1000}
EARLIEST = 1970
NO_CONSENT = gettext_noop("The person concerned does not agree that a tool helps with this case.")
NO_TOOL = gettext_noop("No tool is set for this service.")


@action("case.received")
def receive_case(act: Act, service: Service, given: Incoming, origin: str, route: str) -> Case:
    """Take in one case of an open service. The same ``given.outside_id`` gives the case that is there already.

    Raises Invalid naming each field that is missing or too long; Blocked where the service is closed.
    """
    service = _open(act, service)
    if given.outside_id and (known := _known(service, [given.outside_id])):
        return Case.objects.get(service=service, process=known.pop())
    wrong = faults(service, given)
    if wrong:
        raise Invalid(_("Your case was not taken in."), do=_("Mend what is marked and send it again."), fields=wrong)
    case = _made(service, given, origin, route, act.now, _next_number(act))
    case.save()
    _keep_person(act, case, given)
    act.because(service)
    act.note(origin=origin, route=route)
    notices.on_receipt(act, case)
    _ask_tool(case.pk)
    return case


@action("cases.imported", level="group")
def import_cases(
    act: Act, service: Service, rows: Rows, origin: str, route: str, file: CaseFile | None = None
) -> Service:
    """Take in the usable rows of a file. Rows in = used + rejected + failed; what came before counts as rejected.

    With ``file`` these are its next rows, and it keeps what became of each. Where the service was closed after the
    file came, they are rejected. Raises Conflict where somebody else has taken these rows over meanwhile.
    """
    file = files.locked(act, file, rows)
    service = _own(act, service) if file and file.done else _open(act, service)
    fresh, refused = _fresh(service, rows)
    first = _next_number(act)
    came = file.came if file else act.now
    cases = [_made(service, row, origin, route, came, number) for number, row in enumerate(fresh, start=first)]
    Case.objects.bulk_create(cases, batch_size=500)
    for case, row in zip(cases, fresh, strict=True):
        _keep_person(act, case, row)
        notices.on_receipt(act, case)
    act.because(service)
    rejected = [*rows.rejected, *refused]
    act.note(origin=origin, rows_in=rows.total, used=len(fresh), rejected=len(rejected), failed=len(rows.failed))
    if file is not None:
        files.note(act, file, len(fresh), rejected, rows.failed)
    if cases:
        _ask_tool(cases[0].pk)
    return service


def _fresh(service: Service, rows: Rows) -> tuple[list[Incoming], list[tuple[int, str]]]:
    """The usable rows that become cases, and (row, why) of those that do not."""
    if service.closed is not None:
        return [], [(row.row, _("the service was closed before this row was reached")) for row in rows.usable]
    known = _known(service, [row.outside_id for row in rows.usable if row.outside_id])
    before = [bool(row.outside_id) and process_of(service, row.outside_id) in known for row in rows.usable]
    fresh = [row for row, came in zip(rows.usable, before, strict=True) if not came]
    return fresh, [
        (row.row, _("this case is here already")) for row, came in zip(rows.usable, before, strict=True) if came
    ]


def _own(act: Act, service: Service) -> Service:
    """The service as it is now. Its project is locked, so that two cases never get one number."""
    Project.objects.select_for_update().filter(pk=act.place.pk).first()
    found = Service.objects.select_related("project").filter(pk=service.pk, project=act.place).first()
    if found is None:
        raise Invalid(_("This service belongs to another project."), do=_("Open it from its own project."))
    return found


def _open(act: Act, service: Service) -> Service:
    """The same, refused where it is closed."""
    found = _own(act, service)
    if found.closed is not None:
        raise Blocked(_("This service takes no more cases."), do=_("Its page says where to go."))
    return found


def process_of(service: Service, outside_id: str) -> str:
    """The name under which a project knows a case; one case per service and ``outside_id``."""
    return f"{service.slug}:{outside_id}"[:300]


def _known(service: Service, outside_ids: Sequence[str]) -> set[str]:
    found: set[str] = set()
    names = [process_of(service, each) for each in outside_ids]
    for start in range(0, len(names), 500):
        part = Case.objects.filter(project=service.project, process__in=names[start : start + 500])
        found |= set(part.values_list("process", flat=True))
    return found


def _next_number(act: Act) -> int:
    return (Case.objects.filter(project=act.place).aggregate(last=Max("number"))["last"] or 0) + 1


def faults(service: Service, given: Incoming) -> dict[str, str]:
    """What is wrong with a case, by field: nothing is cut short and nothing is guessed."""
    wrong: dict[str, str] = {}
    for field in service.fields:
        value = given.source.get(field["name"], "")
        if field["needed"] and not str(value or "").strip():
            wrong[field["name"]] = _("Fill this in.")
        elif len(str(value)) > LONGEST:
            wrong[field["name"]] = _("Use at most %(most)d characters.") % {"most": LONGEST}
    if email := given.contact.get("email", ""):
        try:
            validate_email(email)
        except ValidationError:
            wrong["email"] = _("Write an address such as name@example.org, or leave it empty.")
    long = {"outside_id": given.outside_id} | {name: str(given.contact.get(name) or "") for name in MOST}
    for name, text in long.items():
        if len(text) > MOST.get(name, 200):
            wrong[name] = _("Use at most %(most)d characters.") % {"most": MOST.get(name, 200)}
    if given.received is not None and given.received.year < EARLIEST:
        wrong["received"] = _("Give a day since %(year)d.") % {"year": EARLIEST}
    return wrong


def _made(service: Service, given: Incoming, origin: str, route: str, now: datetime, number: int) -> Case:
    """The case as it will be kept, with its lots drawn. No row is written here."""
    process = process_of(service, given.outside_id or uuid.uuid4().hex)
    chain, received = service.project.chain, min(given.received or now, now)
    wait_by = received + timedelta(days=service.decide_days)
    why = NO_TOOL if not service.tool else NO_CONSENT if service.needs_consent and not given.consent else ""
    control = drawn_at(chain, "control", process, service.control_share)
    return Case(
        project=service.project, service=service, origin=origin, route=Route(route), number=number, process=process,
        title=_title(service, given)[:300], source=dict(given.source), advice={}, problem=why,
        advised=now if why else None,
        groups={name: str(given.source.get(name) or "") for name in service.groups},
        drawn=Case.Drawn.RANDOM if control else Case.Drawn.LISTED,
        decide_first=drawn_at(chain, "first", process, service.first_share),
        received=received, read_by=wait_by, wait_by=wait_by,
    )  # fmt: skip


def _title(service: Service, given: Incoming) -> str:
    """The first words of a case that are no personal data; else the name of the service."""
    open_fields = (field["name"] for field in service.fields if not field["personal"] and not field.get("long"))
    words = (str(given.source.get(name) or "").strip() for name in open_fields)
    return next((" ".join(text.split()) for text in words if text), service.name)


def _keep_person(act: Act, case: Case, given: Incoming) -> None:
    """Their contact, always with a private link, and the consent where they gave it."""
    told = {name: str(given.contact.get(name) or "").strip() for name in ("name", "email", "address")}
    language = str(given.contact.get("language") or get_language() or "en")[:8]
    Contact.objects.create(case=case, language=language, **told)
    if given.consent and case.service is not None and case.service.needs_consent:
        Consent.objects.create(case=case, purpose=case.service.purpose, given=act.now)


def _ask_tool(case_id: int) -> None:
    from minga.deliver.tasks import advise_case

    advise_case.enqueue(case_id)


@action("consent.withdrawn")
def withdraw_consent(act: Act, case: Case, token: str) -> Case:
    """The person concerned takes their consent back: from the next request nobody sees what a tool said."""
    case = held_by(act, case, token)
    if not case.consents.filter(withdrawn=None).update(withdrawn=act.now):
        raise Blocked(_("There is no consent to withdraw on this case."))
    if case.advised is None:
        case.advised, case.problem = act.now, NO_CONSENT
    case.read_by, case.placed_by = case.wait_by, None
    case.save(update_fields=["advised", "problem", "read_by", "placed_by"])
    act.because(case)
    return case


def held_by(act: Act, case: Case, token: str) -> Case:
    """The case, locked, for whoever holds its private link."""
    rows = Case.objects.select_for_update(of=("self",)).select_related("project", "service", "release__version")
    found = rows.filter(pk=case.pk, project=act.place, contact__token=token).first() if token else None
    if found is None:
        raise Invalid(_("This private link belongs to another case."), do=_("Open the link as you got it."))
    return found
