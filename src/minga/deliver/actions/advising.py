"""The advice of a tool is frozen with the cases it was asked about, and each of them notes that the tool read it."""

from minga.deliver.advising import Round
from minga.deliver.models import Access, Case, Service
from minga.ledger.action import Act, action

FROZEN = ("release", "advice", "problem", "read_by", "placed_by", "advised")


@action("cases.advised", level="group")
def keep_advice(act: Act, service: Service, asked: Round) -> Service:
    """Keep what the tool said about each case that still waits for it; one settled meanwhile stays as it is."""
    cases = Case.objects.select_for_update().filter(pk__in=[told.case for told in asked.told], advised=None).in_bulk()
    for told in asked.told:
        case = cases.get(told.case)
        if case is None:
            continue
        case.release, case.advice, case.problem = asked.release, told.advice, told.problem
        case.advised = act.now
        if told.read_by and told.read_by < case.wait_by:
            case.read_by, case.placed_by = told.read_by, asked.release
    Case.objects.bulk_update(cases.values(), FROZEN, batch_size=100)
    if asked.release is not None:
        why = f"{asked.release.version}"[:200]
        looks = (Access(case=case, person=None, what=Access.What.TOOL, why=why, at=act.now) for case in cases.values())
        Access.objects.bulk_create(looks, batch_size=500)
    act.because(asked.release, service)
    act.note(cases=len(cases), failed=asked.failed)
    return service
