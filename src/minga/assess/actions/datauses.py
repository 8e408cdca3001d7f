"""It is said whether anybody earns money with the project's data; silence is not taken for no."""

from django.utils.translation import gettext as _

from minga.assess.actions.common import own
from minga.assess.models import DataUse
from minga.ledger.action import Act, action
from minga.ledger.refusals import Conflict, Invalid, required


@action("data_use.stated")
def state_data_use(act: Act, *, none: bool = False, which: str = "", use: str = "", earner: str = "") -> DataUse:
    """Say ``which`` data earn money, how, and for whom; or, with ``none``, that no use of the data does.

    A use takes the place of an earlier "none". Conflict where "none" is said while uses are listed.
    """
    if not none:
        required(which=which, use=use, earner=earner)
    elif any(told.strip() for told in (which, use, earner)):
        raise Invalid(
            _("Nothing was recorded."), fields={"none": _("You described a use below: say yes, or empty it.")}
        )
    now = list(DataUse.objects.select_for_update().filter(project=act.place, ended=None))
    if none and now:
        raise Conflict(
            _("This was said already.") if now[0].none else _("Uses that earn money are listed."),
            do=_("Read it on the page.") if now[0].none else _("End each of them first, with the reason."),
        )
    before = [one for one in now if one.none]
    for one in before:
        one.ended = act.now
        one.save(update_fields=["ended"])
    told = {} if none else {"data": which.strip(), "use": use.strip(), "earner": earner.strip()}
    act.because(act.place, *before)
    act.note(none=none)
    return DataUse.objects.create(project=act.place, none=none, person_id=act.person_id, stated=act.now, **told)


@action("data_use.ended")
def end_data_use(act: Act, found: DataUse, reason: str) -> DataUse:
    """Say that a use has ended or was stated wrongly, or take "none" back, with the reason."""
    own(act, found)
    required(reason=reason)
    if found.ended is not None:
        raise Conflict(_("This was ended already."))
    found.ended = act.now
    found.save(update_fields=["ended"])
    act.because(found)
    act.note(reason=reason.strip()[:500])
    return found
