"""Cases that people write by hand: what they may hold, and whether something in them looks like a real person's."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

MOST_FIELDS = 60
LONGEST = 20_000
RESERVED = ("id", "expected")
_EMAIL = re.compile(r"[\w.+-]+@([\w-]+(?:\.[\w-]+)+)")
_INVENTED_HOSTS = re.compile(r"(^|\.)(example(\.(com|net|org))?|invalid|test|localhost)$", re.IGNORECASE)
# An account (IBAN), an identity number with its letter, nine digits or more as in telephones and identity numbers.
_ACCOUNT = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b")
_IDENTITY = re.compile(r"\b[XYZ]?\d{7,8}-?[A-Z]\b|\b\d{3}-\d{2}-\d{4}\b")
_TELEPHONE = re.compile(r"(?<![\w.,])\+?\d(?:[ \-/.()]?\d){8,15}(?!\w)")
_NUMBERS = (
    (_ACCOUNT, gettext_lazy("“%(text)s” looks like a bank account")),
    (_IDENTITY, gettext_lazy("“%(text)s” looks like an identity number")),
    (_TELEPHONE, gettext_lazy("“%(text)s” looks like a telephone or identity number")),
)


def suspects(source: Mapping[str, Any]) -> list[str]:
    """What looks like a real person's data, one sentence each; numbers that came as numbers are not looked at.

    It finds the obvious and nothing else: names and stories it cannot tell from invented ones.
    """
    return [f"{name}: {what}" for name, text in _texts(source) for what in _found(text)]


def _found(text: str) -> Iterator[str]:
    for address in _EMAIL.finditer(text):
        if not _INVENTED_HOSTS.search(address[1]):
            yield _("“%(text)s” looks like an e-mail address") % {"text": address[0][:60]}
    for pattern, words in _NUMBERS:
        if match := pattern.search(text):
            yield str(words) % {"text": match[0][:60]}
            return


def _texts(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _texts(inner, f"{path}/{key}" if path else str(key))
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner, path)
    elif isinstance(value, str):
        yield path, value


def faults(source: Mapping[str, Any], reserved: tuple[str, ...] = RESERVED) -> str:
    """What keeps ``source`` from being a case, in one sentence; "" where it can be one."""
    if not source or not any(str(value).strip() for value in source.values() if value is not None):
        return _("Write what the tool is given: at least one field.")
    if taken := [name for name in reserved if name in source]:
        return _("A field cannot be called “%(name)s”: the name is used already. Call it otherwise.") % {
            "name": taken[0]
        }
    if len(source) > MOST_FIELDS or sum(len(str(key)) + len(str(value)) for key, value in source.items()) > LONGEST:
        return _("This case is too large: use at most %(fields)s fields and %(signs)s characters in all.") % {
            "fields": MOST_FIELDS, "signs": LONGEST
        }  # fmt: skip
    return ""
