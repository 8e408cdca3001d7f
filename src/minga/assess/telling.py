"""E-mails to those who must know at once: the lead and the overseer."""

from collections.abc import Sequence

from django.conf import settings

from minga.ledger.action import Act
from minga.projects.models import Membership
from minga.projects.roles import Role


def tell(act: Act, roles: Sequence[Role], subject: str, text: str, path: str) -> None:
    """Write to everybody who holds one of ``roles`` and has an address; it leaves when the action is committed."""
    held = Membership.objects.filter(project=act.place, role__in=roles, ended=None).exclude(person__email="")
    for email in sorted(set(held.values_list("person__email", flat=True))):
        words = f"{text}\n\n{settings.MINGA_ADDRESS}{path}\n\n{settings.MINGA_BODY_NAME}"
        act.effect("email", to=email, subject=subject, text=words)
