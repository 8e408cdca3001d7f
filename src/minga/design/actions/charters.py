"""A commitment of the body's charter is held to by criteria."""

from django.utils.translation import gettext as _

from minga.design.models import CommitmentLink, Criterion
from minga.engage.models import Commitment
from minga.ledger.action import Act, action
from minga.ledger.refusals import Blocked, Conflict, required


@action("commitment.linked", level="group")
def link_commitment(act: Act, criterion: Criterion, commitment: Commitment, why: str) -> CommitmentLink:
    """Say that a criterion of this project holds a tool to a commitment, and why."""
    required(why=why)
    criterion = Criterion.objects.get(pk=criterion.pk, project=act.place)
    if criterion.state == Criterion.State.RETIRED:
        raise Blocked(_("This criterion is no longer in force."), do=_("Link one that is."))
    if hasattr(commitment.charter, "replaced_by"):
        raise Blocked(
            _("This charter has been replaced."),
            do=_("Link the criterion to a commitment of the charter that replaced it."),
        )
    if CommitmentLink.objects.filter(criterion=criterion, commitment=commitment, ended=None).exists():
        raise Conflict(_("This criterion is linked to this commitment already."))
    link = CommitmentLink.objects.create(
        project=act.place, criterion=criterion, commitment=commitment, why=why.strip(), linked=act.now
    )
    act.because(commitment, criterion)
    act.note(criterion=criterion.code, commitment=commitment.number, charter=commitment.charter_id, why=link.why)
    return link


@action("commitment.unlinked", level="group")
def unlink_commitment(act: Act, link: CommitmentLink, reason: str) -> CommitmentLink:
    """Take a link back, with a public reason."""
    required(reason=reason)
    link = CommitmentLink.objects.select_related("criterion", "commitment").get(pk=link.pk, project=act.place)
    if link.ended is not None:
        raise Conflict(_("This link has been taken back already."))
    link.ended = act.now
    link.save(update_fields=["ended"])
    act.because(link)
    act.note(criterion=link.criterion.code, commitment=link.commitment.number, reason=reason.strip())
    return link
