"""A check is asked for by a person, run by the worker, and its result is kept whatever it is."""

from decimal import Decimal

from django.utils.translation import gettext as _

from minga.design import queries
from minga.design.evaluation import Result
from minga.design.models import Check, Criterion, Dataset, ToolVersion
from minga.design.runs import seed_of
from minga.ledger.action import Act, action
from minga.ledger.refusals import Blocked, Conflict, Invalid


@action("check.requested")
def request_check(act: Act, criterion: Criterion, version: ToolVersion) -> Check:
    """Ask for a criterion to be tried on a version, on the criterion's own dataset; the worker runs it.

    A criterion on cases that people wrote is tried on those agreed by now, frozen for the check. Nobody chooses its
    seed: see ``minga.design.runs.seed_of``.
    """
    from minga.design.suites import frozen
    from minga.design.tasks import run_check

    if act.place.pk not in {criterion.project_id} & {version.project_id}:
        raise Invalid(_("The criterion and the version belong to different projects."))
    if criterion.state == Criterion.State.RETIRED:
        raise Blocked(_("This criterion is no longer in force."), do=_("Check one that is."))
    if criterion.dataset.state != Dataset.State.READY:
        raise Blocked(_("The data of this criterion have not been read yet."), do=_("Wait until they are."))
    if (found := queries.withdrawn(version)) is not None:
        raise Blocked(_("This version was withdrawn, so it is not run."), cause=found.reason)
    if problem := queries.unprepared(version):
        raise Blocked(_("This version cannot be checked yet."), cause=problem)
    waiting = Check.objects.filter(criterion=criterion, version=version, state=Check.State.QUEUED)
    if waiting.exists():
        raise Conflict(_("This check is under way already."), do=_("Open it and wait for its result."))
    of_people = criterion.dataset.kind == Dataset.Kind.SUITE
    dataset = frozen(act.by, act.place) if of_people else criterion.dataset
    check = Check.objects.create(
        project=act.place, criterion=criterion, version=version, dataset=dataset, seed=seed_of(criterion),
        requested=act.now,
    )  # fmt: skip
    act.because(criterion, version)
    act.note(criterion=criterion.code, version=version.version, data=dataset.sha256, seed=check.seed)
    run_check.enqueue(check.pk)
    return check


@action("check.finished")
def finish_check(act: Act, check: Check, result: Result) -> Check:
    """Keep the result of a check. A check is finished once; a second result is refused."""
    check = Check.objects.select_related("criterion", "version", "dataset").get(pk=check.pk)
    if check.is_finished:
        raise Conflict(_("This check has its result already."))
    check.state, check.figures = result.state, result.figures
    check.same_data = result.same_data
    check.counts = result.counts and result.state != Check.State.BROKEN
    check.worst, check.worst_value = result.worst, result.worst_value
    check.tool_hash, check.data_hash = result.tool_hash, result.data_hash
    check.duration_ms, check.problem, check.finished = result.duration_ms, result.problem, act.now
    check.cpu_ms, check.cost_per_1000 = result.cpu_ms, _kept_cost(result)
    check.save()
    act.because(check.criterion, check.version, check.dataset)
    act.note(
        criterion=check.criterion.code,
        version=check.version.version,
        state=check.state,
        counts=check.counts,
        same_data=check.same_data,
        worst=check.worst,
        worst_value="" if check.worst_value is None else f"{check.worst_value.normalize():f}",
        tool_hash=check.tool_hash,
        data_hash=check.data_hash,
        seed=check.seed,
        rows=check.figures.get("rows", {}),
    )
    return check


def _kept_cost(result: Result) -> Decimal | None:
    return None if result.cost_per_1000 is None else round(result.cost_per_1000, 4)
