"""Say who is affected by a tool, so that those who take part can be compared with them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _

from minga.engage.models import AffectedGroup, Reference
from minga.ledger.action import GROUPS, Act, action
from minga.ledger.refusals import Invalid, required

GROUP, STRATUM = AffectedGroup.Margin.GROUP, AffectedGroup.Margin.STRATUM
MOST = 60
# Both margins count everybody, so their sums may differ by rounding only.
CLOSE = 0.02


@dataclass(frozen=True, slots=True)
class Row:
    """One group of the affected: ``margin`` is "group" or "stratum", ``size`` a number of people."""

    margin: str
    key: str
    size: int
    name: str = ""


@action("reference.given", level="group")
def give_reference(
    act: Act, rows: Sequence[Row], source: str, as_of: date, url: str = "", rejected: int = 0
) -> Reference:
    """Publish how many people of each group are affected, with the source. The newest reference is the one in use.

    ``rejected``: how many rows of the given list were left out; the ledger keeps it beside how many are used.
    """
    required(source=source, as_of=as_of)
    source, url = source.strip(), url.strip()
    _check_rows(rows)
    _check_source(act, source, url, as_of)
    reference = Reference.objects.create(project=act.place, source=source, url=url, as_of=as_of, given=act.now)
    AffectedGroup.objects.bulk_create(
        AffectedGroup(reference=reference, margin=row.margin, key=row.key, name=row.name, size=row.size) for row in rows
    )
    act.because(act.place)
    sizes = {f"{row.margin}:{row.key}": row.size for row in rows}
    act.note(source=source, as_of=as_of.isoformat(), sizes=sizes, rows_in=len(rows) + rejected, rejected=rejected)
    return reference


def wrong_with(row: Row) -> str:
    """Why a row cannot be used, in words; "" where it can."""
    if row.margin not in AffectedGroup.Margin.values:
        return _("The first word is “group” or “stratum”.")
    if row.margin == GROUP and row.key not in GROUPS:
        return _("“%(key)s” is no actor group. They are: %(groups)s.") % {"key": row.key, "groups": ", ".join(GROUPS)}
    if not row.key or len(row.key) > 40 or len(row.name) > 80:
        return _("The short name has 1 to 40 characters, the name at most 80.")
    if not 0 < row.size < 10**11:
        return _("The number of people is a whole number above 0.")
    return ""


def _check_rows(rows: Sequence[Row]) -> None:
    wrong = [f"{row.key}: {words}" for row in rows if (words := wrong_with(row))]
    keys = [(row.margin, row.key) for row in rows]
    wrong += [_("%(key)s stands twice.") % {"key": key} for _m, key in sorted({k for k in keys if keys.count(k) > 1})]
    if len(rows) > MOST:
        wrong.append(_("These are %(count)s groups. Use at most %(most)s.") % {"count": len(rows), "most": MOST})
    if len([row for row in rows if row.margin == GROUP]) < 2 and len([r for r in rows if r.margin == STRATUM]) < 2:
        wrong.append(_("Give at least two groups: shares of one say nothing."))
    wrong += _unequal(rows)
    if wrong:
        raise Invalid(_("Nothing was published."), fields={"table": " ".join(wrong)})


def _unequal(rows: Sequence[Row]) -> list[str]:
    totals = [sum(row.size for row in rows if row.margin == margin) for margin in (GROUP, STRATUM)]
    if not all(totals) or abs(totals[0] - totals[1]) <= CLOSE * max(totals):
        return []
    words = _("The actor groups add up to %(groups)s, the self-descriptions to %(strata)s; both must count everybody.")
    return [words % {"groups": totals[0], "strata": totals[1]}]


def _check_source(act: Act, source: str, url: str, as_of: date) -> None:
    wrong = {}
    if len(source) > 300:
        wrong["source"] = _("Use at most 300 characters.")
    if as_of > act.now.date():
        wrong["as_of"] = _("This day is in the future. Give the day that the counts are of.")
    if url:
        try:
            URLValidator(schemes=["http", "https"])(url)
        except ValidationError:
            wrong["url"] = _("This is no web address. Write it like https://example.org/census, or leave it empty.")
    if wrong:
        raise Invalid(_("Nothing was published."), fields=wrong)
