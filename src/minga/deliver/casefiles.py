"""A file of cases is taken over part by part: the first within the request, the others by the worker."""

import uuid
from collections.abc import Iterator

from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from minga.deliver import incoming, mail, spool
from minga.deliver.actions.intake import faults, import_cases
from minga.deliver.incoming import Raw, Rows
from minga.deliver.models import Case, CaseFile, Route, Service
from minga.jobs import leases
from minga.ledger.action import Actor, By
from minga.ledger.refusals import Blocked

ORIGINS = {"csv": Case.Origin.CSV, "jsonl": Case.Origin.CSV, "email": Case.Origin.EMAIL}
KINDS = {".csv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".eml": "email", ".mbox": "email"}
LARGEST = 20 * 2**20


def kind_of(name: str) -> str:
    """csv, jsonl or email by the end of a file's name; "" where it is none of them."""
    return next((kind for end, kind in KINDS.items() if name.lower().endswith(end)), "")


def raw_rows(service: Service, data: bytes, kind: str) -> Iterator[Raw]:
    if kind == "email":
        return mail.messages(service, data)
    return incoming.table(data) if kind == "csv" else incoming.json_lines(data)


def rows_of(service: Service, data: bytes, kind: str) -> Rows:
    """The rows of a file, sorted into usable, rejected and failed."""
    return incoming.read_rows(service, raw_rows(service, data, kind), faults)


def begin(by: By, service: Service, kept: str, name: str, route: str) -> CaseFile:
    """Take over the first part of a file that lies in the spool as ``kept``, and leave the others to the worker.

    The same file gives what became of it the first time. Raises Blocked where it is no longer there, or the service
    is closed; NotAllowed for whoever may not.
    """
    known = CaseFile.objects.select_related("service__project").filter(kept=kept, service=service).first()
    found = spool.get(kept)
    if known is not None:
        return known
    if found is None or route not in Route.values:
        raise Blocked(
            _("The file is no longer here, so nothing was taken over."),
            cause=_("It was taken over already, or it waited for more than a day."),
            do=_("Upload it again; what came before is not taken twice."),
        )
    data, kind = found
    count = sum(1 for _row in raw_rows(service, data, kind))
    language = get_language() or "en"
    file = CaseFile(service=service, name=name[:200], kept=kept, route=route, language=language, rows_in=count)
    part = next(incoming.parts(service, raw_rows(service, data, kind), faults), Rows())
    import_cases(by, service.project, service, part, ORIGINS[kind], route, file)
    mine = CaseFile.objects.select_related("service__project").filter(service=service, person=by.actor.person_id)
    made = mine.filter(kept=kept).first()
    if made is None or made.finished:
        spool.drop(kept)
    # A repeated request changed nothing, so its file is the one that came first.
    return made or mine.filter(name=name[:200], rows_in=count).latest("pk")


def go_on(actor: Actor, file: CaseFile) -> CaseFile:
    """Take over what is left of a file, part by part. After a kill it goes on behind the last part that was kept.

    Each part has a key of its own, so that the same rows never become cases twice. A file that is no longer in the
    spool stays as it is: its page says how many rows were never read.
    """
    found = None if file.finished else spool.get(file.kept)
    if found is None:
        return file
    data, kind = found
    service = file.service
    with override(file.language), leases.held(work_of(file), uuid.uuid4().hex):
        for part in incoming.parts(service, raw_rows(service, data, kind), faults, file.done):
            key = By(actor, once=f"cases-{file.pk}-{part.after}")
            import_cases(key, service.project, service, part, ORIGINS[kind], file.route, file)
    file = CaseFile.objects.select_related("service__project").get(pk=file.pk)
    if file.finished:
        spool.drop(file.kept)
    return file


def work_of(file: CaseFile) -> str:
    return f"cases:{file.pk}"


def in_work(file: CaseFile) -> bool:
    """Whether a worker takes rows over right now."""
    return file.finished is None and leases.is_held(work_of(file))
