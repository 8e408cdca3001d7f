"""Who sees the advice on a case. One place decides it, and pages get nothing that it withholds."""

from enum import StrEnum

from django.utils.translation import gettext as _

from minga.deliver import queries
from minga.deliver.lots import in_share
from minga.deliver.models import Case, Determination, Stage

WHOLE = "/"


class Withheld(StrEnum):
    """Why the advice is withheld."""

    OFF = "off"
    SHADOW = "shadow"
    SHARE = "share"
    FIRST = "first"

    @property
    def sentence(self) -> str:
        return {
            Withheld.OFF: _("This release is switched off: its advice is shown to nobody."),
            Withheld.SHADOW: _("This release runs in shadow: its advice is kept for measuring and shown to nobody."),
            Withheld.SHARE: _("This case lies outside the share of cases in which advice is shown so far."),
            Withheld.FIRST: _(
                "The lot drew this case for an unaided decision. The advice opens when yours is recorded; "
                "you may then change it, and both are kept."
            ),
        }[self]


def withheld(case: Case, person_id: int | None) -> Withheld | None:
    """Why ``person_id`` does not see the advice on ``case`` now; None where they see it.

    A case drawn by lot for an unaided decision stays closed to everybody, overseers included, until
    it is decided; its own reader sees the advice once their unaided decision is recorded.
    """
    stage = queries.stage_of(case.release)
    if stage == Stage.OFF:
        return Withheld.OFF
    if stage == Stage.SHADOW:
        return Withheld.SHADOW
    if not in_share(case.project.chain, case.process, stage.share):
        return Withheld.SHARE
    if case.decide_first and not case.closed:
        own = case.determinations.filter(person_id=person_id, before_advice=True) if person_id else None
        if own is None or not own.exists():
            return Withheld.FIRST
    return None


def needed_evidence(case: Case, person_id: int | None) -> set[str]:
    """The paths that this person must have opened before an adverse decision.

    While the advice is withheld, or where the tool pointed at nothing, it is the source as a whole.
    """
    if withheld(case, person_id) is not None:
        return {WHOLE}
    return {row.path for sign in case.told.reasons for row in sign.evidence} or {WHOLE}


def choice_words(made: Determination, plain: bool) -> str:
    """What was decided; ``plain`` takes no flag for granted, where no sign is shown."""
    if not plain:
        return made.get_choice_display()
    if made.choice == Determination.Choice.CANNOT_TELL:
        return _("could not tell")
    return _("saw a problem") if made.adverse else _("saw no problem")
