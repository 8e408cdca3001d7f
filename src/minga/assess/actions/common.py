"""What every verb of this room asks first."""

from typing import Any

from django.utils.translation import gettext as _

from minga.ledger.action import Act
from minga.ledger.refusals import Invalid


def own(act: Act, thing: Any) -> None:
    if thing.project_id != act.place.pk:
        raise Invalid(_("This belongs to another project."), do=_("Open it from its own project."))
