"""What facets, codes, countries and questions are called, in the language of the reader."""

from collections.abc import Mapping
from functools import lru_cache

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from minga.tools.registers import lists

TITLES: Mapping[str, Promise] = {
    "task": _("Task"),
    "function": _("Function of government"),
    "impact": _("Intended effect"),
    "risk": _("Risk class"),
    "theme": _("Policy area"),
    "phase": _("Phase"),
    "country": _("Country"),
    "body": _("Body"),
    "source": _("Register"),
    "year": _("In use since"),
}
QUESTIONS: Mapping[str, Promise] = {
    "appeal": _("There is a way to appeal"),
    "consultation": _("The public was consulted"),
    "assessment": _("Its impact was assessed"),
    "law": _("A legal basis is named"),
    "risk_known": _("A risk or risk class is named"),
    "in_use": _("It is in use"),
}
RISKS: Mapping[str, Promise] = {"high": _("High, by its own rules"), "not_high": _("Not high, by its own rules")}
LANGUAGES: Mapping[str, Promise] = {
    "en": _("English"),
    "es": _("Spanish"),
    "nl": _("Dutch"),
    "fr": _("French"),
    "pt": _("Portuguese"),
}
COUNTRIES: Mapping[str, Promise] = {
    "AR": _("Argentina"),
    "AU": _("Australia"),
    "BO": _("Bolivia"),
    "BR": _("Brazil"),
    "CA": _("Canada"),
    "CL": _("Chile"),
    "CO": _("Colombia"),
    "CR": _("Costa Rica"),
    "EC": _("Ecuador"),
    "ES": _("Spain"),
    "EU": _("European Union"),
    "FR": _("France"),
    "GB": _("United Kingdom"),
    "IE": _("Ireland"),
    "JP": _("Japan"),
    "MX": _("Mexico"),
    "NL": _("Netherlands"),
    "PE": _("Peru"),
    "PT": _("Portugal"),
    "PY": _("Paraguay"),
    "US": _("United States"),
    "UY": _("Uruguay"),
    "XX": _("Example (invented)"),
}


def say(facet: str, code: str, sources: Mapping[str, str]) -> str:
    """A code of a facet in words; ``sources``: names of registers by key."""
    return sources.get(code, code) if facet == "source" else _say(facet, code, get_language() or "en")


@lru_cache(maxsize=20_000)
def _say(facet: str, code: str, language: str) -> str:
    if facet == "country":
        return str(COUNTRIES.get(code, code))
    if facet == "risk":
        return str(RISKS[code])
    found = lists().get(facet)
    return found.say(code, language[:2]) if found else code


# What becomes of a field that our record cannot hold as it was written: kinds of losses of tools.registers.
LOSSES: Mapping[str, Promise] = {
    "kept_apart": _("Kept as it was written, beside the record"),
    "left_out": _("Left out: it is about persons"),
    "claims_more": _("Read as one of several codes that its value stands for"),
}
