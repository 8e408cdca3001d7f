"""Adoption and contested decisions in the table of the watch page."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from minga.assess.weeks import Week, together
from minga.assess.work import Figures
from minga.web.format import day, percent, whole
from minga.web.svg.types import Table

SHOWN = 13
"""Weeks on the page, a quarter of a year; the interface for programs gives all."""


def table(weeks: Sequence[Week]) -> Table | None:
    """All weeks together, then one row a week, the newest first, with the number behind each share.

    Weeks with too few decisions to give a share stand in one row at the end. None while there is no week.
    """
    if not weeks:
        return None
    whole_time = together(weeks)
    folded = bool(whole_time.opened["of"])
    head = [_("Week from"), _("Decisions"), _("Adoption"), _("Followed"), _("Contested so far")]
    words = ngettext("%(count)s week together", "%(count)s weeks together", len(weeks)) % {"count": len(weeks)}
    told = [week for week in reversed(weeks) if week.adoption["value"] is not None]
    rows = [_row(words, whole_time, folded), *(_row(day(week.start), week, folded) for week in told)]
    thin = [week for week in weeks if week.adoption["value"] is None]
    if told and thin:
        words = ngettext("%(count)s week with too few decisions", "%(count)s weeks with too few decisions", len(thin))
        rows.append(_row(words % {"count": len(thin)}, together(thin), folded))
    if folded:
        head.insert(3, _("Opened when folded"))
    return Table(tuple(head), tuple(rows), numeric=(1,))


def _row(title: str, week: Week, folded: bool) -> tuple[str, ...]:
    cells = [title, whole(week.adoption["of"]), _share(week.adoption), _share(week.followed)]
    if folded:
        cells.insert(3, _share(week.opened))
    return (*cells, _contested(week))


def _share(held: Figures) -> str:
    number = f"n\u00a0=\u00a0{whole(held['of'])}"
    if held["value"] is None:
        return _("too few, %(number)s") % {"number": number}
    return _("%(share)s (%(low)s to %(high)s), %(number)s") % {
        "share": percent(100 * held["value"], 0),
        "low": percent(100 * held["low"], 0),
        "high": percent(100 * held["high"], 0),
        "number": number,
    }


def _contested(week: Week) -> str:
    words = _share(week.contested)
    if not week.running:
        return words
    return _("%(share)s; for %(running)s the time to appeal still runs") % {
        "share": words, "running": whole(week.running),
    }  # fmt: skip
