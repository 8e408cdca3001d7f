"""Sole traders and other natural persons are not named in public. In doubt, a name is kept back."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from minga.deliver.facts import buyer_of, look, others, text

# Words that only the name of an organisation carries, without accents and in lower case.
_LEGAL_FORM = re.compile(
    r"\b(s\.? ?a\.?|s\.? ?r\.? ?l\.?|s\.? ?l\.?|s\.? ?a\.? ?s\.?|s\.? ?a\.? de c\.? ?v\.?|ltda\.?|lda\.?|ltd\.?|"
    r"limited|llc|inc\.?|corp\.?|plc|gmbh|ag|e\.? ?a\.? ?s\.?|eireli|epp|cooperativa|consorcio|asociacion|"
    r"fundacion|universidad|ministerio|municipalidad|instituto|hospital|unipessoal)(?=[\s,.)]|$)"
)
# Registers that hold organisations only, by the prefixes of org-id.guide.
_COMPANY_REGISTERS = ("GB-COH", "BR-CNPJ", "XI-LEI", "LEI", "FR-RCS", "DE-CR", "CO-RUE")
_PERSON_REGISTERS = ("BR-CPF", "CO-CC", "ES-DNI", "ES-NIE", "PE-DNI", "AR-DNI", "CPF", "DNI", "CI", "CC")
# How the national tax number of an organisation looks; the same scheme numbers natural persons otherwise.
_COMPANY_NUMBERS = {
    "PY-RUC": re.compile(r"80\d{6}-?\d"),
    "PE-RUC": re.compile(r"20\d{9}"),
    "PT-NIF": re.compile(r"5\d{8}"),
    "ES-NIF": re.compile(r"[A-HJNP-SUVW]\d{7}[0-9A-J]"),
    "MX-RFC": re.compile(r"[A-ZÑ&]{3}\d{6}[A-Z0-9]{3}"),
}


def _plain(value: Any) -> str:
    folded = unicodedata.normalize("NFKD", text(value)).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[\s_]+", " ", folded)


def natural_person(party: Mapping[str, Any]) -> bool:
    """Whether ``party`` may be a natural person. Only an explicit field, a register or a legal form says no."""
    details = party.get("details") if isinstance(party.get("details"), Mapping) else {}
    stated = details.get("naturalPerson") if isinstance(details, Mapping) else None
    if isinstance(stated, bool):
        return stated
    kind = " ".join(_plain(value) for key, value in (details or {}).items() if "entitytype" in key.lower())
    if re.search(r"fisica|natural|individual|sole|autonomo|unipersonal", kind):
        return True
    if re.search(r"juridica|legal|company|coletiva|publica", kind):
        return False
    return not (_in_company_register(party) or _LEGAL_FORM.search(_plain(party.get("name"))))


def _in_company_register(party: Mapping[str, Any]) -> bool:
    scheme, number = text(look(party, "identifier", "scheme")), text(look(party, "identifier", "id"))
    if not scheme:
        # org-id.guide writes "PY-RUC-80012345-6": country, register, number.
        found = re.fullmatch(r"([A-Z]{2}-[A-Z]+)-(.+)", text(party.get("id")))
        scheme, number = found.groups() if found else ("", "")
    if scheme.upper() in _PERSON_REGISTERS:
        return False
    shape = _COMPANY_NUMBERS.get(scheme.upper())
    return scheme.upper() in _COMPANY_REGISTERS or bool(shape and shape.fullmatch(number.upper()))


class Names:
    """The names and identifiers of one source that must not be shown, each with its stand-in."""

    def __init__(self, source: Mapping[str, Any]) -> None:
        self.stand_ins: dict[str, str] = {}
        judged: dict[str, str] = {}
        buyer = buyer_of(source)
        parties = list(others(source))
        if buyer and self.hides_buyer(buyer):
            parties.append(buyer)
        for party in parties:
            self._hide(party, judged)

    @staticmethod
    def hides_buyer(buyer: Mapping[str, Any]) -> bool:
        """A buyer is a public body, and is named, unless the source says that it is a natural person."""
        details = buyer.get("details") if isinstance(buyer.get("details"), Mapping) else {}
        stated = any(key == "naturalPerson" or "entitytype" in key.lower() for key in details or {})
        return stated and natural_person(buyer)

    def _hide(self, party: Mapping[str, Any], judged: dict[str, str]) -> None:
        """The fullest entry, which stands first, says what a party is; later mentions only name it."""
        identity = text(party.get("id")) or text(party.get("name"))
        if identity and identity not in judged:
            hidden = sum(1 for stand_in in judged.values() if stand_in)
            judged[identity] = _("person %(number)d") % {"number": hidden + 1} if natural_person(party) else ""
        if not judged.get(identity):
            return
        for value in (
            party.get("name"), look(party, "identifier", "legalName"), party.get("id"), look(party, "identifier", "id"),
            look(party, "contactPoint", "name"), look(party, "contactPoint", "email"),
            look(party, "contactPoint", "telephone"), look(party, "address", "streetAddress"),
        ):  # fmt: skip
            if len(text(value)) > 3:
                self.stand_ins[text(value)] = judged[identity]

    def public(self, value: Any) -> str:
        """``value`` as text with every hidden name replaced, longest first, whatever its capitals."""
        shown = str(value)
        for name in sorted(self.stand_ins, key=len, reverse=True):
            shown = re.sub(re.escape(name), self.stand_ins[name], shown, flags=re.IGNORECASE)
        return shown
