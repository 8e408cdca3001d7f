"""A project or the body takes a set up beyond those of its steps, and may drop it again; answers stay."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from minga.instruments import library, queries
from minga.instruments.checks import DefinitionError
from minga.instruments.instrument import Instrument
from minga.instruments.models import ChosenSet, Share
from minga.ledger.action import Act, action
from minga.ledger.refusals import Conflict, Invalid

type Leaving = Callable[[Act, ChosenSet, str], None]
_leaving: list[Leaving] = []


def when_dropped(follow: Leaving) -> None:
    """Have ``follow(act, dropped set, reason)`` done in the same action: a room above closes what hangs on a set."""
    if follow not in _leaving:
        _leaving.append(follow)


@action("instrument.chosen", level="group")
def choose_set(act: Act, set_id: str, about: queries.About = None, version: str = "") -> ChosenSet:
    """Take up a set here, in ``version`` or its newest. It stays in that version until somebody migrates it."""
    instrument = known(set_id, version)
    if queries.choice(act.place, set_id, about):
        raise _taken()
    act.note(set=set_id, version=instrument.version)
    row = ChosenSet(**queries.at(act.place, set_id, about), version=instrument.version, chosen=act.now)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:  # somebody else took it up at this very moment
        raise _taken() from error
    return row


def _taken() -> Conflict:
    return Conflict(_("This set is in use here already."), do=_("Open it from the list."))


@action("instrument.dropped", level="group")
def drop_set(act: Act, chosen: ChosenSet, reason: str = "") -> ChosenSet:
    """Use a set no longer here. Its answers stay and are found again when it is taken up anew.

    Requests to answer it end, and so does what rooms above hang on it (``when_dropped``), such as open tasks.
    """
    held = here(act, ChosenSet.objects.select_for_update().get(pk=chosen.pk))
    if held.ended:
        raise Conflict(_("This set is not in use here any more."))
    held.ended = act.now
    held.save(update_fields=["ended"])
    place = {name: getattr(held, name) for name in ("chain", "set", "about_kind", "about_id")}
    Share.objects.filter(**place, ended=None).update(ended=act.now)
    act.note(set=held.set, version=held.version, reason=reason.strip()[:500])
    for follow in _leaving:
        follow(act, held, reason.strip())
    return held


def known(set_id: str, version: str = "") -> Instrument:
    """The set; Invalid names those there are where there is none of this name or version."""
    try:
        return library.load(set_id, version)
    except DefinitionError as error:
        raise Invalid(
            _("There is no such question set."), reasons=error.problems, do=_("Choose one from the catalogue.")
        ) from error


def here[Row: Any](act: Act, row: Row) -> Row:
    """``row`` where it belongs to this place; otherwise Conflict."""
    if row.chain != act.place.chain:
        raise Conflict(_("This belongs elsewhere."), do=_("Open it from its own page."))
    return row
