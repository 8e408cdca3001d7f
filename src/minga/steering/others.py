"""The portfolios of other bodies, counted from their signed records by the phases that all registers share."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from minga.steering.models import PartnerBody, TheirRecord
from minga.tools.registers.codes import lists

NOT_STATED = "not_stated"


class _Stated(msgspec.Struct):
    """The one field that is read here; a record is another body's, so it can be anything."""

    phase: Any = None


@dataclass(frozen=True, slots=True)
class Other:
    """A partner, how many records stand on its last list, and how many of them are in each phase, in their order."""

    partner: PartnerBody
    records: int
    phases: dict[str, int]


def others() -> list[Other]:
    """Every partner that still holds, by name."""
    return [of(partner) for partner in PartnerBody.objects.filter(ended=None).select_related("vouched_by")]


def of(partner: PartnerBody) -> Other:
    """One partner's portfolio."""
    texts = TheirRecord.objects.filter(partner=partner, listed=True).values_list("text", flat=True)
    found = Counter(_phase(text) for text in texts.iterator())
    phases = {code: found[code] for code in (*lists()["phase"].words, NOT_STATED) if found[code]}
    return Other(partner, found.total(), phases)


def _phase(text: str) -> str:
    value = msgspec.json.decode(text, type=_Stated).phase
    code = value.get("value") if isinstance(value, Mapping) else value
    return code if isinstance(code, str) and code in lists()["phase"].words else NOT_STATED


def words(other: Other) -> str:
    """How many are in which phase, in one line."""
    language = get_language() or "en"
    known = lists()["phase"]
    told = [
        f"{count} {_('not stated') if code == NOT_STATED else known.say(code, language)}"
        for code, count in other.phases.items()
    ]
    return " · ".join(told) or _("Nothing has come yet.")
