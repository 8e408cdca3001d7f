"""What comes of a version whose tool the worker trained: it is ready, or it says why it is not."""

from django.utils.translation import gettext as _

from minga.design.actions.versions import Prepared, run_again
from minga.design.models import ToolVersion
from minga.ledger.action import Act, By, action
from minga.ledger.refusals import Conflict
from minga.projects.models import Project


def version_prepared(by: By, project: Project, version: ToolVersion, ready: Prepared) -> ToolVersion:
    """The training came to its end; after a swap of tools every approved criterion is run again."""
    kept = finish_version(by, project, version, ready.content_hash)
    run_again(by, project, kept)
    return kept


@action("version.prepared")
def finish_version(act: Act, version: ToolVersion, content_hash: str, problem: str = "") -> ToolVersion:
    """Fix a version by what was trained, or keep why it could not be (``content_hash`` ""). It is done once."""
    version = ToolVersion.objects.select_for_update().get(pk=version.pk, project=act.place)
    if version.state != ToolVersion.State.PREPARING:
        raise Conflict(_("This version has been prepared already."))
    version.state = ToolVersion.State.READY if content_hash else ToolVersion.State.FAILED
    version.content_hash, version.problem = content_hash, problem
    version.save(update_fields=["state", "content_hash", "problem"])
    act.because(version.chosen_on)
    act.note(tool=version.tool, version=version.version, content_hash=content_hash, state=version.state)
    return version
