"""The report of a year in words: the same parts for the page and for the printed paper."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from minga.assess.models import Incident, Review
from minga.instruments import classification
from minga.instruments.definition import say
from minga.people.models import Group
from minga.projects.gates import PHASE_NAMES
from minga.steering import portfolio
from minga.steering.showing import cash
from minga.web.format import whole
from minga.web.svg.types import Table

Line = tuple[str, str]
Part = tuple[str, list[Line], str]
"""(title, rows of what and how many, a note in small print)."""


def finding(document: Mapping[str, Any]) -> str:
    found = document["figures"]["projects"]
    words = ngettext(
        "%(year)s: %(use)s of %(n)s project in use, %(high)s with high risk",
        "%(year)s: %(use)s of %(n)s projects in use, %(high)s with high risk",
        found["all"],
    )
    return words % {"year": document["year"], "use": found["in_use"], "n": found["all"], "high": found["high_risk"]}


def parts(document: Mapping[str, Any]) -> list[Part]:
    """Every part of the report, in its order."""
    figures = document["figures"]
    projects = figures["projects"]
    phases = [(str(PHASE_NAMES[name]), whole(n)) for name, n in projects["phases"].items()]
    risks = [(portfolio.risk_words(name), whole(n)) for name, n in projects["risks"].items()]
    return [
        (_("Projects by phase"), phases, ""),
        (_("Projects by risk"), risks, ""),
        (_("What they are used for"), _uses(projects), _("Codes of the OECD's paper 20 of 2024.")),
        (_("Reviews"), _reviews(figures["reviews"]), ""),
        (_("Incidents"), _incidents(figures["incidents"]), ""),
        (_("Appeals and contests"), _appeals(figures), _("Won: the determination was changed, or the flag withdrawn.")),
        (_("Who took part"), _participation(figures["participation"]), _("Acts, without administering.")),
        (_("Training"), [(_("Courses passed"), whole(figures["training"]["passed"]))], ""),
        (_("Money"), _money(figures["money"]), _("What was set aside and released in the year.")),
    ]  # fmt: skip


def _uses(found: Mapping[str, Any]) -> list[Line]:
    tasks = [(_("Task: %(name)s") % {"name": _code("task", code)}, whole(n)) for code, n in found["tasks"].items()]
    functions = found["functions"].items()
    return tasks + [(_("Function: %(name)s") % {"name": _code("function", code)}, whole(n)) for code, n in functions]


def _code(of: str, code: str) -> str:
    """A code of the OECD's lists in words; one that is in no list as it is."""
    if code == "not_stated":
        return _("not stated")
    try:
        return say(classification.words(of, code), get_language() or "en")
    except classification.UnknownList:
        return code


def _reviews(found: Mapping[str, int]) -> list[Line]:
    outcomes = dict(Review.Outcome.choices)
    return [
        (_("Opened in the year"), whole(found["opened"])),
        (_("Closed in the year"), whole(found["closed"])),
        (_("Overdue now"), whole(found["overdue"])),
        *((str(outcomes[name]), whole(found[name])) for name in Review.Outcome.values if found.get(name)),
    ]  # fmt: skip


def _incidents(found: Mapping[str, int]) -> list[Line]:
    states = dict(Incident.State.choices)
    return [
        (_("Reported in the year"), whole(found["all"])),
        *((str(states[name]), whole(found[name])) for name in Incident.State.values if found.get(name)),
    ]


def _appeals(found: Mapping[str, Any]) -> list[Line]:
    rows = []
    for name, title in (("appeals", _("Appeals")), ("contests", _("Contests of published flags"))):
        told = {key: whole(found[name][key]) for key in ("received", "answered", "won")}
        rows.append((title, _("%(received)s received, %(answered)s answered, %(won)s won") % told))
    return rows


def _participation(found: Mapping[str, int | None]) -> list[Line]:
    names = dict(Group.choices)
    fewer = _("by fewer than 10 people")
    return [(str(names[group]), fewer if n is None else whole(n)) for group, n in found.items()]


def _money(found: Mapping[str, Mapping[str, str]]) -> list[Line]:
    if not found:
        return [(_("Nothing was set aside or released"), "0")]
    return [
        (code, _("%(set_aside)s set aside, %(released)s released") % {
            name: cash(Decimal(amounts[name]), code) for name in ("set_aside", "released")
        })
        for code, amounts in found.items()
    ]  # fmt: skip


def projects(document: Mapping[str, Any]) -> Table:
    """Each project of the report, one a row."""
    rows = tuple(
        (row["title"], str(PHASE_NAMES[row["phase"]]), portfolio.stage_words(row["share_percent"]),
         portfolio.risk_words(row["risk"]), row["overdue"] or "–")
        for row in document["rows"]
    )  # fmt: skip
    head = (_("Project"), _("Phase"), _("In use"), _("Risk"), _("What is overdue"))
    return Table(head, rows)


def paper(document: Mapping[str, Any], address: str) -> dict[str, Any]:
    """The report as the shape ``Paper`` of web.pdf."""
    listed = projects(document)
    table = {
        "caption": str(listed.caption), "head": [str(name) for name in listed.head],
        "rows": [[str(cell) for cell in row] for row in listed.rows], "numeric": [],
    }  # fmt: skip
    version = document.get("version")
    state = _("Version %(n)s, published") % {"n": version} if version else _("Not published yet")
    return {
        "title": _("AI in %(year)s: inventory and report") % {"year": document["year"]},
        "project": "", "body": document["body"], "address": address, "created": timezone.localdate(),
        "lead": finding(document),
        "facts": [(_("State"), state), (_("Counted until"), document["until"])],
        "parts": [_paper_part(*part) for part in parts(document)]
        + [{"level": 2, "number": "", "title": _("Projects"), "text": [], "items": [], "table": table, "small": ""}],
        "sign": [],
    }  # fmt: skip


def _paper_part(title: str, rows: list[Line], note: str) -> dict[str, Any]:
    table = {"caption": title, "head": [_("What"), _("How many")], "rows": [list(row) for row in rows], "numeric": []}
    return {"level": 2, "number": "", "title": title, "text": [], "items": [], "table": table, "small": note}
