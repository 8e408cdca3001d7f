"""The withdraw switch: from the next request on nobody is shown what a tool says, and nothing asks it."""

from django.utils.translation import gettext as _

from minga.design.models import ToolVersion, Withdrawal
from minga.ledger.action import BODY, Act, action
from minga.ledger.refusals import Conflict, Invalid, required
from minga.projects.models import Project


@action("tool.withdrawn", level="group")
def withdraw_tool(act: Act, tool: str, reason: str, version: str = "") -> Withdrawal:
    """Withdraw ``version`` of a tool, or all of it, in this project; at BODY in every project. In force at once."""
    required(tool=tool, reason=reason)
    project = act.place if isinstance(act.place, Project) else None
    known = ToolVersion.objects.filter(tool=tool, **({"project": project} if project else {}))
    if not known.exists() or (version and not known.filter(version=version).exists()):
        raise Invalid(_("There is no such tool here."), fields={"version": _("Choose one from the list.")})
    if Withdrawal.objects.filter(project=project, tool=tool, version__in=("", version), lifted=None).exists():
        raise Conflict(_("It has been withdrawn already."), do=_("Read the reason on the tool's page."))
    withdrawal = Withdrawal.objects.create(
        project=project, tool=tool, version=version, reason=reason.strip(), person_id=act.person_id, since=act.now
    )
    act.because(*(known.filter(version=version) if version else known)[:50])
    act.note(tool=tool, version=version, everywhere=project is None, reason=withdrawal.reason)
    return withdrawal


@action("tool.restored", level="group")
def restore_tool(act: Act, withdrawal: Withdrawal, reason: str) -> Withdrawal:
    """Lift a withdrawal where it was made: the body's by the body, a project's in that project."""
    required(reason=reason)
    withdrawal = Withdrawal.objects.get(pk=withdrawal.pk)
    here = act.place.pk if isinstance(act.place, Project) else None
    if withdrawal.project_id != here:
        raise Invalid(
            _("This withdrawal was made elsewhere."),
            do=_("Whoever may withdraw a tool there lifts it: the body for all projects, a project for itself."),
        )
    if withdrawal.lifted is not None:
        raise Conflict(_("It may be used again already."))
    withdrawal.lifted, withdrawal.lifted_reason = act.now, reason.strip()
    withdrawal.lifted_by_id = act.person_id
    withdrawal.save()
    act.because(withdrawal)
    act.note(tool=withdrawal.tool, version=withdrawal.version, reason=withdrawal.lifted_reason)
    return withdrawal


def place_of(withdrawal: Withdrawal) -> object:
    """Where a withdrawal was made and can be lifted: its project, or the body."""
    return withdrawal.project or BODY
