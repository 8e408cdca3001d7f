"""Who plays in the demonstration. Their accounts work only in demonstration mode."""

from dataclasses import dataclass

from minga.people.models import Group, Person
from minga.projects.roles import APPOINTER, Role

PASSWORD = "minga-demo"  # noqa: S105 (printed on the screen; refused outside demonstration mode)


@dataclass(frozen=True)
class Part:
    """One person of the cast."""

    username: str
    name: str
    position: str
    group: Group
    role: Role | None
    on_board: bool = False


CAST = (
    Part("lena", "Lena Ortega", "head of audit planning", Group.AGENCY, Role.LEAD, on_board=True),
    Part("flor", "Flor Medina", "auditor", Group.FRONTLINE, Role.FRONTLINE, on_board=True),
    Part("fidel", "Fidel Rojas", "auditor", Group.FRONTLINE, Role.FRONTLINE),
    Part("dario", "Darío Sosa", "data engineer", Group.DIGITAL, Role.DIGITAL, on_board=True),
    Part("rosa", "Rosa Ayala", "Vigía, a citizens’ group", Group.RESIDENTS, Role.RESIDENT, on_board=True),
    Part("raul", "Raúl Benítez", "", Group.RESIDENTS, Role.RESIDENT),
    Part("bruno", "Bruno Vera", "Chamber of Small Suppliers", Group.BUSINESS, Role.BUSINESS, on_board=True),
    Part("paz", "Paz Lugo", "Telar Datos, technology provider", Group.PROVIDER, Role.PROVIDER),
    Part("fabia", "Fabia Núñez", "facilitator", Group.AGENCY, Role.FACILITATOR),
    Part("mora", "Mora Giménez", "moderator", Group.AGENCY, Role.MODERATOR),
    Part("ada", "Ada Franco", "deputy director", Group.AGENCY, Role.APPROVER),
    Part("olga", "Olga Ruiz", "Office of the Ombudsperson", Group.OVERSIGHT, Role.OVERSEER),
    Part("bea", "Bea Cáceres", "secretary of the board", Group.AGENCY, None),
)


def make_people() -> dict[str, Person]:
    """The whole cast with accounts, by user name."""
    return {part.username: _make(part) for part in CAST}


def _make(part: Part) -> Person:
    return Person.objects.create_user(
        part.username,
        email=f"{part.username}@valle-alto.example",
        password=PASSWORD,
        display_name=part.name,
        position=part.position,
        group=part.group,
        body_role=APPOINTER if part.role is None else "",
        demonstration=True,
    )
