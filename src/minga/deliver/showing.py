"""Who sees the advice on a case. One place decides it, and pages get nothing that it withholds."""

from enum import StrEnum

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from minga.deliver import queries
from minga.deliver.lots import in_share
from minga.deliver.models import Access, Case, Consent, Determination, Service, Stage

WHOLE = "/"


class Withheld(StrEnum):
    """Why the advice is withheld."""

    OFF = "off"
    SHADOW = "shadow"
    SHARE = "share"
    FIRST = "first"
    WITHDRAWN = "withdrawn"
    CONSENT = "consent"
    NONE = "none"
    REQUEST = "request"

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
            Withheld.WITHDRAWN: _("This tool was withdrawn from use: its advice is shown to nobody."),
            Withheld.CONSENT: _("The person concerned does not agree that a tool helps with this case."),
            Withheld.NONE: _("No tool advised on this case. You decide it without one."),
            Withheld.REQUEST: _("The advice is folded. Read the case first; open the advice if you want it."),
        }[self]


def withheld(case: Case, person_id: int | None) -> Withheld | None:
    """Why ``person_id`` does not see the advice on ``case`` now; None where they see it.

    A case drawn by lot for an unaided decision stays closed to everybody, overseers included, until
    it is decided; its own reader sees the advice once their unaided decision is recorded. Consent, withdrawal
    and stage are looked up each time, so that a change counts from the next request.
    """
    if case.service is not None and (missing := _missing(case, case.service)):
        return missing
    if not case.rehearsal and (held := _held_by_stage(case)):
        return held
    if case.decide_first and not case.closed and not _decided_unaided(case, person_id):
        return Withheld.FIRST
    if _folded(case, person_id):
        return Withheld.REQUEST
    return None


def for_page(cases: QuerySet[Case], person_id: int | None) -> QuerySet[Case]:
    """``cases`` with what ``withheld`` asks about this person, in the one query that loads them for a page."""
    of_case, me = OuterRef("pk"), person_id or 0
    return cases.annotate(
        consented=Exists(Consent.objects.filter(case=of_case, withdrawn=None)),
        unaided=Exists(Determination.objects.filter(case=of_case, person_id=me, before_advice=True)),
        asked=Exists(Access.objects.filter(case=of_case, person_id=me, what=Access.What.ADVICE)),
    )


def _missing(case: Case, service: Service) -> Withheld | None:
    if service.needs_consent and not case.rehearsal and not _consented(case):
        return Withheld.CONSENT
    return None if case.advice else Withheld.NONE


def _held_by_stage(case: Case) -> Withheld | None:
    stage, gone = queries.standing_of(case.release)
    if stage == Stage.OFF:
        return Withheld.WITHDRAWN if gone else Withheld.OFF
    if stage == Stage.SHADOW:
        return Withheld.SHADOW
    return None if in_share(case.project.chain, case.process, stage.share) else Withheld.SHARE


def _consented(case: Case) -> bool:
    known: bool | None = getattr(case, "consented", None)
    return case.consents.filter(withdrawn=None).exists() if known is None else known


def _decided_unaided(case: Case, person_id: int | None) -> bool:
    known: bool | None = getattr(case, "unaided", None)
    if known is not None:
        return known
    own = case.determinations.filter(person_id=person_id, before_advice=True) if person_id else None
    return own is not None and own.exists()


def _folded(case: Case, person_id: int | None) -> bool:
    """Whether the service folds the advice until it is asked for, and this person has not asked."""
    if case.service is None or case.service.display != Service.Display.ON_REQUEST or case.decide_first or case.closed:
        return False
    known: bool | None = getattr(case, "asked", None)
    if known is not None:
        return not known
    asked = case.accesses.filter(person_id=person_id, what=Access.What.ADVICE) if person_id else None
    return asked is None or not asked.exists()


def rests(case: Case) -> bool:
    """Whether nobody may decide the case now. Drawn cases rest while their release is off; people's never do."""
    return case.service is None and queries.stage_of(case.release) == Stage.OFF


def needed_evidence(case: Case, person_id: int | None) -> set[str]:
    """The paths that this person must have opened before an adverse decision.

    While the advice is withheld, or where the tool pointed at nothing, it is the source as a whole.
    """
    return evidence_needed(case, withheld(case, person_id))


def evidence_needed(case: Case, why: Withheld | None) -> set[str]:
    """The same where it is known already why the advice is withheld."""
    if why is not None:
        return {WHOLE}
    return {row.path for sign in case.told.reasons for row in sign.evidence} or {WHOLE}


def choice_words(made: Determination, plain: bool) -> str:
    """What was decided; ``plain`` takes no flag for granted, where no sign is shown."""
    if not plain:
        return made.get_choice_display()
    if made.choice == Determination.Choice.CANNOT_TELL:
        return _("could not tell")
    return _("saw a problem") if made.adverse else _("saw no problem")
