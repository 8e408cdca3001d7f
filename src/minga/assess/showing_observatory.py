"""All projects beside each other, as the components of ``web`` want them."""

from collections import Counter
from collections.abc import Sequence

from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from minga.assess.associations import Association
from minga.assess.codebook import Level, Missing, Value
from minga.assess.observatory import VARIABLES, Row
from minga.assess.seals import RULES
from minga.ledger.action import GROUPS, PHASES
from minga.people.models import Group
from minga.web.format import decimal, whole
from minga.web.svg.types import Bar, BarList, Table


def finding(rows: Sequence[Row]) -> str:
    """The heading: how many projects residents took part in while the tool was designed."""
    begun = [row["part_design_residents"] for row in rows if not isinstance(row["part_design_residents"], Missing)]
    if not begun:
        return _("No project has come to its design yet")
    words = ngettext(
        "Residents took part in the design of %(count)s of %(of)s project",
        "Residents took part in the design of %(count)s of %(of)s projects",
        len(begun),
    )
    return words % {"count": sum(value == 1 for value in begun), "of": len(begun)}


def highest(row: Row) -> Level:
    """The highest level that any phase of a project shows."""
    values = [row[f"level_{phase}"] for phase in PHASES]
    return Level(max((int(value) for value in values if isinstance(value, int)), default=0))


def levels(rows: Sequence[Row]) -> BarList | None:
    """How many projects let people outside take part how far."""
    if not rows:
        return None
    counted = Counter(highest(row) for row in rows)
    together = sum(count for level, count in counted.items() if level >= Level.INVOLVE)
    sentence = _("In %(count)s of %(of)s projects people outside were at least answered or worked with.")
    bars = tuple(Bar(capfirst(str(level.words).split(":")[0]), counted[level]) for level in reversed(Level))
    return BarList(sentence % {"count": together, "of": len(rows)}, bars, head=_("Level"))


def groups(rows: Sequence[Row]) -> BarList | None:
    """In how many projects each actor group took part in any phase, the fewest last."""
    if not rows:
        return None
    counted = {
        group: sum(any(row[f"part_{phase}_{group}"] == 1 for phase in PHASES) for row in rows) for group in GROUPS
    }
    order = sorted(counted, key=lambda group: -counted[group])
    sentence = _("%(group)s took part in the fewest projects: %(count)s of %(of)s.") % {
        "group": Group(order[-1]).label,
        "count": counted[order[-1]],
        "of": len(rows),
    }
    return BarList(sentence, tuple(Bar(str(Group(group).label), counted[group]) for group in order))


def portfolio(rows: Sequence[Row]) -> Table:
    """One row per project: who took part how far, and efficiency, compliance and trust."""
    head = (
        _("Project"), _("Groups, of 7"), _("Highest level"), _("Benefits reached: efficiency"),
        _("Benefits reached: legitimacy"), _("Rules met"), _("Trust of those who won"), _("Trust of those who lost"),
    )  # fmt: skip
    return Table(head, tuple(_project(row) for row in rows), numeric=(1,))


def _project(row: Row) -> tuple[object, ...]:
    took_part = sum(any(row[f"part_{phase}_{group}"] == 1 for phase in PHASES) for group in GROUPS)
    link = format_html('<a href="{}">{}</a>', reverse("portal:project", args=[row["project"]]), row["title"])
    title = format_html("{} ({})", link, _("example")) if row["example"] else link
    shares = (
        _share(row["efficiency_reached"], row["efficiency_measured"]),
        _share(row["legitimacy_reached"], row["legitimacy_measured"]),
        _share(row["rules_met"], len(RULES)),
        _share(row["trust_won"], row["answers_won"]),
        _share(row["trust_lost"], row["answers_lost"]),
    )
    return (title, whole(took_part), str(highest(row).words).split(":")[0], *shares)


def _share(value: Value, of: Value) -> str:
    """ "7 of 10", or why there is no value."""
    if isinstance(value, Missing):
        return {
            Missing.NOT_YET: _("not yet"),
            Missing.NOBODY: _("not stated"),
            Missing.TOO_FEW: _("too few"),
            Missing.ONE_SIDED: _("one-sided"),
            Missing.NOT_PUBLISHED: _("not published"),
        }[value]
    return _("%(count)s of %(of)s") % {"count": whole(round(float(value) * int(of))), "of": whole(int(of))}


def associations(found: Sequence[Association]) -> Table | None:
    """Only pairs that enough projects have; None where there is none."""
    rows = tuple(
        (one.condition, one.outcome, whole(one.n), *_rho(one)) for one in found if one.rho is not None or one.alike
    )
    head = (_("Condition"), _("Outcome"), _("Projects"), _("Spearman’s rho"), _("Interval"))
    return Table(head, rows, numeric=(2, 3)) if rows else None


def _rho(one: Association) -> tuple[str, str]:
    if one.rho is None or one.low is None or one.high is None:
        return _("the same in all"), "–"
    words = _("%(low)s to %(high)s") % {"low": decimal(one.low, 2), "high": decimal(one.high, 2)}
    return decimal(one.rho, 2), words


def codebook() -> list[tuple[str, Table]]:
    """The variables, part by part."""
    parts: dict[str, list[tuple[object, ...]]] = {}
    for one in VARIABLES:
        words = f"{one.words}. {one.words_of_values}" if one.values else str(one.words)
        name: object = format_html('<span class="value">{}</span>', one.name)
        parts.setdefault(str(one.part_words), []).append((name, str(one.kind_words), words))
    head = (_("Variable"), _("Type"), _("What it is and how it is coded"))
    return [(capfirst(part), Table(head, tuple(rows))) for part, rows in parts.items()]


def missing() -> Table:
    rows = tuple((str(code.value), str(code.words)) for code in Missing)
    return Table((_("Code"), _("Why there is no value")), rows)
