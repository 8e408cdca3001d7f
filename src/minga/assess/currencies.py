"""In which currency a project counts: one for all its amounts, a code of ISO 4217. Reads only."""

from collections.abc import Iterable

from django.conf import settings

from minga.assess.models import Benefit, Cost
from minga.projects.models import Project

_ISO_4217 = """
AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP
CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR
ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT
MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD
SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VED VES
VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG
"""
CODES = frozenset(_ISO_4217.split())
"""The national currencies in use; no metals, funds or test codes."""
DEFAULT = "EUR"


def default() -> str:
    """The setting MINGA_CURRENCY, or EUR where it names no currency."""
    wanted = settings.MINGA_CURRENCY.strip().upper()
    return wanted if wanted in CODES else DEFAULT


def settled(project: Project) -> str:
    """The currency that the project's amounts are stated in; "" while it has none."""
    for rows in (Benefit.objects.exclude(worth_low=None), Cost.objects.exclude(price_low=None)):
        found = rows.filter(project=project, ended=None).exclude(currency="").order_by("pk")
        if code := found.values_list("currency", flat=True).first():
            return code
    return ""


def used(benefits: Iterable[Benefit], costs: Iterable[Cost]) -> list[str]:
    """The currencies of what has a price, each once; "" is an amount whose currency nobody stated."""
    priced = {one.currency for one in benefits if one.worth_low is not None}
    return sorted(priced | {one.currency for one in costs if one.price_low is not None})
