"""The words for what question sets are about and where they are from, as the catalogue filters by them."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from minga.instruments.definition import TOPICS

WORDS: dict[str, str | Promise] = {
    "guide": _("Guide through the steps"),
    "law": _("Law"),
    "rights": _("Rights"),
    "data": _("Data"),
    "fairness": _("Fairness"),
    "transparency": _("Transparency"),
    "procurement": _("Procurement"),
    "readiness": _("Readiness"),
    "governance": _("Governance"),
    "people": _("People and skills"),
    "audit": _("Audit"),
    "classification": _("Classification"),
}


def topics() -> list[tuple[str, str]]:
    """(topic, its name) in the order of the definition."""
    return [(topic, str(WORDS.get(topic, topic))) for topic in TOPICS]


# Where sets come from; a code that is not here is shown as it is.
COUNTRIES: dict[str, str | Promise] = {
    "AU": _("Australia"),
    "CA": _("Canada"),
    "CL": _("Chile"),
    "CO": _("Colombia"),
    "ES": _("Spain"),
    "EU": _("European Union"),
    "FR": _("France"),
    "GB": _("United Kingdom"),
    "IE": _("Ireland"),
    "JP": _("Japan"),
    "NL": _("Netherlands"),
    "US": _("United States"),
}


def country_name(code: str) -> str:
    """The name of the country ``code`` (two letters, either case); "" for none."""
    return str(COUNTRIES.get(code.upper(), code.upper()))
