"""The small list of skills that people and projects name, so that the one can be found for the other."""

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SKILLS: dict[str, Promise] = {
    "data": _("Preparing and describing data"),
    "statistics": _("Statistics and evaluation"),
    "machine_learning": _("Machine learning"),
    "language_models": _("Language models"),
    "software": _("Software development"),
    "operations": _("Running systems"),
    "security": _("Information security"),
    "user_research": _("Research with users"),
    "service_design": _("Design of services and forms"),
    "accessibility": _("Accessibility"),
    "law": _("Law and administrative procedure"),
    "data_protection": _("Data protection"),
    "procurement": _("Public procurement"),
    "facilitation": _("Facilitating conversations"),
    "languages": _("Translating and interpreting"),
    "frontline": _("Knowing the casework"),
    "community": _("Knowing the people affected"),
    "communication": _("Explaining in plain words"),
    "project_management": _("Leading projects"),
}


def labels(skills: Iterable[str]) -> list[str]:
    """The words of known skills, in the order of the list; others as they stand, at the end."""
    given = list(dict.fromkeys(skills))
    return [str(SKILLS[skill]) for skill in SKILLS if skill in given] + [s for s in given if s not in SKILLS]
