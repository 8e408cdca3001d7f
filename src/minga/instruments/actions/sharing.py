"""Several people fill one set: questions are given to somebody until a day, answers are commented on and settled."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from minga.instruments import queries
from minga.instruments.actions.choosing import here
from minga.instruments.instrument import Instrument
from minga.instruments.models import Comment, Share
from minga.ledger.action import Act, action, may
from minga.ledger.refusals import Conflict, Invalid, NotAllowed, required

LONGEST = 5_000


@action("question.shared")
def share_questions(
    act: Act, set_id: str, person: Any, section: str = "", due: dt.date | None = None, about: queries.About = None,
    because: Iterable[Any] = (),
) -> Share:  # fmt: skip
    """Ask ``person`` to answer a section ("" for the whole set) until ``due``. Ends when it is answered."""
    instrument = queries.instrument_at(act.place, set_id, about)
    _refuse_section(instrument, section)
    if due and due < act.now.date():
        words = _("This day has passed. Choose a later one.")
        raise Invalid(words, fields={"due": words})
    if not person.is_active or not may(person.actor, act.place, "instrument.answered"):
        words = _("This person may not answer questions here.")
        raise Invalid(words, do=_("Give them a role first, or ask somebody else."), fields={"person": words})
    place = queries.at(act.place, set_id, about)
    if Share.objects.filter(**place, section=section, person=person, ended=None).exists():
        raise Conflict(_("This person is asked for these answers already."), do=_("Wait for them, or end that first."))
    act.because(*because)
    act.note(set=set_id, section=section, due=due.isoformat() if due else "")
    return Share.objects.create(**place, section=section, person=person, due=due, given=act.now)


@action("share.ended")
def end_share(act: Act, share: Share) -> Share:
    """Ask for these answers no longer. Whoever was asked may do it, and whoever may ask."""
    held = here(act, Share.objects.select_for_update().get(pk=share.pk))
    if held.ended:
        raise Conflict(_("This request has ended already."))
    if held.person_id != act.person_id and not may(act.actor, act.place, "question.shared"):
        raise NotAllowed(_("Only who was asked, or who may ask, can end this request."))
    held.ended = act.now
    held.save(update_fields=["ended"])
    act.note(set=held.set, section=held.section)
    return held


@action("answer.commented")
def comment_answer(act: Act, set_id: str, question: str, text: str, about: queries.About = None) -> Comment:
    """Say something about an answer, or about a question that has none yet. Read by those who take part."""
    required(text=text)
    if len(text) > LONGEST:
        words = _("This has %(length)s characters; at most %(longest)s fit.") % {
            "length": len(text),
            "longest": LONGEST,
        }
        raise Invalid(words, fields={"text": words})
    answers = queries.current(act.place, set_id, about)
    if question not in queries.instrument_at(act.place, set_id, about).questions and question not in answers:
        raise Invalid(_("There is no such question in this set."), do=_("Open the page again."))
    held = answers.get(question)
    act.because(held)
    act.note(set=set_id, question=question)
    act.commit_to("text", text)
    return Comment.objects.create(
        **queries.at(act.place, set_id, about), question=question, answer_version=held.version if held else 0,
        text=text.strip(), author_id=act.actor.person_id, group=act.actor.group, made=act.now,
    )  # fmt: skip


@action("comment.settled")
def settle_comment(act: Act, comment: Comment) -> Comment:
    """Close a comment: what it asked for was done, or talked over. It stays to be read."""
    held = here(act, Comment.objects.select_for_update().get(pk=comment.pk))
    if held.settled:
        raise Conflict(_("This comment is settled already."))
    held.settled = act.now
    held.save(update_fields=["settled"])
    act.because(held)
    act.note(set=held.set, question=held.question)
    return held


def _refuse_section(instrument: Instrument, section: str) -> None:
    if section and section not in [each.id for each in instrument.sections]:
        words = _("This set has no such section.")
        raise Invalid(words, do=_("Choose one from the list."), fields={"section": words})
