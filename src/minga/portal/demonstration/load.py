"""Load the demonstration into an empty installation."""

from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from minga.ledger.refusals import Blocked
from minga.portal.demonstration.data import generate, take
from minga.portal.demonstration.story import tell
from minga.projects.models import Project


def load(source: str = "") -> Project:
    """Tell the story on generated data, or on the OCDS data at ``source`` (path or address)."""
    if not settings.MINGA_DEMONSTRATION:
        raise Blocked(
            _("This installation is not in demonstration mode, so nothing was loaded."),
            do=_("Set MINGA_DEMONSTRATION=1 and an empty MINGA_HOME."),
        )
    if Project.objects.exists():
        raise Blocked(_("There are projects here already."), do=_("Set MINGA_HOME to an empty folder."))
    with TemporaryDirectory() as folder:
        material = take(source, Path(folder)) if source else generate(Path(folder))
        with override("en"), transaction.atomic():
            return tell(material)
