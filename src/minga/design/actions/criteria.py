"""What people ask for becomes a criterion; a ballot or an approver makes it bind."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from minga.design.criterion_options import bound_in, faults
from minga.design.metrics import METRICS
from minga.design.models import Criterion, Dataset
from minga.engage.models import Ballot, Contribution, params_hash
from minga.engage.queries import passed_ballot_with
from minga.ledger.action import Act, action
from minga.ledger.refusals import Blocked, Conflict, Invalid, NotAllowed, required
from minga.projects.models import Project
from minga.projects.roles import Role, roles_of


@action("criterion.proposed")
def propose_criterion(
    act: Act,
    sentence: str,
    metric: str,
    comparison: str,
    bound: Decimal | str,
    dataset: Dataset,
    group_by: str = "",
    minimum_group: int = 30,
    binding: bool = True,
    contribution: Contribution | None = None,
    replaces: Criterion | None = None,
    options: Mapping[str, Any] | None = None,
) -> Criterion:
    """Propose what the tool must do. ``bound`` is in the metric's unit, a share in 0..1; it gets the next code C-01 ...

    ``options``: what the metric needs besides (``minga.design.criterion_options``).
    """
    required(sentence=sentence, bound=bound)
    number = checked(act.place, sentence, metric, comparison, bound, dataset, group_by, minimum_group, options)
    criterion = Criterion.objects.create(
        project=act.place, code=next_code(act.place), sentence=sentence.strip(), metric=metric,
        comparison=comparison, bound=number, dataset=dataset, group_by=group_by, minimum_group=minimum_group,
        binding=binding, contribution=contribution, replaces=replaces, proposed=act.now,
        options=dict(options or {}),
    )  # fmt: skip
    act.because(contribution, getattr(contribution, "answer", None), replaces)
    act.note(code=criterion.code, params_hash=params_hash(criterion.params), **criterion.params)
    return criterion


def checked(
    project: Project,
    sentence: str,
    metric: str,
    comparison: str,
    bound: Decimal | str,
    dataset: Dataset,
    group_by: str,
    minimum_group: int,
    options: Mapping[str, Any] | None = None,
) -> Decimal:
    """The bound as a number; Invalid, field by field, where these are not the parts of a criterion."""
    wrong: dict[str, str] = {}
    if len(sentence) > 300:
        wrong["sentence"] = _("Use one sentence of at most 300 characters.")
    if comparison not in Criterion.Comparison.values:
        wrong["comparison"] = _("Choose “at most” or “at least”.")
    if minimum_group < 1:
        wrong["minimum_group"] = _("Use a whole number from 1 on.")
    if dataset.project_id != project.pk or dataset.state != Dataset.State.READY:
        wrong["dataset"] = _("Choose one from the list.")
    elif dataset.synthetic_from_id is not None:
        wrong["dataset"] = _("Made-up data do not say how right a tool is. Choose data that hold what happened.")
    number = Decimal(0)
    if metric not in METRICS:
        wrong["metric"] = _("Choose one from the list.")
    else:
        wrong |= faults(METRICS[metric], dataset, group_by, options or {})
        number, fault = bound_in(bound, METRICS[metric], (options or {}).get("gap", ""))
        wrong |= {"bound": fault} if fault else {}
    if wrong:
        raise Invalid(_("The criterion was not proposed."), do=_("Correct what is marked."), fields=wrong)
    return number


def next_code(project: Project) -> str:
    last = Criterion.objects.filter(project=project).order_by("-pk").first()
    return f"C-{int(last.code[2:]) + 1 if last else 1:02d}"


@action("criterion.approved", level="collective")
def approve_criterion(act: Act, criterion: Criterion, ballot: Ballot | None = None, reason: str = "") -> Criterion:
    """Make a criterion count, by a passed ballot over exactly its words and numbers, or by an approver.

    An approver who goes against a ballot gives the reasons, which are public.
    """
    criterion = Criterion.objects.get(pk=criterion.pk, project=act.place)
    if criterion.state != Criterion.State.PROPOSED:
        raise Conflict(_("This criterion is not waiting for approval."))
    against: list[Ballot] = []
    if ballot is not None:
        _refuse_other_ballot(act.place, criterion, ballot)
    else:
        against = _refuse_unless_approver(act, criterion, reason)
    criterion.state, criterion.ballot, criterion.approved = Criterion.State.APPROVED, ballot, act.now
    criterion.approved_by_id, criterion.approval_reason = act.actor.person_id, reason
    criterion.save()
    if criterion.replaces is not None:
        criterion.replaces.state = Criterion.State.RETIRED
        criterion.replaces.save(update_fields=["state"])
    act.because(ballot, criterion.contribution, *against)
    act.note(code=criterion.code, binding=criterion.binding, params_hash=params_hash(criterion.params))
    act.note(by="ballot" if ballot else "approver", against_ballot=criterion.against_ballot, reason=reason.strip())
    if criterion.replaces is not None:
        act.note(replaces=criterion.replaces.code)
    return criterion


def _refuse_other_ballot(project: Project, criterion: Criterion, ballot: Ballot) -> None:
    ballot = Ballot.objects.get(pk=ballot.pk)
    if ballot.project_id != project.pk or not ballot.passed:
        raise Blocked(
            _("This ballot has not passed, so it approves nothing."),
            do=_("Wait for its end, or hold another ballot."),
        )
    if criterion.params not in ballot.params or params_hash(ballot.params) != ballot.params_hash:
        raise Blocked(
            _("People voted on something else."),
            cause=_("The words, the numbers or the data of this criterion are not those of the ballot."),
            do=_("Hold a ballot on the criterion as it stands now."),
        )
    if passed_ballot_with(project, criterion.params) != ballot:
        raise Blocked(
            _("Another ballot on the same criterion closed later, and that one decides."),
            do=_("Read its result on the criterion's page."),
        )


def _refuse_unless_approver(act: Act, criterion: Criterion, reason: str) -> list[Ballot]:
    """The ballots that this approval goes against; each then needs the reasons in public."""
    if Role.APPROVER not in roles_of(act.actor, act.place):
        raise NotAllowed(
            _("Without a ballot only an approver may approve a criterion."),
            do=_("Hold a ballot on it, or ask an approver."),
        )
    against = rejected_by(act.place, criterion)
    if criterion.replaces is not None and criterion.replaces.ballot is not None:
        against.append(criterion.replaces.ballot)
    criterion.against_ballot = bool(against)
    if against and not reason.strip():
        raise Invalid(
            _("A ballot did not pass this criterion, or passed the one it replaces, so say why you approve it."),
            fields={"reason": _("Give the reasons; they are public.")},
        )
    return against


# Other words for the same measure and bound are still what the ballot rejected.
MEASURED = ("metric", "group_by", "comparison", "bound", "dataset", "options")


def rejected_by(project: Project, criterion: Criterion) -> list[Ballot]:
    """The ballots that did not pass this criterion, or the same measure and bound in other words."""
    measured = {key: criterion.params.get(key) for key in MEASURED}
    held = Ballot.objects.filter(project=project, about="criterion", passed=False)
    return [
        ballot for ballot in held if any({key: row.get(key) for key in MEASURED} == measured for row in ballot.params)
    ]


@action("criterion.retired", level="collective")
def retire_criterion(act: Act, criterion: Criterion, reason: str) -> Criterion:
    """Take a criterion out of force, with a public reason; one that a ballot approved needs an approver."""
    required(reason=reason)
    criterion = Criterion.objects.get(pk=criterion.pk, project=act.place)
    if criterion.state == Criterion.State.RETIRED:
        raise Conflict(_("This criterion is no longer in force already."))
    criterion.state = Criterion.State.RETIRED
    criterion.save(update_fields=["state"])
    act.because(criterion.ballot)
    act.note(code=criterion.code, reason=reason.strip(), against_ballot=criterion.ballot_id is not None)
    return criterion
