"""From one version of a set to another: answers are carried over, and what finds no place is kept and listed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from minga.instruments import changes, library, queries
from minga.instruments.actions.choosing import here, known
from minga.instruments.conditions import is_empty
from minga.instruments.instrument import Instrument
from minga.instruments.models import Answer, ChosenSet
from minga.ledger.action import Act, action
from minga.ledger.refusals import Conflict, Invalid


@action("answers.migrated", level="group")
def migrate(act: Act, chosen: ChosenSet, version: str) -> ChosenSet:
    """Bring the answers of a chosen set over to ``version``; ``changes.report`` tells before what will happen.

    Every answer is written again under the new version by whoever gave it, renamed or converted where the set says
    how. One that finds no place stays where it was: its history has it, and ``queries.values_under`` lists it.
    """
    held = here(act, ChosenSet.objects.select_for_update().get(pk=chosen.pk))
    if held.ended:
        raise Conflict(_("This set is not in use here any more."), do=_("Take it up again first."))
    if held.version == version:
        raise Invalid(_("This set is in that version already."))
    new = known(held.set, version)
    old = library.find(held.set, held.version) or new
    about = (held.about_kind, held.about_id)
    answers = queries.current(act.place, held.set, about)
    report = changes.report(old, new, queries.values(answers))
    _write(held, report.moved, answers, new)
    act.note(
        set=held.set,
        old=held.version,
        new=version,
        carried=len(report.moved.answers),
        renamed=[[was, id] for was, id in report.moved.renamed.items()],
        converted=sorted(report.moved.converted),
        dropped=sorted({drop.question for drop in report.moved.dropped}),
        to_ask=len(report.moved.to_ask),
    )
    held.version = version
    held.save(update_fields=["version"])
    return held


def _write(held: ChosenSet, moved: changes.Migration, answers: Mapping[str, Answer], new: Instrument) -> None:
    was = {id: old for old, id in moved.renamed.items()}
    newest = {id: answer.version for id, answer in answers.items()}
    rows = [
        _row(held, new, id, value, answers[was.get(id, id)], newest.get(id, 0) + 1)
        for id, value in moved.answers.items()
    ]
    unfit = {drop.question for drop in moved.dropped if drop.question in new.questions} - set(moved.answers)
    rows += [_row(held, new, id, None, answers[id], newest[id] + 1) for id in sorted(unfit) if id in answers]
    try:
        with transaction.atomic():
            Answer.objects.bulk_create(rows)
    except IntegrityError as error:  # somebody answered while the answers were being read
        raise Conflict(
            _("Somebody saved an answer at this very moment, so nothing was moved."),
            do=_("Look at the comparison again, and move the answers then."),
        ) from error


def _row(held: ChosenSet, new: Instrument, id: str, value: Any, source: Answer, version: int) -> Answer:
    """The answer under the new version; who gave it, when and with what evidence stays."""
    return Answer(
        chain=held.chain, set=held.set, about_kind=held.about_kind, about_id=held.about_id, set_version=new.version,
        question=id, version=version, value=None if is_empty(value) else value, evidence=source.evidence,
        evidence_url=source.evidence_url, author_id=source.author_id, group=source.group, created=source.created,
    )  # fmt: skip
