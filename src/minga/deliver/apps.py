from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.apps import AppConfig

if TYPE_CHECKING:
    from minga.design.case_fields import Field
    from minga.projects.models import Project


class DeliverConfig(AppConfig):
    name = "minga.deliver"

    def ready(self) -> None:
        from minga.design.case_fields import offer_fields
        from minga.people.actions import on_erasing

        offer_fields(_fields_of_services)
        on_erasing(_unname_in_notices)


def _fields_of_services(project: "Project", tool: str) -> "Iterable[Field]":
    """What the cases of the services of a tool hold, as far as the tool is given it: a trial asks for the same."""
    from minga.deliver.models import Service
    from minga.design.case_fields import Field

    for service in Service.objects.filter(project=project, tool=tool, closed=None):
        for field in service.fields:
            if field["shown_to_tool"]:
                yield Field(field["name"], field["words"], bool(field.get("long")))


def _unname_in_notices(key: str) -> None:
    from minga.deliver.notices import unname

    unname(key)
