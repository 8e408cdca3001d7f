"""What the worker does for versions: tools that learn are trained here, for it may take minutes."""

import logging
import uuid

from django.db import transaction
from django.tasks import task
from django.utils.translation import gettext as _

from minga.design.actions.preparing import finish_version, version_prepared
from minga.design.actions.versions import prepared_here
from minga.design.models import ToolVersion
from minga.jobs import leases
from minga.ledger.action import SYSTEM, By
from minga.ledger.refusals import Conflict
from minga.tools.base import ToolError

log = logging.getLogger("minga.design")


@task()
def prepare_version(version_id: int) -> str:
    """Train the tool of a version; returns its state. A version that is prepared is left as it is."""
    version = ToolVersion.objects.select_related("project", "chosen_on").get(pk=version_id)
    if version.state != ToolVersion.State.PREPARING:
        return version.state
    with leases.held(f"version:{version_id}", uuid.uuid4().hex):
        try:
            ready = prepared_here(version)
        except ToolError as error:
            return _failed(version, str(error))
        except Exception as error:
            log.exception("The version %s could not be prepared.", version_id)
            words = _("The tool broke off while it was trained (%(error)s). Tell whoever makes the tool.")
            return _failed(version, words % {"error": f"{type(error).__name__}: {error}"[:300]})
    try:
        with transaction.atomic():
            return version_prepared(_by(version), version.project, version, ready).state
    except Conflict:
        return ToolVersion.objects.get(pk=version_id).state


def give_up_version(version_id: int) -> None:
    """The worker died too often on this version: it ends as failed, never as "being prepared"."""
    version = ToolVersion.objects.select_related("project").get(pk=version_id)
    words = _(
        "The worker ended several times while it trained the tool, perhaps for lack of memory. Train on fewer rows."
    )
    _failed(version, words)


def _failed(version: ToolVersion, problem: str) -> str:
    try:
        return finish_version(_by(version), version.project, version, "", problem).state
    except Conflict:
        return ToolVersion.objects.get(pk=version.pk).state


def _by(version: ToolVersion) -> By:
    return By(SYSTEM, once=f"version-{version.pk}-prepared")
