"""The published records of all projects in one file of a standard, such as a yearly inventory of use cases."""

from dataclasses import dataclass

from minga.projects.models import Project
from minga.register.exports.making import Made, make, standard
from minga.register.models import RecordVersion
from minga.tools.registers import write


@dataclass(frozen=True, slots=True)
class Inventory:
    """``unpublished``: slugs of projects without a published record; they are not in the file."""

    made: dict[str, Made]
    unpublished: list[str]
    content: bytes


def inventory(key: str, language: str = "") -> Inventory:
    """The last published record of every project under one standard. Raises Invalid where there is no such standard."""
    chosen = standard(key)
    made: dict[str, Made] = {}
    left = []
    for project in Project.objects.order_by("slug"):
        last = RecordVersion.objects.filter(project=project).order_by("-number").first()
        if last is None:
            left.append(project.slug)
        else:
            made[project.slug] = make(project, last, key, language)
    return Inventory(made, left, write([one.document for one in made.values()], chosen.of))
