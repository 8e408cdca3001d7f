"""Text that can be stored, shown and put into any file: no zero bytes, half characters or other control characters."""

import re

from django.utils.translation import gettext as _

from minga.ledger.refusals import Invalid

_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_UNSEEN = re.compile("[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def writable(text: str, field: str) -> str:
    """``text`` without blanks around it, its line ends as one sign. Raises Invalid where it cannot be stored."""
    found = _BREAKS.sub("\n", text).strip()
    if _UNSEEN.search(found):
        raise Invalid(
            _("The text holds signs that cannot be stored or shown."),
            cause=_("It was probably copied from a file that is no text."),
            do=_("Write it again, or paste it without formatting."),
            fields={field: _("Take out the signs that cannot be shown.")},
        )
    return found


def shown(text: str) -> str:
    """``text`` without what no file can hold; for what was stored before, or elsewhere."""
    return _UNSEEN.sub("", _BREAKS.sub("\n", text))
