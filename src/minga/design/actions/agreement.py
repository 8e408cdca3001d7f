"""From what people agree on to a criterion: a ballot over frozen words and numbers, and what follows from it."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from minga.design.actions.criteria import approve_criterion, checked, next_code
from minga.design.models import Criterion, Dataset
from minga.engage import queries
from minga.engage.actions import open_ballot
from minga.engage.models import Ballot, Contribution, params_hash
from minga.ledger.action import Act, By, action
from minga.ledger.refusals import Blocked, Conflict, Invalid, required
from minga.projects.models import Project


def ballot_on_draft(
    by: By,
    project: Project,
    contribution: Contribution,
    *,
    text: str,
    closes: datetime,
    quorum: int,
    threshold: int,
    quorums: Mapping[str, int] | None = None,
    **criterion: Any,
) -> Ballot:
    """Put a drafted criterion to the participants of the conversation in which its statement was made.

    ``criterion`` holds the parts that ``drafted`` takes.
    """
    statement = getattr(contribution, "statement", None)
    if statement is None or contribution.project_id != project.pk:
        raise Invalid(
            _("This contribution is no statement of a conversation, so it has no participants to ask."),
            do=_("Propose the criterion instead, and hold a ballot of groups on it."),
        )
    return open_ballot(
        by,
        project,
        text=text,
        closes=closes,
        about="criterion",
        params=[drafted(project, **criterion).params],
        conversation=statement.conversation,
        quorum=quorum,
        quorums=dict(quorums or {}),
        threshold=threshold,
        because=[cause for cause in (contribution, contribution.answer) if cause is not None],
    )


def drafted(
    project: Project,
    *,
    sentence: str,
    metric: str,
    comparison: str,
    bound: Decimal | str,
    dataset: Dataset,
    group_by: str = "",
    minimum_group: int = 30,
    binding: bool = True,
    options: Mapping[str, Any] | None = None,
) -> Criterion:
    """A criterion that is not saved: what people vote on. ``bound`` is in the metric's unit, a share in 0..1."""
    required(sentence=sentence, bound=bound)
    number = checked(project, sentence, metric, comparison, bound, dataset, group_by, minimum_group, options)
    return Criterion(
        project=project, sentence=sentence.strip(), metric=metric, group_by=group_by, comparison=comparison,
        bound=number, minimum_group=minimum_group, dataset=dataset, binding=binding,
        options=dict(options or {}),
    )  # fmt: skip


def carry_out(by: By, project: Project, ballot: Ballot) -> list[Criterion]:
    """Put in force what a ballot passed, exactly as people read it; nothing is typed again."""
    with transaction.atomic():
        return [_in_force(by.also(f"row {number}"), project, ballot, number) for number in _rows(project, ballot)]


def _rows(project: Project, ballot: Ballot) -> list[int]:
    """The rows of a ballot's parameters that no criterion carries out yet; two people at once take turns."""
    ballot = Ballot.objects.select_for_update().get(pk=queries.fresh(project, ballot).pk)
    done = [criterion.params for criterion in ballot.criteria.exclude(approved=None)]
    left = [number for number, row in enumerate(ballot.params) if row not in done]
    if ballot.params and not left:
        raise Conflict(_("This ballot has been carried out already."), do=_("Open the criterion from its page."))
    return left


def _in_force(by: By, project: Project, ballot: Ballot, number: int) -> Criterion:
    """A criterion that waits with exactly these parts is approved; otherwise it is made."""
    waiting = Criterion.objects.filter(project=project, state=Criterion.State.PROPOSED)
    found = next((one for one in waiting if one.params == ballot.params[number]), None)
    made = found or make_criterion(by.also("made"), project, ballot, number)
    return approve_criterion(by.also("approved"), project, made, ballot=ballot)


@action("criterion.made", level="collective")
def make_criterion(act: Act, ballot: Ballot, number: int = 0) -> Criterion:
    """Write row ``number`` of a passed ballot as a criterion, part by part from the frozen parameters."""
    ballot = queries.fresh(act.place, ballot)
    row = _passed_row(act.place, ballot, number)
    dataset = Dataset.objects.filter(project=act.place, sha256=row["dataset"], state=Dataset.State.READY).first()
    if dataset is None:
        raise Blocked(
            _("The data that people voted on are not here."),
            cause=_("The ballot names them by their hash, and no dataset of this project has it."),
            do=_("Import the same file again; with other data, hold another ballot."),
        )
    parts: dict[str, Any] = {key: value for key, value in row.items() if key not in {"dataset", "bound"}}
    criterion = Criterion.objects.create(
        project=act.place, code=next_code(act.place), dataset=dataset, bound=Decimal(row["bound"]),
        contribution=_contribution(ballot), proposed=act.now, **parts,
    )  # fmt: skip
    criterion.refresh_from_db()
    if criterion.params != row:
        raise Blocked(
            _("This cannot be written exactly as people voted on it."),
            cause=_("A number of the ballot has more places than a criterion keeps."),
            do=_("Hold another ballot with fewer places."),
        )
    act.because(ballot, criterion.contribution)
    act.note(code=criterion.code, params_hash=params_hash(criterion.params), ballot_hash=ballot.params_hash)
    return criterion


def _passed_row(project: Project, ballot: Ballot, number: int) -> dict[str, Any]:
    if ballot.about != "criterion" or not ballot.passed or params_hash(ballot.params) != ballot.params_hash:
        raise Blocked(
            _("No criterion follows from this ballot."),
            cause=_("It is not about criteria, is still open, or did not pass."),
            do=_("Read its result; another wording or number needs another ballot."),
        )
    row: dict[str, Any] = ballot.params[number]
    if queries.passed_ballot_with(project, row) != ballot:
        raise Blocked(
            _("Another ballot on the same criterion closed later, and that one decides."),
            do=_("Read its result on the page of ballots."),
        )
    return row


def _contribution(ballot: Ballot) -> Contribution | None:
    """The contribution that a ballot was opened because of."""
    given = [identifier for kind, identifier in queries.causes(ballot) if kind == "contribution"]
    return Contribution.objects.filter(project=ballot.project, pk__in=given).order_by("pk").first()


@action("criterion.declined", level="collective")
def decline_criterion(act: Act, ballot: Ballot, reason: str) -> Ballot:
    """Make no criterion of a passed ballot. The reasons stand in public, on the ballot's page, with the name."""
    required(reason=reason)
    ballot = queries.fresh(act.place, ballot)
    if ballot.about != "criterion" or not ballot.passed:
        raise Blocked(_("This ballot passed no criterion, so there is nothing to decline."))
    if queries.is_acted_on(ballot):
        raise Conflict(
            _("The project has acted on this ballot already."),
            do=_("Read on its page what was decided. A criterion in force is taken out of force on its own page."),
        )
    act.because(ballot)
    act.note(reason=reason.strip(), params_hash=ballot.params_hash, against_ballot=True)
    return ballot
