"""Records of other bodies in words."""

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from minga.steering.models import PartnerBody, TheirRecord
from minga.steering.showing import how_many
from minga.web.format import whole

MOST_LINES = 200
LONGEST_NAME = 120


def federation_finding(partners: Iterable[PartnerBody]) -> str:
    count = sum(1 for partner in partners if partner.ended is None)
    if not count:
        return _("Records of other bodies are not shown yet")
    records = TheirRecord.objects.filter(listed=True).count()
    told = {"records": how_many(records, "record"), "n": whole(count)}
    return ngettext("%(records)s of %(n)s other body", "%(records)s of %(n)s other bodies", count) % told


def their_lines(told: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The plain texts of another body's record as (field, words); the rest stands in the JSON below."""
    found = ((name[:LONGEST_NAME], words) for name, value in told.items() if (words := _plain(value)))
    return list(islice(found, MOST_LINES))


def _plain(value: Any) -> str:
    if isinstance(value, Mapping) and "value" in value:
        return _plain(value["value"])
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        return str(value)[:2000]
    if isinstance(value, list) and value and all(isinstance(one, str) for one in value):
        return "; ".join(value)[:2000]
    return ""
