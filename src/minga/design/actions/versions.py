"""A version of a tool: its settings, fixed by a hash, and the data they were chosen on."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from minga.design.evaluation import tool_called
from minga.design.models import Dataset, ToolVersion
from minga.engage.models import Contribution
from minga.ledger.action import Act, action
from minga.ledger.refusals import Conflict, Invalid, required
from minga.tools.base import ToolError


@action("version.registered")
def register_version(
    act: Act,
    tool: str,
    version: str,
    settings: str,
    change_note: str,
    chosen_on: Dataset | None = None,
    because: Iterable[Contribution] = (),
) -> ToolVersion:
    """Register a version; it is never changed afterwards. ``settings`` is the tool's own settings text.

    ``because`` are the contributions that asked for the change.
    """
    required(tool=tool, version=version, change_note=change_note)
    if len(version) > 20:
        raise Invalid(_("This version number is too long."), fields={"version": _("Use at most 20 characters.")})
    if ToolVersion.objects.filter(project=act.place, tool=tool, version=version).exists():
        raise Conflict(
            _("This version exists already."),
            cause=_("A registered version is never changed, so that its checks stay true."),
            do=_("Give the change a new version number."),
            fields={"version": _("This version exists already.")},
        )
    if chosen_on is not None and chosen_on.project_id != act.place.pk:
        raise Invalid(_("This dataset is not of this project."), fields={"chosen_on": _("Choose one from the list.")})
    try:
        model = tool_called(tool).train(chosen_on.path if chosen_on else None, 1, settings)
    except ToolError as error:
        raise Invalid(
            _("The tool cannot work with these settings."), cause=str(error), fields={"settings": str(error)}
        ) from None
    registered = ToolVersion.objects.create(
        project=act.place, tool=tool, version=version, settings=settings, chosen_on=chosen_on,
        content_hash=model.content_hash, change_note=change_note, registered=act.now,
    )  # fmt: skip
    act.because(*because, chosen_on)
    act.note(tool=tool, version=version, content_hash=model.content_hash)
    act.note(chosen_on=chosen_on.sha256 if chosen_on else "")
    return registered
