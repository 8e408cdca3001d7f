"""What a canonical record says to the questions that searches narrow down by and comparisons count.

Facets hold codes of ``tools.registers``; answers are "yes", "no" or "does_not_apply", or absent where nothing is said.
"""

from collections.abc import Collection, Mapping
from typing import Any

from minga.inventory import coding
from minga.inventory.texts import says
from minga.tools.registers import Canonical
from minga.tools.registers.parts import Assessment

ANSWERS: Mapping[str, str] = {
    "yes": "yes",
    "in_progress": "no",
    "partly": "no",
    "no": "no",
    "precluded": "no",
    "waived": "no",
    "not_applicable": "does_not_apply",
}
HIGH = frozenset({"prohibited", "high", "rights", "safety", "both", "level-3", "level-4"})
CONSULTED_NOBODY = frozenset({"none", "in_progress", "waived", "internal"})
# A data protection assessment looks at the data, a security test at the machine: neither asks what becomes of people.
OTHER_ASSESSMENTS = frozenset({"data_protection", "security", "accessibility"})
YEARS = range(1950, 2101)


def facets(record: Canonical, told: list[str], language: str) -> dict[str, Any]:
    """Codes by facet, answers by question, and under "read" the facets that came from words (coding.py).

    ``told``: the stems of name and purpose.
    """
    found: dict[str, Any] = {
        "task": list(record.capability or ()),
        "theme": list(record.policy_theme or ()),
        "phase": [record.phase] if record.phase else [],
        "risk": risk(record),
        "year": year(record.start_date),
    }
    read = {name: codes for name, codes in coding.read(told, language).items() if not found.get(name)}
    found |= read
    found |= {name: [each] for name, each in answers(record).items() if each}
    return {name: value for name, value in found.items() if value} | ({"read": sorted(read)} if read else {})


def year(day: str | None) -> list[str]:
    """The year of a day that can be one: spreadsheets turn 2023 into a day of 1905."""
    return [day[:4]] if day and day[:4].isdecimal() and int(day[:4]) in YEARS else []


def risk(record: Canonical) -> list[str]:
    """ "high" or "not_high", as its own law or programme calls it."""
    classes = {
        record.eu_risk_class.risk_class if record.eu_risk_class else None,
        record.us_high_impact.code if record.us_high_impact else None,
        f"level-{record.ca_impact.level}" if record.ca_impact and record.ca_impact.level else None,
    } - {None, "not_assessed"}
    return [] if not classes else ["high" if classes & HIGH else "not_high"]


def answers(record: Canonical) -> dict[str, str]:
    """The answer to each of the six questions of a comparison."""
    return {
        "appeal": _appeal(record),
        "consultation": _consultation(record),
        "assessment": _assessment(record),
        "law": _law(record),
        "risk_known": _risk_known(record),
        "in_use": {"": "", "in_use": "yes"}.get(record.phase or "", "no"),
    }


def _appeal(record: Canonical) -> str:
    route = record.appeal_route
    if route is None:
        return ""
    return ANSWERS.get(route.state or "", "") or ("yes" if says(route.text) or route.url else "")


def _consultation(record: Canonical) -> str:
    events = record.participation_events
    if events is None:
        return ""
    asked = [event for event in events if event.method not in CONSULTED_NOBODY]
    if any(event.method or says(event.text) for event in asked):
        return "yes"
    return "" if asked else "no"


def _assessment(record: Canonical) -> str:
    if record.ca_impact is not None:
        return "yes"
    if record.assessments == []:
        return "no"
    wanted = [each for each in record.assessments or () if each.kind not in OTHER_ASSESSMENTS]
    return _best([_assessed(each) for each in wanted])


def _assessed(one: Assessment) -> str:
    """An assessment that is told of without its state was made."""
    if one.state:
        return ANSWERS.get(one.state, "")
    return "yes" if says(one.summary) or one.url or one.kind else ""


def _law(record: Canonical) -> str:
    laws = record.legal_basis
    if laws is None:
        return ""
    return "yes" if any(says(law.text) or law.act or law.url for law in laws) else "" if laws else "no"


def _risk_known(record: Canonical) -> str:
    if risk(record) or any(says(each.risk) for each in record.risks or ()):
        return "yes"
    not_yet = record.us_high_impact is not None and record.us_high_impact.code == "not_assessed"
    return "no" if not_yet or record.risks == [] else ""


def _best(found: Collection[str]) -> str:
    return next((each for each in ("yes", "no", "does_not_apply") if each in found), "")
