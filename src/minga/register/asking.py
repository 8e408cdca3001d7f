"""What is asked of people for a field: in which words, and which standards want it."""

from dataclasses import dataclass
from functools import cache

from django.utils.translation import get_language

from minga.register.exports import KEYS, standards
from minga.tools.registers import fields, lists

# Fields whose text other registers read as codes where it begins with, or is a list of, the words of this list.
CODED = {
    "org_type": "org_type", "development_origin": "origin", "policy_theme": "theme", "technique": "technique",
    "sensitive_attributes": "attribute", "personal_data": "answer", "representativeness": "answer",
    "training_of_staff": "answer", "authority_to_operate": "answer", "explainability": "answer",
    "publication_scope": "scope", "eu_risk_class": "eu_risk", "us_high_impact": "us_impact",
    "independent_review": "review", "assessments": "assessment", "maintenance_monitoring": "answer",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """``about``: the question in a sentence. ``begins``: the words understood. ``asked_by``: titles of standards."""

    about: str
    begins: str
    asked_by: list[str]


def asked(field: str) -> Asked:
    language = (get_language() or "en")[:2]
    known = fields().get(field)
    about = known.about.get(language, known.about["en"]) if known else ""
    codes = lists()[CODED[field]] if field in CODED else None
    begins = ", ".join(codes.say(code, language) for code in codes.words) if codes else ""
    titles = standards()
    return Asked(about, begins, [titles[key].title for key in KEYS if field in _wanted()[key]])


def wanted_by(field: str) -> int:
    """How many standards require the field."""
    return sum(field in found for found in _wanted().values())


@cache
def _wanted() -> dict[str, frozenset[str]]:
    """Standard -> the fields of the record that it requires, always or under a condition."""
    return {
        key: frozenset(
            place.partition(".")[0]
            for line in standards()[key].of.lines
            if (line.required or line.required_if) and line.lens
            for place in line.lens.reads[:1]
        )
        for key in KEYS
        if key != "atrs_4"
    } | {"atrs_4": frozenset()}
