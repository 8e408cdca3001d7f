"""What people said about how it went, in words and tables."""

from collections.abc import Sequence

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from minga.assess import experience
from minga.assess.experience import Mean, Part, Report
from minga.tools.base import Figure
from minga.web.format import decimal, percent, whole
from minga.web.svg.types import Table


def finding(report: Report) -> str:
    """The heading: whether those who lost trust the office less, or that it is too early to say."""
    gap = next((gap for gap in report.gaps if gap.question == "trust"), None)
    if gap is not None and gap.low > 0:
        return _("People who lost their case trust the office less than those who won")
    if gap is not None and gap.high < 0:
        return _("People who lost their case trust the office more than those who won")
    if gap is not None:
        return _("People who lost their case and those who won trust the office about alike")
    return _("What people said") if report.judged else _("Too few people have answered to say anything")


def table(parts: Sequence[Part], asked: Sequence[str]) -> Table | None:
    """One row per question, one column per part that is judged; None where none is."""
    shown = [part for part in parts if part.counted]
    if not shown:
        return None
    titles = experience.titles()
    rows: list[tuple[object, ...]] = [(_("Answers counted"), *(whole(part.counted) for part in shown))]
    rows.append((_("Ease, 0 to 100"), *(_mean(part.ease) for part in shown)))
    rows += [(titles.get(name, name), *(_share(part.figure(name)) for part in shown)) for name in asked]
    head = (_("Mostly or fully agree"), *(capfirst(part.label) for part in shown))
    return Table(head, tuple(rows))


def _mean(found: Mean | None) -> str:
    if found is None:
        return _("too few to judge")
    values = {"value": decimal(found.value), "low": decimal(found.low), "high": decimal(found.high)}
    return _("%(value)s (%(low)s to %(high)s)") % values


def _share(found: Figure | None) -> str:
    if found is None or found.value is None or found.low is None or found.high is None:
        return _("too few to judge")
    return _("%(count)s of %(of)s, %(share)s (%(low)s to %(high)s)") % {
        "count": found.count,
        "of": found.of,
        "share": percent(100 * found.value, 0),
        "low": percent(100 * found.low, 0),
        "high": percent(100 * found.high, 0),
    }


def gaps(report: Report) -> Table | None:
    """Won less lost, in points, per question; None unless both are judged."""
    if not report.gaps:
        return None
    titles = experience.titles()
    rows = tuple((titles.get(gap.question, gap.question), _points(gap)) for gap in report.gaps)
    return Table((_("Question"), _("Those who won less those who lost, in points")), rows, numeric=(1,))


def _points(gap: experience.Gap) -> str:
    values = {name: decimal(100 * getattr(gap, name), 0) for name in ("value", "low", "high")}
    return _("%(value)s (%(low)s to %(high)s)") % values
