"""Which role acts at which step, in words: the matrix, its short form, and what nobody can do."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from minga.projects.steps import STEPS
from minga.steering.whodoes import Act, MatrixRow, role_names
from minga.web.format import whole
from minga.web.svg.types import Table


def gaps_finding(gaps: int, projects: int) -> str:
    if not projects:
        return _("No project is open")
    if not gaps:
        return _("Every step of every open project has somebody to do it")
    words = ngettext(
        "%(gaps)s open project lacks somebody for a step", "%(gaps)s open projects lack somebody for a step", gaps
    )
    return words % {"gaps": gaps}


def who(act: Act) -> str:
    if act.everybody:
        return _("anybody")
    return role_names(act.roles) or _("the system itself, once it was asked for")


def matrix(rows: Iterable[MatrixRow]) -> Table:
    """Roles against steps: to how many of a step's acts each is admitted."""
    return Table(
        head=(_("Role"), *(_("Step %(n)s") % {"n": number} for number in STEPS), _("People")),
        rows=tuple((row.label, *(str(cell) if cell else "–" for cell in row.cells), str(row.people)) for row in rows),
        caption=_("How many things each role may do at each step, and how many people hold it in open projects"),
        numeric=tuple(range(1, len(STEPS) + 2)),
    )


def in_short(rows: Iterable[MatrixRow]) -> list[tuple[str, str]]:
    """(role, its steps and people): the matrix where there is no room for one."""
    return [(row.label, f"{_steps(row)} · {_people(row.people)}") for row in rows]


def _steps(row: MatrixRow) -> str:
    numbers = [str(step) for step, cell in zip(STEPS, row.cells, strict=True) if cell]
    if not numbers:
        return _("No step")
    return ngettext("Step %(steps)s", "Steps %(steps)s", len(numbers)) % {"steps": ", ".join(numbers)}


def _people(count: int) -> str:
    return ngettext("%(n)s person", "%(n)s people", count) % {"n": whole(count)}
