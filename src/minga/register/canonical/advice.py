"""What the tool gives to the person who decides, as the advice on real cases held it; nothing is said without any."""

from django.utils.translation import gettext as _

from minga.register.canonical.texts import join, said, value
from minga.register.document import Record
from minga.register.values import plain
from minga.tools.registers import parts as p
from minga.tools.registers.parts import Text

# What the desk adds to the advice of a tool.
OF_THE_DESK = {"doubt"}


def given(record: Record) -> Text | None:
    """What its advice holds, in one sentence."""
    codes = [code for code in value(record.provided_information) or () if code not in OF_THE_DESK]
    if not codes:
        return None

    def told() -> str:
        words = "; ".join(plain("provided_information", codes))
        return f"{words[0].upper()}{words[1:]}."

    return said(told)


def explained(record: Record) -> p.Stated | None:
    """Whether its advice gives reasons."""
    codes = value(record.provided_information)
    if not codes:
        return None
    if "reasons" not in codes:
        return p.Stated(code="no", text=said(lambda: _("Its advice has given no reasons so far.")))

    def told() -> str:
        measured = _("Each sign says what was measured.") if "measured" in codes else ""
        read = _("It points to the place in the source where it can be read.") if "evidence" in codes else ""
        return join([_("Its advice gives its reasons."), measured, read])

    return p.Stated(code="yes", text=said(told))
